"""Whom the record is about: persons and their licences."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from people.licence_numbers import LENGTH, mask
from people.models.choices import PracticeType
from people.models.periods import Recorded, RecordedQuerySet, period_check, record_check


class Person(models.Model):
    """The subject of memberships, requirements and the ledger; may have no sign-in, or lose it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("user"),
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=100, db_index=True)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=200, blank=True)
    phone = models.CharField(_("phone on the roster"), max_length=20, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        constraints = [
            # A nameless row could never be told apart or found again.
            models.CheckConstraint(name="person_has_name", condition=~models.Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class Licence(Recorded):
    """A practising licence and its type on its valid days."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="licences", verbose_name=_("person")
    )
    number = models.CharField(_("licence number"), max_length=LENGTH)
    practice_type = models.CharField(_("practice type"), max_length=20, choices=PracticeType)
    admitted_on = models.DateField(_("admitted on"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints = [
            period_check("licence_period"),
            record_check("licence_recorded"),
            # Numbers have 17 digits; Excel's 1.43E+16 has fewer characters. Their parts are checked before.
            models.CheckConstraint(
                name="licence_number_length", condition=models.lookups.Exact(Length("number"), LENGTH)
            ),
        ]
        indexes = [
            models.Index(fields=["person", "valid_from"], name="licence_person_day"),
            models.Index(fields=["number", "valid_from"], name="licence_number_day"),
        ]

    def __str__(self) -> str:
        return mask(self.number)
