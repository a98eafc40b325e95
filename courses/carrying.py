"""What was watched of a recording, taken along to its new cut: the one writer of recuts and of what they carry.

The old row stays as it is, with the completions that rest on it. Each person's confirmed stretches are moved as the
editor's table says, with a row of evidence, and judged as if they had been watched there. What waits for a presence
check goes along as what it is, and waits for the next check of the new recording, once nobody can be asked in the old
one any more. Whoever has something new in the old recording later (a session was still open, a beat came late) is
carried by the sweep, or as soon as he opens the lecture.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from courses import checks, completion, intervals, lecture_questions, ledger, recuts, replaced, watching
from courses.lecture_questions import Moved
from courses.models import (
    CarriedWatching,
    Completion,
    Lecture,
    Recut,
    ShownRecording,
    WatchProgress,
)
from courses.recuts import Piece
from media.models import Recording
from people import audit_log
from people.days import today
from people.models import AuditAct, Organisation, User

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
    """What a table would do, with the earlier ones of the same pair: what it leaves out, and to whom it matters."""

    gone: Sequence[tuple[int, int]]  # of the old recording, carried nowhere
    fresh: Sequence[tuple[int, int]]  # of the new recording, to be watched by everybody
    # Persons who have watched the old recording and not completed the lecture: they wait for the table.
    wholly: int  # all that they watched is carried
    partly: int
    not_at_all: int
    complete: int  # persons who have watched it and completed the lecture: their records stay as they are
    questions: Sequence[Moved]

    @property
    def waiting(self) -> int:
        return self.wholly + self.partly + self.not_at_all


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A replaced recording of which nobody has said what stands where in the present one."""

    recording: Recording
    persons: int  # who have watched it and not completed the lecture: they begin at nothing


# --- Reading ------------------------------------------------------------------------------------------


def former_recordings(lecture_id: int) -> list[Recording]:
    """The recordings in which this lecture was published before its present one, the newest first.

    None while the lecture is not published: what a draft names, nobody has watched.
    """
    lecture = Lecture.objects.filter(pk=lecture_id, live=True).first()
    if lecture is None:
        return []
    shown = ShownRecording.objects.filter(lecture=lecture, recording__duration_ms__isnull=False)
    rows = shown.exclude(recording=lecture.recording_id).select_related("recording")
    return list({row.recording_id: row.recording for row in rows.order_by("-pk")}.values())


def left_behind(lecture_id: int) -> LeftBehind | None:
    """The newest replaced recording of the published lecture that waits for its table; None where none does."""
    said = set(Recut.objects.standing().filter(lecture=lecture_id).values_list("source", flat=True))
    for former in former_recordings(lecture_id):
        if former.pk in said:
            continue
        if count := _under_way_in(former, lecture_id):
            return LeftBehind(former, count)
    return None


def replacing(draft: Lecture) -> LeftBehind | None:
    """The published recording that a draft with another one would replace; None where it would replace none."""
    live = Lecture.objects.filter(pk=draft.pk, live=True).select_related("recording").first()
    if live is None or live.recording is None or live.recording_id == draft.recording_id:
        return None
    return LeftBehind(live.recording, _under_way_in(live.recording, live.pk))


def _under_way_in(recording: Recording, lecture_id: int) -> int:
    """How many have watched it and not completed the lecture."""
    return _watched_in(recording).exclude(_has_completed(lecture_id)).count()


def _watched_in(recording: Recording) -> QuerySet[WatchProgress]:
    something = Q(watched_ms__gt=0) | Q(provisional_ms__gt=0)
    return WatchProgress.objects.filter(something, recording=recording)


def _has_completed(lecture_id: int) -> Exists:
    return Exists(
        Completion.objects.filter(
            person=OuterRef("person"), activity__lecture=lecture_id, revoked_at__isnull=True
        )
    )


def preview(source: Recording, lecture: Lecture, pieces: Sequence[Piece]) -> Preview:
    """What the table would do. RecutRefused for one that cannot be made."""
    target, earlier = _checked(source, lecture, pieces)
    together = [*earlier, *pieces]
    counts = {"wholly": 0, "partly": 0, "not_at_all": 0, "complete": 0}
    rows = _watched_in(source).annotate(is_done=_has_completed(lecture.pk))
    for confirmed, waits, is_done in rows.values_list("intervals", "provisional", "is_done").iterator(2000):
        union = intervals.together(confirmed, waits)
        carried_ms = intervals.total_ms(recuts.carried(together, union))
        kind = (
            "wholly" if carried_ms == intervals.total_ms(union) else "partly" if carried_ms else "not_at_all"
        )
        counts["complete" if is_done else kind] += 1
    return Preview(
        gone=_whole_seconds(
            recuts.uncovered([(each.from_ms, each.to_ms) for each in together], source.duration_ms or 0)
        ),
        fresh=_whole_seconds(
            recuts.uncovered(
                [(each.new_from_ms, each.new_to_ms) for each in together], target.duration_ms or 0
            )
        ),
        questions=lecture_questions.moved_by(lecture, source.pk, pieces),
        **counts,
    )


def _whole_seconds(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without what is shorter than a second: a table is written in seconds, a recording ends between two."""
    return [(low, high) for low, high in stretches if high - low >= 1000]


def recuts_of(lecture: Lecture) -> QuerySet[Recut]:
    """The latest first, each with how many persons have taken something along by it."""
    rows = Recut.objects.filter(lecture=lecture).select_related("source", "target")
    return rows.annotate(persons_done=Count("carried__person", distinct=True))


# --- Writing ------------------------------------------------------------------------------------------


@transaction.atomic
def make(
    source: Recording, lecture: Lecture, pieces: Sequence[Piece], *, by: User, now: dt.datetime
) -> Recut:
    """Keep a table; `run` carries by it. RecutRefused where a second would be carried twice or nowhere.

    Two tables of one pair of recordings are made one after another: the second sees what the first says.
    """
    Lecture.objects.select_for_update(no_key=True).get(pk=lecture.pk)
    target, _said = _checked(source, lecture, pieces)
    lecture_questions.carry(lecture, source.pk, pieces)
    kept = [list(each) for each in sorted(pieces)]
    return _keep(Recut(lecture=lecture, source=source, target=target, pieces=kept, made_by=by, made_at=now))


@transaction.atomic
def make_none(source: Recording, lecture: Lecture, *, by: User, now: dt.datetime) -> Recut:
    """Say that nothing of the old recording stands in the new one: a table without pieces, which viewers are told of.

    RecutRefused where one of the two is not ready.
    """
    target = _both_ready(source, lecture)
    return _keep(Recut(lecture=lecture, source=source, target=target, pieces=[], made_by=by, made_at=now))


def _keep(recut: Recut) -> Recut:
    """With its line in the audit log."""
    audit_log.record(
        AuditAct.DECIDED,
        by=recut.made_by,
        organisation=Organisation.objects.filter(pk=ledger.organiser_id(today()) or 0).first(),
        about=_("Watching carried over") + f" · {recut.lecture.title}",
        persons=_under_way_in(recut.source, recut.lecture_id),
        now=recut.made_at,
    )
    recut.save()
    return recut


def run(recut_id: int, now: dt.datetime) -> int:
    """Carry everybody who has something new to take along; may run twice. Returns how many were carried."""
    recut = Recut.objects.select_related("target", "source", "lecture").get(pk=recut_id)
    count = last = 0
    while batch := list(_waiting(recut, now).filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        with transaction.atomic():
            if not Recut.objects.standing().filter(pk=recut_id).exists():
                return count
            count += _carry_all(recut, batch, now)
        last = batch[-1].pk
    Recut.objects.filter(pk=recut_id, finished_at__isnull=True).update(finished_at=now)
    return count


def bring_along(person_id: int, recording_id: int, now: dt.datetime) -> None:
    """What one person has in former cuts goes along before he goes on in this recording.

    In the caller's transaction, once none of his sessions runs any more.
    """
    tables = Recut.objects.standing().filter(target=recording_id)
    for recut in tables.select_related("target", "source", "lecture"):
        _carry_all(recut, list(_waiting(recut, now).filter(person=person_id)), now)


def unsettled(now: dt.datetime) -> list[int]:
    """Keys of the recuts by which somebody has something to take along."""
    recent = Recut.objects.standing().filter(made_at__gt=now - FOLLOWED).order_by("pk")
    return [recut.pk for recut in recent if recut.finished_at is None or _waiting(recut, now).exists()]


def _waiting(recut: Recut, now: dt.datetime) -> QuerySet[WatchProgress]:
    """Rows of the old recording that were not taken along as they stand.

    `brings_waiting`: what waits for a presence check there goes along too. Until the check that is open was judged
    and the page that shows the old recording is closed, it may still be confirmed or taken back there.
    """
    taken = CarriedWatching.objects.filter(
        recut=recut, person=OuterRef("person"), taken_ms=OuterRef("watched_ms")
    )
    is_over = Q(session__isnull=True) | Q(session__ended_at__isnull=False) | Q(session__expires_at__lte=now)
    brings = Q(
        is_over,
        ~Exists(taken.filter(waited_ms=OuterRef("provisional_ms"))),
        check_issued_at__isnull=True,
        provisional_ms__gt=0,
    )
    rows = WatchProgress.objects.filter(recording=recut.source_id).annotate(
        brings_waiting=ExpressionWrapper(brings, output_field=BooleanField())
    )
    return rows.filter(Q(~Exists(taken), watched_ms__gt=0) | Q(brings_waiting=True))


def _carry_all(recut: Recut, rows: Sequence[WatchProgress], now: dt.datetime) -> int:
    """These persons' stretches, each of whom is told; but whoever has completed the lecture loses and gains nothing."""
    done = set(
        Completion.objects.filter(
            person__in=[row.person_id for row in rows],
            activity__lecture=recut.lecture_id,
            revoked_at__isnull=True,
        ).values_list("person_id", flat=True)
    )
    carried = [each for row in rows if (each := _carry(recut, row, now)) is not None]
    told = [each for each in carried if each.person_id not in done]
    replaced.tell_carried(
        recut, [each for each in told if each.taken_ms + each.waited_ms >= replaced.LEAST_MS]
    )
    return len(carried)


def _carry(recut: Recut, row: WatchProgress, now: dt.datetime) -> CarriedWatching | None:
    """One person's stretches: evidence, the new recording's row, and what is complete by it."""
    pieces = recuts.read(recut.pieces)
    waited = row.provisional if getattr(row, "brings_waiting", False) else []
    stretches, waiting = recuts.carried(pieces, row.intervals), recuts.carried(pieces, waited)
    # The lock first: two runs meet here, and the second finds the first one's evidence.
    progress = watching.row_of(row.person_id, recut.target_id, now)
    key = {
        "recut": recut,
        "person_id": row.person_id,
        "taken_ms": row.watched_ms,
        "waited_ms": intervals.total_ms(waited),
    }
    if CarriedWatching.objects.filter(**key).exists():
        return None
    carried = CarriedWatching.objects.create(
        **key,
        taken=row.intervals,
        carried=stretches,
        carried_ms=intervals.total_ms(stretches),
        added=intervals.minus(stretches, progress.intervals),
        waited=waited,
        waiting=waiting,
        waiting_ms=intervals.total_ms(waiting),
        at=now,
    )
    union = watching.carry_in(
        progress,
        stretches,
        waiting,
        check_due_ms=row.check_due_ms,
        position_ms=recuts.place(pieces, row.position_ms),
        first_watched_at=row.first_watched_at if stretches or waiting else None,
        watched_at=row.updated_at,
    )
    confirmed = checks.catch_up(progress.session_id, now) or union
    for lecture_id in Lecture.objects.filter(recording=recut.target_id).values_list("pk", flat=True):
        completion.settle_lecture(row.person_id, lecture_id, confirmed, now)
    return carried


def _both_ready(source: Recording, lecture: Lecture) -> Recording:
    target = lecture.recording
    is_ready = target is not None and target.duration_ms is not None and source.duration_ms is not None
    if target is None or not is_ready or source == target or not lecture.live:
        raise RecutRefused([recuts.Problem(0, "no_recording")])
    return target


def _checked(source: Recording, lecture: Lecture, pieces: Sequence[Piece]) -> tuple[Recording, list[Piece]]:
    """The new recording, and what earlier tables of the two say."""
    target = _both_ready(source, lecture)
    said = Recut.objects.standing().filter(source=source, target=target)
    earlier = [piece for recut in said for piece in recuts.read(recut.pieces)]
    if found := recuts.problems(pieces, source.duration_ms or 0, target.duration_ms or 0, earlier):
        raise RecutRefused(found)
    return target, earlier
