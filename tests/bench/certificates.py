"""How fast certificates are issued in a batch, on one core, PDF and all. Run as a program; prints JSON rows.

A sample is issued through the real batch job; ten thousand take as much longer as they are more, because a batch
works in slices of fifty persons.
"""

import json
import os
import resource
import sys
import time

import django

# What is read once (fonts) is spread over the sample: a larger one comes nearer to ten thousand.
SAMPLE, BAR_A_SECOND = 1000, 50


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    django.setup()
    from courses import certificate_batches
    from courses.models import CertificateBatch
    from people import grants, memberships, persons
    from people.models import Role, User
    from tests.bench.learned import learn
    from tests.courses.regulations import published
    from tests.courses.stage import OPENED, association, firm, published_lecture

    lectures = [published_lecture(f"第{number}讲", duration_ms=45 * 60_000) for number in range(8)]
    unit = firm()
    for number in range(SAMPLE):
        memberships.join(persons.create(name=f"林试{number}"), unit, on=OPENED)
    learn(lectures)
    published(association())
    user = User.objects.create_user("weiyuan")
    grants.grant(user, Role.PROVINCIAL_COMMITTEE, association(), by=None, reason="bench", valid_from=OPENED)
    batch = certificate_batches.start(user, association(), year=2026)
    began, cpu = time.perf_counter(), time.process_time()
    while certificate_batches.work(batch.pk):
        pass
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    batch = CertificateBatch.objects.get(pk=batch.pk)
    if batch.issued != SAMPLE or batch.state != "done":
        sys.exit(f"the batch ended {batch.state} with {batch.issued} certificates")
    rate = SAMPLE / cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    shown = (
        f"{rate:.0f} a second of one core's time, {SAMPLE / seconds:.0f} by the clock; {SAMPLE} measured, "
        f"{batch.archive_bytes // SAMPLE // 1024} KB each, {peak} MB at most"
    )
    rows = [
        [
            "yearly statements under a regulation issued in a batch (signed, PDF/A, packed)",
            shown,
            f"≥ {BAR_A_SECOND} a second",
            rate >= BAR_A_SECOND,
        ]
    ]
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
