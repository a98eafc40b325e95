"""The demonstration's desks: something in every state, written through the doors, and clean before the audit."""

import datetime as dt
from typing import Any

import pytest

from config.demo.desks import load_desks
from config.demo.people import DemoPeople
from courses import audit
from courses.models import (
    Correction,
    Declaration,
    DeclarationState,
    Dispute,
    LedgerEntry,
    Recognition,
    WatchProgress,
)
from people import grants, licences, memberships, persons
from people.models import PracticeType, Role, User
from tests.courses import stage
from tests.provinces import OPENED, Province, province  # noqa: F401 - a fixture


def silent(line: str) -> None:
    """Nobody reads the progress of a test."""


@pytest.fixture
def people(province: Province, settings: Any, tmp_path: Any) -> DemoPeople:  # noqa: F811
    settings.PROOFS_ROOT = tmp_path / "proofs"
    lawyers = []
    for number in range(40):
        person = persons.create(name=f"演{chr(0x7532 + number)}")
        memberships.join(person, province.yuelu, on=OPENED)
        licences.issue(
            person,
            number=f"143012010100{number:05d}",
            practice_type=PracticeType.FULL_TIME,
            on=OPENED,
        )
        lawyers.append(person)
    users = {name: User.objects.create_user(name) for name in ("lawyer", "changsha", "province")}
    persons.give_sign_in(lawyers[0], users["lawyer"])
    for name, role, place in (
        ("changsha", Role.CITY_COMMITTEE, province.changsha),
        ("province", Role.PROVINCIAL_COMMITTEE, province.province),
    ):
        grants.grant(users[name], role, place, by=None, reason="演示", valid_from=OPENED)
    lecture = stage.published_lecture()
    WatchProgress.objects.create(
        person=lawyers[0],
        recording=lecture.recording,
        intervals=[[0, 40_000, "2026-11-20"]],
        watched_ms=40_000,
        updated_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
    )
    return DemoPeople(
        {"changsha": province.changsha}, [each.pk for each in lawyers], users, {"lawyer": lawyers[0]}
    )


def test_every_state_lies_on_a_desk_and_the_audit_finds_no_difference(people: DemoPeople) -> None:
    load_desks(people, silent)
    assert set(Declaration.objects.values_list("state", flat=True)) == set(DeclarationState.values)
    assert sorted(Recognition.objects.values_list("state", flat=True)) == ["applied", "applied", "draft"]
    assert sorted(Dispute.objects.values_list("state", flat=True)) == ["granted", "open"]
    assert Correction.objects.get().state == "submitted"
    assert LedgerEntry.objects.filter(format="opening").count() == 12
    assert LedgerEntry.objects.filter(format="onsite", completion__rule__kind="recognised").count() == 34
    assert list(audit.differences(lambda _name, _count: None)) == []
