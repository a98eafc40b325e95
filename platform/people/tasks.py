"""Work on people in the background: roles overnight, and the e-mails of notices."""

from celery import shared_task

from people import notice_mail, projection


@shared_task
def project_roles() -> None:
    """Grants that expired or began overnight reach Wagtail's groups also for those who stay signed in."""
    projection.project_all()


@shared_task
def send_notices() -> None:
    """Every minute: the e-mails that may go by now."""
    notice_mail.send_waiting()
