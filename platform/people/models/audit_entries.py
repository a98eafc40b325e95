"""Who did what to whom, and when: rows that are only added."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.organisations import Organisation
from people.models.persons import Person


class AuditAct(models.TextChoices):
    """What is written down: power that was given, data that was read or changed, decisions, and help with a sign-in."""

    ROLE_GIVEN = "role_given", _("Gave a role")
    ROLE_TAKEN = "role_taken", _("Took a role back")
    ACCOUNT_OPENED = "account_opened", _("Opened an account")
    SIGN_IN_RESET = "sign_in_reset", _("Reset a sign-in")
    PHONE_CHANGED = "phone_changed", _("Changed a phone")
    PHONE_CONFIRMED = "phone_confirmed", _("Confirmed a new phone")
    CODE_SENT = "code_sent", _("Had a sign-in code sent")
    CODE_REFUSED = "code_refused", _("Entered a wrong sign-in code")
    CODE_PROVED = "code_proved", _("Signed in by a code sent to the phone")
    PASSWORD_CHOSEN = "password_chosen", _("Chose a password")
    WEIXIN_BOUND = "weixin_bound", _("Bound a WeChat to the sign-in")
    WEIXIN_UNBOUND = "weixin_unbound", _("Unbound a WeChat")
    SEEN_AS = "seen_as", _("Saw the site as this person")
    LOOKED_AT = "looked_at", _("Looked at personal data")
    EXPORTED = "exported", _("Exported a list")
    PERSON_CHANGED = "person_changed", _("Changed personal data")
    ORGANISATION_CHANGED = "organisation_changed", _("Changed an organisation")
    ROSTER = "roster", _("Entered a roster")
    DECIDED = "decided", _("Decided")
    MERGED = "merged", _("Merged two records of one person")
    UNMERGED = "unmerged", _("Took a merge back")
    REMINDED = "reminded", _("Reminded the people of a list")
    REDUCED = "reduced", _("Deleted what is not needed after leaving")
    COPIED = "copied", _("Took a copy of the own data away")


class AuditEntry(models.Model):
    """One act; written by `people.audit_log` alone. It outlives names, so it holds keys and no personal text."""

    at = models.DateTimeField()
    # The day in Asia/Shanghai, by which it is looked up.
    day = models.DateField()
    act = models.CharField(max_length=24, choices=AuditAct)
    # NULL: whoever runs the server, at the console, or the platform by itself.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # To whom; where a sign-in is meant, which may belong to no person, to which.
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="audit_entries")
    # Where: the person's organisation at that time, or whose list or roster it was. Auditors read by it.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # How many persons a list or roster was about.
    persons = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "-id"], name="audit_entry_person"),
            models.Index(fields=["organisation", "-id"], name="audit_entry_organisation"),
            models.Index(fields=["by", "-id"], name="audit_entry_by"),
            models.Index(fields=["day", "act"], name="audit_entry_day"),
        ]
        constraints = [
            # A line about nobody and nothing could be asked for by nobody.
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(organisation__isnull=False) | Q(by__isnull=False),
                name="audit_entry_is_about_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}"
