"""What stands beside lectures, published as editors publish it: readings, questions, assessments, and their course."""

import datetime as dt

from django.db.models import F
from django.test import Client

from courses import catalogue
from courses.models import (
    Assessment,
    AssessmentAttempt,
    AssessmentDraw,
    Course,
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    Question,
    QuestionOption,
    QuestionTopic,
    Reading,
    ReadingProgress,
)


def a_reading(title="合同编通则导读", minutes=2, **fields):
    body = fields.pop("body", "<p>第四百六十四条</p>")
    made = Reading(title=title, body=body, minimum_minutes=minutes, live=False, **fields)
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


class Reader:
    """A page of a reading; `let_pass` sets its clock back, as if time had passed."""

    def __init__(self, person, reading):
        self.person, self.reading, self.client = person, reading, Client()
        self.client.force_login(person.user)
        self.sitting = ""

    def open(self):
        answer = self.client.post(f"/readings/{self.reading.public_id}/open/")
        self.sitting = answer.json()["sitting"] if answer.status_code == 200 else ""
        return answer

    def sign(self, **fields):
        return self.client.post(
            f"/readings/{self.reading.public_id}/sign/", {"sitting": self.sitting, **fields}
        )

    def let_pass(self, seconds):
        gone = dt.timedelta(seconds=seconds)
        ReadingProgress.objects.filter(person=self.person, sitting__isnull=False).update(
            seen_at=F("seen_at") - gone, sitting_since=F("sitting_since") - gone
        )

    def read(self, seconds, step=15):
        for _ in range(0, seconds, step):
            self.let_pass(step)
            answer = self.sign()
        return answer


def signed_in(person):
    client = Client()
    client.force_login(person.user)
    return client


def begin(client, assessment):
    answer = client.post(f"/assessments/{assessment.public_id}/")
    attempt = AssessmentAttempt.objects.order_by("-pk").first()
    assert answer["Location"] == f"/attempts/{attempt.public_id}/"
    return attempt


def right_values(row):
    key = row.version.content["key"]
    if row.version.content["kind"] == "true_false":
        return ["true" if key else "false"]
    if row.version.content["kind"] == "short":
        return ["ＡＢ-c "]
    return key if isinstance(key, list) else [key]


def all_right(attempt):
    return {f"q{row.position}": right_values(row) for row in attempt.answers.select_related("version")}
