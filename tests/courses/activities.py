"""What stands beside lectures, published as editors publish it: readings, questions, assessments, and their course."""

from courses import catalogue
from courses.models import (
    Assessment,
    AssessmentDraw,
    Course,
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    Question,
    QuestionOption,
    QuestionTopic,
    Reading,
)


def a_reading(title="合同编通则导读", minutes=2, **fields):
    made = Reading(title=title, body="<p>第四百六十四条</p>", minimum_minutes=minutes, live=False, **fields)
    made.save()
    made.save_revision().publish()
    return Reading.objects.get(pk=made.pk)


def a_question(text, kind="single", options=(("对", True), ("错", False)), topic="合同", **fields):
    made = Question(
        text=text,
        kind=kind,
        topic=QuestionTopic.objects.get_or_create(name=topic)[0],
        explanation="说明在此",
        live=False,
        **fields,
    )
    made.options = [QuestionOption(text=t, is_right=r, sort_order=n) for n, (t, r) in enumerate(options)]
    made.save()
    made.save_revision().publish()
    return made


def an_assessment(count=2, **fields):
    made = Assessment(
        title="合同编测验", live=False, **{"cooldown_minutes": 0, "credit_minutes": 45, **fields}
    )
    made.draws = [AssessmentDraw(topic=QuestionTopic.objects.get_or_create(name="合同")[0], count=count)]
    made.save()
    made.save_revision().publish()
    return Assessment.objects.get(pk=made.pk)


def a_course(*items, title="课程", required=None, **fields):
    catalogue.ensure_site()
    page = CoursePage(
        title=title, slug=f"a{CoursePage.objects.count()}", access="members", live=False, **fields
    )
    page.outline = [
        CoursePageActivity(
            **{item._meta.model_name: item}, sort_order=n, is_required=required is None or item in required
        )
        for n, item in enumerate(items)
    ]
    CourseIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return Course.objects.get(page=page)
