"""Work on people in the background: roles overnight, the e-mails of notices, sign-in codes, rosters."""

from typing import Any

from celery import shared_task

from people import leaving, notice_mail, notice_sms, phone_codes, projection, roster_applying, roster_imports
from people.models import RosterState


@shared_task
def project_roles() -> None:
    """Grants that expired or began overnight reach Wagtail's groups also for those who stay signed in."""
    projection.project_all()


@shared_task
def send_notices() -> None:
    """Every minute: the e-mails and short messages that may go by now."""
    notice_mail.send_waiting()
    notice_sms.send_waiting()


@shared_task
def send_code(code_id: int) -> None:
    """A code that was asked for goes to its phone, if it has one."""
    phone_codes.send(code_id)


@shared_task
def note_wrong_code(code_id: int) -> None:
    """A code that was tried in vain is written down, out of the answer's time."""
    phone_codes.note_wrong(code_id)


@shared_task
def forget_codes() -> None:
    """Every night: requests for codes that prove nothing any more."""
    phone_codes.forget_old()


@shared_task
def plan_roster(roster_id: int) -> None:
    """A file handed in becomes a plan."""
    roster_imports.plan(roster_id)


@shared_task
def apply_roster(roster_id: int) -> None:
    """A plan that somebody agreed to is entered."""
    roster_applying.apply(roster_id)


@shared_task
def undo_roster(roster_id: int) -> None:
    """What a roster entered is taken back."""
    roster_applying.undo(roster_id)


@shared_task
def sweep_rosters() -> None:
    """Every five minutes: rosters whose message was lost, or whose worker was killed."""
    for state, roster_ids in roster_imports.standing_still().items():
        for roster_id in roster_ids:
            WORK_OF_STATE[state].delay(roster_id)


@shared_task
def forget_what_is_not_needed() -> None:
    """Overnight: who left the profession is reduced, and old rosters lose their rows."""
    leaving.reduce_all()
    roster_imports.forget_old()


WORK_OF_STATE: dict[str, Any] = {
    RosterState.WAITING: plan_roster,
    RosterState.APPLYING: apply_roster,
    RosterState.UNDOING: undo_roster,
}
