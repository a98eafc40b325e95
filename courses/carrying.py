"""What was watched of a recording, taken along to its new cut: the one writer of recuts and of what they carry.

The old row stays as it is, with the completions that rest on it. Each person's confirmed stretches are moved as the
editor's table says, with a row of evidence, and judged as if they had been watched there. Whoever has something
confirmed in the old recording later (a session was still open, a beat came late) is carried by the sweep.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses import completion, intervals, lecture_questions, recuts, watching
from courses.evidence import Event
from courses.intervals import Stretch
from courses.lecture_questions import Moved
from courses.lengths import length
from courses.models import (
    Activity,
    CarriedWatching,
    Completion,
    Lecture,
    PlaybackSession,
    Recut,
    WatchProgress,
)
from courses.recuts import Piece
from media.models import Recording
from people.days import local_day
from people.models import Person, User

AT_ONCE = 50  # persons a transaction
# So long after a table was made somebody's late minutes may still be confirmed in the old recording.
FOLLOWED = dt.timedelta(days=60)


class RecutRefused(Exception):
    """The table is none; `problems` say where."""

    code = "recut_refused"

    def __init__(self, problems: Sequence[recuts.Problem]) -> None:
        super().__init__(self.code)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would do: stretches of either recording that it leaves out, and to how many it matters."""

    gone: Sequence[tuple[int, int]]  # of the old recording, carried nowhere
    fresh: Sequence[tuple[int, int]]  # of the new recording, to be watched by everybody
    wholly: int  # persons, all of whose watching is carried
    partly: int
    not_at_all: int
    questions: Sequence[Moved]
    complete: int  # persons who have completed the lecture: theirs stays as it is


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A replaced recording of which nobody has said what stands where in the present one."""

    recording: Recording
    persons: int  # who have watched it and not completed the lecture: they begin at nothing


@dataclass(frozen=True, slots=True)
class Told:
    """What a viewer's page says of the new cut."""

    day: dt.date
    carried_ms: int
    lost: Sequence[Stretch]
    # What waited for a presence check when the recording was replaced: no check of the new one can confirm it.
    unconfirmed_ms: int = 0

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where the lost stretches stood, those of several days side by side joined."""
        joined = intervals.union_of([(low, high, "") for low, high, _day in self.lost])
        return [(low, high) for low, high, _day in joined]

    @property
    def lost_ms(self) -> int:
        return intervals.total_ms(self.lost)


# --- Reading ------------------------------------------------------------------------------------------


def former_recordings(lecture: Lecture) -> list[Recording]:
    """The recordings in which this lecture was watched before its present one, the newest first."""
    watched = PlaybackSession.objects.filter(lecture=lecture).exclude(recording=lecture.recording_id)
    said = Recut.objects.filter(lecture=lecture).exclude(source=lecture.recording_id)
    keys = {*watched.values_list("recording", flat=True).distinct(), *said.values_list("source", flat=True)}
    keys |= _of_revisions(lecture)
    keys.discard(lecture.recording_id or 0)
    return list(Recording.objects.filter(pk__in=keys, duration_ms__isnull=False).order_by("-pk"))


def _of_revisions(lecture: Lecture) -> set[int]:
    """What the lecture's drafts and publications have named; the latest hundred of them."""
    contents = lecture.revisions.order_by("-pk").values_list("content", flat=True)[:100]
    return {int(content["recording"]) for content in contents if content.get("recording")}


def left_behind(lecture_id: int) -> LeftBehind | None:
    """The newest replaced recording of the published lecture that waits for its table; None where none does."""
    lecture = Lecture.objects.filter(pk=lecture_id, live=True).first()
    if lecture is None or lecture.recording_id is None:
        return None
    said = set(Recut.objects.filter(lecture=lecture).values_list("source", flat=True))
    done = Completion.objects.filter(
        person=OuterRef("person"), activity__lecture=lecture, revoked_at__isnull=True
    )
    for former in former_recordings(lecture):
        if former.pk in said:
            continue
        rows = WatchProgress.objects.filter(~Exists(done), recording=former, watched_ms__gt=0)
        if count := rows.count():
            return LeftBehind(former, count)
    return None


def preview(source: Recording, lecture: Lecture, pieces: Sequence[Piece]) -> Preview:
    """What the table would do. RecutRefused for one that cannot be made."""
    target = _checked(source, lecture, pieces)
    counts = {"wholly": 0, "partly": 0, "not_at_all": 0}
    rows = WatchProgress.objects.filter(recording=source, watched_ms__gt=0)
    for union, watched_ms in rows.values_list("intervals", "watched_ms").iterator(2000):
        carried_ms = intervals.total_ms(recuts.carried(pieces, union))
        counts["wholly" if carried_ms == watched_ms else "partly" if carried_ms else "not_at_all"] += 1
    return Preview(
        gone=_whole_seconds(
            recuts.uncovered([(each.from_ms, each.to_ms) for each in pieces], source.duration_ms or 0)
        ),
        fresh=_whole_seconds(
            recuts.uncovered([(each.new_from_ms, each.new_to_ms) for each in pieces], target.duration_ms or 0)
        ),
        questions=lecture_questions.moved_by(lecture, source.pk, pieces),
        complete=Completion.objects.filter(activity__lecture=lecture, revoked_at__isnull=True).count(),
        **counts,
    )


def _whole_seconds(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without what is shorter than a second: a table is written in seconds, a recording ends between two."""
    return [(low, high) for low, high in stretches if high - low >= 1000]


def recuts_of(lecture: Lecture) -> QuerySet[Recut]:
    return Recut.objects.filter(lecture=lecture).select_related("source", "target", "made_by__person")


def told(person: Person | None, lecture: Lecture) -> Told | None:
    """What was carried to the lecture's recording for this person, by the latest table; two statements."""
    if person is None or lecture.recording_id is None:
        return None
    row = (
        CarriedWatching.objects.filter(
            person=person, recut__lecture=lecture, recut__target=lecture.recording_id
        )
        .select_related("recut")
        .order_by("-pk")
        .first()
    )
    if row is None:
        return None
    former = WatchProgress.objects.filter(person=person, recording=row.recut.source)
    return Told(
        day=local_day(row.recut.made_at),
        carried_ms=row.carried_ms,
        lost=recuts.lost(_pieces(row.recut), row.taken),
        unconfirmed_ms=former.values_list("provisional_ms", flat=True).first() or 0,
    )


def events(person_id: int, activity: Activity) -> Iterator[Event]:
    """For the timeline of evidence."""
    if activity.lecture_id is None:
        return
    rows = CarriedWatching.objects.filter(person=person_id, recut__lecture=activity.lecture_id)
    for row in rows.select_related("recut__source").order_by("pk"):
        text = _("%(carried)s were carried over from “%(recording)s”, %(gone)s could not be.") % {
            "carried": length(row.carried_ms),
            "gone": length(row.taken_ms - row.carried_ms),
            "recording": row.recut.source.title,
        }
        made = _("By the table of %(day)s.") % {"day": date_format(local_day(row.recut.made_at))}
        yield Event(
            row.at,
            "carried",
            _("The recording was cut anew"),
            f"{text}{made}",
            stretches=[(int(low), int(high)) for low, high, *_day in row.carried],
        )


# --- Writing ------------------------------------------------------------------------------------------


@transaction.atomic
def make(
    source: Recording, lecture: Lecture, pieces: Sequence[Piece], *, by: User, now: dt.datetime
) -> Recut:
    """Keep a table; `run` carries by it. RecutRefused where a second would be carried twice or nowhere.

    Two tables of one pair of recordings are made one after another: the second sees what the first says.
    """
    Lecture.objects.select_for_update(no_key=True).get(pk=lecture.pk)
    target = _checked(source, lecture, pieces)
    lecture_questions.carry(lecture, source.pk, pieces)
    return Recut.objects.create(
        lecture=lecture,
        source=source,
        target=target,
        pieces=[list(each) for each in sorted(pieces)],
        made_by=by,
        made_at=now,
    )


@transaction.atomic
def make_none(source: Recording, lecture: Lecture, *, by: User, now: dt.datetime) -> Recut:
    """Say that nothing of the old recording stands in the new one: a table without pieces, which viewers are told of.

    RecutRefused where one of the two is not ready.
    """
    target = _both_ready(source, lecture)
    return Recut.objects.create(
        lecture=lecture, source=source, target=target, pieces=[], made_by=by, made_at=now
    )


def run(recut_id: int, now: dt.datetime) -> int:
    """Carry everybody who has something new to take along; may run twice. Returns how many were carried."""
    recut = Recut.objects.select_related("target").get(pk=recut_id)
    count = last = 0
    while batch := list(_waiting(recut).filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        with transaction.atomic():
            count += sum(_carry(recut, row, now) for row in batch)
        last = batch[-1].pk
    Recut.objects.filter(pk=recut_id, finished_at__isnull=True).update(finished_at=now)
    return count


def unsettled(now: dt.datetime) -> list[int]:
    """Keys of the recuts by which somebody has something to take along."""
    recent = Recut.objects.filter(made_at__gt=now - FOLLOWED).order_by("pk")
    return [recut.pk for recut in recent if recut.finished_at is None or _waiting(recut).exists()]


def _waiting(recut: Recut) -> QuerySet[WatchProgress]:
    """Rows of the old recording whose confirmed stretches were not taken along as they stand."""
    taken = CarriedWatching.objects.filter(
        recut=recut, person=OuterRef("person"), taken_ms=OuterRef("watched_ms")
    )
    return WatchProgress.objects.filter(~Exists(taken), recording=recut.source_id, watched_ms__gt=0)


def _carry(recut: Recut, row: WatchProgress, now: dt.datetime) -> int:
    """One person's stretches: evidence, the new recording's row, and what is complete by it."""
    pieces = _pieces(recut)
    stretches = recuts.carried(pieces, row.intervals)
    # The lock first: two runs meet here, and the second finds the first one's evidence.
    progress = watching.row_of(row.person_id, recut.target_id, now)
    key = {"recut": recut, "person_id": row.person_id, "taken_ms": row.watched_ms}
    if CarriedWatching.objects.filter(**key).exists():
        return 0
    CarriedWatching.objects.create(
        **key,
        taken=row.intervals,
        carried=stretches,
        carried_ms=intervals.total_ms(stretches),
        at=now,
    )
    union = watching.carry_in(
        progress,
        stretches,
        position_ms=recuts.place(pieces, row.position_ms),
        first_watched_at=row.first_watched_at if stretches else None,
        watched_at=row.updated_at,
    )
    for lecture_id in Lecture.objects.filter(recording=recut.target_id).values_list("pk", flat=True):
        completion.settle_lecture(row.person_id, lecture_id, union, now)
    return 1


def _both_ready(source: Recording, lecture: Lecture) -> Recording:
    target = lecture.recording
    if target is None or target.duration_ms is None or source.duration_ms is None or source == target:
        raise RecutRefused([recuts.Problem(0, "no_recording")])
    return target


def _checked(source: Recording, lecture: Lecture, pieces: Sequence[Piece]) -> Recording:
    target = _both_ready(source, lecture)
    said = Recut.objects.filter(source=source, target=target)
    earlier = [piece for recut in said for piece in _pieces(recut)]
    if found := recuts.problems(pieces, source.duration_ms or 0, target.duration_ms or 0, earlier):
        raise RecutRefused(found)
    return target


def _pieces(recut: Recut) -> list[Piece]:
    return [Piece(*each) for each in recut.pieces]
