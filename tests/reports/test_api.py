"""Coverage through the API: the pages' figures, lines and persons, for whom they are, and 304 when nothing changed."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import Requirement
from courses.requirements import materialise
from people.models import AuditAct, AuditEntry, Role, Tree
from reports.coverage import coverage
from reports.figures import Figures
from reports.groups import Grouping, groups
from tests.reports.conftest import World, signed_in

DAY = dt.date(2026, 7, 1)
PROVINCE, CHANGSHA, HENGYANG = "湖南省律师协会", "长沙市律师协会", "衡阳市律师协会"
YUELU, SHIGU = "湖南岳试律师事务所", "湖南石试律师事务所"
MOST_STATEMENTS = 15


@pytest.fixture
def requirement(world: World) -> Requirement:
    course = world.course()
    asked = world.curriculum(course, unit=PROVINCE)
    done, begun, _idle = (world.lawyer(name, YUELU) for name in ("林试", "周试", "陈试"))
    world.lawyer("石试", SHIGU)
    world.lawyer("部试", CHANGSHA)
    world.complete(done, course, DAY)
    world.watch(begun, course, DAY)
    materialise(asked)
    return asked


@pytest.fixture
def committee(world: World, client: Client) -> Client:
    return signed_in(client, world.reader("committee", Role.PROVINCIAL_COMMITTEE, PROVINCE))


def get(client: Client, requirement: Requirement, what: str = "", **asked: Any) -> Any:
    answer = client.get(f"/api/v1/coverage/{requirement.public_id}{what}", {"on": DAY.isoformat()} | asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def as_figures(found: dict[str, int]) -> Figures:
    names = ("required", "in_time", "late", "started", "not_started", "overdue", "exempt")
    return Figures(*(found[name] for name in names))


def test_a_page_of_lines_adds_up_to_the_figures_of_the_page(
    world: World, requirement: Requirement, committee: Client
) -> None:
    found = get(committee, requirement, org=world.units[CHANGSHA].public_id)
    lines = [as_figures(each["figures"]) for each in found["lines"]]
    assert as_figures(found["figures"]) == sum(lines, Figures()) == Figures(4, 1, 0, 1, 2, 0, 0)
    assert [each["organisation"] and each["organisation"]["name"] for each in found["lines"]] == [YUELU, None]
    assert found["figures"]["coverage_permille"] == 250
    assert found["as_of"] == "2026-07-01"


@pytest.mark.parametrize("by", list(Grouping))
def test_lines_of_a_grouping_are_those_of_the_page(
    world: World, requirement: Requirement, committee: Client, by: Grouping
) -> None:
    found = get(committee, requirement, by=by)
    counted = groups(requirement, world.units[PROVINCE], DAY, by)
    assert [(each["group"], as_figures(each["figures"])) for each in found["lines"]] == [
        (each.key, each.figures) for each in counted
    ]
    whole = coverage(requirement, world.units[PROVINCE], DAY, tree=Tree.PROFESSION).whole
    assert sum((each.figures for each in counted), Figures()) == whole


def test_persons_come_a_page_at_a_time_and_masked_and_each_page_is_logged(
    world: World, requirement: Requirement, committee: Client
) -> None:
    first = get(committee, requirement, "/persons", state="lacking", sort="person", limit=3)
    assert [first["count"], len(first["persons"]), first["next"]] == [4, 3, 2]
    second = get(committee, requirement, "/persons", state="lacking", sort="person", limit=3, page=2)
    assert [len(second["persons"]), second["next"]] == [1, None]
    assert all("*" in each["licence"] for each in first["persons"])
    logged = AuditEntry.objects.filter(act=AuditAct.EXPORTED).order_by("pk")
    assert [(each.organisation.name, each.persons) for each in logged if each.organisation] == [
        (PROVINCE, 3),
        (PROVINCE, 1),
    ]


def test_persons_of_one_line_are_as_many_as_its_figure_says(
    requirement: Requirement, committee: Client
) -> None:
    line = get(committee, requirement, by="practice")["lines"][0]
    found = get(committee, requirement, "/persons", by="practice", group=line["group"])
    assert found["count"] == line["figures"]["required"]


def test_the_line_over_time_ends_with_the_figures_of_the_asked_day(
    requirement: Requirement, committee: Client
) -> None:
    points = get(committee, requirement, "/trend")["points"]
    assert points[-1]["figures"] == get(committee, requirement)["figures"]
    assert points[-1]["day"] == "2026-07-01"


def test_the_matters_of_an_organisation_come_with_their_figures(
    world: World, requirement: Requirement, committee: Client
) -> None:
    found = committee.get(
        "/api/v1/coverage", {"org": str(world.units[HENGYANG].public_id), "on": "2026-07-01"}
    )
    assert [(each["title"], each["figures"]["required"]) for each in found.json()["matters"]] == [
        (requirement.title, 1)
    ]


def test_an_unchanged_answer_is_not_sent_again(
    world: World, requirement: Requirement, committee: Client
) -> None:
    address = f"/api/v1/coverage/{requirement.public_id}"
    first = committee.get(address)
    again = committee.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    world.lawyer("新试", YUELU)
    materialise(requirement)
    assert committee.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_other_cities_and_visitors_find_nothing(
    world: World, requirement: Requirement, client: Client
) -> None:
    address = f"/api/v1/coverage/{requirement.public_id}"
    assert client.get(address).status_code == 401
    signed_in(client, world.reader("hengyang", Role.CITY_COMMITTEE, HENGYANG))
    assert client.get(address).status_code == 200
    elsewhere = {"org": str(world.units[CHANGSHA].public_id)}
    for what in ("", "/persons", "/trend"):
        assert client.get(address + what, elsewhere).status_code == 404
    signed_in(client, world.reader("editor", Role.EDITOR, PROVINCE))
    assert client.get(address).status_code == 404
    assert client.get("/api/v1/coverage").status_code == 404


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("", {"on": "2999-01-01"}),
        ("", {"on": "1999-12-31"}),
        ("", {"by": "height"}),
        ("", {"limit": "5000"}),
        ("", {"page": "0"}),
        ("/persons", {"by": "age", "group": "31"}),
        ("/persons", {"group": "30"}),
    ],
)
def test_what_cannot_be_asked_is_refused(
    requirement: Requirement, committee: Client, what: str, asked: dict[str, str]
) -> None:
    answer = committee.get(f"/api/v1/coverage/{requirement.public_id}{what}", asked)
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize("what", ["", "/persons", "/trend"])
def test_statements_do_not_grow(requirement: Requirement, committee: Client, what: str) -> None:
    get(committee, requirement, what)
    with CaptureQueriesContext(connection) as queries:
        get(committee, requirement, what)
    assert len(queries) <= MOST_STATEMENTS
