"""What one human being did under two records, when these are merged: the follower that people.merging calls.

Every fact in force of the merged record is taken back there and written for the kept one: same activity, day, amount,
format and category. What both have completed counts once; the kept record's own stands. Courses that were complete
stay complete. Nothing is deleted, the ledger grows by pairs that add up to nothing, and taking a merge back does the
same the other way. Certificates stay valid and where they are; minutes of lectures not completed stay there as well.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import acts, completion
from courses.models import (
    Certificate,
    Completion,
    Declaration,
    DeclarationState,
    Dispute,
    DisputeState,
    EntryKind,
    Extension,
    ExtensionState,
    LedgerEntry,
    WatchProgress,
)
from people.merging import Follower, MergeRefused, MergeStale
from people.models import Person, PersonMerge

RULE = {"kind": "merged"}
MERGED, UNMERGED = "merged", "unmerged"


def check(kept: Person, merged: Person) -> None:
    """Raises MergeRefused while something of the merged record waits for a decision."""
    waits = (
        Declaration.objects.filter(
            person=merged, state__in=[DeclarationState.SUBMITTED, DeclarationState.ASKED_BACK]
        ).exists()
        or Dispute.objects.filter(person=merged, state=DisputeState.OPEN).exists()
        or Extension.objects.filter(person=merged, state=ExtensionState.OPEN).exists()
    )
    if waits:
        raise MergeRefused(_("The record that would be merged has something undecided. Decide that first."))


def tell(kept: Person, merged: Person) -> Sequence[str]:
    """What becomes of facts, courses, certificates and minutes, in sentences."""
    held = set(_in_force(merged).values_list("activity_id", flat=True))
    both = _in_force(kept).filter(activity__in=held).count()
    courses = Completion.objects.filter(person=merged, course__isnull=False, revoked_at__isnull=True).count()
    certificates = Certificate.objects.filter(person=merged).count()
    begun = _begun(merged)
    said = []
    if len(held) - both:
        n = len(held) - both
        said.append(
            ngettext(
                "%(n)s fact of the credit record goes over to the kept record, with its day and length.",
                "%(n)s facts of the credit record go over to the kept record, with their days and lengths.",
                n,
            )
            % {"n": n}
        )
    if both:
        said.append(
            ngettext(
                "%(n)s fact stands in both records and counts once: the kept record's own stands.",
                "%(n)s facts stand in both records and count once: the kept record's own stand.",
                both,
            )
            % {"n": both}
        )
    if courses:
        said.append(
            ngettext(
                "%(n)s completed course stays complete under the kept record.",
                "%(n)s completed courses stay complete under the kept record.",
                courses,
            )
            % {"n": courses}
        )
    if begun:
        said.append(
            ngettext(
                "%(n)s lecture that was begun and not completed stays with the merged record.",
                "%(n)s lectures that were begun and not completed stay with the merged record.",
                begun,
            )
            % {"n": begun}
        )
    if certificates:
        said.append(
            ngettext(
                "%(n)s certificate stays valid, and is shown on the kept record's page too.",
                "%(n)s certificates stay valid, and are shown on the kept record's page too.",
                certificates,
            )
            % {"n": certificates}
        )
    return said


def follow(merge: PersonMerge) -> dict[str, Any]:
    """Move what the merged record has done; the keys of what was moved."""
    now, kept_id = merge.merged_at, merge.kept_id
    entries = acts.entries_of(_in_force(merge.merged).values_list("pk", flat=True))
    taken = set(
        Completion.objects.filter(
            person=kept_id, activity__in={each.activity_id for each in entries.values()}, revoked_at=None
        ).values_list("activity_id", flat=True)
    )
    courses = _courses_of(merge.merged_id)
    moved: list[dict[str, int]] = []
    for entry in sorted(entries.values(), key=lambda each: (each.day, each.pk)):
        acts.take_back(entry, reason=MERGED, now=now)
        line = {"entry": entry.pk}
        if entry.activity_id not in taken:
            line["award"] = _write(entry, kept_id, merge, now).pk
        moved.append(line)
    completion.complete_under(kept_id, courses, now=now)
    completion.settle_courses(kept_id, now, course_ids=_holding(entries.values()))
    return {"moved": moved}


def back(merge: PersonMerge, done: dict[str, Any]) -> None:
    """Put every moved fact back. Raises MergeStale where one has been corrected since."""
    now = timezone.now()
    entries = acts.entries_of(
        key for line in done["moved"] for key in (line["entry"], line.get("award")) if key is not None
    )
    for line in done["moved"]:
        award = entries.get(line.get("award", 0))
        if award is not None:
            if acts.is_reversed(award):
                raise MergeStale(
                    _("A fact that was moved has been corrected since the merge. Put that back first.")
                )
            acts.take_back(award, reason=UNMERGED, now=now)
    for line in done["moved"]:
        entry = entries[line["entry"]]
        acts.replace(entry, acts.act_of(entry), rule=RULE, evidence={"merge": str(merge.public_id)}, now=now)
    completion.settle_courses(merge.kept_id, now, course_ids=_holding(entries.values()))


FOLLOWER = Follower(check=check, tell=tell, follow=follow, back=back)


def _write(entry: LedgerEntry, person_id: int, merge: PersonMerge, now: dt.datetime) -> LedgerEntry:
    """The same fact for another record of the same human being."""
    old = entry.completion
    kept = {name: value for name, value in old.evidence.items() if name not in {"amount", "corrects"}}
    evidence = kept | {"merge": str(merge.public_id), "completion": str(old.public_id)}
    return acts.record(
        entry.activity, acts.act_of(entry, person_id=person_id), rule=RULE, evidence=evidence, now=now
    )


def _in_force(person: Person) -> Any:
    return LedgerEntry.objects.filter(person=person, kind=EntryKind.AWARD, reversal__isnull=True)


def _courses_of(person_id: int) -> list[Completion]:
    rows = Completion.objects.filter(person=person_id, course__isnull=False, revoked_at__isnull=True)
    return list(rows.select_related("course_version").order_by("pk"))


def _holding(entries: Iterable[LedgerEntry]) -> list[int]:
    """The courses that hold these activities."""
    return completion.courses_holding({each.activity_id for each in entries})


def _begun(person: Person) -> int:
    """Lectures of which something was watched and that are not complete."""
    done = Completion.objects.filter(person=person, revoked_at__isnull=True, activity__isnull=False)
    watched = WatchProgress.objects.filter(person=person, watched_ms__gt=0)
    return watched.exclude(recording__in=done.values("activity__lecture__recording")).count()
