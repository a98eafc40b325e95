"""The pages of coverage over HTTP: what they show, how many statements they take, what the projector hides."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from courses.models import Requirement
from courses.requirements import materialise
from people import leaves, memberships, organisations
from people.days import today
from people.models import LeaveKind, OrganisationKind, Person, Role, Tree
from reports import keeping
from reports.figures import StateFilter, total
from tests.reports.conftest import OPENED, World, signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def requirement(world: World) -> Requirement:
    """One curriculum of the province, in which Changsha has three lawyers and Hengyang one."""
    course = world.course()
    done = world.lawyer("周已完", "湖南岳试律师事务所")
    begun = world.lawyer("郑开始", "湖南岳试律师事务所")
    world.lawyer("王未学", "湖南芙试律师事务所")
    world.lawyer("蒋衡阳", "湖南石试律师事务所")
    day = today()
    made = world.curriculum(
        course, unit="湖南省律师协会", opens=day - dt.timedelta(days=90), due=day - dt.timedelta(days=5)
    )
    world.complete(done, course, day - dt.timedelta(days=10))
    world.watch(begun, course, day - dt.timedelta(days=9))
    keeping.work_off()
    return made


@pytest.fixture
def province_reader(client: Client, world: World) -> Client:
    return signed_in(client, world.reader("province", Role.PROVINCIAL_COMMITTEE, "湖南省律师协会"))


def test_visitors_are_asked_to_sign_in(client: Client, requirement: Requirement) -> None:
    response = client.get(f"/coverage/{requirement.public_id}/")
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_the_overview_puts_what_is_overdue_first(
    province_reader: Client, world: World, requirement: Requirement
) -> None:
    later = world.curriculum(
        world.course("下期"), unit="湖南省律师协会", title="明年计划", due=today() + dt.timedelta(days=200)
    )
    response = province_reader.get("/coverage/")
    assert [each.requirement for each in response.context["pressing"]] == [requirement]
    assert [each.requirement for each in response.context["others"]] == [later]
    assert "民法典轮训" in response.content.decode()


@pytest.mark.both_sides
def test_the_way_down_leads_from_province_to_city_to_firm_to_lawyers(
    province_reader: Client, world: World, requirement: Requirement
) -> None:
    address = f"/coverage/{requirement.public_id}/"
    province = province_reader.get(address)
    assert {line.organisation.name: line.figures.required for line in province.context["page"]} == {
        "长沙市律师协会": 3,
        "衡阳市律师协会": 1,
    }
    changsha = province_reader.get(address, {"org": str(world.units["长沙市律师协会"].public_id)})
    assert {line.organisation.name for line in changsha.context["page"]} == {
        "湖南岳试律师事务所",
        "湖南芙试律师事务所",
    }
    firm = province_reader.get(address, {"org": str(world.units["湖南岳试律师事务所"].public_id)})
    assert [(each.name, each.state) for each in firm.context["listing"].standings] == [
        ("郑开始", "started"),
        ("周已完", "in_time"),
    ]
    assert "50%" in firm.content.decode()


@pytest.mark.both_sides
def test_every_number_opens_the_persons_behind_it(province_reader: Client, requirement: Requirement) -> None:
    address = f"/coverage/{requirement.public_id}/"
    figures = province_reader.get(address).context["figures"]
    for state in ("all", "lacking", "completed", "late", "started", "not_started", "overdue"):
        listing = province_reader.get(address, {"view": "persons", "state": state}).context["listing"]
        expected = figures.required if state == "all" else getattr(figures, state)
        assert listing.count == expected, state


@pytest.mark.both_sides
@pytest.mark.parametrize("text", ["王", "芙试", "王未学"])
def test_persons_are_found_by_part_of_their_name_or_their_firms(
    province_reader: Client, requirement: Requirement, text: str
) -> None:
    response = province_reader.get(f"/coverage/{requirement.public_id}/", {"view": "persons", "q": text})
    assert [each.name for each in response.context["listing"].standings] == ["王未学"]


def test_persons_are_found_by_the_last_four_digits(
    province_reader: Client, world: World, requirement: Requirement
) -> None:
    person = Person.objects.get(name="王未学")
    number = person.licences.get().number
    response = province_reader.get(
        f"/coverage/{requirement.public_id}/", {"view": "persons", "q": number[-4:]}
    )
    assert [each.name for each in response.context["listing"].standings] == ["王未学"]
    assert number not in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"q": "%"},
        {"q": "_"},
        {"q": "' OR 1=1 --", "view": "persons"},
        {"q": "!", "view": "persons"},
        {"view": "persons", "q": "\0"},
        {"on": "2026-02-31"},
        {"on": "9999-12-31"},
        {"on": "0001-01-01"},
        {"page": "999999"},
        {"page": "-1", "view": "persons"},
        {"page": "٣", "view": "persons"},
        {"page": "900", "view": "persons"},
        {"sort": "name; drop table", "view": "persons"},
        {"sort": "-nothing"},
        {"state": "nonsense", "view": "nonsense"},
    ],
)
def test_whatever_stands_in_an_address_gives_a_page(
    province_reader: Client, requirement: Requirement, query: dict[str, str]
) -> None:
    assert province_reader.get(f"/coverage/{requirement.public_id}/", query).status_code == 200


def test_a_wildcard_finds_nobody(province_reader: Client, requirement: Requirement) -> None:
    response = province_reader.get(f"/coverage/{requirement.public_id}/", {"view": "persons", "q": "%"})
    assert response.context["listing"].count == 0


def test_units_are_sorted_by_the_column_asked_for(province_reader: Client, requirement: Requirement) -> None:
    names = []
    for sort in ("required", "-required"):
        response = province_reader.get(f"/coverage/{requirement.public_id}/", {"sort": sort})
        names.append([line.organisation.label for line in response.context["page"]])
    assert names[0] == names[1][::-1] == ["衡阳市律师协会", "长沙市律师协会"]


def test_a_future_day_is_answered_with_today_and_says_so(
    province_reader: Client, requirement: Requirement
) -> None:
    response = province_reader.get(f"/coverage/{requirement.public_id}/", {"on": "2099-01-01"})
    assert response.context["question"].day == today()
    assert response.context["question"].was_moved


def test_before_the_opening_the_page_says_that_nobody_was_required(
    province_reader: Client, requirement: Requirement
) -> None:
    response = province_reader.get(f"/coverage/{requirement.public_id}/", {"on": "2020-01-01"})
    assert response.status_code == 200
    assert response.context["figures"].required == 0


def test_the_projector_leaves_names_out_of_the_page_itself(
    province_reader: Client, world: World, requirement: Requirement
) -> None:
    address = f"/coverage/{requirement.public_id}/?view=persons"
    switched = province_reader.get(address + "&projector=1")
    assert switched["Location"] == address
    page = province_reader.get(address).content.decode()
    assert "王未学" not in page
    assert "data-projector" in page
    firm = world.units["湖南岳试律师事务所"].public_id
    for shown in (f"/coverage/?org={firm}", f"/coverage/{requirement.public_id}/?org={firm}"):
        assert "郑开始" not in province_reader.get(shown).content.decode()
    province_reader.get(address + "&projector=0")
    assert "王未学" in province_reader.get(address).content.decode()


def test_a_firms_manager_lands_on_who_lacks_what_with_a_text_to_paste(
    client: Client, world: World, requirement: Requirement
) -> None:
    signed_in(client, world.reader("manager", Role.FIRM_MANAGER, "湖南岳试律师事务所"))
    response = client.get("/coverage/")
    assert [entry.name for entry in response.context["lacking"]] == ["郑开始"]
    text = response.context["chat_text"]
    assert "郑开始" in text
    assert "民法典轮训" in text
    assert "周已完" not in text
    assert text.splitlines()[0] in response.content.decode()


def test_two_of_one_name_are_told_apart_in_the_text_to_paste(client: Client, world: World) -> None:
    for ending in ("000111", "000222"):
        world.lawyer("李同名", "湖南岳试律师事务所", licence=f"14301201510{ending}")
    world.curriculum(world.course(), unit="湖南省律师协会", due=today() + dt.timedelta(days=10))
    signed_in(client, world.reader("manager", Role.FIRM_MANAGER, "湖南岳试律师事务所"))
    text = client.get("/coverage/").context["chat_text"]
    assert "李同名0111" in text
    assert "李同名0222" in text


@pytest.mark.both_sides
def test_a_page_of_coverage_takes_few_statements_whatever_it_counts(
    province_reader: Client,
    world: World,
    requirement: Requirement,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    firm = f"?org={world.units['湖南岳试律师事务所'].public_id}"
    allowed = {
        "": 13,
        "?on=2026-10-01": 13,
        "?view=persons": 15,
        "?view=persons&q=王&sort=unit": 15,
        firm: 15,
    }
    for query, statements in allowed.items():
        for address in (f"/coverage/{requirement.public_id}/{query}", f"/coverage/{query}"):
            with django_assert_max_num_queries(statements):
                assert province_reader.get(address).status_code == 200


@pytest.mark.both_sides
@pytest.mark.parametrize("grouping", ["practice", "age", "years", "party"])
def test_groups_add_up_to_the_whole_and_each_opens_its_persons(
    province_reader: Client, world: World, requirement: Requirement, grouping: str
) -> None:
    Person.objects.filter(name="王未学").update(birth_date=dt.date(1961, 2, 3))
    address = f"/coverage/{requirement.public_id}/"
    page = province_reader.get(address, {"view": "groups", "by": grouping})
    lines = page.context["groups"]
    assert total([each.figures for each in lines]) == page.context["figures"]
    for line in lines:
        for state in ("all", "completed", "not_started", "overdue"):
            query = {"view": "persons", "by": grouping, "group": line.key, "state": state}
            listing = province_reader.get(address, query).context["listing"]
            assert listing.count == line.figures.count(StateFilter(state)), (line.key, state)


def test_the_oldest_are_told_from_those_whose_birth_date_is_not_on_record(
    province_reader: Client, requirement: Requirement
) -> None:
    Person.objects.filter(name="王未学").update(birth_date=dt.date(1961, 2, 3))
    page = province_reader.get(f"/coverage/{requirement.public_id}/", {"view": "groups", "by": "age"})
    assert [(each.key, each.figures.required) for each in page.context["groups"]] == [
        ("60", 1),
        ("unknown", 3),
    ]


@pytest.mark.both_sides
def test_the_line_over_time_ends_at_the_figures_of_the_day(
    province_reader: Client, requirement: Requirement
) -> None:
    page = province_reader.get(f"/coverage/{requirement.public_id}/")
    points = page.context["trend"].points
    assert points[0].day == requirement.opens_on
    assert points[-1].figures == page.context["figures"]
    completed = {point.day: point.figures.completed for point in points}
    done_on = today() - dt.timedelta(days=10)
    assert all(count == (1 if day >= done_on else 0) for day, count in completed.items())
    assert "trend__line" in page.content.decode()


def test_exempt_persons_stand_beside_the_required_and_open_their_list(
    province_reader: Client, world: World, requirement: Requirement
) -> None:
    away = Person.objects.get(name="王未学")
    leaves.record(
        away, LeaveKind.LEAVE, on=today() - dt.timedelta(days=3), until=None, reason="病假", by=None
    )
    materialise(requirement)
    page = province_reader.get(f"/coverage/{requirement.public_id}/", {"view": "persons", "state": "exempt"})
    figures = page.context["figures"]
    assert (figures.required, figures.exempt, figures.overdue) == (3, 1, 2)
    assert [each.name for each in page.context["listing"].standings] == ["王未学"]
    assert not page.context["listing"].standings[0].is_overdue


def test_a_party_committee_reads_its_branches_down_the_partys_own_tree(
    client: Client, world: World, requirement: Requirement
) -> None:
    kind = OrganisationKind.PARTY_BRANCH
    committee = organisations.create(kind=kind, name="行业党委", opened_on=OPENED)
    branch = organisations.create(kind=kind, name="联合支部", opened_on=OPENED, parent=committee)
    for name in ("周已完", "蒋衡阳"):
        memberships.join(Person.objects.get(name=name), branch, on=OPENED, tree=Tree.PARTY)
    world.units["行业党委"] = committee
    reader = signed_in(client, world.reader("party", Role.PROVINCIAL_COMMITTEE, "行业党委"))
    page = reader.get(f"/coverage/{requirement.public_id}/")
    assert [(line.organisation.name, line.figures.required) for line in page.context["page"]] == [
        ("联合支部", 2)
    ]
    persons = reader.get(f"/coverage/{requirement.public_id}/", {"org": str(branch.public_id)})
    assert {each.name for each in persons.context["listing"].standings} == {"周已完", "蒋衡阳"}
    lacking = reader.get("/coverage/", {"org": str(branch.public_id)}).context["lacking"]
    assert [each.name for each in lacking] == ["蒋衡阳"]
