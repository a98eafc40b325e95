"""The ledger of learning: facts that only grow, from which every regulation computes credit."""

from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7


class EntryKind(models.TextChoices):
    AWARD = "award", _("Award")
    REVERSAL = "reversal", _("Reversal")


class LearningFormat(models.TextChoices):
    """How something was learnt or given; the words that a regulation's windows and caps by format choose among."""

    RECORDED = "recorded", _("Recorded lecture")
    READING = "reading", _("Reading")
    ASSESSMENT = "assessment", _("Assessment")
    LIVE_ONLINE = "live_online", _("Live session online")
    ONSITE = "onsite", _("Session on site")
    TEACHING = "teaching", _("Teaching")
    WRITING = "writing", _("Writing")
    SERVICE = "service", _("Public service")
    EXAMINATION = "examination", _("Examination")
    SELF_STUDY = "self_study", _("Self-study")
    OPENING = "opening", _("Opening balance")
    DECLARED = "declared", _("Declared act")


class Unit(models.TextChoices):
    """What an act is measured in. Hours and minutes are seconds; the others are counted in thousandths."""

    SECOND = "second", _("Time")
    CREDIT = "credit", pgettext_lazy("unit of an act", "Credits")
    ITEM = "item", _("Pieces")
    HALF_DAY = "half_day", _("Half days")
    DAY = "day", _("Days")
    WORD = "word", pgettext_lazy("unit of an act", "Words")


class LedgerEntry(models.Model):
    """One fact, or the reversal of one. UPDATE and DELETE are refused by the database; no personal text here.

    An act of any kind is an activity of its kind with a completion, which keeps the rule that judged it and its
    evidence. What it amounts to is exact and signed (a reversal carries the negative of what it takes back):
    `seconds` where the unit is time, `quantity_milli` (thousandths of `unit`) where it is anything else; `amount`
    reads either. `facts` are what a regulation may ask of the act besides, in codes, numbers and booleans
    (courses.act_facts), for instance {"role": "sole", "co_teachers": 2, "times_taught": 1, "absent_minutes": 10,
    "course_minutes": 120}.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=EntryKind)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="ledger_entries")
    activity = models.ForeignKey("courses.Activity", models.PROTECT, related_name="ledger_entries")
    completion = models.ForeignKey("courses.Completion", models.PROTECT, related_name="ledger_entries")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    unit = models.CharField(max_length=20, choices=Unit, default=Unit.SECOND)
    seconds = models.IntegerField()
    quantity_milli = models.BigIntegerField(null=True)
    format = models.CharField(max_length=20, choices=LearningFormat)
    category = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    organiser = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)  # coded, of a reversal

    class Meta:
        indexes = [models.Index(fields=["person", "day"], name="ledger_person_day")]
        constraints = [
            # An award gives and a reversal takes back what it names.
            models.CheckConstraint(
                condition=Q(kind="award", reverses__isnull=True, seconds__gte=0)
                | Q(kind="reversal", reverses__isnull=False, seconds__lte=0),
                name="ledger_kind_matches_sign",
            ),
            # One measure an act: time in seconds, anything else in thousandths of its unit, signed alike.
            models.CheckConstraint(
                condition=Q(unit="second", quantity_milli__isnull=True)
                | Q(
                    ~Q(unit="second"),
                    kind="award",
                    seconds=0,
                    quantity_milli__isnull=False,
                    quantity_milli__gte=0,
                )
                | Q(
                    ~Q(unit="second"),
                    kind="reversal",
                    seconds=0,
                    quantity_milli__isnull=False,
                    quantity_milli__lte=0,
                ),
                name="ledger_one_measure",
            ),
            # One fact a completion.
            models.UniqueConstraint(
                fields=["completion"], condition=Q(kind="award"), name="ledger_one_award_a_completion"
            ),
        ]

    @property
    def amount(self) -> Fraction:
        """How many of its unit, exactly; negative for a reversal."""
        if self.quantity_milli is None:
            return Fraction(self.seconds)
        return Fraction(self.quantity_milli, 1000)
