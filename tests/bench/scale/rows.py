"""Everything that one run measures, as rows of the table: making, bytes, pages, a completion's way, the audit."""

import datetime as dt
import resource
import sys
import time
from collections.abc import Iterator, Sequence

from django.db import connection
from django.test import Client
from django.utils import timezone

from courses.models import Completion, Requirement
from people import grants
from people.models import Membership, Organisation, Role, Tree, User
from reports import coverage as reports
from reports import keeping, recount
from reports.models import Change, Stale, Stint
from tests.bench.scale import learning, pages, peopling
from tests.bench.scale.learning import Asked
from tests.bench.scale.peopling import Places
from tests.bench.scale.sizes import Size

BAR_PAGE_MS = {"postgresql": 100, "sqlite": 200}
BAR_LIST_MS = {"postgresql": 150, "sqlite": 200}
BAR_STATEMENTS = 15
BAR_VISIBLE_SECONDS = 2
GROUPS = {
    "people": (
        "people_person",
        "people_licence",
        "people_membership",
        "people_organisation",
        "people_organisationedge",
        "people_organisationclosure",
    ),
    "what is required": ("courses_requiredspan", "courses_excusedspan"),
    "learning": ("courses_watchprogress", "courses_completion", "courses_enrolment"),
    "the ledger": ("courses_ledgerentry",),
    "stints": ("reports_stint",),
    "changes": ("reports_change", "reports_path"),
}

Row = list[object]


def rows(size: Size, day: dt.date) -> Iterator[Row]:
    began = time.monotonic()
    found = peopling.places(size)
    peopling.people(size, found, day)
    yield _time("organisations, lawyers, licences, memberships entered by their bulk doors", began)
    began = time.monotonic()
    asked = learning.ask(size, found.top, day)
    with learning.past_triggers():
        for each in asked:
            learning.learn(each, day)
    yield _time("a year of learning written", began)
    yield from _kept(asked)
    yield from _sizes()
    yield from _pages(found, asked, day)
    yield from _visible(asked, day)
    yield from _recounted()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield ["memory of the process at most, making it included", f"{used:.0f} MB", "", None]


def _kept(asked: Sequence[Asked]) -> Iterator[Row]:
    Stale.objects.all().delete()
    _gather_statistics()
    began = time.monotonic()
    keeping.renew_all()
    seconds = time.monotonic() - began
    _gather_statistics()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM courses_completion")
        completions = cursor.fetchone()[0]
    what = f"{Stint.objects.count():,} stints and {Change.objects.count():,} changes from {completions:,} completions"
    yield [f"coverage of all curricula counted anew: {what}", f"{seconds:.0f} s", "", None]
    yield ["the same a curriculum", f"{seconds / len(asked):.1f} s", "", None]


def _gather_statistics() -> None:

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def _sizes() -> Iterator[Row]:
    whole = 0
    with connection.cursor() as cursor:
        for group, tables in GROUPS.items():
            used = 0
            for table in tables:
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_total_relation_size(%s)", [table])
                else:
                    cursor.execute(
                        "SELECT SUM(pgsize) FROM dbstat WHERE aggregate AND name IN "
                        "(SELECT name FROM sqlite_master WHERE tbl_name = %s)",
                        [table],
                    )
                used += cursor.fetchone()[0] or 0
            whole += used
            yield [f"{group} on disk with indices", f"{used / 1024**2:,.0f} MB", "", None]
    yield ["together", f"{whole / 1024**2:,.0f} MB", "", None]


def _pages(found: Places, asked: Sequence[Asked], day: dt.date) -> Iterator[Row]:
    client = _committee(found.top)
    requirements = [each.requirement for each in asked]
    for past in (False, True):
        when = f"{pages.PAST_DAYS} days ago" if past else "today"
        for kind in pages.kinds(found, requirements, day, past=past):
            taken = pages.ask(client, kind)
            bar = (BAR_LIST_MS if taken.is_list else BAR_PAGE_MS)[connection.vendor]
            yield [
                f"{taken.words}, {when}",
                f"median {taken.median:.0f} ms, p95 {taken.p95:.0f} ms, {taken.statements} statements",
                f"p95 ≤ {bar} ms, ≤ {BAR_STATEMENTS} statements",
                taken.p95 <= bar and taken.statements <= BAR_STATEMENTS,
            ]
            print(taken, when, file=sys.stderr, flush=True)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield ["memory of the process after all pages", f"{used:.0f} MB", "", None]


def _committee(top: Organisation) -> Client:

    user = User.objects.create_user("bench")
    grants.grant(user, Role.PROVINCIAL_COMMITTEE, top, by=None, reason="试验", valid_from=dt.date(2010, 1, 1))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _visible(asked: Sequence[Asked], day: dt.date) -> Iterator[Row]:
    """A completion is recorded, and every level from the firm to the top is asked until its figure shows it."""

    worst = 0.0
    for each in asked[-4:]:
        requirement, version = each.requirement, each.course.current_version
        lacking = Stint.objects.filter(
            requirement_id=requirement.pk,
            completed_on=None,
            is_exempt=False,
            valid_to=None,
            tree=Tree.PROFESSION,
        ).order_by("-pk")[3]
        member = Membership.objects.on(day).get(person=lacking.person_id, tree=Tree.PROFESSION)
        above = [row.ancestor for row in member.organisation.closure_up.select_related("ancestor")]
        before = [reports.coverage(requirement, unit, day).whole.completed for unit in above]
        began = time.monotonic()
        Completion.objects.create(
            person_id=lacking.person_id,
            course=each.course,
            course_version=version,
            completed_at=timezone.now(),
            day=day,
            rule={"kind": "all_required"},
            evidence={"activities": []},
        )
        while [reports.coverage(requirement, unit, day).whole.completed for unit in above] != [
            count + 1 for count in before
        ]:
            if time.monotonic() - began > 60:
                break
        worst = max(worst, time.monotonic() - began)
    yield [
        f"a completion in the figures of all {len(above)} levels",
        f"{1000 * worst:.0f} ms, worst of 4",
        f"≤ {BAR_VISIBLE_SECONDS} s",
        worst <= BAR_VISIBLE_SECONDS,
    ]


def _recounted() -> Iterator[Row]:
    began = time.monotonic()
    count = sum(1 for _each in recount.differences(list(Requirement.objects.all())))
    yield [
        "the audit counts all coverage again from the facts",
        f"{time.monotonic() - began:.0f} s, {count} differences",
        "0 differences",
        not count,
    ]


def _time(what: str, began: float) -> Row:
    seconds = time.monotonic() - began
    print(f"{what}: {seconds:.1f} s", file=sys.stderr, flush=True)
    return [what, f"{seconds:.0f} s", "", None]
