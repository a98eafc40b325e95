"""Merging two records of one human being, and taking that back: a redirect from one to the other.

What holds by days (memberships, licences, leave) goes over to the kept record for the days on which that has nothing of
its own: rows are superseded and others recorded, so that on every day he counts once. What he did is moved by the apps
that know it (`register`). The sign-in of the merged record leads to the kept one. Certificates, messages and what was
asked and decided stay where they are. `done` keeps the keys of all rows, by which `undo` puts everything back.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit_log, leaves, licences, memberships, persons
from people.announcements import persons_changed
from people.licences import NewLicence
from people.memberships import NewMembership
from people.models import (
    AuditAct,
    Leave,
    Licence,
    Membership,
    Person,
    PersonMerge,
    Rectification,
    RectificationState,
    RosterImport,
    RosterLine,
    RosterState,
    User,
)
from people.refusals import Refused
from people.uncovered import uncovered

Days = tuple[dt.date, dt.date | None]


class MergeRefused(Refused):
    """The two records cannot be merged, or taken apart, as they are."""

    code = "merge_refused"


class MergeStale(MergeRefused):
    """What was moved has been changed since."""

    code = "merge_stale"


@dataclass(frozen=True, slots=True)
class Follower:
    """What an app does with its rows. `check` raises MergeRefused; `tell` says in sentences what would happen;
    `follow` moves and returns what `back` needs to restore; `back` raises MergeStale where it cannot."""

    check: Callable[[Person, Person], None]
    tell: Callable[[Person, Person], Sequence[str]]
    follow: Callable[[PersonMerge], dict[str, Any]]
    back: Callable[[PersonMerge, dict[str, Any]], None]


_followers: dict[str, Follower] = {}


def register(name: str, follower: Follower) -> None:
    """A higher app has rows of its own to move; called once, at start-up."""
    _followers[name] = follower


@dataclass(frozen=True, slots=True)
class Preview:
    """What merging would do, in sentences; where it is refused, why."""

    sentences: Sequence[str]
    refusal: str
    clashes: Sequence[str]


def preview(kept: Person, merged: Person, *, is_resolved: bool = False) -> Preview:
    """What merging would do; nothing is written. `is_resolved`: clashing memberships go by the kept record."""
    clashes = _clashes(kept, merged)
    try:
        _check(kept, merged, is_resolved=is_resolved)
        refusal = ""
    except MergeRefused as error:
        refusal = str(error)
    sentences = [
        *_said_of_days(kept, merged),
        *(sentence for each in _followers.values() for sentence in each.tell(kept, merged)),
        *_said_of_sign_ins(kept, merged),
    ]
    return Preview(sentences, refusal, clashes)


@transaction.atomic
def merge(
    kept: Person,
    merged: Person,
    *,
    reason: str,
    by: User | None,
    is_resolved: bool = False,
    now: dt.datetime | None = None,
) -> PersonMerge:
    """Make the merged record lead to the kept one. Raises MergeRefused."""
    now = now or timezone.now()
    locked = _locked(kept.pk, merged.pk)
    kept, merged = locked[kept.pk], locked[merged.pk]
    if not reason.strip():
        raise MergeRefused(_("State the reason: it is asked for later."))
    _check(kept, merged, is_resolved=is_resolved)
    made = PersonMerge.objects.create(
        kept=kept, merged=merged, reason=reason.strip()[:300], merged_by=by, merged_at=now
    )
    done: dict[str, Any] = {"days": _move_days(kept, merged, by), "sign_in": _move_sign_in(kept, merged)}
    for name, follower in _followers.items():
        done[name] = follower.follow(made)
    made.done = done
    made.save(update_fields=["done"])
    _note(AuditAct.MERGED, made, by, reason)
    persons_changed([kept.pk, merged.pk])
    return made


@transaction.atomic
def undo(made: PersonMerge, *, reason: str, by: User | None, now: dt.datetime | None = None) -> PersonMerge:
    """Take a merge back: everything that it moved is where it was. Raises MergeRefused and MergeStale."""
    now = now or timezone.now()
    if not reason.strip():
        raise MergeRefused(_("State the reason: it is asked for later."))
    locked = _locked(made.kept_id, made.merged_id)
    found = PersonMerge.objects.filter(pk=made.pk, undone_at__isnull=True)
    if not found.update(undone_at=now, undone_by=by, undo_reason=reason.strip()[:300]):
        raise MergeRefused(_("This merge was taken back already."))
    made.refresh_from_db()
    made.kept, made.merged = locked[made.kept_id], locked[made.merged_id]
    for name, follower in reversed(_followers.items()):
        if name in made.done:
            follower.back(made, made.done[name])
    _days_back(made.done["days"], by)
    _sign_in_back(made)
    _note(AuditAct.UNMERGED, made, by, reason)
    persons_changed([made.kept_id, made.merged_id])
    return made


def records_of(person: Person) -> list[int]:
    """The keys of all records of this human being: his own, and those that lead to it."""
    return [person.pk, *leading_to(person)]


def leading_to(person: Person) -> QuerySet[PersonMerge, int]:
    """The keys of the records that lead to this one; for a filter."""
    away = PersonMerge.objects.filter(kept=person, undone_at__isnull=True)
    return away.values_list("merged_id", flat=True)


def holders_of(number: str) -> QuerySet[Person, Any]:
    """Whose licence number, or phone, this is or was; for a filter."""
    found = Q(licences__number=number) | Q(phone=number) | Q(user__phone=number)
    return Person.objects.filter(found).values("pk")


def leading(person_ids: Iterable[int]) -> dict[int, int]:
    """Where merged records lead, for those of these that are. One statement."""
    away = PersonMerge.objects.filter(merged__in=set(person_ids), undone_at__isnull=True)
    return dict(away.values_list("merged_id", "kept_id"))


# --- What forbids it ----------------------------------------------------------------------------------


def _locked(*keys: int) -> dict[int, Person]:
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def _check(kept: Person, merged: Person, *, is_resolved: bool) -> None:
    if kept.pk == merged.pk:
        raise MergeRefused(_("These are one record already."))
    if PersonMerge.objects.filter(undone_at__isnull=True, merged__in=[kept, merged]).exists():
        raise MergeRefused(_("One of these records leads to another already. Open that one."))
    if PersonMerge.objects.filter(undone_at__isnull=True, kept=merged).exists():
        raise MergeRefused(_("Another record leads to the one that would be merged. Keep that one instead."))
    _refuse_two_licences(kept, merged)
    if kept.birth_date and merged.birth_date and kept.birth_date != merged.birth_date:
        raise MergeRefused(_("The two have different birth dates. Correct the wrong one first."))
    clashes = _clashes(kept, merged)
    if clashes and not is_resolved:
        raise MergeRefused(
            _("Both have a main membership on the same days: %(where)s. Say that the kept record is right.")
            % {"where": "；".join(clashes)}
        )
    if Rectification.objects.filter(person=merged, state=RectificationState.OPEN).exists():
        raise MergeRefused(_("The record that would be merged has something undecided. Decide that first."))
    at_work = RosterImport.objects.filter(state__in=[RosterState.APPLYING, RosterState.UNDOING])
    if RosterLine.objects.filter(roster__in=at_work, person__in=[kept, merged]).exists():
        raise MergeRefused(_("A roster that names one of them is being entered. Wait until that is done."))
    for follower in _followers.values():
        follower.check(kept, merged)


def _refuse_two_licences(kept: Person, merged: Person) -> None:
    """Two numbers on one day are two lawyers, or a mistake on the roster: either is settled there."""
    own = Licence.objects.current().filter(person=kept)
    for other in Licence.objects.current().filter(person=merged):
        for held in own:
            if held.number != other.number and _meet(_days_of(held), _days_of(other)):
                raise MergeRefused(
                    _(
                        "Each holds a valid licence of another number (ending in %(first)s and %(second)s). "
                        "One human being has one: correct the wrong one first."
                    )
                    % {"first": held.number[-4:], "second": other.number[-4:]}
                )


def _clashes(kept: Person, merged: Person) -> list[str]:
    """Main memberships of the two that meet on some day, in other places or positions."""
    own = list(Membership.objects.current().filter(person=kept, is_main=True).select_related("organisation"))
    others = Membership.objects.current().filter(person=merged, is_main=True).select_related("organisation")
    return [
        _("%(first)s (kept) and %(second)s (merged)")
        % {"first": held.organisation.name, "second": other.organisation.name}
        for other in others
        for held in own
        if held.tree == other.tree
        and held.organisation_id != other.organisation_id
        and _meet(_days_of(held), _days_of(other))
    ]


def _days_of(row: Membership | Licence | Leave) -> Days:
    return row.valid_from, row.valid_to


def _meet(first: Days, second: Days) -> bool:
    return (first[1] is None or second[0] < first[1]) and (second[1] is None or first[0] < second[1])


# --- What holds by days -------------------------------------------------------------------------------


def _move_days(kept: Person, merged: Person, by: User | None) -> dict[str, Any]:
    held = list(Membership.objects.current().filter(person=merged).order_by("pk"))
    own = list(Membership.objects.current().filter(person=kept))
    new = [
        _membership(each, kept.pk, start, end)
        for each in held
        for start, end in uncovered(_days_of(each), [_days_of(row) for row in own if _rivals(row, each)])
    ]
    places = memberships.bulk_rewrite([each.pk for each in held], new)
    cards = list(Licence.objects.current().filter(person=merged).order_by("pk"))
    mine = [_days_of(row) for row in Licence.objects.current().filter(person=kept)]
    numbers = licences.bulk_rewrite(
        [each.pk for each in cards],
        [
            _licence(each, kept.pk, start, end)
            for each in cards
            for start, end in uncovered(_days_of(each), mine)
        ],
    )
    away = list(Leave.objects.current().filter(person=merged).order_by("pk"))
    absent = list(Leave.objects.current().filter(person=kept))
    leave = []
    for each in away:
        leaves.withdraw(each)
        for start, end in uncovered(
            _days_of(each), [_days_of(row) for row in absent if row.kind == each.kind]
        ):
            leave.append(leaves.record(kept, each.kind, on=start, until=end, reason=each.reason, by=by).pk)
    return {
        "memberships": [[each.pk for each in held], [each.pk for each in places]],
        "licences": [[each.pk for each in cards], [each.pk for each in numbers]],
        "leaves": [[each.pk for each in away], leave],
    }


def _rivals(own: Membership, other: Membership) -> bool:
    """Whether the database would refuse both for one person on one day."""
    if own.tree != other.tree:
        return False
    return (own.is_main and other.is_main) or own.organisation_id == other.organisation_id


def _days_back(done: dict[str, Any], by: User | None) -> None:
    try:
        was, now = done["memberships"]
        before = [Membership.objects.get(pk=key) for key in was]
        memberships.bulk_rewrite(now, [_membership(each, each.person_id, *_days_of(each)) for each in before])
        was, now = done["licences"]
        cards = [Licence.objects.get(pk=key) for key in was]
        licences.bulk_rewrite(now, [_licence(each, each.person_id, *_days_of(each)) for each in cards])
        was, now = done["leaves"]
        for leave in Leave.objects.filter(pk__in=now):
            leaves.withdraw(leave)
        for leave in Leave.objects.filter(pk__in=was).select_related("person"):
            leaves.record(
                leave.person,
                leave.kind,
                on=leave.valid_from,
                until=leave.valid_to,
                reason=leave.reason,
                by=by,
            )
    except (memberships.AlreadySuperseded, licences.AlreadySuperseded, leaves.LeaveSuperseded) as error:
        raise MergeStale(
            _("Memberships, licences or leave were corrected since the merge. Put that back first.")
        ) from error


def _membership(held: Membership, person_id: int, start: dt.date, end: dt.date | None) -> NewMembership:
    return NewMembership(
        person_id,
        held.organisation_id,
        start,
        end,
        position=held.position,
        tree=held.tree,
        is_main=held.is_main,
    )


def _licence(held: Licence, person_id: int, start: dt.date, end: dt.date | None) -> NewLicence:
    return NewLicence(person_id, held.number, held.practice_type, start, held.admitted_on, end)


def _said_of_days(kept: Person, merged: Person) -> list[str]:
    said = []
    own = list(Membership.objects.current().filter(person=kept))
    for each in Membership.objects.current().filter(person=merged).select_related("organisation"):
        left = uncovered(_days_of(each), [_days_of(row) for row in own if _rivals(row, each)])
        words = {"place": each.organisation.name, "position": each.get_position_display()}
        said.append(
            _("The membership in %(place)s (%(position)s) goes over to the kept record.") % words
            if left
            else _(
                "The membership in %(place)s (%(position)s) counts no longer: the kept record has its own."
            )
            % words
        )
    mine = [_days_of(row) for row in Licence.objects.current().filter(person=kept)]
    for card in Licence.objects.current().filter(person=merged):
        if uncovered(_days_of(card), mine):
            said.append(
                _("The licence ending in %(ends)s goes over to the kept record.") % {"ends": card.number[-4:]}
            )
    if not kept.phone and merged.phone:
        said.append(_("The kept record has no phone; that of the merged one is not taken over."))
    return said


# --- Sign-ins -----------------------------------------------------------------------------------------


def _move_sign_in(kept: Person, merged: Person) -> dict[str, Any]:
    """A single sign-in becomes the kept record's; of two, the second leads there (people.access.person_of)."""
    if merged.user_id is None or kept.user_id is not None:
        return {}
    user = merged.user
    assert user is not None  # noqa: S101 - its key is there
    persons.give_sign_in(merged, None)
    persons.give_sign_in(kept, user)
    return {"given": user.pk}


def _sign_in_back(made: PersonMerge) -> None:
    given = made.done["sign_in"].get("given")
    if given is None:
        return
    if made.kept.user_id != given or made.merged.user_id is not None:
        raise MergeStale(_("The sign-in was changed since the merge. Put that back first."))
    user = made.kept.user
    persons.give_sign_in(made.kept, None)
    persons.give_sign_in(made.merged, user)


def _said_of_sign_ins(kept: Person, merged: Person) -> list[str]:
    if merged.user_id is None:
        return []
    if kept.user_id is None:
        return [_("The sign-in of the merged record becomes the kept one's.")]
    return [_("Both have a sign-in: from now on both lead to the kept record.")]


def _note(act: AuditAct, made: PersonMerge, by: User | None, reason: str) -> None:
    for person in (made.kept, made.merged):
        audit_log.record(act, by=by, person=person, about=str(made.public_id), reason=reason)
