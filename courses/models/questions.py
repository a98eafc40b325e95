"""The question bank: topics, questions as editors write them, and the versions that answers name."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from uuid_utils.compat import uuid7
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from courses.clock_fields import SecondField
from courses.models.reviewed import Reviewed

MAX_OPTIONS = 10


class QuestionTopic(models.Model):
    """What a question is about; an assessment draws so many questions of each topic."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("question topic")
        verbose_name_plural = _("question topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One right answer")
    MULTIPLE = "multiple", _("Several right answers")
    TRUE_FALSE = "true_false", _("True or false")
    ORDERING = "ordering", _("Put in order")
    SHORT = "short", _("Short answer")


class Question(Reviewed):
    """A question as its editor writes it. What is asked is the version that its publication makes."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    topic = models.ForeignKey(
        QuestionTopic, models.PROTECT, verbose_name=_("topic"), related_name="questions"
    )
    tags = models.CharField(_("tags"), max_length=200, blank=True, help_text=_("Separated by spaces."))
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind, default=QuestionKind.SINGLE)
    text = models.TextField(_("question"), max_length=2000)
    is_true = models.BooleanField(
        _("the statement is true"), default=False, help_text=_("For “true or false” only.")
    )
    accepted = models.TextField(
        _("accepted answers"),
        blank=True,
        max_length=2000,
        help_text=_("For short answers: one a line. Leave empty to have every answer marked by a person."),
    )
    explanation = models.TextField(_("explanation"), blank=True, max_length=4000)
    lecture = models.ForeignKey(
        "courses.Lecture",
        models.PROTECT,
        verbose_name=_("explained in the lecture"),
        null=True,
        blank=True,
        related_name="+",
    )
    lecture_second = SecondField(_("at second"), null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def clean(self) -> None:
        super().clean()
        if (self.lecture_second is not None) and self.lecture_id is None:
            raise ValidationError({"lecture": _("Choose the lecture to which this second belongs.")})


class QuestionOption(Orderable):
    """One option of a question; for “put in order” the lines stand in the right order."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="options")
    text = models.CharField(_("option"), max_length=500)
    is_right = models.BooleanField(_("right"), default=False)

    panels = [FieldPanel("text"), FieldPanel("is_right")]


class QuestionVersion(models.Model):
    """A question as it was published. Never changed (database guard): answers name it.

    `content`: {"kind", "text", "options": [{"id", "text"}], "key", "explanation", "lecture", "second"} as
    courses.marking reads it; the key and the explanation are never sent to a page before the answer is given.
    """

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["question", "-number"]
        constraints = [
            # An answer names the version to which it was given.
            models.UniqueConstraint(fields=["question", "number"], name="question_version_number_once")
        ]


class PlacedQuestion(models.Model):
    """A question that stops a recording at a millisecond, as the lecture's publication placed it.

    It names the source recording: another cut of the lecture has questions of its own. One that is taken out of
    the lecture is kept for the answers that name it. Written by courses.lecture_questions alone.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    lecture = models.ForeignKey("courses.Lecture", models.PROTECT, related_name="placed_questions")
    recording = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    at_ms = models.PositiveIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    is_needed = models.BooleanField()
    may_retry = models.BooleanField()
    taken_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at_ms", "pk"]
        constraints = [
            # A question stops a lecture once.
            models.UniqueConstraint(
                fields=["lecture", "recording", "question"],
                condition=Q(taken_out_at__isnull=True),
                name="placed_question_once",
            )
        ]


class PlacedAnswer(models.Model):
    """One answer of one person to a question in a lecture. Rows are only added."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    placed = models.ForeignKey(PlacedQuestion, models.PROTECT, related_name="answers")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    answer = models.JSONField()
    is_right = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two pages that answer at once: one of them is the retry.
            models.UniqueConstraint(fields=["person", "placed", "number"], name="placed_answer_number_once")
        ]
