"""Tasks of reports: figures brought up to date, files for readers, and drafts of bulletins."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from people.days import today
from reports import bulletin_schedules, exports, keeping, reminding

# What has not moved for so long was left by a lost message or a killed worker.
STANDSTILL = dt.timedelta(minutes=2)


@shared_task
def catch_up() -> None:
    """Every few seconds: what a reader has not worked off."""
    keeping.work_off()


@shared_task
def make_export(export_id: int) -> None:
    """The file that a reader asked for."""
    exports.work(export_id)


@shared_task
def sweep_exports() -> None:
    """Every two minutes: exports whose work stands still, and files that are too old."""
    for key in exports.sweep():
        make_export.delay(key)


@shared_task
def draft_bulletins() -> None:
    """By day, every hour: the bulletins that are due."""
    bulletin_schedules.run_due(today())


@shared_task
def send_reminder(reminder_id: int) -> None:
    """A chunk of a reminder; the next is a message of its own, so that others get their turn."""
    if reminding.work(reminder_id):
        send_reminder.delay(reminder_id)


@shared_task
def sweep_reminders() -> None:
    """Every two minutes: reminders whose work stands still."""
    for key in reminding.unfinished(timezone.now() - STANDSTILL):
        send_reminder.delay(key)
