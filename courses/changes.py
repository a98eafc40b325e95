"""Why an entry of the ledger was taken back, or stands in the place of another: the cause, the words, what was and is.

Reads only. The ledger itself keeps a code; the words stand with whatever changed it: a correction, a list that was
taken back, a dispute that was granted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.models import (
    CorrectionLine,
    DeskStep,
    Dispute,
    DisputeState,
    LedgerEntry,
    RecognitionLine,
    StepAct,
)

# A chain of corrections of one act; nobody corrects the same more often.
MOST_CORRECTIONS = 50
# The code of a reversal that a granted dispute wrote.
GRANTED = "dispute_granted"


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is the award that stood until then, `after` the one that stands in its place; None for nothing.

    `cause` is a kind of mistake in words, `text` what whoever decided it wrote. Only what a correction wrote
    `may_be_disputed`: a grant is already the committee's answer.
    """

    cause: str
    text: str
    before: LedgerEntry | None
    after: LedgerEntry | None
    may_be_disputed: bool = False

    @property
    def is_other_amount(self) -> bool:
        """Whether what stands now is not what stood before."""
        return self.before is None or self.after is None or self.before.amount != self.after.amount


def of(entries: Iterable[LedgerEntry]) -> dict[int, Change]:
    """The change behind each of these entries that is a reversal or stands in another's place, by its key.

    Four statements, however many entries.
    """
    held = {entry.pk: entry for entry in entries}
    reversed_ids = {each.reverses_id: key for key, each in held.items() if each.reverses_id is not None}
    found: dict[int, Change] = {}
    found |= _by_lists(held, reversed_ids)
    found |= _by_disputes(held, reversed_ids)
    found |= _by_corrections(held)
    return found


def behind(entry: LedgerEntry) -> Change | None:
    """The change that wrote this one entry; None for an award that stands in nobody's place."""
    return of([entry]).get(entry.pk)


def of_taking_back(entry: LedgerEntry) -> Change | None:
    """The change by which an award was taken back; None for one that stands."""
    reversal = LedgerEntry.objects.filter(reverses=entry).first()
    return behind(reversal) if reversal is not None else None


def standing(entry: LedgerEntry) -> LedgerEntry:
    """The award that stands today in the place of this one, itself where nothing has replaced it."""
    for _step in range(MOST_CORRECTIONS):
        change = of_taking_back(entry)
        if change is None or change.after is None:
            return entry
        entry = change.after
    return entry


def _by_corrections(held: dict[int, LedgerEntry]) -> dict[int, Change]:
    lines = CorrectionLine.objects.filter(Q(reversal__in=held) | Q(award__in=held)).select_related(
        "correction", "award__activity", "reversal__reverses__activity"
    )
    found: dict[int, Change] = {}
    for line in lines:
        before = line.reversal.reverses if line.reversal is not None else None
        change = Change(
            str(line.correction.get_cause_display()),
            line.correction.explanation,
            before,
            line.award,
            may_be_disputed=True,
        )
        found |= {key: change for key in (line.reversal_id, line.award_id) if key in held}
    return found


def _by_lists(held: dict[int, LedgerEntry], reversed_ids: dict[int, int]) -> dict[int, Change]:
    """A list as a whole, or one line of it: its last step of taking back before the reversal says why."""
    lines = list(
        RecognitionLine.objects.filter(entry__in=reversed_ids).select_related("person", "entry__activity")
    )
    steps = list(
        DeskStep.objects.filter(
            recognition__in={line.recognition_id for line in lines}, act=StepAct.TAKEN_BACK
        ).order_by("pk")
    )
    found: dict[int, Change] = {}
    for line in lines:
        key = reversed_ids[line.entry_id or 0]
        texts = [
            step.text
            for step in steps
            if step.recognition_id == line.recognition_id and step.at <= held[key].recorded_at
        ]
        text = texts[-1].removeprefix(f"{line.person.name}：") if texts else ""
        found[key] = Change(_("Taken back with its list"), text, line.entry, None)
    return found


def _by_disputes(held: dict[int, LedgerEntry], reversed_ids: dict[int, int]) -> dict[int, Change]:
    disputes = Dispute.objects.filter(
        Q(granted_entry__in=held) | Q(entry__in=reversed_ids), state=DisputeState.GRANTED
    ).select_related("entry__activity", "granted_entry__activity")
    found: dict[int, Change] = {}
    for dispute in disputes:
        change = Change(_("A dispute was granted"), dispute.reason, dispute.entry, dispute.granted_entry)
        keys = [dispute.granted_entry_id]
        # A reversal that was itself disputed was not made by the grant: its own cause says why.
        reversal = held.get(reversed_ids.get(dispute.entry_id or 0, 0))
        if reversal is not None and reversal.reason == GRANTED:
            keys.append(reversal.pk)
        found |= {key: change for key in keys if key in held}
    return found
