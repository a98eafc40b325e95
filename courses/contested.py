"""Whose own decision a dispute is about: nobody judges alone what he has decided or proposed himself. Reads only.

The second person of a correction may judge: he has agreed to it, and the two together are no single pair of eyes.
"""

from django.db.models import Q

from courses import steps
from courses.models import (
    Correction,
    CorrectionLine,
    DeskStep,
    Dispute,
    LedgerEntry,
    RecognitionLine,
    StepAct,
)


def deciders(dispute: Dispute) -> frozenset[int]:
    """Keys of the users who refused the declaration, took the list back, or proposed the correction."""
    if dispute.declaration is not None:
        refused_by = dispute.declaration.decided_by_id
        return frozenset() if refused_by is None else frozenset({refused_by})
    return frozenset() if dispute.entry is None else _of_entry(dispute.entry)


def _of_entry(entry: LedgerEntry) -> frozenset[int]:
    reversal = LedgerEntry.objects.filter(reverses=entry).first()
    lines = CorrectionLine.objects.filter(Q(reversal=reversal) if reversal else Q(award=entry))
    corrections = Correction.objects.filter(pk__in=lines.values("correction"))
    found = {author for correction in corrections for author in steps.authors(correction)}
    line = RecognitionLine.objects.filter(entry=entry).first()
    if not found and line is not None and reversal is not None:
        step = DeskStep.objects.filter(
            recognition=line.recognition_id, act=StepAct.TAKEN_BACK, at__lte=reversal.recorded_at
        ).last()
        if step is not None and step.by_id is not None:
            found.add(step.by_id)
    return frozenset(found)
