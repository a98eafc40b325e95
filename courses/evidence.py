"""The evidence of minutes and credits as a timeline: what happened, in its order, with what the server said of it.

For a lecture: sittings with their device, the stretches that beats brought, presence checks and how they ended, what
the completion was judged by. For an act: the declaration or list with its steps and proofs. For any entry: awards,
reversals, corrections, disputes. Other modules add what they know of an activity with `register_source`. Reads only.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Min, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import changes, refusals
from courses.lengths import amount, length
from courses.models import (
    Activity,
    Completion,
    Declaration,
    DeviceKind,
    Dispute,
    EntryKind,
    Heartbeat,
    Lecture,
    LedgerEntry,
    PlaybackSession,
    PresenceCheck,
    ProofFile,
    RecognitionLine,
    RefusedBeats,
    SessionEnd,
    WatchProgress,
)

# The latest that a timeline shows of each kind; a person who sat down more often is shown his latest sittings.
MAX_SITTINGS = 60
MAX_CHECKS = 200


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `kind` is a code that chooses the icon, `state` one of the design's or empty.

    `stretches` are milliseconds of the recording that it is about.
    """

    at: dt.datetime
    kind: str
    title: str
    text: str = ""
    state: str = ""
    stretches: list[tuple[int, int]] = field(default_factory=list)
    proofs: list[ProofFile] = field(default_factory=list)


Source = Callable[[int, Activity], Iterable[Event]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Called in `ready()`: `source(person_id, activity)` adds what it knows to every timeline of the activity."""
    if source not in _sources:
        _sources.append(source)


def of_entry(entry: LedgerEntry) -> list[Event]:
    """Everything that stands behind one entry of the ledger, the earliest first."""
    return _sorted(_of_activity(entry.person_id, entry.activity))


def of_lecture(person_id: int, lecture: Lecture) -> list[Event]:
    """What is known of a person and a lecture, whether it was completed or not."""
    activity = getattr(lecture, "activity", None)
    if activity is None:
        return _sorted(_watching(person_id, lecture))
    return _sorted(_of_activity(person_id, activity))


def of_declaration(declared: Declaration) -> list[Event]:
    """The steps of a declaration, and what became of its entry."""
    events = list(_declaration(declared))
    if declared.entry is not None:
        events += _ledger(declared.person_id, declared.entry.activity)
    return _sorted(events)


def of_dispute(dispute: Dispute) -> list[Event]:
    """What a committee looks at."""
    if dispute.lecture is not None:
        return of_lecture(dispute.person_id, dispute.lecture)
    if dispute.declaration is not None:
        return _sorted([*of_declaration(dispute.declaration), *_disputes(declaration=dispute.declaration)])
    return of_entry(dispute.entry) if dispute.entry is not None else []


def judged_by(rule: dict[str, Any]) -> str:
    """What a completion was judged by, in words; empty for what has no rule of its own (a declared act)."""
    kind = rule.get("kind")
    if kind == "watched_share":
        return _("At least %(percent)s%% watched") % {"percent": rule["percent"]}
    if kind == "minimum_time":
        return _("Read for at least %(minutes)d minutes") % {"minutes": rule["seconds"] // 60}
    if kind == "pass_mark":
        return _("Passed with at least %(percent)d%%") % {"percent": rule["percent"]}
    return ""


def _sorted(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda each: each.at)


def _of_activity(person_id: int, activity: Activity) -> Iterator[Event]:
    if activity.lecture is not None:
        yield from _watching(person_id, activity.lecture)
    for source in _sources:
        yield from source(person_id, activity)
    for declared in Declaration.objects.filter(entry__activity=activity, person=person_id):
        yield from _declaration(declared)
    lines = RecognitionLine.objects.filter(entry__activity=activity, person=person_id)
    for line in lines.select_related("recognition__owner"):
        yield from _recognition(line)
    yield from _completions(person_id, activity)
    yield from _ledger(person_id, activity)


# --- Watching -----------------------------------------------------------------------------------------


def _watching(person_id: int, lecture: Lecture) -> Iterator[Event]:
    sittings = list(
        PlaybackSession.objects.filter(person=person_id, lecture=lecture).order_by("-pk")[:MAX_SITTINGS]
    )
    beats = {
        row["session"]: row
        for row in Heartbeat.objects.filter(session__in=sittings)
        .order_by()
        .values("session")
        .annotate(low=Min("start_ms"), high=Max("end_ms"), earned=Sum("earned_ms"), last=Max("received_at"))
    }
    devices: dict[str, int] = {}
    taken_over_by = _taken_over_by(person_id, sittings)
    for sitting in reversed(sittings):
        device = _device(devices, sitting.device_digest, sitting.device_kind)
        yield Event(sitting.started_at, "play", _("Began to watch"), device)
        row = beats.get(sitting.pk) or _folded(sitting)
        if row is not None:
            yield Event(
                row["last"],
                "beats",
                _("Watched; the server accepted %(length)s anew") % {"length": length(row["earned"] or 0)},
                stretches=[(row["low"], row["high"])],
            )
        if sitting.ended_at is not None:
            why = str(sitting.get_end_reason_display())
            if sitting.ended_at in taken_over_by:
                why = _(": ").join((why, _device(devices, *taken_over_by[sitting.ended_at])))
            yield Event(sitting.ended_at, "stop", _("Stopped"), why)
    yield from _refused(sittings)
    yield from _checks(sittings)
    yield from _union(person_id, lecture)


def _device(devices: dict[str, int], digest: str, kind: str) -> str:
    """What kind of device it was; several are told apart by numbers, in the order in which they appear."""
    words = []
    if kind in DeviceKind.values:
        words.append(str(DeviceKind(kind).label))
    if digest:
        number = devices.setdefault(digest, len(devices) + 1)
        words.append(_("Device %(number)d") % {"number": number})
    return " · ".join(words) or _("A device without a name")


def _taken_over_by(person_id: int, sittings: list[PlaybackSession]) -> dict[dt.datetime, tuple[str, str]]:
    """Digests and kinds of the devices that took these sittings over, by the instant at which they did."""
    taken_over = (each.ended_at for each in sittings if each.end_reason == SessionEnd.TAKEN_OVER)
    ends = [each for each in taken_over if each is not None]
    if not ends:
        return {}
    later = PlaybackSession.objects.filter(person=person_id, started_at__in=ends)
    return {
        started_at: (digest, kind)
        for started_at, digest, kind in later.values_list("started_at", "device_digest", "device_kind")
    }


def _union(person_id: int, lecture: Lecture) -> Iterator[Event]:
    """What the server holds as watched: all that completions are judged by."""
    held = WatchProgress.objects.filter(person=person_id, recording=lecture.recording_id).first()
    if held is None:
        return
    waiting = length(held.provisional_ms) if held.provisional_ms else ""
    # What is held of a recording that came back stands after its coming back.
    shown = lecture.shown_recordings.filter(recording=lecture.recording_id).order_by("-pk")
    since = shown.values_list("since", flat=True).first()
    yield Event(
        max(held.updated_at, since or held.updated_at),
        "union",
        _("Confirmed so far: %(length)s") % {"length": length(held.watched_ms)},
        _("%(length)s wait for a presence check.") % {"length": waiting} if waiting else "",
        stretches=[(int(low), int(high)) for low, high, *_day in held.intervals],
    )


def _folded(sitting: PlaybackSession) -> dict[str, Any] | None:
    """What a sitting's beats came to, once their rows were dropped (courses.folding)."""
    traces = sitting.traces or {}
    stretches = traces.get("stretches", [])
    if not stretches:
        return None
    return {
        "low": min(start_ms for start_ms, *_rest in stretches),
        "high": max(end_ms for _start_ms, end_ms, *_rest in stretches),
        "earned": traces["earned_ms"],
        "last": dt.datetime.fromtimestamp(max(ended for *_rest, ended, _mode in stretches), dt.UTC),
    }


def _refused(sittings: list[PlaybackSession]) -> Iterator[Event]:
    """What the player claimed and the server did not count, by reason: what a dispute is mostly about."""
    for row in RefusedBeats.objects.filter(session__in=sittings).order_by("pk"):
        yield Event(
            row.last_at,
            "refused",
            ngettext(
                "Not counted: %(count)d report of the player",
                "Not counted: %(count)d reports of the player",
                row.count,
            )
            % {"count": row.count},
            refusals.text_of(row.code),
            "refused",
            stretches=[(row.low_ms, row.high_ms)],
        )


def _checks(sittings: list[PlaybackSession]) -> Iterator[Event]:
    for check in PresenceCheck.objects.filter(session__in=sittings).order_by("-pk")[:MAX_CHECKS]:
        place = [(check.position_ms, check.position_ms)]
        yield Event(
            check.issued_at, "check", _("Presence check issued"), check.get_kind_display(), stretches=place
        )
        if check.judged_at is None:
            continue
        about = [(int(low), int(high)) for low, high, *_day in check.stretches]
        if check.verdict == "answered":
            yield Event(check.judged_at, "check", _("Presence check answered"), state="good", stretches=about)
        elif check.verdict == "withdrawn":
            text = _("The recording was replaced; %(length)s that waited for it wait for the next one.") % {
                "length": length(check.stretches_ms)
            }
            yield Event(check.judged_at, "check", _("Presence check withdrawn"), text, stretches=about)
        else:
            text = _("%(length)s that waited for it were taken back.") % {
                "length": length(check.stretches_ms)
            }
            yield Event(
                check.judged_at, "check", _("Presence check not answered"), text, "refused", stretches=about
            )


# --- Acts ---------------------------------------------------------------------------------------------


def _declaration(declared: Declaration) -> Iterator[Event]:
    proofs = list(declared.proofs.all())
    for number, step in enumerate(declared.steps.all()):
        yield Event(
            step.at,
            "declaration",
            _("Declaration: %(act)s") % {"act": step.get_act_display()},
            step.text,
            {"accepted": "good", "refused": "refused"}.get(step.act, ""),
            proofs=proofs if number == 0 else [],
        )


def _recognition(line: RecognitionLine) -> Iterator[Event]:
    listed = line.recognition
    what = _("List “%(title)s” of %(owner)s") % {"title": listed.title, "owner": listed.owner.label}
    if listed.submitted_at is not None:
        present = ""
        if line.present_seconds is not None:
            present = _("There for %(minutes)d minutes") % {"minutes": line.present_seconds // 60}
        yield Event(listed.submitted_at, "list", _("%(what)s submitted") % {"what": what}, present)
    if listed.approved_at is not None:
        yield Event(
            listed.approved_at, "list", _("%(what)s approved by a second person") % {"what": what}, "", "good"
        )


# --- Ledger -------------------------------------------------------------------------------------------


def _completions(person_id: int, activity: Activity) -> Iterator[Event]:
    for done in Completion.objects.filter(person=person_id, activity=activity):
        # What stands in the place of another was completed when that was: the ledger's own events say the rest.
        if "corrects" in done.evidence:
            continue
        text = judged_by(done.rule)
        stretches = [(int(low), int(high)) for low, high, *_day in done.evidence.get("intervals", [])]
        yield Event(done.completed_at, "complete", _("Complete"), text, "good", stretches=stretches)


def _ledger(person_id: int, activity: Activity) -> Iterator[Event]:
    entries = list(LedgerEntry.objects.filter(person=person_id, activity=activity))
    why = changes.of(entries)
    for entry in entries:
        change = why.get(entry.pk)
        said = _(": ").join(part for part in (change.cause, change.text) if part) if change else ""
        quantity = abs(entry.quantity_milli) if entry.quantity_milli is not None else None
        figure = {"amount": amount(entry.unit, abs(entry.seconds), quantity)}
        if entry.kind == EntryKind.AWARD:
            yield Event(
                entry.recorded_at, "award", _("Entered in the ledger: %(amount)s") % figure, said, "good"
            )
        else:
            title = _("Taken back in the ledger: %(amount)s") % figure
            yield Event(entry.recorded_at, "reversal", title, said, "attention")
    yield from _disputes(entry__in=entries)
    if activity.lecture is not None:
        yield from _disputes(person=person_id, lecture=activity.lecture)


def _disputes(**of: object) -> Iterator[Event]:
    for dispute in Dispute.objects.filter(**of):
        for step in dispute.steps.all():
            yield Event(
                step.at,
                "dispute",
                _("Dispute: %(act)s") % {"act": step.get_act_display()},
                step.text,
                {"accepted": "good", "refused": "refused"}.get(step.act, ""),
            )
