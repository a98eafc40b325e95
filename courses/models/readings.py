"""Readings: a text or a PDF with the least time that reading it takes, and what each person has read of it."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7
from wagtail.fields import RichTextField

from courses.models.lectures import CreditCategory
from courses.models.reviewed import Reviewed

MAX_PDF_BYTES = 20 * 1024 * 1024
MAX_BODY = 200_000
LONGEST_MINUTES = 240


def refuse_no_pdf(file: UploadedFile) -> None:
    """Judged by what the file is, never by its name."""
    if file.size is not None and file.size > MAX_PDF_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."))
    file.seek(0)
    if file.read(5) != b"%PDF-":
        raise ValidationError(_("This is not a PDF file."))
    file.seek(0)


class Reading(Reviewed):
    """A reading. It completes once it has been read for its minimum time, by the server's clock."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=2000)
    body = RichTextField(
        _("text"), blank=True, max_length=MAX_BODY, features=["h3", "h4", "bold", "ol", "ul", "link", "hr"]
    )
    attachment = models.FileField(
        _("PDF file"), upload_to="readings/", blank=True, max_length=200, validators=[refuse_no_pdf]
    )
    minimum_minutes = models.PositiveSmallIntegerField(
        _("least reading time (minutes)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)],
        help_text=_(
            "The reading is complete, and gives this much, once its page was open and visible so long."
        ),
    )
    category = models.CharField(
        _("credit category"), max_length=40, choices=CreditCategory, default=CreditCategory.LAW
    )

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-pk"]
        constraints = [
            # A reading without a time would be complete unread.
            models.CheckConstraint(
                condition=Q(minimum_minutes__gte=1, minimum_minutes__lte=LONGEST_MINUTES),
                name="reading_time_in_range",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if not self.body and not self.attachment:
            raise ValidationError(_("Write the text, or attach a PDF file."))


class ReadingProgress(models.Model):
    """What one person has read of one reading; written by courses.readings alone.

    `stretches`: [[start, end], …] as ISO instants of the server, in order and apart. `sitting` names the page that
    earns now; none does where it is empty. A person has one earning sitting at a time.
    """

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="reading_progress")
    reading = models.ForeignKey(Reading, models.PROTECT, related_name="+")
    read_ms = models.PositiveIntegerField(default=0)
    stretches = models.JSONField(default=list)
    sitting = models.UUIDField(null=True)
    sitting_since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            # One sum a person and reading; beats update this row under its lock.
            models.UniqueConstraint(fields=["person", "reading"], name="reading_progress_once"),
            # Two earning pages of one person would double the clock.
            models.UniqueConstraint(
                fields=["person"], condition=Q(sitting__isnull=False), name="reading_one_sitting"
            ),
            # A sitting is judged from its last sign of life, which is never before its beginning.
            models.CheckConstraint(
                condition=Q(sitting__isnull=True) | Q(seen_at__gte=F("sitting_since")),
                name="reading_sitting_seen",
            ),
        ]
