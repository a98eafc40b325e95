"""Prepares what heartbeats are measured on: lawyers with open playback sessions. Prints their tokens as JSON.

The first ones are under a policy whose checks are on and further apart than the measurement lasts: issuing and
judging checks is no part of a beat's cost. The last ones meet a check every two minutes of what they watch.

Run as a program, with DATABASE_URL pointing at a migrated database. The sessions began long enough ago that beats
sent as fast as the machine can are still within the server's clock, as DESIGN's rate rule demands of every beat.
"""

import datetime as dt
import json
import sys

import django

BEGAN = dt.timedelta(hours=11, minutes=55)
DURATION_MS = 100 * 3600 * 1000
SELDOM = {"spacing_ms": 24 * 3600 * 1000}
OFTEN = {"spacing_ms": 120_000, "quiet_ms": 60_000}


def main(number: int, asked: int) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from courses import playback
    from tests.bench.load import BEAT_MS
    from tests.courses import stage

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    lecture = stage.published_lecture(duration_ms=DURATION_MS)
    watchers = []
    for each in range(number + asked):
        settings.WATCH_POLICY = SELDOM if each < number else OFTEN
        person = stage.new_lawyer(f"林试{each}")
        key = f"bench{each:027d}"
        wish = playback.Wish(user=person.user, person=person, lecture=lecture, session_key=key)
        opened = playback.open_session(wish, timezone.now() - BEGAN)
        watchers.append({"token": opened.token, "cookie": key, "first": 1})

    often = watchers[number:]
    del watchers[number:]
    client = Client()
    last = watchers.pop()
    client.cookies["sessionid"] = last["cookie"]
    for sequence in (1, 2):
        start = (sequence - 1) * BEAT_MS
        beat = {"sequence": sequence, "start_ms": start, "end_ms": start + BEAT_MS}
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(
                stage.BEATS, {"token": last["token"], "beats": [beat]}, content_type="application/json"
            )
        if answer.status_code != 200:
            sys.exit(f"a beat was refused: {answer.content.decode()}")
    kinds = [query["sql"].split()[0].upper() for query in queries]
    statements = [kind for kind in kinds if kind not in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}]
    json.dump({"watchers": watchers, "often": often, "statements": statements}, sys.stdout)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
