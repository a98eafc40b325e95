"""Who may remind the people of a list, and see what was sent: committees and managers, each in his own subtree."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from people import grants
from people.models import Organisation, Role, User
from reports.access import READER_ROLES
from reports.models import Reminder

# An auditor looks, and does nothing to those whom he looks at.
REMINDER_ROLES = tuple(role for role in READER_ROLES if role != Role.AUDITOR)


def may_remind(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Whether the user answers for the organisation's people, and is no auditor alone."""
    return isinstance(user, User) and grants.scopes(user, REMINDER_ROLES).filter(pk=organisation.pk).exists()


def is_reminder(user: User) -> bool:
    """Whether the user may remind anybody, as far as a page needs to know to offer it."""
    return bool(grants.roles_held(user) & set(REMINDER_ROLES))


def accessible_reminders(user: User | AnonymousUser) -> QuerySet[Reminder]:
    """What was sent to lists of the organisations that the user reads coverage of today."""
    if not isinstance(user, User):
        return Reminder.objects.none()
    return Reminder.objects.filter(organisation__in=grants.scopes(user, READER_ROLES).values("pk"))
