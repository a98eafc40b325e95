"""What corrections may touch and what a batch of them does or did: entries, activities, figures. Reads only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from courses import desk_access, touched
from courses.models import (
    Activity,
    Completion,
    Correction,
    CorrectionKind,
    CorrectionLine,
    CorrectionLineState,
    EntryKind,
    LearningFormat,
    LedgerEntry,
    Unit,
)
from courses.touched import Touched
from people.models import Organisation

# So many entries a batch may have.
MAX_LINES = 50_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a batch would do, or did. Amounts are sums over the lines that it changes, in seconds or thousandths of
    the entries' unit; `overtaken` are lines that its run will leave as they are."""

    persons: int
    entries: int
    overtaken: int
    unit: str
    before: int
    after: int
    courses: int
    touched: list[Touched]


@dataclass(frozen=True, slots=True)
class Found:
    """An activity with standing awards, and what tells it from another of the same title."""

    activity: Activity
    first: dt.date
    last: dt.date
    entries: int
    organiser: str  # empty where several
    format: str  # in words; empty where several


def entries(owner: Organisation, activity: Activity | None = None) -> QuerySet[LedgerEntry]:
    """The awards that stand, of persons in the organisation's subtree."""
    found = LedgerEntry.objects.filter(
        kind=EntryKind.AWARD,
        reversal__isnull=True,
        person__in=desk_access.persons_below(owner).values("pk"),
    )
    return found.filter(activity=activity) if activity is not None else found


def activities(owner: Organisation, text: str) -> list[Found]:
    """Activities with standing awards in the owner's subtree whose title holds the text; the latest first."""
    words = Q()
    for word in text.split()[:5]:
        words &= Q(title__icontains=word)
    standing = entries(owner)
    found = list(Activity.objects.filter(words, pk__in=standing.values("activity_id")).order_by("-pk")[:20])
    figures = {
        row["activity"]: row
        for row in standing.filter(activity__in=found)
        .order_by()
        .values("activity")
        .annotate(
            first=Min("day"),
            last=Max("day"),
            entries=Count("pk"),
            organisers=Count("organiser", distinct=True),
            organiser_name=Max("organiser__name"),
            formats=Count("format", distinct=True),
            format=Max("format"),
        )
    }
    return [
        Found(
            each,
            row["first"],
            row["last"],
            row["entries"],
            (row["organiser_name"] or "") if row["organisers"] == 1 else "",
            str(LearningFormat(row["format"]).label) if row["formats"] == 1 else "",
        )
        for each in found
        if (row := figures.get(each.pk)) is not None
    ]


def changing(batch: Correction) -> QuerySet[CorrectionLine]:
    """The lines that the batch changes, or has changed: not those where somebody has decided otherwise meanwhile."""
    lines = batch.lines.exclude(state=CorrectionLineState.SKIPPED)
    planned = Q(state=CorrectionLineState.PLANNED)
    if batch.kind != CorrectionKind.RESTORE:
        return lines.exclude(planned & Q(entry__reversal__isnull=False))
    undone = CorrectionLine.objects.filter(correction=batch.undoes_id, entry=OuterRef("entry"))
    replaced = Exists(undone.filter(award__isnull=False))
    overtaken = Exists(undone.filter(award__reversal__isnull=False))
    stands_again = Exists(
        Completion.objects.filter(
            person=OuterRef("entry__person"), activity=OuterRef("entry__activity"), revoked_at__isnull=True
        )
    )
    return lines.exclude(planned & (overtaken | (~replaced & stands_again)))


def preview(batch: Correction) -> Preview:
    """What the batch does or did, and what rests on its entries; a few statements however long it is."""
    lines = changing(batch)
    figures = lines.aggregate(
        entries=Count("pk"),
        persons=Count("entry__person", distinct=True),
        seconds=Sum("entry__seconds"),
        quantity=Sum("entry__quantity_milli"),
    )
    before = (figures["seconds"] if batch.unit == Unit.SECOND else figures["quantity"]) or 0
    each = batch.to_seconds if batch.unit == Unit.SECOND else (batch.to_quantity_milli or 0)
    keys = list(lines.values_list("entry_id", flat=True)[:MAX_LINES])
    is_restoring = batch.kind == CorrectionKind.RESTORE
    standing = _standing_now(batch, lines) if is_restoring else before
    kept = batch.lines.exclude(state=CorrectionLineState.SKIPPED).count()
    return Preview(
        persons=figures["persons"],
        entries=figures["entries"],
        overtaken=kept - figures["entries"],
        unit=batch.unit,
        before=standing,
        after=before if is_restoring else each * figures["entries"],
        courses=touched.courses_resting_on(keys) if batch.kind == CorrectionKind.TAKE_BACK else 0,
        touched=touched.by(keys),
    )


def _standing_now(batch: Correction, lines: QuerySet[CorrectionLine]) -> int:
    """What the batch that is taken back has put in the place of these lines' entries, in its unit."""
    awards = LedgerEntry.objects.filter(
        pk__in=CorrectionLine.objects.filter(
            correction=batch.undoes, entry__in=lines.values("entry"), award__isnull=False
        ).values("award")
    )
    sums = awards.aggregate(seconds=Sum("seconds"), quantity=Sum("quantity_milli"))
    return (sums["seconds"] if batch.unit == Unit.SECOND else sums["quantity"]) or 0


def in_place_of(batch: Correction, lines: Sequence[CorrectionLine]) -> dict[int, LedgerEntry]:
    """The awards that an undone batch has put in the place of others, by those others' keys."""
    if batch.undoes is None:
        return {}
    undone = batch.undoes.lines.filter(entry__in=[line.entry_id for line in lines], award__isnull=False)
    return {
        line.entry_id: line.award
        for line in undone.select_related("award__completion", "award__activity")
        if line.award is not None
    }
