"""What pages show of a course: its outline with where the reader stands, in few statements for many courses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from courses import watching
from courses.models import Completion, Course, CourseVersionActivity, Lecture
from courses.watching import LectureProgress, WatchState
from people.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """One lecture of an outline."""

    lecture: Lecture
    is_required: bool
    progress: LectureProgress

    @property
    def is_ready(self) -> bool:
        """Whether it can be played now."""
        return self.lecture.recording is not None and self.lecture.recording.is_ready


@dataclass(frozen=True, slots=True)
class Chapter:
    """Consecutive lines under one heading; the first chapter may have none."""

    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Outline:
    """A course's lectures in order, as one reader sees them."""

    chapters: list[Chapter] = field(default_factory=list)
    is_complete: bool = False

    @property
    def lines(self) -> list[Line]:
        return [line for chapter in self.chapters for line in chapter.lines]

    @property
    def duration_ms(self) -> int:
        return sum(line.progress.duration_ms for line in self.lines)

    @property
    def required_count(self) -> int:
        return sum(line.is_required for line in self.lines)

    @property
    def completed_count(self) -> int:
        """How many of the required lectures are complete."""
        return sum(line.is_required and line.progress.is_complete for line in self.lines)

    @property
    def state(self) -> WatchState:
        if self.is_complete:
            return WatchState.COMPLETE
        begun = any(line.progress.state != WatchState.NEW for line in self.lines)
        return WatchState.UNDER_WAY if begun else WatchState.NEW

    @property
    def next_line(self) -> Line | None:
        """The lecture to go on with: one under way, else the first required one that is not complete."""
        playable = [line for line in self.lines if line.is_ready]
        under_way = [line for line in playable if line.progress.state == WatchState.UNDER_WAY]
        waiting = [line for line in playable if line.is_required and not line.progress.is_complete]
        return next(iter(under_way or waiting or playable), None)

    @property
    def lecturer_names(self) -> list[str]:
        names = (line.lecture.lecturer.title for line in self.lines if line.lecture.lecturer)
        return list(dict.fromkeys(names))


def outlines_of(courses: Iterable[Course], person: Person | None) -> dict[int, Outline]:
    """Each course's outline by the course's key, for this person or for nobody; at most five statements."""
    by_version = {course.current_version_id: course.pk for course in courses if course.current_version_id}
    rows = list(
        CourseVersionActivity.objects.filter(version__in=by_version, activity__lecture__live=True)
        .select_related("activity__lecture__recording", "activity__lecture__lecturer")
        .order_by("version", "position")
    )
    held: dict[int, list[tuple[str, Lecture, bool]]] = {key: [] for key in by_version.values()}
    for row in rows:
        if row.activity.lecture is not None:
            held[by_version[row.version_id]].append((row.chapter, row.activity.lecture, row.is_required))
    progress = watching.progress_for(person, [lecture for each in held.values() for _c, lecture, _r in each])
    complete: set[int | None] = set()
    if person is not None:
        complete = set(
            Completion.objects.filter(
                person=person, course__in=list(held), revoked_at__isnull=True
            ).values_list("course_id", flat=True)
        )
    return {
        key: Outline(_chapters(each, progress), is_complete=key in complete) for key, each in held.items()
    }


def draft_outline(lines: Sequence[tuple[str, Lecture, bool]], person: Person | None) -> Outline:
    """The outline of a page in preview: (chapter, lecture, is_required), drafts too."""
    return Outline(_chapters(lines, watching.progress_for(person, [lecture for _c, lecture, _r in lines])))


def _chapters(
    lines: Sequence[tuple[str, Lecture, bool]], progress: dict[int, LectureProgress]
) -> list[Chapter]:
    chapters: list[Chapter] = []
    for title, lecture, is_required in lines:
        if not chapters or title:
            chapters.append(Chapter(title, []))
        chapters[-1].lines.append(Line(lecture, is_required, progress[lecture.pk]))
    return chapters
