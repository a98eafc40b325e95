"""Everybody is led to what he came for, and to nothing else; a fragment costs no query for it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from config.context import site
from people import grants, organisations, persons
from people.models import Organisation, OrganisationKind, Role, User

pytestmark = pytest.mark.django_db
OPENED = dt.date(2010, 1, 1)


@pytest.fixture
def province() -> Organisation:
    return organisations.create(kind=OrganisationKind.ASSOCIATION, name="湖南省律师协会", opened_on=OPENED)


@pytest.fixture
def context_of(rf: RequestFactory) -> Callable[..., dict[str, Any]]:
    def context(user: User | AnonymousUser, path: str = "/design/") -> dict[str, Any]:
        request = rf.get(path)
        request.user = user
        return site(request)

    return context


def addresses(places: Any) -> list[str]:
    return [place.url for place in places]


def test_a_visitor_finds_courses_and_search(context_of: Callable[..., dict[str, Any]]) -> None:
    assert addresses(context_of(AnonymousUser())["nav"]) == ["/", "/courses/", "/search/", "/laws/"]


def test_a_lawyer_finds_his_learning_and_his_record(context_of: Callable[..., dict[str, Any]]) -> None:
    user = User.objects.create_user("lawyer")
    persons.create(name="陈晓", user=user)
    context = context_of(user)
    assert addresses(context["nav"]) == ["/my/", "/courses/", "/search/", "/my/record/", "/laws/"]
    assert context["viewer"] == {"name": "陈晓", "note": "lawyer", "initial": "晓"}


def test_support_finds_its_desk_and_the_devices_that_many_share(
    province: Organisation, context_of: Callable[..., dict[str, Any]]
) -> None:
    user = User.objects.create_user("help")
    grants.grant(user, Role.SUPPORT, province, by=None, reason="客服", valid_from=OPENED)
    assert addresses(context_of(user)["nav"])[:2] == ["/desk/support/", "/desk/devices/"]


@pytest.mark.parametrize(
    ("role", "first", "has_admin"),
    [
        (Role.CITY_COMMITTEE, "/coverage/", False),
        (Role.PROVINCIAL_COMMITTEE, "/coverage/", True),
        (Role.FIRM_MANAGER, "/coverage/", False),
        (Role.EDITOR, "/courses/", True),
    ],
)
def test_a_role_opens_its_own_doors(
    province: Organisation,
    context_of: Callable[..., dict[str, Any]],
    role: str,
    first: str,
    *,
    has_admin: bool,
) -> None:
    user = User.objects.create_user("reader")
    grants.grant(user, role, province, by=None, reason="试验", valid_from=OPENED)
    found = addresses(context_of(user)["nav"])
    assert found[0] == first
    assert ("/admin/" in found) is has_admin


def test_the_readers_page_is_marked_by_its_longest_address(context_of: Callable[..., dict[str, Any]]) -> None:
    user = User.objects.create_user("lawyer")
    persons.create(name="陈晓", user=user)
    nav = context_of(user, "/my/record/")["nav"]
    assert [place.url for place in nav if place.is_current] == ["/my/record/"]


def test_the_phones_bar_has_room_for_five(
    province: Organisation, context_of: Callable[..., dict[str, Any]]
) -> None:
    user = User.objects.create_user("chair")
    persons.create(name="陈晓", user=user)
    grants.grant(user, Role.PROVINCIAL_COMMITTEE, province, by=None, reason="试验", valid_from=OPENED)
    bar = addresses(context_of(user)["bottom_nav"])
    assert bar == ["/coverage/", "/my/", "/courses/", "/search/", "/my/record/"]


def test_a_page_that_asks_for_no_navigation_pays_for_none(
    context_of: Callable[..., dict[str, Any]], django_assert_num_queries: Callable[[int], Any]
) -> None:
    user = User.objects.create_user("lawyer")
    with django_assert_num_queries(0):
        context_of(user)
