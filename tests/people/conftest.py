"""A small province to stand in: two cities, three firms, and the people and accounts of a test."""

import datetime as dt
from collections.abc import Callable

import pytest

from people import memberships, persons
from people.models import Organisation, Person, User
from tests.provinces import OPENED, Province, account, province

__all__ = ["OPENED", "Province", "account", "province"]


@pytest.fixture
def member(db: None) -> Callable[..., Person]:
    def make(name: str, organisation: Organisation, on: dt.date = OPENED, user: User | None = None) -> Person:
        person = persons.create(name=name, user=user)
        memberships.join(person, organisation, on=on)
        return person

    return make
