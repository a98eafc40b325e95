"""Persons, as the roster or an account brings them: the one writer of their table."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from people.announcements import persons_changed
from people.models import Person, User

BATCH = 2000
CHANGEABLE = frozenset({"name", "phone", "birth_date"})


@dataclass(frozen=True, slots=True)
class NewPerson:
    """One row for the bulk door."""

    name: str
    name_pinyin: str = ""
    phone: str = ""
    birth_date: dt.date | None = None


@transaction.atomic
def create(
    *,
    name: str,
    name_pinyin: str = "",
    phone: str = "",
    birth_date: dt.date | None = None,
    user: User | None = None,
) -> Person:
    """A new person; two of one name are two persons."""
    person = Person(name=name.strip(), name_pinyin=name_pinyin, phone=phone, birth_date=birth_date, user=user)
    person.full_clean(exclude=["public_id"])
    person.save()
    return person


@transaction.atomic
def change(person: Person, *, name: str, phone: str = "", birth_date: dt.date | None = None) -> Person:
    """Correct what is held on a person himself."""
    has_other_age = person.birth_date != birth_date
    person.name = name.strip()
    person.phone = phone
    person.birth_date = birth_date
    person.full_clean(exclude=["public_id"])
    person.save(update_fields=["name", "phone", "birth_date"])
    if has_other_age:
        persons_changed([person.pk])
    return person


@transaction.atomic
def give_sign_in(person: Person, user: User | None) -> Person:
    """Let this sign-in be the person's, or none; his record stays his own when it goes."""
    person.user = user
    person.save(update_fields=["user"])
    return person


@transaction.atomic
def bulk_create(rows: Iterable[NewPerson]) -> list[Person]:
    """Many persons at once, in the order given."""
    return Person.objects.bulk_create(
        [
            Person(name=row.name, name_pinyin=row.name_pinyin, phone=row.phone, birth_date=row.birth_date)
            for row in rows
        ],
        batch_size=BATCH,
    )


@transaction.atomic
def bulk_change(changes: Mapping[int, Mapping[str, Any]]) -> None:
    """What is held on many persons: person → name, phone or birth_date. Raises ValueError for other columns."""
    for start in range(0, len(changes), BATCH):
        keys = list(changes)[start : start + BATCH]
        found = list(Person.objects.filter(pk__in=keys))
        for person in found:
            for column, value in changes[person.pk].items():
                if column not in CHANGEABLE:
                    raise ValueError(f"{column} of a person is not changed here")
                setattr(person, column, value)
        Person.objects.bulk_update(found, sorted(CHANGEABLE), batch_size=300)
    persons_changed(key for key, columns in changes.items() if "birth_date" in columns)


def forget(person: Person) -> int:
    """He has left: the phone goes, and of the birth date all but the year, by which past years are judged."""
    born = person.birth_date and person.birth_date.replace(month=1, day=1)
    person.phone, person.birth_date = "", born
    person.save(update_fields=["phone", "birth_date"])
    return 1
