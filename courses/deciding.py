"""Which organisation decides on an act done elsewhere: the firm, the city's association or the province's.

The regulation in force for the person names it (`decided_by`), for each kind of act or by default; where it is silent,
DECLARATIONS_DECIDED_BY does. Lawyers of firms directly under the province have no other association than the
province's.
"""

import datetime as dt
from enum import StrEnum

from django.conf import settings

from courses import regulating
from people.models import Membership, Organisation, OrganisationKind, Tree
from people.organisations import ancestors_on

DEFAULT = "default"


class Level(StrEnum):
    FIRM = "firm"
    CITY = "city"
    PROVINCE = "province"


def level_of(kind: str, person_id: int, day: dt.date) -> Level:
    """Where an act of this kind of this person is decided."""
    version = regulating.versions_for([person_id], day).get(person_id)
    named = regulating.read(version.document).decided_by if version is not None else {}
    chosen: dict[str, str] = settings.DECLARATIONS_DECIDED_BY
    said = (each for words in (named, chosen) for each in (words.get(kind), words.get(DEFAULT)) if each)
    return Level(next(said, Level.CITY))


def committee_of(person_id: int, day: dt.date) -> Organisation | None:
    """The association whose committee judges disputes of this person: the nearest one above him."""
    return _above(person_id, Level.CITY, day)


def decider_of(person_id: int, kind: str, day: dt.date) -> Organisation | None:
    """The organisation that decides on this person's act, by where he stands on `day`; None for who stands nowhere."""
    return _above(person_id, level_of(kind, person_id, day), day)


def _above(person_id: int, level: Level, day: dt.date) -> Organisation | None:
    held = Membership.objects.on(day).filter(person=person_id, tree=Tree.PROFESSION, is_main=True).first()
    if held is None:
        return None
    above = list(ancestors_on(held.organisation_id, day))
    if not above:
        return None
    if level is Level.FIRM:
        return above[-1]
    associations = [each for each in above if each.kind == OrganisationKind.ASSOCIATION] or above
    return associations[0] if level is Level.PROVINCE else associations[-1]
