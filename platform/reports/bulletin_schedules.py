"""Bulletins at regular intervals: the one writer of their schedules. A schedule fixes a report and drafts; persons do
the rest. May run twice: the day moves on in the transaction that drafts."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Requirement
from courses.refusals import Refusal
from people import notices
from people.access import person_of
from people.days import today
from people.models import NoticeKind, Organisation, User
from people.notices import New
from reports import bulletins, snapshot_access, snapshots
from reports.access import tree_of
from reports.bulletin_refusals import NotYourBulletin
from reports.models import BulletinLevel, BulletinSchedule, Interval
from reports.snapshot_refusals import NotYourReport


def schedule(
    requirement: Requirement,
    organisation: Organisation,
    *,
    level: BulletinLevel,
    interval: Interval,
    by: User,
) -> BulletinSchedule:
    """Draft a bulletin on the first day of each interval, from the next one on. Raises NotYourBulletin."""
    if not snapshot_access.may_fix(by, organisation):
        raise NotYourBulletin
    return BulletinSchedule.objects.create(
        requirement=requirement,
        organisation=organisation,
        level=level,
        interval=interval,
        next_on=first_after(today(), interval),
        made_by=by,
        made_at=timezone.now(),
    )


def stop(planned: BulletinSchedule, *, by: User) -> None:
    """Draft no more of them; what was drafted stays. Raises NotYourBulletin."""
    if not snapshot_access.may_fix(by, planned.organisation):
        raise NotYourBulletin
    BulletinSchedule.objects.filter(pk=planned.pk).update(is_active=False)


def run_due(day: dt.date) -> int:
    """Draft what is due; how many were drafted. One that fails keeps its reason and comes again at its next day."""
    due = BulletinSchedule.objects.filter(is_active=True, next_on__lte=day).order_by("pk")
    return sum(_run(each) for each in due.select_related("requirement", "organisation", "made_by")[:100])


def first_after(day: dt.date, months: int) -> dt.date:
    """The first day of the month, quarter or half year that begins after `day`."""
    place = day.year * 12 + day.month - 1
    begin = (place // months + 1) * months
    return dt.date(begin // 12, begin % 12 + 1, 1)


def _run(planned: BulletinSchedule) -> bool:
    day = planned.next_on - dt.timedelta(days=1)
    following = first_after(planned.next_on, planned.interval)
    mine = BulletinSchedule.objects.filter(pk=planned.pk, next_on=planned.next_on)
    try:
        with transaction.atomic():
            if not mine.update(next_on=following, problem=""):
                return False
            snapshot = snapshots.fix(
                planned.requirement,
                planned.organisation,
                day,
                title=_("%(title)s up to %(day)s")
                % {"title": planned.requirement.title, "day": date_format(day, "DATE_FORMAT")},
                by=planned.made_by,
                tree=tree_of(planned.organisation),
            )
            made = bulletins.draft(
                snapshot, BulletinLevel(planned.level), by=planned.made_by, schedule=planned
            )
            person = person_of(planned.made_by)
            if person is not None:
                notices.send_bulk(
                    [
                        New(
                            person_id=person.pk,
                            kind=NoticeKind.TASK,
                            once=f"bulletin-draft:{made.public_id}",
                            title=_("A bulletin has been drafted: %(title)s") % {"title": made.title},
                            text=_("Read it, give it its number, and have another member release it."),
                            path=reverse("reports:bulletin", args=[made.public_id]),
                        )
                    ]
                )
    except Refusal as refusal:
        # Whoever set it up is no committee there any more: somebody else has to.
        is_active = not isinstance(refusal, NotYourReport | NotYourBulletin)
        mine.update(next_on=following, problem=refusal.code, is_active=is_active)
        return False
    return True
