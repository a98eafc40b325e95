"""What pages show of a course: its outline with where the reader stands, in few statements for many courses."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from courses import enrolment, readings, rules, watching
from courses.models import (
    ActivityKind,
    Assessment,
    AssessmentAttempt,
    Completion,
    Course,
    CourseVersion,
    CourseVersionActivity,
    Lecture,
    Reading,
)
from courses.watching import LectureProgress, WatchState
from people.models import Person

Item = Lecture | Reading | Assessment
ALL_REQUIRED: rules.Rule = {"kind": "all_required"}


@dataclass(frozen=True, slots=True)
class Line:
    """One lecture, reading or assessment of an outline."""

    kind: str
    item: Item
    is_required: bool
    progress: LectureProgress
    key: int = 0  # the activity's; 0 in a preview

    @property
    def lecture(self) -> Lecture | None:
        return self.item if isinstance(self.item, Lecture) else None

    @property
    def title(self) -> str:
        return self.item.title

    @property
    def url(self) -> str:
        return f"/{self.kind}s/{self.item.public_id}/"

    @property
    def is_ready(self) -> bool:
        """Whether it can be played, read or taken now."""
        if not isinstance(self.item, Lecture):
            return True
        return self.item.recording is not None and self.item.recording.is_ready


@dataclass(frozen=True, slots=True)
class Chapter:
    """Consecutive lines under one heading; the first chapter may have none."""

    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Outline:
    """A course's activities in order, as one reader sees them, under the version that he goes by."""

    chapters: list[Chapter] = field(default_factory=list)
    is_complete: bool = False
    rule: rules.Rule = field(default_factory=lambda: ALL_REQUIRED)

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
    def judgement(self) -> rules.Judgement:
        """What the course's rule says of what is complete; who completed it once keeps that whatever it says now."""
        items = [rules.Item(place, line.kind, line.is_required) for place, line in enumerate(self.lines)]
        done = [place for place, line in enumerate(self.lines) if line.progress.is_complete]
        return rules.judge_course(self.rule, items, done)

    @property
    def asked_count(self) -> int:
        """How many activities the rule asks for."""
        return self.judgement.asked

    @property
    def completed_count(self) -> int:
        """How many of those are complete; all of them where the course is."""
        judgement = self.judgement
        return judgement.asked if self.is_complete else judgement.done

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
    def contents(self) -> str:
        """How much the course holds of what: "3 lectures, 1 assessment"; empty for an empty one."""
        counts = Counter(line.kind for line in self.lines)
        words = {
            ActivityKind.LECTURE: ngettext("%(n)s lecture", "%(n)s lectures", counts[ActivityKind.LECTURE]),
            ActivityKind.READING: ngettext("%(n)s reading", "%(n)s readings", counts[ActivityKind.READING]),
            ActivityKind.ASSESSMENT: ngettext(
                "%(n)s assessment", "%(n)s assessments", counts[ActivityKind.ASSESSMENT]
            ),
        }
        said = [text % {"n": counts[kind]} for kind, text in words.items() if counts[kind]]
        return pgettext("between items of a list", ", ").join(said)

    @property
    def missing(self) -> list[str]:
        """What is still to be done for the course's completion, in words; empty where it is complete."""
        if self.is_complete:
            return []
        return [_missing_words(each) for each in self.judgement.missing]

    @property
    def rule_words(self) -> str:
        """What completes the course, in a sentence."""
        return _rule_words(self.rule, self.required_count)

    @property
    def lecturer_names(self) -> list[str]:
        lectures = (line.lecture for line in self.lines if line.lecture is not None)
        names = (lecture.lecturer.title for lecture in lectures if lecture.lecturer)
        return list(dict.fromkeys(names))


def outlines_of(courses: Iterable[Course], person: Person | None) -> dict[int, Outline]:
    """Each course's outline by the course's key, for this person or for nobody; the statements are few and fixed."""
    bound = enrolment.bound_versions(person.pk) if person is not None else {}
    by_version = {
        bound.get(course.pk, course.current_version_id): course.pk
        for course in courses
        if course.current_version_id
    }
    rows = list(
        CourseVersionActivity.objects.filter(version__in=by_version)
        .filter(
            Q(activity__lecture__live=True)
            | Q(activity__reading__live=True)
            | Q(activity__assessment__live=True)
        )
        .select_related(
            "activity__lecture__recording",
            "activity__lecture__lecturer",
            "activity__reading",
            "activity__assessment",
            "version",
        )
        .defer("version__outline")
        .order_by("version", "position")
    )
    held: dict[int, list[tuple[str, Item, bool, int]]] = {key: [] for key in by_version.values()}
    versions: dict[int, CourseVersion] = {}
    for row in rows:
        item = row.activity.lecture or row.activity.reading or row.activity.assessment
        if item is not None:
            key = by_version[row.version_id]
            held[key].append((row.chapter, item, row.is_required, row.activity_id))
            versions[key] = row.version
    progress = _progress_for(person, [line[1] for lines in held.values() for line in lines])
    complete: set[int | None] = set()
    if person is not None:
        complete = set(
            Completion.objects.filter(
                person=person, course__in=list(held), revoked_at__isnull=True
            ).values_list("course_id", flat=True)
        )
    return {
        key: Outline(
            _chapters(lines, progress),
            is_complete=key in complete,
            rule=versions[key].rule if key in versions else ALL_REQUIRED,
        )
        for key, lines in held.items()
    }


def draft_outline(
    lines: Sequence[tuple[str, Item, bool]], person: Person | None, rule: rules.Rule | None = None
) -> Outline:
    """The outline of a page in preview: (chapter, item, is_required), drafts too."""
    progress = _progress_for(person, [item for _chapter, item, _required in lines])
    chapters = _chapters([(*line, 0) for line in lines], progress)
    return Outline(chapters, rule=rule or ALL_REQUIRED)


def _kind_of(item: Item) -> str:
    return str(item._meta.model_name)


def _progress_for(person: Person | None, items: Sequence[Item]) -> dict[tuple[str, int], LectureProgress]:
    """Where the person stands with each; statements only for the kinds that there are."""
    lectures = [item for item in items if isinstance(item, Lecture)]
    found = {("lecture", key): progress for key, progress in watching.progress_for(person, lectures).items()}
    others = [item for item in items if not isinstance(item, Lecture)]
    if not others:
        return found
    texts = [item for item in others if isinstance(item, Reading)]
    exams = [item for item in others if isinstance(item, Assessment)]
    complete: set[tuple[str, int]] = set()
    tried: set[int] = set()
    read: dict[int, int] = {}
    if person is not None:
        read = readings.progress_of(person, texts) if texts else {}
        for reading_id, assessment_id in Completion.objects.filter(
            Q(activity__reading__in=texts) | Q(activity__assessment__in=exams),
            person=person,
            revoked_at__isnull=True,
        ).values_list("activity__reading_id", "activity__assessment_id"):
            complete.add(("reading", reading_id) if reading_id else ("assessment", assessment_id))
        if exams:
            tried = set(
                AssessmentAttempt.objects.filter(person=person, assessment__in=exams).values_list(
                    "assessment_id", flat=True
                )
            )
    for item in others:
        kind = _kind_of(item)
        is_complete = (kind, item.pk) in complete
        if isinstance(item, Reading):
            needed_ms = item.minimum_minutes * 60_000
            progress = LectureProgress(min(read.get(item.pk, 0), needed_ms), needed_ms, 0, is_complete)
        else:
            progress = LectureProgress(int(item.pk in tried), 0, 0, is_complete)
        found[kind, item.pk] = progress
    return found


def _chapters(
    lines: Sequence[tuple[str, Item, bool, int]], progress: dict[tuple[str, int], LectureProgress]
) -> list[Chapter]:
    chapters: list[Chapter] = []
    for title, item, is_required, key in lines:
        if not chapters or title:
            chapters.append(Chapter(title, []))
        kind = _kind_of(item)
        chapters[-1].lines.append(Line(kind, item, is_required, progress[kind, item.pk], key))
    return chapters


def _missing_words(missing: rules.Missing) -> str:
    n = missing.count
    words = {
        "lecture": ngettext("%(n)s more lecture", "%(n)s more lectures", n),
        "reading": ngettext("%(n)s more reading", "%(n)s more readings", n),
        "assessment": ngettext("%(n)s more assessment", "%(n)s more assessments", n),
        "any": ngettext("%(n)s more activity of your choice", "%(n)s more activities of your choice", n),
        "elective": ngettext("%(n)s more elective", "%(n)s more electives", n),
    }
    return words.get(missing.what, ngettext("%(n)s more activity", "%(n)s more activities", n)) % {"n": n}


def _rule_words(rule: rules.Rule, required: int) -> str:
    kind = rule.get("kind")
    if kind == "any_of":
        return ngettext(
            "Any %(n)s activity of this course.", "Any %(n)s activities of this course.", rule["count"]
        ) % {"n": rule["count"]}
    if kind == "lecture_share":
        return _("%(percent)s%% of the lectures, and everything else that is required.") % {
            "percent": rule["percent"]
        }
    if kind == "required_and":
        return ngettext(
            "Everything required, and %(n)s of the electives.",
            "Everything required, and %(n)s of the electives.",
            rule["count"],
        ) % {"n": rule["count"]}
    return ngettext("The one required activity.", "All %(n)s required activities.", required) % {
        "n": required
    }
