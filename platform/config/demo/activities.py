"""The demonstration's reading, question bank, assessment and questions in lectures, beside the contract course.

They are electives there: the year that the demonstration's lawyers have behind them knew lectures alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from config.demo.slides import Slide, timing_of
from courses.models import (
    Assessment,
    AssessmentDraw,
    CoursePage,
    CoursePageActivity,
    Lecture,
    LectureQuestion,
    Question,
    QuestionOption,
    QuestionTopic,
    Reading,
)

Review = Callable[[Any], None]


def load_activities(
    text: Mapping[str, Any],
    lectures: Sequence[Lecture],
    slides: Sequence[Sequence[Slide]],
    review: Review,
) -> int:
    """Make them and publish the course anew; how many questions. `slides` are each lecture's, in order."""
    starts = [timing_of(each).starts_ms for each in slides]
    questions = {
        each["name"]: _question(
            each, lectures[each["lecture"] - 1], starts[each["lecture"] - 1][each["slide"]] // 1000, review
        )
        for each in text["question"]
    }
    for place in text["in_lecture"]:
        lecture = lectures[place["lecture"] - 1]
        # Asked at the slide's end: what is asked has just been said.
        end_ms = starts[place["lecture"] - 1][place["at_slide"] + 1]
        lecture.questions = [
            LectureQuestion(
                question=questions[place["question"]],
                at_second=end_ms // 1000 - 1,
                is_needed=place["needed"],
            )
        ]
        lecture.save()
        review(lecture)
    reading = Reading(
        title=text["reading"]["title"],
        summary=text["reading"]["summary"],
        body=text["reading"]["body"],
        minimum_minutes=text["reading"]["minutes"],
        live=False,
    )
    reading.save()
    review(reading)
    assessment = _assessment(text["assessment"])
    review(assessment)
    page = CoursePage.objects.get(slug=text["course"])
    place = page.outline.count()
    page.outline.add(
        CoursePageActivity(reading=reading, chapter="阅读与测验", is_required=False, sort_order=place),
        CoursePageActivity(assessment=assessment, is_required=False, sort_order=place + 1),
    )
    page.save()
    review(page)
    return len(questions)


def _question(text: Mapping[str, Any], lecture: Lecture, second: int, review: Review) -> Question:
    question = Question(
        topic=QuestionTopic.objects.get_or_create(name=text["topic"])[0],
        kind=text["kind"],
        text=text["text"],
        is_true=text.get("is_true", False),
        accepted=text.get("accepted", ""),
        explanation=text["explanation"],
        lecture=lecture,
        lecture_second=second,
        live=False,
    )
    options = [(option, True) for option in text.get("right", [])]
    options += [(option, False) for option in text.get("wrong", [])]
    question.options = [
        QuestionOption(text=option, is_right=is_right, sort_order=place)
        for place, (option, is_right) in enumerate(options)
    ]
    question.save()
    review(question)
    return question


def _assessment(text: Mapping[str, Any]) -> Assessment:
    assessment = Assessment(
        title=text["title"],
        summary=text["summary"],
        limit_minutes=text["minutes"],
        max_attempts=text["attempts"],
        cooldown_minutes=text["cooldown"],
        pass_percent=text["pass"],
        credit_minutes=text["credit_minutes"],
        live=False,
    )
    assessment.draws = [
        AssessmentDraw(topic=QuestionTopic.objects.get(name=name), count=count, sort_order=place)
        for place, (name, count) in enumerate(text["draws"].items())
    ]
    assessment.save()
    return assessment
