"""What lists show of a person beside the name, read for a whole page at once."""

from django.db.models import Model, Prefetch, QuerySet
from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column

from people.days import today
from people.licence_numbers import last_four, mask
from people.models import Licence, Membership, Person, Tree


def with_places(persons: QuerySet[Person]) -> QuerySet[Person]:
    """Persons with today's licence and memberships, in two further statements however many they are."""
    day = today()
    memberships = (
        Membership.objects.on(day)
        .filter(tree=Tree.PROFESSION)
        .select_related("organisation")
        .order_by("-is_main", "valid_from")
    )
    return persons.select_related("user").prefetch_related(
        Prefetch("memberships", queryset=memberships, to_attr="memberships_today"),
        Prefetch("licences", queryset=Licence.objects.on(day), to_attr="licences_today"),
    )


def membership_of(person: Person) -> str:
    """The organisations to which the person belongs today, the main one first."""
    return "、".join(held.organisation.name for held in person.memberships_today)  # type: ignore[attr-defined]


def practice_of(person: Person) -> str:
    """Today's practice type in words."""
    return "".join(held.get_practice_type_display() for held in person.licences_today)  # type: ignore[attr-defined]


def masked_number(person: Person) -> str:
    """Today's licence number, masked."""
    return "".join(mask(held.number) for held in person.licences_today)  # type: ignore[attr-defined]


def number_ends(person: Person) -> str:
    """The last four digits of today's licence: two persons of one name are told apart by them."""
    return "".join(last_four(held.number) for held in person.licences_today)  # type: ignore[attr-defined]


class DayColumn(Column):
    """A day as it is written, not how long ago it was: rows are compared by it."""

    def get_value(self, instance: Model) -> str:
        day = super().get_value(instance)
        return date_format(day, "DATE_FORMAT") if day else ""


def account_name(person: Person) -> str:
    """The user name under which the person signs in, if at all."""
    return person.user.get_username() if person.user else ""
