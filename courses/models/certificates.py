"""Certificates as issued: what was signed, about whom, by which key, and what has become of each since."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class CertificateKind(models.TextChoices):
    COMPLETION = "completion", _("Course completion")
    STATEMENT = "statement", _("Yearly credit statement")


class RevocationReason(models.TextChoices):
    """Why a certificate was revoked; `ERROR` alone lets the same matter be certified anew."""

    ERROR = "error", _("Issued in error, may be issued anew")
    NOT_EARNED = "not_earned", _("What it certifies was not earned")
    MISUSE = "misuse", _("The certificate was misused")


class SupersededReason(models.TextChoices):
    CORRECTED = "corrected", _("The credit record was corrected")
    TAKEN_BACK = "taken_back", _("The completion was taken back")
    NEWER = "newer", _("A newer statement was issued")


class CertificateKey(models.Model):
    """The public half of a signing key, kept for ever; the private half is a file and never here."""

    key_id = models.CharField(max_length=8, unique=True)
    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            # Two processes that need the first key make one.
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="certificate_key_one_current"
            ),
            # What signs is not retired, what is retired does not sign.
            models.CheckConstraint(
                condition=Q(is_current=True, retired_at__isnull=True)
                | Q(is_current=False, retired_at__isnull=False),
                name="certificate_key_retired_or_current",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class Certificate(models.Model):
    """One certificate. Only the columns of revocation and supersession are ever written again (database guard).

    `figures` is everything the sheet shows, as it was then; `body` and `signature` are what its code holds;
    `digest` is of the figures without number and date, so that the same matter is issued once.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=CertificateKind)
    number = models.CharField(max_length=19, unique=True)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="certificates")
    completion = models.ForeignKey(
        "courses.Completion", models.PROTECT, null=True, related_name="certificates"
    )
    year = models.PositiveSmallIntegerField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    issued_at = models.DateTimeField()
    layout = models.PositiveSmallIntegerField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    milli_credits = models.PositiveIntegerField()
    body = models.BinaryField(max_length=1600)
    signature = models.BinaryField(max_length=64)
    key = models.ForeignKey(CertificateKey, models.PROTECT, related_name="certificates")

    superseded_at = models.DateTimeField(null=True)
    superseded_reason = models.CharField(max_length=12, choices=SupersededReason, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=12, choices=RevocationReason, blank=True)
    revoked_note = models.CharField(max_length=200, blank=True)
    revoked_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-issued_at"], name="certificate_person_issued"),
            models.Index(fields=["-issued_at", "-id"], name="certificate_issued"),
        ]
        constraints = [
            # A completion certificate names what was completed, a statement its year.
            models.CheckConstraint(
                condition=Q(kind="completion", completion__isnull=False, year__isnull=True)
                | Q(kind="statement", completion__isnull=True, year__isnull=False),
                name="certificate_matter_matches_kind",
            ),
            # Issued once: two presses of the button, or a batch beside one, give the same certificate.
            models.UniqueConstraint(
                fields=["completion"],
                condition=Q(revoked_at__isnull=True, superseded_at__isnull=True),
                name="certificate_one_a_completion",
            ),
            models.UniqueConstraint(
                fields=["person", "year"],
                condition=Q(kind="statement", revoked_at__isnull=True, superseded_at__isnull=True),
                name="certificate_one_statement_a_year",
            ),
            # Whoever revokes says why.
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="certificate_revoked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True, superseded_reason="")
                | (Q(superseded_at__isnull=False) & ~Q(superseded_reason="")),
                name="certificate_superseded_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> str:
        """valid, superseded or revoked; revocation is told first."""
        if self.revoked_at:
            return "revoked"
        return "superseded" if self.superseded_at else "valid"


class BatchState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("In progress")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class CertificateBatch(models.Model):
    """Certificates for everybody of an organisation at once: for a course, or for a year. The row is the job."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=CertificateKind)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    course = models.ForeignKey("courses.Course", models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)
    requested_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.QUEUED)
    total = models.PositiveIntegerField(null=True)
    cursor = models.BigIntegerField(default=0)  # the person done last, by key
    done = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)
    existing = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    nudged_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    archive = models.CharField(max_length=200, blank=True)
    archive_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"], name="batch_organisation_created")]
        constraints = [
            # A batch asks for a course or for a year.
            models.CheckConstraint(
                condition=Q(kind="completion", course__isnull=False, year__isnull=True)
                | Q(kind="statement", course__isnull=True, year__isnull=False),
                name="certificate_batch_matter_matches_kind",
            ),
        ]

    @property
    def is_active(self) -> bool:
        return self.state in {BatchState.QUEUED, BatchState.RUNNING}

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class BatchItem(models.Model):
    """A certificate that a batch gave somebody, issued by it or before it."""

    batch = models.ForeignKey(CertificateBatch, models.CASCADE, related_name="items")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            # A worker that was interrupted begins its slice again.
            models.UniqueConstraint(fields=["batch", "certificate"], name="batch_item_once")
        ]
