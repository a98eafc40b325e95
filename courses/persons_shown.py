"""Persons as lists show them: name, firm and the last four digits, so that two of one name are told apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from people.days import today
from people.licence_numbers import last_four
from people.models import Licence, Membership, Person, Tree


@dataclass(frozen=True, slots=True)
class Shown:
    """One person. `note` is his firm and the last four digits of his licence."""

    person_id: int
    public_id: str
    name: str
    organisation: str
    last_four: str

    @property
    def note(self) -> str:
        return " · ".join(part for part in (self.organisation, self.last_four) if part)


def shown(person_ids: Iterable[int]) -> dict[int, Shown]:
    """What is shown of each person today; three statements however many they are."""
    keys = list(set(person_ids))
    day = today()
    firms = dict(
        Membership.objects.on(day)
        .filter(person__in=keys, tree=Tree.PROFESSION, is_main=True)
        .values_list("person_id", "organisation__name")
    )
    digits = dict(Licence.objects.on(day).filter(person__in=keys).values_list("person_id", "number"))
    return {
        key: Shown(key, str(public_id), name, firms.get(key, ""), last_four(digits.get(key, "")))
        for key, public_id, name in Person.objects.filter(pk__in=keys).values_list("pk", "public_id", "name")
    }
