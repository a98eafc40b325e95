"""What a whole province costs: loading it, and the coverage pages over it. Run as a program; prints JSON rows."""

import json
import re
import sys
import time

import django

BAR_STATEMENTS, BAR_LOAD_SECONDS = 25, 60


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from people.models import Role, RoleGrant

    began = time.monotonic()
    call_command("demo", "load", stdout=sys.stderr)
    seconds = time.monotonic() - began
    rows: list[list[object]] = [
        [
            "loading the demonstration data on SQLite",
            f"{seconds:.0f} s",
            f"≤ {BAR_LOAD_SECONDS} s",
            seconds <= 60,
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
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
