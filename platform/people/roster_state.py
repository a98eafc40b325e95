"""What is on record on a roster's day, read at once for planning."""

import datetime as dt
from collections import defaultdict

from django.db.models import Exists, OuterRef

from people.models import Licence, Membership, Organisation, OrganisationKind, Person, PersonMerge, Tree
from people.models.periods import valid_on
from people.organisations import descendants_on
from people.roster.known import Held, Known, KnownOrganisation, KnownPerson, Place

_FIRMS = frozenset(OrganisationKind.values) - {OrganisationKind.ASSOCIATION, OrganisationKind.PARTY_BRANCH}


def read(organisation: Organisation, as_of: dt.date) -> Known:
    """Everybody who could be meant by a roster of this organisation: its own people, and every licence's holder.

    A fixed number of statements, however many persons there are.
    """
    known = Known(as_of)
    below = descendants_on(organisation, as_of).exclude(kind=OrganisationKind.PARTY_BRANCH)
    known.add_organisations(
        KnownOrganisation(*row)
        for row in below.values_list("pk", "name", "short_name", "registration_number")
    )
    if organisation.kind in _FIRMS:
        known.own_firm_id = organisation.pk
    places, place_from = _places(as_of)
    licences, licence_from, numbers = _licences(as_of)
    # A record that leads to another is nobody of his own.
    away = PersonMerge.objects.filter(merged=OuterRef("pk"), undone_at__isnull=True)
    for key, name, phone, birth_date in (
        Person.objects.exclude(Exists(away)).order_by("pk").values_list("pk", "name", "phone", "birth_date")
    ):
        place = places.get(key)
        person = KnownPerson(
            key,
            name,
            phone,
            birth_date,
            place,
            licences.get(key),
            # Whoever stands nowhere on that day may come back through any roster that names him.
            place is None or place.organisation_id in known.organisations,
            place_from.get(key),
            licence_from.get(key),
        )
        known.add_person(person, numbers.get(key, ()))
    return known


def _places(as_of: dt.date) -> tuple[dict[int, Place], dict[int, dt.date]]:
    """Each person's main place on that day, and the first day after it on which he has another."""
    main = Membership.objects.current().filter(tree=Tree.PROFESSION, is_main=True)
    columns = ("person_id", "pk", "organisation_id", "position", "valid_from", "valid_to")
    held = {key: Place(*rest) for key, *rest in main.filter(valid_on(as_of)).values_list(*columns)}
    later: dict[int, dt.date] = {}
    for key, day in main.filter(valid_from__gt=as_of).values_list("person_id", "valid_from"):
        later[key] = min(day, later.get(key, day))
    return held, later


def _licences(
    as_of: dt.date,
) -> tuple[dict[int, Held], dict[int, dt.date], dict[int, list[str]]]:
    """Each person's licence on that day, the first later one's day, and every number he was ever known by.

    Also numbers of superseded rows: whoever an undone roster had brought is found again by the next one. A number
    that another holds now is his alone.
    """
    held: dict[int, Held] = {}
    later: dict[int, dt.date] = {}
    holders: dict[str, int] = {}
    columns = (
        "person_id",
        "pk",
        "number",
        "practice_type",
        "admitted_on",
        "valid_from",
        "valid_to",
        "superseded_at",
    )
    for key, pk, number, kind, admitted, start, end, superseded in Licence.objects.order_by("pk").values_list(
        *columns
    ):
        if superseded is not None:
            holders.setdefault(number, key)
            continue
        holders[number] = key
        if start > as_of:
            later[key] = min(start, later.get(key, start))
        elif end is None or end > as_of:
            held[key] = Held(pk, number, kind, admitted, start, end)
    numbers: dict[int, list[str]] = defaultdict(list)
    for number, key in holders.items():
        numbers[key].append(number)
    return held, later, numbers
