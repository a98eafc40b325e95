"""Who belongs to an audience, and when: courses.audience_rules judges facts that are read in few statements."""

from collections.abc import Iterable, Sequence

from django.db.models import F, QuerySet

from courses import audience_rules
from courses.audience_rules import Audience, Away, Facts, Licensed
from courses.models import Curriculum
from courses.spans import Span, intersect
from people.models import Leave, Licence, Membership, Person, Position, Tree

_CHUNK = 5000


def audience_of(curriculum: Curriculum) -> Audience:
    """The audience as the curriculum's row has it: as published, for one that is live."""
    return Audience(
        organisation_id=curriculum.audience_organisation_id,
        practice_types=tuple(curriculum.audience_practice_types),
        admitted_from=curriculum.audience_admitted_from,
        admitted_until=curriculum.audience_admitted_until,
        years_from=curriculum.audience_years_from,
        years_until=curriculum.audience_years_until,
        age_from=curriculum.audience_age_from,
        age_until=curriculum.audience_age_until,
        party=curriculum.audience_party,
        named_ids=frozenset(curriculum.audience_named),
        is_named_only=curriculum.audience_is_named_only,
    )


def belonging(audience: Audience, person_ids: Sequence[int] | None = None) -> dict[int, list[Span]]:
    """The days on which each person belongs to the audience; at most five statements, whatever the size."""
    found = {
        person_id: audience_rules.belonging(audience, facts)
        for person_id, facts in facts_of([audience], person_ids).items()
    }
    return {person_id: days for person_id, days in found.items() if days}


def facts_of(audiences: Sequence[Audience], person_ids: Sequence[int] | None = None) -> dict[int, Facts]:
    """What these audiences ask about: of everybody who was ever a lawyer below one of them, or of these persons.

    At most five statements; what no audience asks about is not read.
    """
    known: dict[int, Facts] = {key: Facts(key) for key in person_ids or ()}
    _read_places(known, {each.organisation_id for each in audiences}, person_ids)
    if any(each.asks_for_licence for each in audiences):
        _read_licences(known, person_ids)
    if any(each.asks_for_age for each in audiences):
        born = _of_persons(Person.objects.filter(birth_date__isnull=False), person_ids, "pk")
        for key, birth_date in born.values_list("pk", "birth_date").iterator(chunk_size=_CHUNK):
            if facts := known.get(key):
                facts.birth_date = birth_date
    if any(each.party for each in audiences):
        comrades = _of_persons(Membership.objects.current().filter(tree=Tree.PARTY), person_ids)
        for key, start, end in comrades.values_list("person_id", "valid_from", "valid_to").iterator(
            chunk_size=_CHUNK
        ):
            if facts := known.get(key):
                facts.party.append((start, end))
    away = _of_persons(Leave.objects.current(), person_ids)
    for key, start, end, kind in away.values_list("person_id", "valid_from", "valid_to", "kind").iterator(
        chunk_size=_CHUNK
    ):
        if facts := known.get(key):
            facts.away.append(Away((start, end), kind))
    return known


def _read_places(
    known: dict[int, Facts], organisation_ids: Iterable[int], person_ids: Sequence[int] | None
) -> None:
    """Days of main membership as a lawyer somewhere below these organisations, in the membership's own tree."""
    memberships = Membership.objects.current().filter(
        is_main=True,
        position=Position.LAWYER,
        tree=F("organisation__closure_up__tree"),
        organisation__closure_up__ancestor_id__in=sorted(organisation_ids),
    )
    rows = _of_persons(memberships, person_ids).values_list(
        "person_id",
        "organisation__closure_up__ancestor_id",
        "valid_from",
        "valid_to",
        "organisation__closure_up__valid_from",
        "organisation__closure_up__valid_to",
    )
    for key, above_id, member_from, member_to, below_from, below_to in rows.iterator(chunk_size=_CHUNK):
        if both := intersect((member_from, member_to), (below_from, below_to)):
            if key not in known:
                known[key] = Facts(key)
            known[key].places.setdefault(above_id, []).append(both)


def _read_licences(known: dict[int, Facts], person_ids: Sequence[int] | None) -> None:
    rows = _of_persons(Licence.objects.current(), person_ids).values_list(
        "person_id", "valid_from", "valid_to", "practice_type", "admitted_on"
    )
    for key, start, end, practice_type, admitted_on in rows.iterator(chunk_size=_CHUNK):
        if facts := known.get(key):
            facts.licences.append(Licensed((start, end), practice_type, admitted_on))


def _of_persons(rows: QuerySet, person_ids: Sequence[int] | None, column: str = "person_id") -> QuerySet:
    return rows if person_ids is None else rows.filter(**{f"{column}__in": person_ids})
