"""Lectures, and activities: the things a person can complete."""

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from uuid_utils.compat import uuid7
from wagtail.admin.panels import FieldPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from courses.clock_fields import SecondField
from courses.models.publication import AtomicPublication
from courses.models.rendering import Previewed


class CreditCategory(models.TextChoices):
    """What a lecture is about, as regulations usually divide it; the ledger stores the slug."""

    POLITICS = "politics", _("Political theory")
    ETHICS = "ethics", _("Professional ethics")
    LAW = "law", _("Law and practice")
    SKILLS = "skills", _("Practice skills")


class Lecture(
    AtomicPublication,
    Previewed,
    PreviewableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    index.Indexed,
    ClusterableModel,
):
    """A recorded lecture, reusable in several courses; watched once, its intervals serve all of them.

    What workers write (packaging, captions) is never a field here: publishing an older draft would undo it.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=2000)
    lecturer = models.ForeignKey(
        "courses.LecturerPage",
        models.PROTECT,
        verbose_name=_("lecturer"),
        null=True,
        blank=True,
        related_name="lectures",
    )
    recording = models.ForeignKey(
        "media.Recording",
        models.PROTECT,
        verbose_name=_("recording"),
        null=True,
        blank=True,
        related_name="+",
    )
    category = models.CharField(
        _("credit category"), max_length=40, choices=CreditCategory, default=CreditCategory.LAW
    )
    completion_share_percent = models.PositiveSmallIntegerField(
        _("share to watch (%)"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("The lecture is complete once this share of it has been watched."),
    )

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="lecture",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="lecture",
        for_concrete_model=False,
    )

    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")
        ordering = ["-pk"]
        constraints = [
            # A share outside 1..100 could never complete, or would complete unwatched.
            models.CheckConstraint(
                condition=Q(completion_share_percent__gte=1, completion_share_percent__lte=100),
                name="lecture_share_in_range",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> models.Manager:
        return self._revisions


class LectureQuestion(Orderable):
    """A question of the bank that stops this lecture at a second, as the editor places it."""

    lecture = ParentalKey(Lecture, on_delete=models.CASCADE, related_name="questions")
    at_second = SecondField(_("at second"))
    question = models.ForeignKey(
        "courses.Question", models.PROTECT, verbose_name=_("question"), related_name="+"
    )
    is_needed = models.BooleanField(
        _("needed for completion"),
        default=False,
        help_text=_(
            "The lecture completes only once this was answered (rightly, where it may be tried again)."
        ),
    )
    may_retry = models.BooleanField(_("may be tried again"), default=True)

    panels = [
        FieldPanel("at_second"),
        FieldPanel("question"),
        FieldPanel("is_needed"),
        FieldPanel("may_retry"),
    ]


class ActivityKind(models.TextChoices):
    LECTURE = "lecture", _("Lecture")
    READING = "reading", _("Reading")
    ASSESSMENT = "assessment", _("Assessment")
    SESSION = "session", _("Session")
    DECLARED = "declared", _("Declared act")


class Activity(models.Model):
    """What outlines, completions and the ledger refer to; it outlives the draft or page that uses it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=ActivityKind)
    title = models.CharField(max_length=200)
    lecture = models.OneToOneField(Lecture, models.PROTECT, null=True, related_name="activity")
    reading = models.OneToOneField("courses.Reading", models.PROTECT, null=True, related_name="activity")
    assessment = models.OneToOneField(
        "courses.Assessment", models.PROTECT, null=True, related_name="activity"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A lecture's activity names its lecture, and nothing else does.
            models.CheckConstraint(
                condition=Q(kind="lecture", lecture__isnull=False)
                | (~Q(kind="lecture") & Q(lecture__isnull=True)),
                name="activity_lecture_matches_kind",
            ),
            # Likewise a reading's its reading,
            models.CheckConstraint(
                condition=Q(kind="reading") | Q(reading__isnull=True), name="activity_reading_matches_kind"
            ),
            # and an assessment's its assessment. (Declared acts of either kind name none.)
            models.CheckConstraint(
                condition=Q(kind="assessment") | Q(assessment__isnull=True),
                name="activity_assessment_matches_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.title
