"""The walls between subtrees: a Changsha reader has nothing of Hengyang, whatever he writes into an address."""

import datetime as dt
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from courses.models import Requirement
from courses.requirements import materialise
from people import grants, memberships
from people.days import today
from people.models import Role, User
from reports import exports
from reports.models import Export
from tests.reports.conftest import World, signed_in

pytestmark = pytest.mark.slow

CHANGSHA, HENGYANG = "长沙市律师协会", "衡阳市律师协会"
SECRET = "蒋衡阳"


def without_tokens(response: HttpResponse) -> str:
    """The page without the forms' tokens, which are masked anew in every answer."""
    return re.sub(r'(value|content)="\w{64}"', "", response.content.decode())


@pytest.fixture
def everywhere(world: World) -> Requirement:
    """A curriculum of the province with one lawyer in each city."""
    world.lawyer("周长沙", "湖南岳试律师事务所")
    world.lawyer(SECRET, "湖南石试律师事务所")
    return world.curriculum(
        world.course(),
        unit="湖南省律师协会",
        opens=today() - dt.timedelta(days=60),
        due=today() - dt.timedelta(days=1),
    )


@pytest.fixture
def changsha(client: Client, world: World) -> Client:
    return signed_in(client, world.reader("changsha", Role.CITY_COMMITTEE, CHANGSHA))


def test_a_city_reads_only_its_own_subtree_of_a_curriculum_of_the_province(
    changsha: Client, everywhere: Requirement
) -> None:
    page = changsha.get(f"/coverage/{everywhere.public_id}/")
    assert page.context["unit"].name == CHANGSHA
    assert page.context["figures"].required == 1
    people = changsha.get(f"/coverage/{everywhere.public_id}/", {"view": "persons"}).content.decode()
    assert "周长沙" in people
    for body in (people, page.content.decode(), changsha.get("/coverage/").content.decode()):
        assert SECRET not in body
        assert HENGYANG not in body


@pytest.mark.parametrize("unit", [HENGYANG, "湖南石试律师事务所", "湖南省律师协会"])
@pytest.mark.parametrize("address", ["/coverage/", "/coverage/{id}/", "/coverage/exports/new/?of={id}"])
def test_another_subtree_is_missing_by_page_and_by_export(
    changsha: Client, world: World, everywhere: Requirement, unit: str, address: str
) -> None:
    path, _mark, of = address.format(id=everywhere.public_id).partition("?of=")
    for more in ({}, {"view": "persons"}, {"on": "2026-10-01"}):
        foreign = changsha.get(path, {"of": of, "org": str(world.units[unit].public_id), **more})
        missing = changsha.get(path, {"of": of, "org": str(uuid4()), **more})
        assert foreign.status_code == missing.status_code == 404
        assert without_tokens(foreign) == without_tokens(missing)


def test_a_curriculum_of_another_city_is_missing(
    changsha: Client, world: World, everywhere: Requirement
) -> None:
    foreign = world.curriculum(world.course("衡阳"), unit=HENGYANG, title="衡阳计划")
    for start in ("/coverage/{id}/", "/coverage/exports/new/?of={id}"):
        assert changsha.get(start.format(id=foreign.public_id)).status_code == 404
        assert changsha.get(start.format(id=foreign.curriculum.public_id)).status_code == 404
    assert "衡阳计划" not in changsha.get("/coverage/").content.decode()


def test_names_of_another_city_are_not_found_by_searching(changsha: Client, everywhere: Requirement) -> None:
    page = changsha.get(f"/coverage/{everywhere.public_id}/", {"view": "persons", "q": SECRET})
    assert page.context["listing"].count == 0


def test_the_workbook_holds_the_readers_subtree_alone(
    changsha: Client, everywhere: Requirement, settings: Any, tmp_path: Path
) -> None:
    settings.EXPORTS_ROOT = tmp_path / "exports"
    for of in (f"?of={everywhere.public_id}", ""):
        response = changsha.post(
            f"/coverage/exports/new/{of}", {"contents": "persons", "file_format": "xlsx", "reason": "核对"}
        )
        exports.work(Export.objects.latest("pk").pk)
        content = changsha.get(response["Location"] + "file/").getvalue()
        book = load_workbook(BytesIO(content))
        cells = {
            str(cell.value)
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value
        }
        assert "周长沙" in cells
        assert not any(SECRET in cell or "石试" in cell for cell in cells)


def test_a_curriculum_is_found_by_its_own_public_id_too(changsha: Client, everywhere: Requirement) -> None:
    assert changsha.get(f"/coverage/{everywhere.curriculum.public_id}/").status_code == 200


def test_who_moved_away_is_seen_for_the_days_on_which_he_was_here(
    changsha: Client, world: World, everywhere: Requirement
) -> None:
    moved_on = today() - dt.timedelta(days=20)
    person = world.lawyer("何转走", "湖南岳试律师事务所")
    memberships.transfer(person, world.units["湖南石试律师事务所"], on=moved_on)
    materialise(everywhere)
    address = f"/coverage/{everywhere.public_id}/"
    before = {"view": "persons", "on": (moved_on - dt.timedelta(days=1)).isoformat()}
    assert "何转走" in changsha.get(address, before).content.decode()
    assert "何转走" not in changsha.get(address, {"view": "persons"}).content.decode()


@pytest.mark.parametrize("role", [Role.LEARNER, Role.EDITOR, Role.REVIEWER, Role.LECTURER, Role.SUPPORT])
def test_roles_that_read_no_reports_find_nothing(
    client: Client, world: World, everywhere: Requirement, role: Role
) -> None:
    signed_in(client, world.reader("other", role, "湖南省律师协会"))
    for address in (
        "/coverage/",
        f"/coverage/{everywhere.public_id}/",
        f"/coverage/exports/new/?of={everywhere.public_id}",
    ):
        assert client.get(address).status_code == 404


def test_a_role_taken_back_closes_the_door_at_once(
    client: Client, world: World, everywhere: Requirement
) -> None:
    user = world.reader("former", Role.CITY_COMMITTEE, CHANGSHA)
    signed_in(client, user)
    assert client.get("/coverage/").status_code == 200
    grants.revoke(user.role_grants.get(), by=None, reason="离任")
    assert client.get("/coverage/").status_code == 404


def test_an_auditor_reads_and_a_superuser_reads_everything(
    client: Client, world: World, everywhere: Requirement
) -> None:
    signed_in(client, world.reader("auditor", Role.AUDITOR, "湖南省律师协会"))
    assert client.get(f"/coverage/{everywhere.public_id}/").context["figures"].required == 2
    signed_in(client, User.objects.create_superuser("root"))
    assert client.get(f"/coverage/{everywhere.public_id}/").context["figures"].required == 2


def test_a_reader_of_two_cities_chooses_between_them(
    client: Client, world: World, everywhere: Requirement
) -> None:
    user = world.reader("both", Role.CITY_COMMITTEE, CHANGSHA)
    grants.grant(user, Role.CITY_COMMITTEE, world.units[HENGYANG], by=None, reason="试验")
    grants.grant(user, Role.FIRM_MANAGER, world.units["湖南岳试律师事务所"], by=None, reason="试验")
    signed_in(client, user)
    scopes = client.get("/coverage/").context["reader"].scopes
    assert {each.name for each in scopes} == {CHANGSHA, HENGYANG}


def test_only_reading_is_answered(changsha: Client, everywhere: Requirement) -> None:
    assert changsha.post(f"/coverage/{everywhere.public_id}/").status_code == 405
