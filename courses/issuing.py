"""Certificates' one writer: issued once a matter, superseded when the ledger is corrected, revoked with a reason.

Whoever asks again gets the certificate that he has. A statement of a year that has grown since replaces the
earlier one; everything else that was issued is only ever marked.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import certificate_access, certificate_news, certified, signing_keys
from courses.certificate_refusals import (
    AlreadyRevoked,
    CompletionTakenBack,
    NothingToCertify,
    NotIssuedAgain,
    NotYours,
)
from courses.certificates import claims, codes, numbers, sheet
from courses.certificates.claims import Claim, Kind, shortened
from courses.certified import Matter, day_words
from courses.models import (
    Certificate,
    CertificateKind,
    Completion,
    LedgerEntry,
    RevocationReason,
    SupersededReason,
)
from courses.touched import Touched
from people import audit_log
from people.days import local_day
from people.models import AuditAct, Person, User

logger = logging.getLogger(__name__)

IN_FORCE = Q(revoked_at__isnull=True, superseded_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, and whether it was issued just now."""

    certificate: Certificate
    is_new: bool


def issue_completion(completion: Completion, now: dt.datetime | None = None) -> Issued:
    """The certificate of a completed course. Raises CompletionTakenBack, NothingToCertify, NotIssuedAgain,
    SigningUnavailable."""
    if completion.revoked_at:
        raise CompletionTakenBack
    if completion.course_id is None:
        raise NothingToCertify
    at = now or timezone.now()
    return _the_one(issue(certified.of_completions([completion], local_day(at)), at))


def issue_statement(person: Person, year: int, now: dt.datetime | None = None) -> Issued:
    """The statement of a person's year up to today. Raises NothingToCertify, NotIssuedAgain, SigningUnavailable."""
    at = now or timezone.now()
    matters = certified.of_years([person.pk], year, local_day(at))
    if not matters:
        raise NothingToCertify
    return _the_one(issue(matters, at))


def issue(matters: Sequence[Matter], now: dt.datetime) -> list[Issued]:
    """A certificate for each matter that may be certified, in their order; what was revoked for good is left out.

    One transaction, under the persons' locks: two that ask at once get the same certificates.
    """
    if not matters:
        return []
    at = now.replace(microsecond=0)
    with transaction.atomic():
        key_row, private = signing_keys.current()
        _lock({matter.person_id for matter in matters})
        known = _known(matters)
        found: list[Issued] = []
        fresh: list[Certificate] = []
        for matter in matters:
            earlier = known.get(_name(matter), [])
            standing = next((each for each in earlier if each.state == "valid"), None)
            if standing and (matter.kind == CertificateKind.COMPLETION or standing.digest == matter.digest):
                found.append(Issued(standing, is_new=False))
                continue
            last = earlier[-1] if earlier else None
            if last and last.revoked_at and last.revoked_reason != RevocationReason.ERROR:
                continue
            if standing:
                _mark([standing.pk], SupersededReason.NEWER, at)
            certificate = _certificate(matter, at, key_row.pk, private, replaces=last)
            fresh.append(certificate)
            found.append(Issued(certificate, is_new=True))
        Certificate.objects.bulk_create(fresh)
    return found


def revoke(certificate: Certificate, *, by: User, reason: RevocationReason, note: str) -> Certificate:
    """Revoke for a reason, at once and for good. Raises NotYours, AlreadyRevoked."""
    if not certificate_access.may_revoke(by, certificate):
        raise NotYours
    with transaction.atomic():
        if not Certificate.objects.filter(pk=certificate.pk, revoked_at__isnull=True).update(
            revoked_at=timezone.now(), revoked_reason=reason, revoked_note=note.strip()[:200], revoked_by=by
        ):
            raise AlreadyRevoked
        certificate.refresh_from_db()
        audit_log.record(
            AuditAct.DECIDED,
            by=by,
            person=certificate.person,
            about=f"{_('Certificate')} · {_('Revoked')} · {RevocationReason(reason).label}",
        )
        transaction.on_commit(lambda: certificate_news.revoked(certificate))
    logger.info("certificate %s revoked by user %s: %s", certificate.number, by.pk, reason)
    return certificate


def supersede_corrected(reversed_ids: Iterable[int], award_ids: Iterable[int] = ()) -> int:
    """Mark what was issued over these entries of the ledger (taken back, or new in their place); how many.

    Statements of the persons' years in which an entry was taken back or put right, and certificates of courses
    that an activity taken back had completed. A course that is not complete any more says so. Their holders are told.
    """
    taken_back, awarded = list(reversed_ids), list(award_ids)
    now = timezone.now()
    with transaction.atomic():
        keys = set(resting_on([*taken_back, *awarded], with_courses=taken_back))
        # Where hours alone were put right the course was completed anew at once, and is complete.
        remade = Completion.objects.filter(
            person=OuterRef("person"), course=OuterRef("completion__course"), revoked_at__isnull=True
        )
        gone = set(
            Certificate.objects.filter(~Exists(remade), pk__in=keys, completion__revoked_at__isnull=False)
            .exclude(completion__course__isnull=True)
            .values_list("pk", flat=True)
        )
        marked = _mark(sorted(keys - gone), SupersededReason.CORRECTED, now)
        marked += _mark(sorted(gone), SupersededReason.TAKEN_BACK, now)
        certificate_news.lapsed(Certificate.objects.filter(pk__in=keys, superseded_at=now))
        return marked


def resting_on(entry_ids: Sequence[int], *, with_courses: Sequence[int]) -> list[int]:
    """The certificates in force that rest on these entries: statements of their years, and of `with_courses`
    also the course certificates that their activities had completed."""
    entries = LedgerEntry.objects.filter(pk__in=entry_ids).select_related("activity")
    years = {(entry.person_id, entry.day.year) for entry in entries}
    found = [
        key
        for key, person_id, year in Certificate.objects.filter(
            IN_FORCE,
            kind=CertificateKind.STATEMENT,
            person__in={person_id for person_id, _year in years},
            year__in={year for _person_id, year in years},
        ).values_list("pk", "person_id", "year")
        if (person_id, year) in years
    ]
    of_courses = set(with_courses)
    activities = {
        (entry.person_id, str(entry.activity.public_id)) for entry in entries if entry.pk in of_courses
    }
    found += [
        key
        for key, person_id, evidence in Certificate.objects.filter(
            IN_FORCE,
            kind=CertificateKind.COMPLETION,
            person__in={person_id for person_id, _uuid in activities},
        ).values_list("pk", "person_id", "completion__evidence")
        if any((person_id, uuid) in activities for uuid in evidence.get("activities", []))
    ]
    return found


def touched_by(entry_ids: Sequence[int]) -> list[Touched]:
    """For the preview of a correction: how many certificates in force rest on these entries."""
    return [Touched(_("Certificates"), len(resting_on(entry_ids, with_courses=entry_ids)))]


def _the_one(issued: list[Issued]) -> Issued:
    if not issued:
        raise NotIssuedAgain
    return issued[0]


def _name(matter: Matter | Certificate) -> tuple[str, int | None, int, int | None]:
    return (str(matter.kind), matter.completion_id, matter.person_id, matter.year)


def _lock(person_ids: set[int]) -> None:
    list(
        Person.objects.select_for_update(no_key=True)
        .filter(pk__in=person_ids)
        .order_by("pk")
        .values_list("pk")
    )


def _known(matters: Sequence[Matter]) -> dict[tuple[str, int | None, int, int | None], list[Certificate]]:
    """What was issued for these matters before, the latest last.

    A course that was completed anew, after hours of it were put right, is the same matter.
    """
    found: dict[tuple[str, int | None, int, int | None], list[Certificate]] = {}
    asked = {each.completion_id: each for each in matters if each.completion_id}
    courses = Completion.objects.filter(pk__in=asked).values_list("pk", "person_id", "course_id")
    names = {(person_id, course_id): _name(asked[key]) for key, person_id, course_id in courses}
    rows = Certificate.objects.filter(
        Q(
            kind=CertificateKind.COMPLETION,
            person__in={person_id for person_id, _course in names},
            completion__course__in={course_id for _person, course_id in names},
        )
        | Q(
            kind=CertificateKind.STATEMENT,
            person__in=[each.person_id for each in matters if each.year],
            year__in={each.year for each in matters if each.year},
        )
    )
    for row in rows.select_related("completion").order_by("pk"):
        course_id = row.completion.course_id if row.completion else None
        name = _name(row) if course_id is None else names.get((row.person_id, course_id))
        if name is not None:
            found.setdefault(name, []).append(row)
    return found


def _mark(keys: Sequence[int], reason: SupersededReason, now: dt.datetime) -> int:
    return Certificate.objects.filter(IN_FORCE, pk__in=keys).update(
        superseded_at=now, superseded_reason=reason
    )


def _certificate(
    matter: Matter, at: dt.datetime, key_id: int, private: object, *, replaces: Certificate | None
) -> Certificate:
    number = numbers.draw(local_day(at).year)
    signed = codes.sign(_claim(matter, number, local_day(at)), private)  # type: ignore[arg-type]
    utc = at.astimezone(dt.UTC)
    figures = matter.figures | {
        "number": number,
        "issued_on": day_words(local_day(at)),
        # A PDF's own date knows no zone in this layout: it is written in UTC, as which it is read.
        "issued": [utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second],
        "key_id": signed.key_id,
        "site": settings.SITE_URL.rstrip("/"),
    }
    return Certificate(
        kind=matter.kind,
        number=number,
        person_id=matter.person_id,
        completion_id=matter.completion_id,
        year=matter.year,
        replaces=replaces,
        issued_at=at,
        layout=sheet.CURRENT_LAYOUT,
        figures=figures,
        digest=matter.digest,
        milli_credits=matter.milli_credits,
        body=signed.body,
        signature=signed.signature,
        key_id=key_id,
    )


def _claim(matter: Matter, number: str, issued_on: dt.date) -> Claim:
    return Claim(
        kind=Kind.COMPLETION if matter.kind == CertificateKind.COMPLETION else Kind.STATEMENT,
        number=number,
        issuer=shortened(matter.issuer, claims.MAX_ISSUER),
        issued_on=issued_on,
        name=matter.shown.name,
        organisation=shortened(matter.shown.organisation, claims.MAX_ORGANISATION),
        licence_end=matter.shown.last_four,
        subject=shortened(matter.subject, claims.MAX_SUBJECT),
        day=matter.day,
        year=matter.year or 0,
        milli_credits=max(0, matter.milli_credits),
        required_milli=matter.required_milli,
        categories=_few(matter.categories),
    )


def _few(categories: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """As many categories as a code holds, the last one standing for all others."""
    given = [(shortened(label, claims.MAX_CATEGORY), milli) for label, milli in categories]
    if len(given) <= claims.MAX_CATEGORIES:
        return tuple(given)
    kept = given[: claims.MAX_CATEGORIES - 1]
    return (*kept, (_("Others"), sum(milli for _label, milli in given[len(kept) :])))
