"""Many requests at once, committed to a real database: nothing is lost, nothing counts twice, nothing fails."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from courses.clocks import TOLERANCE_MS
from courses.models import Completion, Heartbeat, LedgerEntry, PlaybackSession, PresenceCheck, WatchProgress
from tests.courses import stage

pytestmark = [pytest.mark.both_sides("postgresql", "redis"), pytest.mark.slow]
THREADS = 8


def at_once(calls):
    """Run the calls in as many threads, each with a database connection of its own; gives their answers."""

    def run(call):
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def lecture(committed_db):
    made = stage.published_lecture(duration_ms=900_000)
    stage.published_course("合同编通则", made)
    return made


@pytest.fixture
def watcher(lecture):
    watcher = stage.Watcher(stage.new_lawyer())
    watcher.open(lecture)
    return watcher


def sender(watcher, *, token=None, **beat):
    client = Client()
    client.cookies = watcher.client.cookies
    body = json.dumps({"token": token or watcher.token, "beats": [beat]})
    return lambda: client.post(stage.BEATS, body, content_type="application/json")


def opener(watcher, lecture):
    client = Client()
    client.cookies = watcher.client.cookies
    body = json.dumps({"lecture": str(lecture.public_id)})
    return lambda: client.post("/api/v1/playback/sessions", body, content_type="application/json")


def stretch(number):
    return {"sequence": number, "start_ms": number * 10_000, "end_ms": (number + 1) * 10_000}


def test_no_beat_of_many_at_once_is_lost(watcher):
    watcher.let_pass(600)
    answers = at_once([sender(watcher, **stretch(number)) for number in range(48)])
    assert {answer.status_code for answer in answers} == {200}
    row = WatchProgress.objects.get()
    assert row.provisional_ms == row.session_claimed_ms == 480_000
    assert [each[:2] for each in row.provisional] == [[0, 480_000]]
    assert sum(Heartbeat.objects.values_list("earned_ms", flat=True)) == 480_000


def test_the_same_beat_sent_many_times_at_once_counts_once(watcher):
    watcher.let_pass(600)
    answers = at_once([sender(watcher, **stretch(1))] * 16)
    assert {answer.status_code for answer in answers} == {200}
    results = sorted(answer.json()["results"][0]["status"] for answer in answers)
    assert results == ["counted", *["refused"] * 15]
    assert WatchProgress.objects.get().session_claimed_ms == 10_000


def test_of_many_sessions_opened_at_once_one_earns_and_one_tolerance_is_shared(watcher, lecture):
    answers = at_once([opener(watcher, lecture) for _ in range(16)])
    assert {answer.status_code for answer in answers} == {200}
    assert PlaybackSession.objects.filter(ended_at__isnull=True).count() == 1
    at_once(
        [
            sender(watcher, token=answer.json()["token"], **stretch(place))
            for place, answer in enumerate(answers)
        ]
    )
    at_once(
        [
            sender(
                watcher,
                token=answer.json()["token"],
                sequence=99,
                start_ms=place * 1000,
                end_ms=place * 1000 + 900,
            )
            for place, answer in enumerate(answers)
        ]
    )
    sessions = PlaybackSession.objects.all()
    assert sum(session.head_start_ms for session in sessions) <= TOLERANCE_MS + 3_000  # time passed meanwhile


def test_the_last_beats_at_once_complete_once(watcher, lecture, settings):
    settings.WATCH_POLICY = {"spacing_ms": 0}
    watcher.open(lecture)
    watcher.let_pass(3600)
    at_once([sender(watcher, **stretch(number)) for number in range(78)])
    assert not Completion.objects.exists()
    answers = at_once([sender(watcher, **stretch(number)) for number in range(78, 90)])
    assert {answer.status_code for answer in answers} == {200}
    assert Completion.objects.filter(activity__isnull=False).count() == 1
    assert Completion.objects.filter(course__isnull=False).count() == 1
    assert LedgerEntry.objects.count() == 1
    assert sum(answer.json()["completed"] is not None for answer in answers) == 1


def test_one_check_is_issued_and_answered_once_however_many_requests_come_at_once(watcher, lecture):
    watcher.let_pass(3600)
    at_once([sender(watcher, **stretch(number)) for number in range(48)])
    while not watcher.beat(480_000, 490_000).json()["check"]:
        watcher.watch(490_000, 810_000, confirms=False)
    assert PresenceCheck.objects.count() == 1
    waiting = watcher.watched_ms(lecture)
    shown = watcher.show().json()
    watcher.let_pass(3)
    clients = [Client() for _ in range(12)]
    for client in clients:
        client.cookies = watcher.client.cookies
    body = json.dumps({"token": watcher.token, **{name: shown[name] for name in ("check", "nonce", "code")}})
    address = "/api/v1/playback/checks/answer"
    answers = at_once(
        [lambda c=client: c.post(address, body, content_type="application/json") for client in clients]
    )
    assert {answer.status_code for answer in answers} == {200}
    assert watcher.confirmed_ms(lecture) == waiting
    assert PresenceCheck.objects.get().stretches_ms == waiting


def test_opening_and_beating_at_once_neither_fails_nor_loses(watcher, lecture):
    other = stage.published_lecture("第二讲", duration_ms=900_000)
    stage.published_course("侵权责任编", other)
    tokens = [watcher.token]
    for each in (other, lecture, other):
        watcher.let_pass(60)
        tokens.append(watcher.open(each).json()["token"])
    watcher.let_pass(60)
    calls = []
    for number in range(12):
        calls += [sender(watcher, token=token, age_ms=30_000, **stretch(number)) for token in tokens]
        calls.append(opener(watcher, other if number % 2 else lecture))
    answers = at_once(calls)
    assert {answer.status_code for answer in answers} <= {200, 409}
    refusals = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refusals <= {"too_fast", "taken_over"}
    claimed = sum(Heartbeat.objects.values_list("end_ms", flat=True)) - sum(
        Heartbeat.objects.values_list("start_ms", flat=True)
    )
    assert claimed <= 240_000 * 1.5 + TOLERANCE_MS + 30_000
    kept = {row.session_id: row.session_claimed_ms for row in WatchProgress.objects.all()}
    counted = sum(kept.get(session.pk, session.claimed_ms) for session in PlaybackSession.objects.all())
    assert counted == claimed
