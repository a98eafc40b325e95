"""What a province's whole workbook costs: every lawyer × 20 curricula. Run as a program; prints JSON rows.

The demonstration's lawyers are asked by as many more curricula as make twenty, over the courses that it has. The file
is made by a process of its own, as a worker would, so that its memory is the worker's.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import django

CURRICULA = 20
BAR_SECONDS, BAR_MEGABYTES = 5, 200


def main() -> None:
    django.setup()
    if len(sys.argv) > 1:
        make(int(sys.argv[1]))
        return
    from django.core.management import call_command

    from courses.models import Course, Curriculum, CurriculumCourse
    from courses.requirements import publish_curriculum
    from people import organisations
    from people.days import today
    from people.models import Role, RoleGrant
    from reports import exports, keeping
    from reports.access import accessible_requirements
    from reports.models import Export, ExportFormat, ExportState

    call_command("demo", "load", stdout=sys.stderr)
    day = today()
    top = max(organisations.roots_on(day), key=lambda each: each.kind == "association")
    courses = list(Course.objects.filter(current_version__isnull=False).order_by("pk")[:CURRICULA])
    asked = accessible_requirements([top], day).filter(is_open=True).count()
    for number in range(CURRICULA - asked):
        curriculum = Curriculum.objects.create(
            title=f"第{number + 1}轮培训",
            owner=top,
            audience_organisation=top,
            opens_on=day.replace(month=1, day=1),
            due_on=day,
        )
        CurriculumCourse.objects.create(
            curriculum=curriculum, course=courses[number % len(courses)], sort_order=0
        )
        publish_curriculum(curriculum)
    keeping.work_off()
    by = RoleGrant.objects.filter(role=Role.PROVINCIAL_COMMITTEE, organisation=top, revoked_at=None).first()
    if by is None:
        sys.exit("the demonstration has nobody of the provincial committee")
    export = exports.start(
        by.user,
        top,
        requirement=None,
        question={"on": day.isoformat()},
        file_format=ExportFormat.XLSX,
        reason="bench",
    )
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.exports", str(export.pk)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    export = Export.objects.get(pk=export.pk)
    if made.returncode or export.state != ExportState.DONE:
        sys.exit(f"the export ended {export.state} {export.error_code}")
    seconds, cpu, before, most = json.loads(made.stdout)
    json.dump(
        [
            [
                f"the province's whole workbook, {export.persons:,} lawyers × {CURRICULA} curricula, SQLite",
                f"{cpu:.1f} s CPU, {seconds:.1f} s by the clock; {most - before} MB more than the {before} MB of a "
                f"worker that waits; {export.file_bytes // 1024:,} KB",
                f"≤ {BAR_SECONDS} s CPU, ≤ {BAR_MEGABYTES} MB more",
                cpu <= BAR_SECONDS and most - before <= BAR_MEGABYTES,
            ]
        ],
        sys.stdout,
    )


def make(export_id: int) -> None:
    """Make one export as a worker does; prints seconds by the clock and of CPU, and memory before and at most."""
    from config.celery import app
    from reports import exports

    app.loader.import_default_modules()
    before = memory("VmRSS")
    began, cpu = time.perf_counter(), time.process_time()
    exports.work(export_id)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    json.dump([seconds, cpu, before, memory("VmHWM")], sys.stdout)


def memory(name: str) -> int:
    """A figure of this process in megabytes; unlike getrusage, nothing of the process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) // 1024
    raise LookupError(name)


if __name__ == "__main__":
    main()
