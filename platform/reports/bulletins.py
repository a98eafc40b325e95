"""Bulletins over fixed reports: drafted, written on by one, released by another; the one writer of their tables.

What is released is kept word for word with a digest and can be neither changed nor deleted. It holds figures of
organisations; names of persons only where the province has switched their ranking on, as ids that join at display.
"""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import audit_log, notices
from people.days import local_day, today
from people.models import AuditAct, NoticeKind, User
from people.notices import New
from reports import bulletin_access, bulletin_form, bulletin_text, rankings, snapshot_access, snapshots, units
from reports.bulletin_refusals import (
    BulletinOver,
    ChangedMeanwhile,
    NobodyEdited,
    NotYourBulletin,
    NumberMissing,
    OwnText,
    ReportBroken,
    TextMissing,
)
from reports.coverage import Line
from reports.figures import Figures
from reports.models import (
    Bulletin,
    BulletinLevel,
    BulletinRelease,
    BulletinSchedule,
    BulletinState,
    Snapshot,
    SnapshotRow,
)
from reports.snapshot_reading import coverage_of, opened
from reports.trend import trend

MAX_TITLE, MAX_NUMBER, MAX_TEXT = 120, 60, 8000
# As many persons as a bulletin names where the province ranks them.
MAX_PERSONS = 30


@dataclass(frozen=True, slots=True)
class Words:
    """What a person writes: the document number, the title, the text with a paragraph a line."""

    number: str
    title: str
    text: str


def draft(
    snapshot: Snapshot, level: BulletinLevel, *, by: User, schedule: BulletinSchedule | None = None
) -> Bulletin:
    """A draft over a fixed report. Whoever asks for it answers for the text; a schedule's has nobody yet.

    Raises NotYourBulletin.
    """
    if not snapshot_access.may_fix(by, snapshot.organisation):
        raise NotYourBulletin
    now = timezone.now()
    return Bulletin.objects.create(
        snapshot=snapshot,
        organisation=snapshot.organisation,
        schedule=schedule,
        level=level,
        title=bulletin_text.usual_title(snapshot),
        text=bulletin_text.usual_text(snapshot, level),
        drafted_at=now,
        edited_by=None if schedule else by,
        edited_at=None if schedule else now,
    )


def write(bulletin: Bulletin, words: Words, *, by: User) -> None:
    """Keep what a person wrote: he answers for the text now. Raises NotYourBulletin, TextMissing, BulletinOver."""
    _require_right(bulletin, by)
    title, text = _line(words.title)[:MAX_TITLE], _paragraphs(words.text)[:MAX_TEXT]
    if not title or not text:
        raise TextMissing
    if not _drafts(bulletin).update(
        number=_line(words.number)[:MAX_NUMBER],
        title=title,
        text=text,
        edited_by=by,
        edited_at=timezone.now(),
    ):
        raise BulletinOver


def discard(bulletin: Bulletin, *, by: User) -> None:
    """Put a draft away. Raises NotYourBulletin, BulletinOver."""
    _require_right(bulletin, by)
    if not _drafts(bulletin).update(state=BulletinState.DISCARDED):
        raise BulletinOver


def release(bulletin: Bulletin, *, by: User, seen: str) -> BulletinRelease:
    """Release what was read, whose digest is `seen`, and tell those responsible at its level.

    Raises NotYourBulletin, BulletinOver, NumberMissing, NobodyEdited, OwnText, ReportBroken, ChangedMeanwhile.
    """
    _require_right(bulletin, by)
    if not snapshots.digest_holds(bulletin.snapshot):
        raise ReportBroken
    with transaction.atomic():
        bulletin = Bulletin.objects.select_related("snapshot__requirement", "organisation").get(
            pk=bulletin.pk
        )
        if bulletin.state != BulletinState.DRAFT:
            raise BulletinOver
        if not bulletin.number:
            raise NumberMissing
        if bulletin.edited_by_id is None:
            raise NobodyEdited
        if bulletin.edited_by_id == by.pk:
            raise OwnText
        content = content_of(bulletin)
        digest = bulletin_form.digest(content)
        if digest != seen:
            raise ChangedMeanwhile
        now = timezone.now()
        if not _drafts(bulletin).update(state=BulletinState.RELEASED, released_by=by, released_at=now):
            raise BulletinOver
        told = _tell(bulletin, now)
        made = BulletinRelease.objects.create(bulletin=bulletin, content=content, digest=digest, told=told)
        audit_log.record(
            AuditAct.DECIDED,
            by=by,
            organisation=bulletin.organisation,
            about=_("Released a bulletin") + f" · {bulletin.title}",
            reason=digest,
        )
    return made


def content_of(bulletin: Bulletin) -> dict[str, Any]:
    """Everything that the papers show: as it was released, or as it would be today."""
    if bulletin.state == BulletinState.RELEASED:
        kept: dict[str, Any] = bulletin.release.content
        return kept
    snapshot = bulletin.snapshot
    ranked = rankings.ranked_in(bulletin.organisation)
    report = opened(snapshot)
    counted = coverage_of(report, report.top)
    lines = units.ordered(counted.lines, "share" if ranked.cities else "name", is_descending=ranked.cities)
    places = _places(lines) if ranked.cities else {}
    return {
        "form": bulletin_form.FORM,
        "bulletin": str(bulletin.public_id),
        "issuer": bulletin.organisation.name,
        "number": bulletin.number,
        "title": bulletin.title,
        "paragraphs": bulletin.text.split("\n"),
        "issued_on": today().isoformat(),
        "day": snapshot.day.isoformat(),
        "question": snapshot.question,
        "snapshot": str(snapshot.public_id),
        "snapshot_digest": snapshot.digest,
        "whole": _numbers(counted.whole),
        "units": [
            {
                "name": line.organisation.name
                if line.organisation
                else _("Directly under %(organisation)s") % {"organisation": report.top.name},
                "place": places.get(number),
                **_numbers(line.figures),
            }
            for number, line in enumerate(lines)
        ],
        "persons": _first_persons(snapshot) if ranked.persons else [],
        "line": [
            [each.day.isoformat(), each.figures.required, each.figures.completed]
            for each in trend(
                snapshot.requirement, snapshot.organisation, snapshot.day, tree=snapshot.tree
            ).points[:-1]
        ]
        + [[snapshot.day.isoformat(), counted.whole.required, counted.whole.completed]],
    }


def digest_holds(bulletin: Bulletin) -> bool:
    """Whether what is kept of a released bulletin, and the report beneath it, still are what was released."""
    kept = bulletin.release
    return bool(
        bulletin_form.digest(kept.content) == kept.digest
        and kept.content["snapshot_digest"] == bulletin.snapshot.digest
    )


def _places(lines: list[Line]) -> dict[int, int]:
    """The place of each organisation by coverage, equals sharing one; by its number among the lines."""
    shares = [
        line.figures.completed / line.figures.required
        if line.organisation and line.figures.required
        else None
        for line in lines
    ]
    return {
        number: 1 + sum(other > share for other in shares if other is not None)
        for number, share in enumerate(shares)
        if share is not None
    }


def _first_persons(snapshot: Snapshot) -> list[dict[str, str]]:
    """Who completed first, by id: names join at display."""
    rows = (
        SnapshotRow.objects.filter(snapshot=snapshot, completed_on__isnull=False)
        .order_by("completed_on", "person_id")
        .values_list("person_id", "place", "completed_on")[:MAX_PERSONS]
    )
    return [
        {"person": str(person), "place": str(place), "completed_on": on.isoformat()}
        for person, place, on in rows
        if on is not None
    ]


def _numbers(figures: Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in Figures.__slots__} | {
        "completed": figures.completed,
        "percent": figures.percent,
    }


def _tell(bulletin: Bulletin, now: dt.datetime) -> int:
    told = [
        New(
            person_id=person.pk,
            kind=NoticeKind.TASK,
            once=f"bulletin:{bulletin.public_id}",
            title=bulletin.title,
            text=_("%(issuer)s released a bulletin on %(day)s.")
            % {"issuer": bulletin.organisation.name, "day": date_format(local_day(now), "DATE_FORMAT")},
            path=reverse("reports:bulletin", args=[bulletin.public_id]),
        )
        for person in bulletin_access.responsible(bulletin.organisation, bulletin.level)
    ]
    notices.send_bulk(told, now=now)
    return len(told)


def _require_right(bulletin: Bulletin, by: User) -> None:
    if not snapshot_access.may_fix(by, bulletin.organisation):
        raise NotYourBulletin


def _drafts(bulletin: Bulletin) -> Any:
    return Bulletin.objects.filter(pk=bulletin.pk, state=BulletinState.DRAFT)


def _line(text: str) -> str:
    return " ".join(_printable(text).split())


def _paragraphs(text: str) -> str:
    lines = (_line(each) for each in text.splitlines())
    return "\n".join(each for each in lines if each)


def _printable(text: str) -> str:
    """Without characters that no paper shows and no DOCX may hold."""
    return "".join(
        each for each in text if unicodedata.category(each) not in {"Cc", "Cs", "Co"} or each in "\t\n"
    )
