"""Bulletins (情况通报) over fixed reports: drafts that are written on, releases that stay, and schedules."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7


class BulletinLevel(models.TextChoices):
    """To whom a bulletin is sent: those responsible at the organisations of one level below its own."""

    ASSOCIATIONS = "associations", _("Committees of the associations below")
    FIRMS = "firms", _("Training managers of the firms below")


class BulletinState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("of a bulletin", "Draft")
    RELEASED = "released", pgettext_lazy("of a bulletin", "Released")
    DISCARDED = "discarded", pgettext_lazy("of a bulletin", "Discarded")


class Interval(models.IntegerChoices):
    """How many months lie between two bulletins of a schedule."""

    MONTH = 1, _("Every month")
    QUARTER = 3, _("Every quarter")
    HALF_YEAR = 6, _("Every half year")


class BulletinSchedule(models.Model):
    """That a bulletin is drafted at regular intervals; written by `reports.bulletin_schedules` alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    requirement = models.ForeignKey("courses.Requirement", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    level = models.CharField(max_length=12, choices=BulletinLevel)
    interval = models.PositiveSmallIntegerField(choices=Interval)
    # The day on which the next is drafted, over the report of the day before.
    next_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)
    # Why the last one could not be drafted, as the code of a refusal.
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["is_active", "next_on"], name="bulletin_schedule_due")]


class Bulletin(models.Model):
    """One bulletin while it is written; written by `reports.bulletins` alone. Its paragraphs are lines of `text`."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    snapshot = models.ForeignKey("reports.Snapshot", models.PROTECT, related_name="bulletins")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    schedule = models.ForeignKey(BulletinSchedule, models.PROTECT, null=True, related_name="bulletins")
    level = models.CharField(max_length=12, choices=BulletinLevel)
    number = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=8000)
    state = models.CharField(max_length=10, choices=BulletinState, default=BulletinState.DRAFT)
    drafted_at = models.DateTimeField()
    # Who answers for the text; NULL while it is what the machine drafted.
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "state", "-id"], name="bulletin_organisation")]
        constraints = [
            # Two persons: nobody releases what he has written himself, nor what nobody has read.
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"], released_by__isnull=True)
                | Q(
                    ~Q(released_by=F("edited_by")),
                    state="released",
                    released_by__isnull=False,
                    edited_by__isnull=False,
                ),
                name="bulletin_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BulletinRelease(models.Model):
    """What was released, word for word: only added, with the digest over it (`reports.bulletin_form`)."""

    bulletin = models.OneToOneField(Bulletin, models.PROTECT, related_name="release")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    told = models.PositiveIntegerField()


class RankingChoice(models.Model):
    """Whether bulletins may rank cities or persons, from here down; the latest row counts, none means neither."""

    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    ranks_cities = models.BooleanField()
    ranks_persons = models.BooleanField()
    reason = models.CharField(max_length=200)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="ranking_organisation")]
        constraints = [
            # Who is set before others, and why, is asked afterwards.
            models.CheckConstraint(condition=~Q(reason=""), name="ranking_has_reason"),
        ]
