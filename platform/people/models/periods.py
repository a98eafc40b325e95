"""Rows with valid days [valid_from, valid_to) and, where history is kept, the instants they were believed."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def valid_on(day: dt.date, prefix: str = "") -> models.Q:
    """Rows whose half-open days hold `day`; `prefix` reaches them through a relation ("memberships__").

    Put it into the same `filter()` call as the relation's other conditions.
    """
    return models.Q(**{f"{prefix}valid_from__lte": day}) & (
        models.Q(**{f"{prefix}valid_to__isnull": True}) | models.Q(**{f"{prefix}valid_to__gt": day})
    )


def valid_within(start: dt.date, end: dt.date | None, prefix: str = "") -> models.Q:
    """Rows that share a day with [start, end); `end` None is open."""
    overlap = models.Q(**{f"{prefix}valid_to__isnull": True}) | models.Q(**{f"{prefix}valid_to__gt": start})
    if end is not None:
        overlap &= models.Q(**{f"{prefix}valid_from__lt": end})
    return overlap


def period_check(name: str) -> models.CheckConstraint:
    """An empty or reversed period would count for no day, and would pass every overlap guard."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
    )


def record_check(name: str) -> models.CheckConstraint:
    """A row cannot stop being believed before it was recorded."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(superseded_at__isnull=True) | models.Q(superseded_at__gte=models.F("recorded_at")),
    )


class DatedQuerySet(models.QuerySet):
    """Reads by day."""

    def on(self, day: dt.date) -> Self:
        """Rows valid on `day`."""
        return self.filter(valid_on(day))


class RecordedQuerySet(DatedQuerySet):
    """Reads by day of what is believed now."""

    def current(self) -> Self:
        """Rows that no later record has superseded."""
        return self.filter(superseded_at__isnull=True)

    def on(self, day: dt.date) -> Self:
        """Rows believed now and valid on `day`."""
        return self.current().filter(valid_on(day))


class Dated(models.Model):
    """Valid days; `valid_to` NULL is open."""

    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True


class Recorded(Dated):
    """Valid days, and from when to when the row was believed; a correction adds a row and supersedes one."""

    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
