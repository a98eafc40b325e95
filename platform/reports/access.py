"""Who may read coverage of what: the doors through which every page, export and parameter goes.

A reader's subtree is what his granted roles cover. Missing and forbidden answer the same: `NotReadable`.
"""

from datetime import date
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Requirement
from people import grants
from people.days import today
from people.models import Organisation, OrganisationClosure, OrganisationKind, Role, Tree, User
from people.models.periods import valid_on
from reports import counting, keeping

READER_ROLES = (Role.PROVINCIAL_COMMITTEE, Role.CITY_COMMITTEE, Role.FIRM_MANAGER, Role.AUDITOR)


class NotReadable(Exception):
    """No such report, or not one that this reader may see; he is not told which."""

    code = "report_not_found"
    status = 404


def tree_of(organisation: Organisation) -> Tree:
    """The tree in which the organisation stands: Party branches in the Party's, all others in the profession's."""
    return Tree.PARTY if organisation.kind == OrganisationKind.PARTY_BRANCH else Tree.PROFESSION


def report_scopes(user: User | AnonymousUser) -> list[Organisation]:
    """The organisations at whose top a reader stands today, in the order they were founded here.

    What lies inside another of his scopes is left out: it is read on the way down. Empty for who reads nothing.
    """
    if not isinstance(user, User):
        return []
    # What stands below an organisation that was given is never a top, and there may be tens of thousands of it.
    given = grants.scopes(user, READER_ROLES) if user.is_superuser else grants.granted(user, READER_ROLES)
    closure = OrganisationClosure.objects.on(today()).filter(descendant=OuterRef("pk"))
    in_tree = Exists(closure.filter(depth=0))
    has_ancestor_in_scope = Exists(closure.filter(depth__gt=0, ancestor__in=given.values("pk")))
    return list(given.filter(in_tree, ~has_ancestor_in_scope).order_by("pk"))


def accessible_units(scopes: list[Organisation], day: date) -> QuerySet[Organisation]:
    """The organisations below these scopes, and they themselves, as the tree stood on the day."""
    below = OrganisationClosure.objects.on(day).filter(
        ancestor__in=[each.pk for each in scopes], descendant=OuterRef("pk")
    )
    return Organisation.objects.filter(Exists(below))


def accessible_chain(scopes: list[Organisation], public_id: UUID | None, day: date) -> list[Organisation]:
    """The way to the organisation asked for, from the top of the reader's scope down to it, as it was on the day.

    Without a public id the way to the reader's own, the first scope. Raises NotReadable. One statement.
    """
    if not scopes:
        raise NotReadable
    if public_id is None:
        return scopes[:1]
    above = Organisation.objects.filter(
        valid_on(day, "closure_down__"),
        closure_down__descendant__public_id=public_id,
    ).order_by("-closure_down__depth")
    chain, tops = list(above), {each.pk for each in scopes}
    first = next((place for place, each in enumerate(chain) if each.pk in tops), None)
    if first is None:
        raise NotReadable
    return chain[first:]


def accessible_unit(scopes: list[Organisation], public_id: UUID | None, day: date) -> Organisation:
    """The organisation asked for, or the reader's own (the first scope); raises NotReadable."""
    return accessible_chain(scopes, public_id, day)[-1]


def accessible_requirements(scopes: list[Organisation], day: date) -> QuerySet[Requirement]:
    """Requirements that somebody in the scopes, as they stood on the day, had to fulfil on it, or was excused from."""
    keeping.catch_up()
    asked = counting.requirements_asked([each.pk for each in scopes], day)
    return Requirement.objects.filter(pk__in=asked).select_related("owner", "curriculum")


def accessible_requirement(scopes: list[Organisation], public_id: UUID, day: date) -> Requirement:
    """The requirement of this public id, or of the curriculum or course with it; raises NotReadable.

    What a reader may see today he may also ask about on a day on which it asked nobody.
    """
    named = Q(public_id=public_id) | Q(curriculum__public_id=public_id) | Q(course__public_id=public_id)
    for asked in dict.fromkeys((day, today())):
        requirement = accessible_requirements(scopes, asked).filter(named).first()
        if requirement is not None:
            return requirement
    raise NotReadable
