"""Background work of courses; each task calls one deed and may run twice."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from courses import (
    attempts,
    carrying,
    certificate_batches,
    checks,
    completion,
    corrections,
    folding,
    notes,
    publishing,
    recognition,
    reminders,
    requirements,
    trials,
    uncarrying,
)
from people.days import today

PERSONS_A_TASK = 500
# Work that has not moved for so long was left by a lost message or a killed worker.
STANDSTILL = dt.timedelta(minutes=2)


@shared_task
def refresh_required_spans(person_ids: list[int]) -> None:
    """After changes of memberships or licences."""
    requirements.refresh_for_persons(person_ids)


@shared_task
def refresh_all_required_spans() -> None:
    """Nightly sweep: what a lost message left behind."""
    requirements.refresh_all()


@shared_task
def publish_due() -> None:
    """Every minute: what editors have scheduled."""
    publishing.publish_due()


@shared_task
def sweep_publications() -> None:
    """Live pages without a version, and versions without a live page."""
    publishing.sweep()


@shared_task
def sweep_checks() -> None:
    """Every ten minutes: presence checks whose sessions are over."""
    checks.sweep(timezone.now())


@shared_task
def work_on_list(recognition_id: int) -> None:
    """Enter a list, or take it back, chunk by chunk."""
    while recognition.work(recognition_id):
        pass


@shared_task
def work_on_correction(correction_id: int) -> None:
    """Run a correction, chunk by chunk, until it is done or stopped."""
    while corrections.work(correction_id):
        pass


@shared_task
def sweep_desks() -> None:
    """Lists and corrections whose work stands still."""
    before = timezone.now() - STANDSTILL
    for key in corrections.unfinished(before):
        work_on_correction.delay(key)
    for key in recognition.unfinished(before):
        work_on_list.delay(key)


@shared_task
def fold_heartbeats() -> None:
    """Nightly: the beats of sessions that are old enough become stretches."""
    folding.sweep(timezone.now())


@shared_task
def try_regulation(trial_id: int) -> None:
    """A draft regulation tried on more people than an editor waits for."""
    trials.run(trial_id)


@shared_task
def sweep_trials() -> None:
    """Every ten minutes: trials whose message was lost."""
    for trial_id in trials.silent_trials():
        try_regulation.delay(trial_id)


@shared_task
def work_on_certificates(batch_id: int) -> None:
    """A slice of a batch of certificates; the next slice is a message of its own, so that others get their turn."""
    if certificate_batches.work(batch_id):
        work_on_certificates.delay(batch_id)


@shared_task
def sweep_certificates() -> None:
    """Every two minutes: batches whose work stands still, and archives that are too old."""
    for key in certificate_batches.sweep():
        work_on_certificates.delay(key)


@shared_task
def carry_watching(recut_id: int) -> None:
    """A recording was cut anew: everybody who had watched takes it along."""
    carrying.run(recut_id, timezone.now())


@shared_task
def take_back_carried(recut_id: int) -> None:
    """A table of a new cut was taken back: what it carried goes out of everybody's row again."""
    uncarrying.run(recut_id, timezone.now())


@shared_task
def sweep_recuts() -> None:
    """Every ten minutes: what a lost message left behind, and minutes confirmed in an old recording since."""
    for recut_id in carrying.unsettled(timezone.now()):
        carry_watching.delay(recut_id)
    for recut_id in uncarrying.unsettled():
        take_back_carried.delay(recut_id)


@shared_task
def remind_of_due_dates() -> None:
    """By day, every hour: the nearest step of what each lawyer lacks."""
    reminders.remind(today())


@shared_task
def sweep_notes() -> None:
    """Nightly: notes deleted more than a week ago."""
    while notes.sweep(timezone.now()):
        pass


@shared_task
def settle_under_way(course_id: int) -> None:
    """A course has a new version: those under way may be complete by it."""
    completion.settle_under_way(course_id, timezone.now())


@shared_task
def sweep_attempts() -> None:
    """Every minute: attempts whose time is over and whose pages are gone."""
    attempts.sweep(timezone.now())
