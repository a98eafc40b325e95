"""Who may have which exports, and how much of a person stands in them.

A file goes further than a page: whoever keeps the roster has whole licence numbers in it, other committees and a
firm's manager what their pages show, and an auditor, who judges rows and not people, names cut short.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people import grants
from people.licence_numbers import mask
from people.masking import mask_name
from people.models import Organisation, Role, User
from reports.access import READER_ROLES
from reports.models import Export

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Detail(StrEnum):
    """How much of a person a file shows."""

    WHOLE = "whole"
    LICENCE_MASKED = "licence_masked"
    NAME_MASKED = "name_masked"

    def name_of(self, name: str) -> str:
        """The name as it stands in the file."""
        return mask_name(name) if self is Detail.NAME_MASKED else name

    def licence_of(self, number: str) -> str:
        """The licence number as it stands in the file."""
        return number if self is Detail.WHOLE else mask(number)


DETAIL_WORDS: "dict[Detail, _StrPromise]" = {
    Detail.WHOLE: _("Names and whole licence numbers, because you keep the roster."),
    Detail.LICENCE_MASKED: _("Names; licence numbers without their middle digits."),
    Detail.NAME_MASKED: _("The first character of names; licence numbers without their middle digits."),
}


def accessible_exports(user: User | AnonymousUser) -> QuerySet[Export]:
    """The user's own exports, as far as he still answers for what they are about."""
    if not isinstance(user, User):
        return Export.objects.none()
    reached = grants.scopes(user, READER_ROLES)
    return Export.objects.filter(requested_by=user, organisation__in=reached.values("pk"))


def detail_for(user: User, organisation: Organisation) -> Detail:
    """How much of the persons of an organisation a file for this reader shows."""
    if _holds(user, organisation, Role.PROVINCIAL_COMMITTEE):
        return Detail.WHOLE
    if _holds(user, organisation, Role.CITY_COMMITTEE, Role.FIRM_MANAGER):
        return Detail.LICENCE_MASKED
    return Detail.NAME_MASKED


def _holds(user: User, organisation: Organisation, *roles: Role) -> bool:
    return grants.scopes(user, roles).filter(pk=organisation.pk).exists()
