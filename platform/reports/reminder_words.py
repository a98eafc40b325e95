"""What a reminder says, to a lawyer himself and to the manager of his firm."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Requirement
from people.models import Organisation

# A notice's text holds 2,000 characters; whoever stands beyond is on the page to which it leads.
MAX_NAMES = 100


def to_person(title: str, due_on: dt.date, day: dt.date, words: str, organisation: str) -> tuple[str, str]:
    """The notice's title and text; `words` are the sender's own, and may be empty."""
    named = {"title": title, "day": date_format(due_on, "Y年n月j日")}
    said = (
        _("It was due on %(day)s, and you have not completed it yet.")
        if day > due_on
        else _("It is due on %(day)s, and you have not completed it yet.")
    ) % named
    return _("Please complete: %(title)s") % named, _joined(said, words, organisation)


def to_firm(
    title: str, lacking: Sequence[tuple[str, dt.date]], words: str, organisation: str
) -> tuple[str, str]:
    """The digest's title and text: who of the firm has not completed, and by when."""
    count = len(lacking)
    heading = ngettext(
        "%(n)s of your firm still to complete: %(title)s",
        "%(n)s of your firm still to complete: %(title)s",
        count,
    ) % {"n": count, "title": title}
    by_day: dict[dt.date, list[str]] = {}
    for name, due_on in lacking[:MAX_NAMES]:
        by_day.setdefault(due_on, []).append(name)
    said = [
        _("Due %(day)s: %(names)s") % {"day": date_format(day, "Y年n月j日"), "names": "、".join(names)}
        for day, names in sorted(by_day.items())
    ]
    if count > MAX_NAMES:
        said.append(_("The list goes on; see the firm's page."))
    return heading, _joined("\n".join(said), words, organisation)


def path_of(requirement: Requirement) -> str:
    """Where the reminder leads a lawyer."""
    curriculum = requirement.curriculum
    return reverse("courses:curriculum", args=[curriculum.public_id]) if curriculum else reverse("courses:my")


def path_of_firm(requirement: Requirement, firm: Organisation) -> str:
    """Where the digest leads the firm's manager."""
    page = reverse("reports:curriculum", args=[requirement.public_id])
    return f"{page}?org={firm.public_id}&view=persons&state=lacking"


def _joined(said: str, words: str, organisation: str) -> str:
    return "\n".join(part for part in (said, words, f"—— {organisation}") if part)
