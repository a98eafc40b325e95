"""What a bulletin says before anybody has written on it: the figures of a fixed report in the words of an office."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reports.figures import Figures
from reports.models import BulletinLevel, Snapshot
from reports.snapshot_reading import coverage_of, figures, opened


def usual_title(snapshot: Snapshot) -> str:
    """As offices call it."""
    return (_("Bulletin on the coverage of “%(title)s”") % {"title": snapshot.question["title"]})[:120]


def usual_text(snapshot: Snapshot, level: str) -> str:
    """Its paragraphs, a line each. It names no organisation before another: order is the annex's matter."""
    report = opened(snapshot)
    whole = figures(snapshot)
    lines = [line.figures for line in coverage_of(report, report.top).lines if line.organisation]
    to = _("To all city associations:") if level == BulletinLevel.ASSOCIATIONS else _("To all firms:")
    day = date_format(snapshot.day, "DATE_FORMAT")
    return "\n".join(
        [
            to,
            _("The coverage of the curriculum “%(title)s”, as of %(day)s, is made known as follows.")
            % {"title": snapshot.question["title"], "day": day},
            _("I. The whole"),
            _whole(whole),
            _("II. The organisations"),
            _organisations(lines),
            _("III. What is to be done"),
            _(
                "Organisations with persons lacking are asked to tell them, to learn what keeps them, and to see to "
                "it that they complete by the due day, %(day)s. Whoever is past it completes without delay."
            )
            % {"day": date_format(snapshot.requirement.due_on, "DATE_FORMAT")},
        ]
    )


def _whole(whole: Figures) -> str:
    return _(
        "Required were %(required)s persons; %(completed)s have completed, %(in_time)s of them in time and %(late)s "
        "late: a coverage of %(percent)s. %(started)s have started, %(not_started)s have not; %(overdue)s are past "
        "their due day. %(exempt)s exempt persons are not among the required."
    ) % {
        "required": f"{whole.required:,}",
        "completed": f"{whole.completed:,}",
        "in_time": f"{whole.in_time:,}",
        "late": f"{whole.late:,}",
        "percent": whole.percent,
        "started": f"{whole.started:,}",
        "not_started": f"{whole.not_started:,}",
        "overdue": f"{whole.overdue:,}",
        "exempt": f"{whole.exempt:,}",
    }


def _organisations(lines: list[Figures]) -> str:
    asked = [each for each in lines if each.required]
    complete = sum(not each.lacking for each in asked)
    return _(
        "Of %(count)s organisations, %(complete)s have completed as a whole; in %(rest)s somebody is lacking. The "
        "annex gives the figures of each."
    ) % {"count": len(asked), "complete": complete, "rest": len(asked) - complete}
