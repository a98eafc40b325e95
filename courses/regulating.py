"""Publishing regulations and finding the one in force: the one writer of versions and of their days.

A version never changes. Its days are rows that a later publication of the same owner takes over from their
first day on: what is published last decides from when it says, and each day has one regulation an owner.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.engine import documents
from courses.engine.errors import InvalidDocument
from courses.engine.language import Regulation
from courses.models import CreditRegulation, RegulationPeriod, RegulationVersion
from people import organisations
from people.days import today
from people.models import Membership, OrganisationClosure, Position, Tree, User
from people.models.periods import valid_on, valid_within
from people.refusals import Refused

DAY = dt.timedelta(days=1)
# Parsed documents kept in a process: a province has one or two in force, a trial brings one more.
_KEPT = 32


class RegulationRefused(Refused):
    """The regulation cannot be published as it stands."""

    code = "regulation_refused"


@lru_cache(maxsize=_KEPT)
def read(document: str) -> Regulation:
    """The regulation of a document; the same text is parsed once a process. Raises InvalidDocument."""
    return documents.parse(document)


def publish(regulation: CreditRegulation, *, published_by: User | None = None) -> RegulationVersion:
    """Make a version of what is live now and put it in force on its days. Idempotent.

    Raises RegulationRefused for a document that is none.
    """
    try:
        parsed = read(regulation.document)
    except InvalidDocument as error:
        raise RegulationRefused(
            _("The document has %(n)s problems, the first in line %(line)s.")
            % {"n": len(error.problems), "line": error.problems[0].line}
        ) from error
    with transaction.atomic():
        locked = CreditRegulation.objects.select_for_update(of=("self",)).get(pk=regulation.pk)
        version = locked.versions.first()
        if version is None or (version.title, version.digest) != (regulation.title, parsed.digest):
            version = RegulationVersion.objects.create(
                regulation=locked,
                number=version.number + 1 if version else 1,
                title=regulation.title,
                document=regulation.document,
                digest=parsed.digest,
                change_note=regulation.change_note,
                published_at=timezone.now(),
                published_by=published_by,
            )
        until = regulation.effective_to + DAY if regulation.effective_to else None
        _take_days(regulation, version, regulation.effective_from, until)
    return version


def withdraw(regulation: CreditRegulation) -> None:
    """From today on it is in force no more; on the days before it was."""
    with transaction.atomic():
        for held in _held(regulation.owner_id).filter(version__regulation=regulation):
            _clip(held, today(), None)


def version_on(organisation_ids: Mapping[int, int], day: dt.date) -> RegulationVersion | None:
    """The nearest owner's version: `organisation_ids` are a person's organisations by depth above him."""
    found = (
        RegulationPeriod.objects.on(day)
        .filter(owner_id__in=list(organisation_ids))
        .select_related("version__regulation")
    )
    nearest = min(found, key=lambda each: organisation_ids[each.owner_id], default=None)
    return nearest.version if nearest else None


def versions_for(person_ids: Iterable[int], day: dt.date) -> dict[int, RegulationVersion]:
    """Each person's regulation on a day: that of the nearest owner above his main place, a city's over the province's.

    Who has no regulation, or is no lawyer anywhere on that day, is missing. Two statements, whatever the number.
    """
    in_force = {
        each.owner_id: each.version
        for each in RegulationPeriod.objects.on(day).select_related("version__regulation")
    }
    if not in_force:
        return {}
    rows = (
        OrganisationClosure.objects.filter(
            valid_on(day),
            valid_on(day, "descendant__memberships__"),
            tree=Tree.PROFESSION,
            ancestor__in=list(in_force),
            descendant__memberships__tree=F("tree"),
            descendant__memberships__superseded_at__isnull=True,
            descendant__memberships__is_main=True,
            descendant__memberships__position=Position.LAWYER,
            descendant__memberships__person__in=list(person_ids),
        )
        .order_by("-depth")
        .values_list("descendant__memberships__person_id", "ancestor_id")
    )
    # The deepest come first, so that the nearest has the last word.
    return {person_id: in_force[owner_id] for person_id, owner_id in rows}


def version_for_organisation(organisation_id: int, day: dt.date) -> RegulationVersion | None:
    """The regulation that holds for an organisation's people on a day."""
    above = OrganisationClosure.objects.filter(
        valid_on(day), tree=Tree.PROFESSION, descendant=organisation_id
    ).values_list("ancestor_id", "depth")
    return version_on(dict(above), day)


def version_for_visitor(user: object, day: dt.date) -> RegulationVersion | None:
    """The regulation that a page shows to a visitor: his own, else that of the top of the professional tree."""
    if isinstance(user, User):
        place = (
            Membership.objects.on(day).filter(person__user=user, tree=Tree.PROFESSION, is_main=True).first()
        )
        if place is not None:
            return version_for_organisation(place.organisation_id, day)
    top = organisations.roots_on(day).order_by("pk").first()
    return version_for_organisation(top.pk, day) if top else None


def periods_of(owner_id: int) -> list[RegulationPeriod]:
    """The days of an owner's regulations as they are believed now, the latest first."""
    return list(_held(owner_id).select_related("version__regulation").order_by("-valid_from"))


def is_any_in_force() -> bool:
    """Whether any regulation has days at all; where none has, everything stays at "earned so far"."""
    return RegulationPeriod.objects.current().exists()


# --- Days ---------------------------------------------------------------------------------------------


def _held(owner_id: int) -> QuerySet[RegulationPeriod]:
    return RegulationPeriod.objects.current().filter(owner_id=owner_id)


def _take_days(
    regulation: CreditRegulation, version: RegulationVersion, start: dt.date, end: dt.date | None
) -> None:
    """Put the version in force on [start, end) and on no other day; other versions keep the days around it."""
    own = list(_held(regulation.owner_id).filter(version=version))
    if [(each.valid_from, each.valid_to) for each in own] == [(start, end)]:
        return
    for each in own:
        _supersede(each)
    for each in _held(regulation.owner_id).filter(valid_within(start, end)):
        _clip(each, start, end)
    RegulationPeriod.objects.create(
        owner_id=regulation.owner_id, version=version, valid_from=start, valid_to=end
    )


def _clip(held: RegulationPeriod, start: dt.date, end: dt.date | None) -> None:
    """Take [start, end) away from a row: it is superseded by what is left of it on either side."""
    if held.valid_to is not None and held.valid_to <= start:
        return
    _supersede(held)
    if held.valid_from < start:
        _record(held, held.valid_from, start)
    if end is not None and (held.valid_to is None or held.valid_to > end):
        _record(held, max(end, held.valid_from), held.valid_to)


def _supersede(held: RegulationPeriod) -> None:
    held.superseded_at = timezone.now()
    held.save(update_fields=["superseded_at"])


def _record(held: RegulationPeriod, start: dt.date, end: dt.date | None) -> None:
    RegulationPeriod.objects.create(
        owner_id=held.owner_id, version_id=held.version_id, valid_from=start, valid_to=end
    )
