"""What a whole province costs: loading it, its coverage pages, its audit and its statements. Prints JSON rows."""

import json
import re
import sys
import time

import django

BAR_STATEMENTS, BAR_LOAD_SECONDS, BAR_AUDIT_SECONDS, BAR_YEAR_SECONDS = 25, 60, 300, 60


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from courses import audit, statements
    from people import organisations
    from people.days import today
    from people.models import Role, RoleGrant

    began = time.monotonic()
    call_command("demo", "load", stdout=sys.stderr)
    seconds = time.monotonic() - began
    rows: list[list[object]] = [
        [
            "loading the demonstration data on SQLite",
            f"{seconds:.0f} s",
            f"≤ {BAR_LOAD_SECONDS} s",
            seconds <= BAR_LOAD_SECONDS,
        ]
    ]
    grant = (
        RoleGrant.objects.filter(role=Role.PROVINCIAL_COMMITTEE, revoked_at=None)
        .select_related("user")
        .first()
    )
    if grant is None:
        sys.exit("the demonstration has nobody of the provincial committee")
    client = Client()
    client.force_login(grant.user, backend="django.contrib.auth.backends.ModelBackend")
    overview = client.get("/coverage/").content.decode()
    addresses = sorted(set(re.findall(r'href="(/coverage/[0-9a-f-]{36}/)', overview)))
    if not addresses:
        sys.exit("the coverage page names no curriculum")
    for what, address in (
        ("the coverage page", "/coverage/"),
        ("a curriculum's coverage of the province", addresses[0]),
    ):
        client.get(address)
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        shown = (
            f"{len(queries)} statements, {1000 * (time.perf_counter() - began):.0f} ms, {answer.status_code}"
        )
        good = answer.status_code == 200 and len(queries) <= BAR_STATEMENTS
        rows.append([what, shown, f"≤ {BAR_STATEMENTS} statements", good])
    began = time.monotonic()
    differences = sum(1 for _each in audit.differences(lambda _name, _count: None))
    seconds = time.monotonic() - began
    rows.append(
        [
            "auditing the demonstration's year from its evidence",
            f"{seconds:.0f} s, {differences} differences",
            f"≤ {BAR_AUDIT_SECONDS} s, 0 differences",
            seconds <= BAR_AUDIT_SECONDS and not differences,
        ]
    )
    day = today()
    began = time.monotonic()
    judged = sum(
        1
        for top in organisations.roots_on(day)
        for _each in statements.statements(statements.lawyers_of(top.pk, day), year=day.year, as_of=day)
    )
    seconds = time.monotonic() - began
    rows.append(
        [
            f"the yearly statements of {judged:,} lawyers",
            f"{seconds:.1f} s",
            f"≤ {BAR_YEAR_SECONDS} s",
            seconds <= BAR_YEAR_SECONDS,
        ]
    )
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
