"""Persons, as the roster or an account brings them: the one writer of their table."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from people.models import Person, User

BATCH = 2000


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
    person.name = name.strip()
    person.phone = phone
    person.birth_date = birth_date
    person.full_clean(exclude=["public_id"])
    person.save(update_fields=["name", "phone", "birth_date"])
    return person


@transaction.atomic
def give_sign_in(person: Person, user: User) -> Person:
    """Let this sign-in be the person's; his record stays his own when it goes again."""
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
