"""What the viewers of a replaced recording are told: on the lecture's page, in their inbox, in the timeline."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses import intervals, recuts
from courses.evidence import Event
from courses.intervals import Stretch
from courses.lengths import length
from courses.models import (
    Activity,
    CarriedReversal,
    CarriedWatching,
    Lecture,
    Recut,
    ShownRecording,
    WatchProgress,
)
from people import notices
from people.days import local_day
from people.models import NoticeKind, Person
from people.notices import New

# Less than this nobody has watched: a page that was opened and left.
LEAST_MS = 1000
# The latest replacements that a timeline shows.
MAX_REPLACED = 20


class Fate(StrEnum):
    """What became of what somebody had watched of the old recording."""

    CARRIED = "carried"
    UNDER_WAY = "under_way"  # there is a table, and his turn has not come
    OPEN = "open"  # there is no table yet
    TAKEN_BACK = "taken_back"  # there was one, and what it carried was taken out again


@dataclass(frozen=True, slots=True)
class Told:
    """What a viewer's page says of the replaced recording; `day` is the table's, or that of the replacement.

    Of `carried_ms`, `waiting_ms` wait for the next presence check of the new recording. `watched_ms` was watched of
    the old one and is not carried; of what waits there for a check that is still open, `open_ms`.
    """

    fate: Fate
    day: dt.date
    carried_ms: int = 0
    waiting_ms: int = 0
    lost: Sequence[Stretch] = ()
    watched_ms: int = 0
    open_ms: int = 0
    why: str = ""  # the reason of whoever took a table back

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where the lost stretches stood, those side by side joined: less than a second apart is not seen."""
        found: list[tuple[int, int]] = []
        for low, high, _day in intervals.union_of([(low, high, "") for low, high, _day in self.lost]):
            if found and low - found[-1][1] < LEAST_MS:
                found[-1] = (found[-1][0], high)
            else:
                found.append((low, high))
        return found

    @property
    def lost_ms(self) -> int:
        return intervals.total_ms(self.lost)


def _sentence(why: str) -> str:
    """A reason that was given, without the full stop that the sentence around it has."""
    return why.rstrip("。.")


# --- On the lecture's page ----------------------------------------------------------------------------


def told(person: Person | None, lecture: Lecture) -> Told | None:
    """What this person's page says; two statements where the recording was never replaced."""
    if person is None or lecture.recording_id is None:
        return None
    rows = CarriedWatching.objects.filter(
        person=person,
        recut__lecture=lecture,
        recut__target=lecture.recording_id,
        recut__reversed_at__isnull=True,
    )
    # Each table's latest row holds all that was taken along by it.
    latest = {row.recut_id: row for row in rows.select_related("recut").order_by("pk")}
    if latest:
        return _carried(person, lecture.recording_id, list(latest.values()))
    return _not_carried(person, lecture, lecture.recording_id)


def _carried(person: Person, recording_id: int, rows: Sequence[CarriedWatching]) -> Told:
    last = rows[-1]
    of_last = [row for row in rows if row.recut.source_id == last.recut.source_id]
    pieces = [piece for row in of_last for piece in recuts.read(row.recut.pieces)]
    held = {
        row.recording_id: row
        for row in WatchProgress.objects.filter(
            person=person, recording__in=[last.recut.source_id, recording_id]
        )
    }
    here, there = held.get(recording_id), held.get(last.recut.source_id)
    carried = intervals.together(*(row.carried for row in rows))
    waiting = intervals.minus(intervals.together(*(row.waiting for row in rows)), carried)
    waiting_ms = intervals.common_ms(waiting, here.provisional) if here else 0
    confirmed_ms = intervals.common_ms(waiting, here.intervals) if here else 0
    return Told(
        Fate.CARRIED,
        local_day(last.recut.made_at),
        carried_ms=intervals.total_ms(carried) + confirmed_ms + waiting_ms,
        waiting_ms=waiting_ms,
        lost=recuts.lost(pieces, intervals.together(last.taken, last.waited)),
        open_ms=_to_follow(pieces, intervals.minus(there.provisional, last.waited)) if there else 0,
    )


def _to_follow(pieces: Sequence[recuts.Piece], waiting: Sequence[Stretch]) -> int:
    """Of what waits in the old recording for a check, the milliseconds that the tables have a place for."""
    return intervals.total_ms(recuts.carried(pieces, waiting))


def _not_carried(person: Person, lecture: Lecture, recording_id: int) -> Told | None:
    former = (
        WatchProgress.objects.filter(
            Q(watched_ms__gte=LEAST_MS) | Q(provisional_ms__gte=LEAST_MS),
            person=person,
            recording__in=lecture.shown_recordings.exclude(recording=recording_id).values("recording"),
        )
        .order_by("-updated_at")
        .first()
    )
    if former is None:
        return None
    since = lecture.shown_recordings.filter(recording=recording_id).values_list("since", flat=True).last()
    if since is None:
        return None
    tables = Recut.objects.filter(lecture=lecture, source=former.recording_id, target=recording_id)
    standing = list(tables.standing())
    pieces = [piece for each in standing for piece in recuts.read(each.pieces)]
    told = Told(
        Fate.UNDER_WAY if standing else Fate.OPEN,
        local_day(since),
        watched_ms=former.watched_ms + former.provisional_ms,
        open_ms=_to_follow(pieces, former.provisional) if standing else former.provisional_ms,
    )
    back = tables.filter(reversals__person=person).order_by("-reversed_at").first()
    if told.fate == Fate.UNDER_WAY or back is None or back.reversed_at is None:
        return told
    return replace(
        told, fate=Fate.TAKEN_BACK, day=local_day(back.reversed_at), why=_sentence(back.reversed_why)
    )


# --- In the inbox -------------------------------------------------------------------------------------


def tell_carried(recut: Recut, rows: Sequence[CarriedWatching]) -> None:
    """Each of these persons learns what was carried over for him, and what was not; again where it has become more."""
    if not rows:
        return
    earlier = CarriedWatching.objects.filter(
        recut=recut, person__in=[row.person_id for row in rows], pk__lt=min(row.pk for row in rows)
    )
    told_ms: dict[int, int] = {}
    for before in earlier.only("person_id", "carried_ms", "waiting_ms"):
        had = before.carried_ms + before.waiting_ms
        told_ms[before.person_id] = max(had, told_ms.get(before.person_id, 0))
    title = _("The recording was replaced: %(title)s") % {"title": recut.lecture.title}
    path = reverse("courses:lecture", args=[recut.lecture.public_id])
    notices.send_bulk(
        New(
            person_id=row.person_id,
            kind=NoticeKind.COURSE,
            once=f"carried:{recut.public_id}:{row.taken_ms}:{row.waited_ms}",
            title=title,
            text=_what_was_carried(row),
            path=path,
        )
        for row in rows
        if told_ms.get(row.person_id) != row.carried_ms + row.waiting_ms
    )


def _what_was_carried(row: CarriedWatching) -> str:
    carried_ms = row.carried_ms + row.waiting_ms
    lost_ms = row.taken_ms + row.waited_ms - carried_ms
    if not carried_ms:
        text = _(
            "Nothing of the %(length)s that you had watched stands in the new recording; please watch it anew."
        )
        return text % {"length": length(lost_ms)}
    said = [
        _("Of what you had watched, %(length)s were carried over to the new recording.")
        % {"length": length(carried_ms)}
    ]
    if row.waiting_ms:
        said.append(
            _("Of these, %(length)s wait for the next presence check there.")
            % {"length": length(row.waiting_ms)}
        )
    if lost_ms >= LEAST_MS:
        said.append(
            _("%(length)s could not be carried over: they are no longer part of it.")
            % {"length": length(lost_ms)}
        )
    return "".join(said)


def tell_taken_back(recut: Recut, rows: Sequence[CarriedReversal]) -> None:
    """Each of these persons learns that what had been carried over for him does not count any more, and why."""
    title = _("What had been carried over was taken back: %(title)s") % {"title": recut.lecture.title}
    path = reverse("courses:lecture", args=[recut.lecture.public_id])
    notices.send_bulk(
        New(
            person_id=row.person_id,
            kind=NoticeKind.COURSE,
            once=f"uncarried:{recut.public_id}",
            title=title,
            text=_what_was_taken_back(recut, row),
            path=path,
        )
        for row in rows
    )


def _what_was_taken_back(recut: Recut, row: CarriedReversal) -> str:
    said = [
        _("%(length)s that had been carried over from the old recording do not count any more.")
        % {"length": length(row.removed_ms)}
    ]
    if row.kept_ms:
        said.append(
            _(
                "%(length)s that you have watched in the new one as well wait for the next presence check there."
            )
            % {"length": length(row.kept_ms)}
        )
    said += [
        _("Reason: %(why)s.") % {"why": _sentence(recut.reversed_why)},
        _("What was watched in the old recording is kept."),
    ]
    return "".join(said)


# --- In the timeline ----------------------------------------------------------------------------------


def events(person_id: int, activity: Activity) -> Iterator[Event]:
    """For the timeline of evidence: each replacement that he was under way in, and what was carried."""
    if activity.lecture_id is None:
        return
    yield from _replacements(person_id, activity.lecture_id)
    rows = CarriedWatching.objects.filter(person=person_id, recut__lecture=activity.lecture_id)
    for row in rows.select_related("recut__source").order_by("pk"):
        text = _("%(carried)s were carried over from “%(recording)s”, %(gone)s could not be.")
        if row.waiting_ms:
            text = _(
                "%(carried)s were carried over from “%(recording)s”, of which %(waiting)s wait for the next presence"
                " check there; %(gone)s could not be."
            )
        text %= {
            "carried": length(row.carried_ms + row.waiting_ms),
            "waiting": length(row.waiting_ms),
            "gone": length(row.taken_ms + row.waited_ms - row.carried_ms - row.waiting_ms),
            "recording": row.recut.source.title,
        }
        made = _("By the table of %(day)s.") % {"day": date_format(local_day(row.recut.made_at))}
        yield Event(
            row.at,
            "carried",
            _("The recording was cut anew"),
            f"{text}{made}",
            stretches=[(low, high) for low, high, _day in intervals.together(row.carried, row.waiting)],
        )
    back = CarriedReversal.objects.filter(person=person_id, recut__lecture=activity.lecture_id)
    for out in back.select_related("recut").order_by("pk"):
        yield Event(
            out.at,
            "carried",
            _("What had been carried over was taken back"),
            _what_was_taken_back(out.recut, out),
            "attention",
            stretches=[(low, high) for low, high, _day in out.removed if high - low >= LEAST_MS],
        )


def _replacements(person_id: int, lecture_id: int) -> Iterator[Event]:
    shown = list(
        ShownRecording.objects.filter(lecture=lecture_id)
        .select_related("recording")
        .order_by("-pk")[: MAX_REPLACED + 1]
    )[::-1]
    rows = {
        row.recording_id: row
        for row in WatchProgress.objects.filter(
            person=person_id, recording__in={each.recording_id for each in shown[:-1]}
        )
    }
    tables = set(Recut.objects.standing().filter(lecture=lecture_id).values_list("source", "target"))
    for old, new in itertools.pairwise(shown):
        row = rows.get(old.recording_id)
        if row is None or row.watched_ms + row.provisional_ms < LEAST_MS:
            continue
        text = _("Of “%(recording)s”, %(length)s have been watched to this day.") % {
            "recording": old.recording.title,
            "length": length(row.watched_ms + row.provisional_ms),
        }
        if row.provisional_ms:
            text += _("Of these, %(length)s wait for a presence check.") % {
                "length": length(row.provisional_ms)
            }
        if (old.recording_id, new.recording_id) not in tables:
            text += _("Nothing of it has been carried over so far.")
        yield Event(new.since, "carried", _("The recording was replaced"), text)
