"""The demonstration's courses: lecturers, lectures with real video and captions, courses, curricula.

Everything goes through the doors that editors use: recordings are registered and packaged by ffmpeg, captions
attached and published, texts submitted and approved in the three reviews.
"""

import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connection
from wagtail.models import WorkflowState

from config.demo import slides
from config.demo.activities import load_activities
from config.demo.slides import Script, Slide
from courses import catalogue
from courses.models import (
    Course,
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    CourseTerms,
    CreditCategory,
    Curriculum,
    CurriculumCourse,
    EquivalenceGroup,
    EquivalentCourse,
    Lecture,
    LecturerIndexPage,
    LecturerPage,
    Prerequisite,
)
from media import captions, packaging, recordings
from media.models import Language, Recording
from people.models import Organisation, User

TEXTS = Path(__file__).parent / "texts"
COURSES = ("contract", "tort", "family", "ethics")
EDITOR, REVIEWERS = "editor", ("reviewer", "final")
NOTICE = "演示视频：没有真人配音，只有提示音；讲稿见字幕。"
HOME_INTRODUCTION = (
    "巡回讲师团的民法典录播讲座。输入提问、术语或者条文号，直达讲到它的那一秒；看过的每一分钟都算数。"
)
# Machines that load a demonstration have two cores at least; ffmpeg uses more than one itself.
WORKERS = 2


class People(Protocol):
    """Whom the content needs of the demonstration's people: organisations by key, users by user name."""

    @property
    def organisations(self) -> Mapping[str, Organisation]: ...

    @property
    def users(self) -> Mapping[str, User]: ...


class PackagingFailed(Exception):
    """A demonstration video could not be packaged; its job says why."""

    code = "demo_packaging_failed"


@dataclass(frozen=True, slots=True)
class _Talk:
    """One lecture of the texts, and how it is to be shown."""

    text: Mapping[str, Any]
    category: str
    script: Script


def load_content(people: People, progress: Callable[[str], None]) -> None:
    """Make all courses. Call it outside of transactions: packaging writes through connections of its own."""
    home = catalogue.ensure_site()
    home.introduction = HOME_INTRODUCTION
    home.save_revision(user=people.users[EDITOR]).publish(user=people.users[REVIEWERS[-1]])
    lecturers = _lecturers(people)
    texts = [_read(name) for name in COURSES]
    talks = [
        _Talk(lecture, course.get("category", CreditCategory.LAW), _script(course, lecture, lecturers))
        for course in texts
        for lecture in course["lecture"]
    ]
    recorded = _record(talks, people.users[EDITOR])
    seconds = sum(recording.duration_ms or 0 for recording in recorded) // 1000
    progress(f"{len(recorded)} lectures packaged, {seconds // 60} min {seconds % 60} s of video")
    lectures = [
        _lecture(talk, recording, lecturers, people) for talk, recording in zip(talks, recorded, strict=True)
    ]
    left = iter(lectures)
    courses = {text["slug"]: _course(text, [next(left) for _ in text["lecture"]], people) for text in texts}
    courses |= _rearranged(courses, people)
    count = len(texts[0]["lecture"])
    questions = load_activities(
        _read("activities"),
        lectures[:count],
        [talk.script.slides for talk in talks[:count]],
        lambda item: reviewed(item, people),
    )
    progress(f"a reading and an assessment with {questions} questions published")
    for curriculum in _read("curricula")["curriculum"]:
        _curriculum(curriculum, courses, people)
    _unfinished(people, lecturers)
    progress(f"{len(courses)} courses and 3 curricula reviewed and published")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def _lecturers(people: People) -> dict[str, LecturerPage]:
    index = LecturerIndexPage.objects.get()
    made = {}
    for text in _read("lecturers")["lecturer"]:
        page = LecturerPage(
            title=text["name"],
            slug=text["slug"],
            position=text["position"],
            fields_of_law=text["fields_of_law"],
            biography=text["biography"],
            live=False,
        )
        index.add_child(instance=page)
        reviewed(page, people)
        made[text["slug"]] = page
    return made


def _script(
    course: Mapping[str, Any], lecture: Mapping[str, Any], lecturers: Mapping[str, LecturerPage]
) -> Script:
    return Script(
        title=lecture["title"],
        lecturer=lecturers[lecture["lecturer"]].title,
        course=course["title"],
        notice=NOTICE,
        slides=[
            Slide(each["heading"], each["points"], each["says"].strip().splitlines())
            for each in lecture["slide"]
        ],
    )


def _record(talks: Sequence[_Talk], editor: User) -> list[Recording]:
    """A packaged recording with published captions for each talk, several at a time."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as workers:

        def record(numbered: tuple[int, _Talk]) -> Recording:
            number, talk = numbered
            path = Path(folder) / f"lecture-{number}.mp4"
            try:
                slides.make_video(talk.script, path)
                recording, job = recordings.register_file(path, title=talk.script.title, uploaded_by=editor)
                path.unlink()
                if not packaging.run(job):
                    job.refresh_from_db()
                    raise PackagingFailed(f"{talk.script.title}: {job.error_code} {job.error_detail}")
                recording.refresh_from_db()
                track = captions.attach(
                    recording, slides.captions_of(talk.script.slides), Language.SIMPLIFIED_CHINESE
                )
                captions.publish(track)
                return recording
            finally:
                connection.close()

        return list(workers.map(record, enumerate(talks)))


def _lecture(
    talk: _Talk, recording: Recording, lecturers: Mapping[str, LecturerPage], people: People
) -> Lecture:
    text = talk.text
    lecture = Lecture.objects.create(
        title=text["title"],
        summary=text["summary"],
        category=talk.category,
        lecturer=lecturers[text["lecturer"]],
        recording=recording,
        live=False,
    )
    reviewed(lecture, people)
    return lecture


def _course(text: Mapping[str, Any], lectures: Sequence[Lecture], people: People) -> Course:
    page = CoursePage(
        title=text["title"],
        slug=text["slug"],
        summary=text["summary"],
        description=text["description"],
        access=text["access"],
        live=False,
    )
    page.outline = [
        CoursePageActivity(lecture=lecture, chapter=each.get("chapter", ""), sort_order=position)
        for position, (lecture, each) in enumerate(zip(lectures, text["lecture"], strict=True))
    ]
    CourseIndexPage.objects.get().add_child(instance=page)
    reviewed(page, people)
    return Course.objects.get(page=page)


def _rearranged(courses: Mapping[str, Course], people: People) -> dict[str, Course]:
    """Courses of lectures that others hold too: one that asks for another first, and an edition that was replaced."""
    made = {}
    for text in _read("curricula")["rearranged"]:
        page = CoursePage(
            title=text["title"], slug=text["slug"], summary=text["summary"], access="members", live=False
        )
        lines = CoursePageActivity.objects.filter(page__course=courses[text["lectures_of"]]).order_by(
            "sort_order"
        )
        page.outline = [
            CoursePageActivity(lecture=line.lecture, sort_order=position)
            for position, line in enumerate(lines[: text["lectures"]])
        ]
        CourseIndexPage.objects.get().add_child(instance=page)
        reviewed(page, people)
        course = made[text["slug"]] = Course.objects.get(page=page)
        if "after" in text:
            terms = CourseTerms.objects.create(course=course)
            Prerequisite.objects.create(terms=terms, course=courses[text["after"]], sort_order=0)
        if "replaced_by" in text:
            same = EquivalenceGroup.objects.create(title=text["title"], reason=text["reason"])
            for position, each in enumerate([course, courses[text["replaced_by"]]]):
                EquivalentCourse.objects.create(group=same, course=each, sort_order=position)
            page.unpublish(user=people.users[REVIEWERS[-1]])
    return made


def _curriculum(text: Mapping[str, Any], courses: Mapping[str, Course], people: People) -> Curriculum:
    audience: Organisation = people.organisations[text["audience"]]
    curriculum = Curriculum(
        title=text["title"],
        summary=text["summary"],
        owner=audience,
        audience_organisation=audience,
        opens_on=text["opens_on"],
        due_on=text["due_on"],
        minimum_electives=text.get("minimum_electives", 0),
        live=False,
    )
    electives = text.get("electives", [])
    curriculum.courses = [
        CurriculumCourse(course=courses[slug], is_elective=slug in electives, sort_order=position)
        for position, slug in enumerate([*text["courses"], *electives])
    ]
    curriculum.save()
    reviewed(curriculum, people)
    return curriculum


def _unfinished(people: People, lecturers: Mapping[str, LecturerPage]) -> None:
    """What an editorial office has on its desks: a lecture that waits for its second review."""
    lecture = Lecture.objects.create(
        title="居住权的设立与登记",
        summary="民法典第三百六十六条至第三百七十一条：书面合同、登记设立与遗嘱设立。录像待补。",
        lecturer=lecturers["zhou-shuning"],
        live=False,
    )
    lecture.save_revision(user=people.users[EDITOR])
    lecture.get_workflow().start(lecture, people.users[EDITOR])


def reviewed(item: Any, people: People) -> None:
    """The three reviews: the editor submits, the reviewer and the final reviewer approve; then it is live."""
    item.save_revision(user=people.users[EDITOR])
    state: WorkflowState = item.get_workflow().start(item, people.users[EDITOR])
    for judge in REVIEWERS:
        state.current_task_state.approve(user=people.users[judge])
        state.refresh_from_db()
    item.refresh_from_db()
