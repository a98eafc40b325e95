"""Assessments (考核): what is drawn from the bank, under which conditions, and each attempt as evidence."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from uuid_utils.compat import uuid7
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from courses.models.lectures import CreditCategory
from courses.models.questions import QuestionTopic, QuestionVersion
from courses.models.reviewed import Reviewed

MAX_QUESTIONS = 100


class Assessment(Reviewed):
    """An assessment. Passing it completes it; an attempt keeps the conditions under which it was begun."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=2000)
    category = models.CharField(
        _("credit category"), max_length=40, choices=CreditCategory, default=CreditCategory.LAW
    )
    credit_minutes = models.PositiveSmallIntegerField(
        _("gives (minutes)"),
        default=0,
        validators=[MaxValueValidator(600)],
        help_text=_("What passing adds to the record; 0 where only the course's completion needs it."),
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark (%)"), default=60, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    limit_minutes = models.PositiveSmallIntegerField(
        _("time limit (minutes)"),
        default=30,
        validators=[MaxValueValidator(600)],
        help_text=_("0: without a limit."),
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=3, validators=[MaxValueValidator(100)], help_text=_("0: any number.")
    )
    cooldown_minutes = models.PositiveIntegerField(
        _("wait between attempts (minutes)"), default=10, validators=[MaxValueValidator(60 * 24 * 30)]
    )
    shuffles = models.BooleanField(_("shuffle questions and options"), default=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-pk"]
        constraints = [
            # A pass mark of nothing would be passed by an empty sheet.
            models.CheckConstraint(
                condition=Q(pass_percent__gte=1, pass_percent__lte=100), name="assessment_pass_mark"
            )
        ]

    def __str__(self) -> str:
        return self.title


class AssessmentDraw(Orderable):
    """So many questions of one topic."""

    assessment = ParentalKey(Assessment, on_delete=models.CASCADE, related_name="draws")
    topic = models.ForeignKey(QuestionTopic, models.PROTECT, verbose_name=_("topic"), related_name="+")
    count = models.PositiveSmallIntegerField(
        _("how many"), default=5, validators=[MinValueValidator(1), MaxValueValidator(MAX_QUESTIONS)]
    )

    panels = [FieldPanel("topic"), FieldPanel("count")]


class AttemptState(models.TextChoices):
    OPEN = "open", _("Under way")
    MARKING = "marking", _("Being marked")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")


class AssessmentAttempt(models.Model):
    """One attempt of one person, with the conditions under which it was begun; written by courses.attempts.

    Each question is one point: `points` of `out_of`, whole numbers, so that the pass mark is judged exactly.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="attempts")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.OPEN)
    pass_percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    is_timed_out = models.BooleanField(default=False)
    points = models.PositiveIntegerField(default=0)
    out_of = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Attempts are counted; two tabs that begin at once begin one.
            models.UniqueConstraint(fields=["person", "assessment", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["person", "assessment"], condition=Q(state="open"), name="attempt_one_open"
            ),
            # More points than there are would pass any mark.
            models.CheckConstraint(condition=Q(points__lte=F("out_of")), name="attempt_points_in_range"),
            # What is over was handed in at some instant.
            models.CheckConstraint(
                condition=Q(state="open", submitted_at__isnull=True)
                | (~Q(state="open") & Q(submitted_at__isnull=False)),
                name="attempt_over_when_submitted",
            ),
        ]


class AttemptAnswer(models.Model):
    """One question of an attempt: its version, the order in which its options were shown, what was answered."""

    attempt = models.ForeignKey(AssessmentAttempt, models.PROTECT, related_name="answers")
    position = models.PositiveIntegerField()
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="attempt_answers")
    order = models.JSONField(default=list)
    answer = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)
    is_right = models.BooleanField(null=True)
    marked_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["attempt", "position"]
        constraints = [
            # A sheet has one order, and asks a question once.
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_position_once"),
            models.UniqueConstraint(fields=["attempt", "version"], name="attempt_question_once"),
        ]
