"""Every address of the site as every role, with what is one's own and what is not, against the table in policy.py.

The addresses come from the URL configuration: one that the table does not name fails, and so does a line for an
address that is gone.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.walk import policy, stage
from tests.walk.addresses import address, arguments, routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

QUERY = "?org=<uuid:organisation>"  # the same address about another organisation
METHODS = ("GET", "POST")
BODIES = {
    "api/v1/playback/sessions": lambda values: {"lecture": str(values["lecture_id"])},
    "api/v1/playback/heartbeats": lambda _values: {
        "token": "x",
        "beats": [{"sequence": 1, "start_ms": 0, "end_ms": 1000}],
    },
    "api/v1/playback/sessions/close": lambda _values: {"token": "x"},
    "api/v1/playback/checks/show": lambda _values: {"token": "x"},
    "api/v1/playback/checks/answer": lambda _values: {
        "token": "x",
        "check": "018f0000-0000-7000-8000-000000000000",
        "nonce": "x",
        "code": "1234",
    },
    "api/v1/certificates/verify": lambda _values: {"code": "x"},
}
FORMS = {
    "desk/lists/rows/<uuid:public_id>/": {"act": "leave_out"},
    "desk/data/<uuid:public_id>/settle/": {"act": "confirm"},
}
QUERIES = {"search/": "?q=违约", "api/v1/search": "?q=违约"}
# What stands in the gaps that name no object of the stage.
CONSTANTS = {
    "key": "civil-code",
    "article": 577,
    "insert": 1,
    "code": "A" * 200,
    "token": "wrong",
    "generation": 1,
    "name": "index.m3u8",
    "language": "zh-hans",
    "version": 1,
    "rest": "confirm/",
    "place": 0,
    "example": "cn-shanghai-2018",
}


def outcome(response: Any) -> str:
    """The letter of policy.py for an answer."""
    if response.status_code in {301, 302}:
        target = response["Location"]
        if target.startswith("/accounts/login/"):
            return ">"
        if target.startswith(("/accounts/admin/", "/admin/login/")):
            return "x" if "_auth_user_id" in response.client.session else ">"
        is_admins = response.request["PATH_INFO"].startswith("/admin/")
        return (
            "x" if target == "/admin/" and is_admins and "login" not in response.request["PATH_INFO"] else "+"
        )
    if response.status_code >= 500:
        return str(response.status_code)
    return {401: ">", 403: "x", 404: "-", 405: "."}.get(response.status_code, "+")


class RolledBack(Exception):
    """Nothing that a walker does is kept."""


def visit(client: Client, method: str, where: str, route: str, values: dict[str, Any]) -> str:
    cookies = client.cookies.copy()
    found = ""
    try:
        with transaction.atomic():
            if method == "GET":
                response = client.get(where)
            elif body := BODIES.get(route):
                response = client.post(where, body(values), content_type="application/json")
            else:
                response = client.post(where, FORMS.get(route))
            found = outcome(response)
            raise RolledBack
    except RolledBack:
        client.cookies = cookies
    return found


def lines() -> Iterator[tuple[str, dict[str, list[str]]]]:
    for route, said in policy.OURS.items():
        yield route, policy.read(said)


def test_every_address_has_a_policy_and_every_policy_an_address():
    known = routes()
    ours = {route.removesuffix(QUERY) for route in policy.OURS}
    unnamed = [route for route in known if route not in ours and policy.of_theirs(route) is None]
    assert not unnamed, f"no policy in tests/walk/policy.py names {unnamed}"
    assert not ours - set(known), "these addresses are gone"


@pytest.mark.parametrize("walker", policy.WALKERS)
def test_what_each_role_finds_at_every_address_of_ours(walker, settings):
    settings.CERTIFICATE_QUESTIONS = {"verify_certificate": "100000/m/ip"}
    set_out = stage.build("learner" if walker == "visitor" else walker)
    client = Client(raise_request_exception=False)
    if walker != "visitor":
        client.force_login(set_out.walker)
    column = policy.WALKERS.index(walker)
    wrong = []
    for route, cells in lines():
        answers: dict[str, str] = {}
        is_owned = any(len(cell) > 1 for row in cells.values() for cell in row)
        for method in METHODS:
            found = ""
            for place in stage.PLACES if is_owned else stage.PLACES[:1]:
                values = CONSTANTS | set_out.values(place, route)
                where = address(route, values) + QUERIES.get(route, "")
                found += visit(client, method, where, route, values)
            answers[method] = found
        for method in METHODS:
            if method in cells:
                expected = cells[method][column]
                if answers[method] != expected * (len(answers[method]) // len(expected)):
                    wrong.append(f"{method} {route}: {answers[method]}, where the table says {expected}")
            elif set(answers[method]) - set(".>x-") and answers[method] != answers["GET"]:
                wrong.append(f"{method} {route}: {answers[method]}, which no line allows")
    assert not wrong, f"as {walker}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("walker", policy.WALKERS)
def test_what_each_role_finds_at_wagtails_and_allauths_addresses(walker):
    set_out = stage.build("learner" if walker == "visitor" else walker)
    client = Client(raise_request_exception=False)
    if walker != "visitor":
        client.force_login(set_out.walker)
    column = policy.WALKERS.index(walker)
    wrong = []
    for route in routes():
        cells = None if route in policy.OURS else policy.of_theirs(route)
        if cells is None:
            continue
        values = dict.fromkeys(arguments(route), 1) | CONSTANTS | set_out.values("own", route)
        for method in METHODS:
            found = visit(client, method, address(route, values), route, values)
            expected = cells[column]
            if found.isdigit() and route in policy.WAGTAILS_ERRORS:
                continue
            if not found.isdigit() and (
                expected == "?" or (found in {expected, "-", "."} and walker != "visitor")
            ):
                continue
            if found not in {expected, "."}:
                wrong.append(f"{method} {route}: {found}, where the table says {expected}")
    assert not wrong, f"as {walker}:\n" + "\n".join(wrong)
