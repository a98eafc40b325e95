"""Beats over HTTP: what counts, what is refused and by which code, and what a beat costs."""

import datetime as dt
import time

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses import device_kinds, evidence, tokens
from courses.clocks import TOLERANCE_MS
from courses.models import Heartbeat, PlaybackSession, RefusedBeats, WatchProgress
from people.models import Person
from tests.courses import stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def lecture():
    made = stage.published_lecture()
    stage.published_course("合同编通则", made)
    return made


@pytest.fixture
def watcher(lecture):
    watcher = stage.Watcher(stage.new_lawyer())
    assert watcher.open(lecture).status_code == 200
    return watcher


def code_of(answer):
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["code"]


def test_what_was_watched_is_counted_once_and_shown(watcher, lecture):
    for answer in watcher.watch(0, 30_000):
        assert answer.status_code == 200
    assert answer.json()["watched_ms"] == 30_000
    assert answer.json()["share_percent"] == 30
    assert answer.json()["session"] == "earning"
    watcher.watch(10_000, 30_000)
    assert watcher.watched_ms(lecture) == 30_000
    row = WatchProgress.objects.get()
    assert [stretch[:2] for stretch in row.provisional] == [[0, 30_000]]
    assert row.position_ms == 30_000
    assert row.first_watched_at is not None


def test_a_beat_costs_three_statements_and_reads_no_login(watcher):
    watcher.watch(0, 20_000)
    watcher.let_pass(10)
    with CaptureQueriesContext(connection) as queries:
        assert watcher.beat(20_000, 30_000).status_code == 200
    statements = [
        query["sql"]
        for query in queries
        if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    assert [sql.split()[0] for sql in statements] == ["SELECT", "INSERT", "UPDATE"], statements


@pytest.mark.both_sides("postgresql")
def test_what_is_refused_leaves_one_row_a_reason_and_costs_three_statements(watcher):
    watcher.watch(0, 20_000)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert watcher.beat(20_000, 80_000).json()["code"] == "too_fast"
        kinds = [query["sql"].split()[0] for query in queries]
        assert [kind for kind in kinds if kind not in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}] == [
            "SELECT",
            "SELECT",
            "INSERT",
        ]
    watcher.beat(30_000, 85_000)
    row = RefusedBeats.objects.get()
    assert (row.code, row.count, row.low_ms, row.high_ms) == ("too_fast", 3, 20_000, 85_000)
    assert row.first_at <= row.last_at


def test_a_retry_of_what_was_stored_is_no_refusal_to_keep(watcher):
    watcher.let_pass(10)
    watcher.beat(0, 10_000, sequence=7)
    watcher.beat(0, 10_000, sequence=7)
    assert not RefusedBeats.objects.exists()


def test_a_late_beat_of_a_former_session_costs_four_statements(watcher, lecture):
    watcher.let_pass(60)
    old = watcher.token
    watcher.open(lecture)
    with CaptureQueriesContext(connection) as queries:
        assert watcher.beat(0, 10_000, token=old, age_ms=30_000).status_code == 200
    kinds = [query["sql"].split()[0] for query in queries]
    assert [kind for kind in kinds if kind not in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}] == [
        "SELECT",
        "INSERT",
        "UPDATE",
        "UPDATE",
    ]


@pytest.mark.parametrize(
    ("beat", "code"),
    [
        ({"sequence": -1, "start_ms": 0, "end_ms": 1000}, "bad_sequence"),
        ({"sequence": 2**31, "start_ms": 0, "end_ms": 1000}, "bad_sequence"),
        ({"sequence": 1, "start_ms": -1000, "end_ms": 1000}, "negative"),
        ({"sequence": 1, "start_ms": 5000, "end_ms": 5000}, "empty"),
        ({"sequence": 1, "start_ms": 5000, "end_ms": 4000}, "empty"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 60_001}, "too_long"),
        ({"sequence": 1, "start_ms": 95_000, "end_ms": 100_001}, "beyond_end"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 10**40}, "beyond_end"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 1000, "age_ms": -1}, "from_the_future"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 1000, "age_ms": 3_600_000}, "before_start"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 30_000}, "too_fast"),
        ({"sequence": 1, "start_ms": "0", "end_ms": 1000}, "invalid"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 1000.5}, "invalid"),
        ({"sequence": 1, "start_ms": 0}, "invalid"),
    ],
)
def test_bad_beats_are_refused_by_a_code_and_credit_nothing(watcher, lecture, beat, code):
    assert code_of(watcher.send(beat)) == code
    assert watcher.watched_ms(lecture) == 0
    assert Heartbeat.objects.count() == 0


def test_a_repeated_beat_counts_once_and_tells_the_present_state(watcher, lecture):
    watcher.let_pass(10)
    assert watcher.beat(0, 10_000, sequence=7).status_code == 200
    for again in (watcher.beat(0, 10_000, sequence=7), watcher.beat(50_000, 60_000, sequence=7)):
        assert again.status_code == 200, "a page that was loaded again sends what it may have sent: no error"
        assert [each["code"] for each in again.json()["results"]] == ["repeated"]
        assert again.json()["watched_ms"] == 10_000
    assert watcher.watched_ms(lecture) == 10_000
    assert Heartbeat.objects.count() == 1


def test_a_batch_counts_what_may_count_and_names_what_may_not(watcher, lecture):
    watcher.let_pass(60)
    answer = watcher.send(
        {"sequence": 1, "start_ms": 0, "end_ms": 10_000, "age_ms": 20_000},
        {"sequence": 1, "start_ms": 0, "end_ms": 10_000, "age_ms": 20_000},
        {"sequence": 2, "start_ms": 10_000, "end_ms": 5_000},
        {"sequence": 3, "start_ms": 10_000, "end_ms": 20_000},
    )
    assert answer.status_code == 200
    assert [each.get("code", "counted") for each in answer.json()["results"]] == [
        "counted",
        "repeated",
        "empty",
        "counted",
    ]
    assert watcher.watched_ms(lecture) == 20_000


def test_beats_out_of_order_come_to_the_same(watcher, lecture):
    watcher.let_pass(40)
    for start, age in ((20_000, 0), (0, 20_000), (10_000, 10_000)):
        assert watcher.beat(start, start + 10_000, age_ms=age).status_code == 200
    assert WatchProgress.objects.get().provisional[0][:2] == [0, 30_000]


def test_more_beats_than_one_request_may_carry_are_refused(watcher):
    beats = [{"sequence": n, "start_ms": n, "end_ms": n + 1} for n in range(61)]
    assert code_of(watcher.send(*beats)) == "invalid"
    assert code_of(watcher.send()) == "invalid"


@pytest.mark.parametrize("token", ["", "rubbish", "a:b:c", "x" * 1999])
def test_a_forged_token_opens_nothing(watcher, token):
    assert code_of(watcher.beat(0, 1000, token=token)) == "token_invalid"


def test_a_token_with_another_signature_is_refused(watcher):
    payload, stamp, signature = watcher.token.rsplit(":", 2)
    assert code_of(watcher.beat(0, 1000, token=f"{payload[:-2]}AA:{stamp}:{signature}")) == "token_invalid"


def test_another_lawyers_token_is_refused(watcher, lecture):
    thief = stage.Watcher(stage.new_lawyer("贺试"))
    assert code_of(thief.beat(0, 1000, token=watcher.token)) == "foreign_sign_in"
    assert watcher.watched_ms(lecture) == thief.watched_ms(lecture) == 0


def test_a_token_without_a_sign_in_is_refused(watcher):
    watcher.client.cookies.pop(settings.SESSION_COOKIE_NAME)
    assert code_of(watcher.beat(0, 1000)) == "foreign_sign_in"


def test_a_second_page_takes_over_and_the_first_is_told(watcher, lecture):
    first = watcher.token
    watcher.watch(0, 10_000)
    watcher.let_pass(1)
    watcher.open(lecture)
    watcher.let_pass(30)
    assert code_of(watcher.beat(10_000, 20_000, token=first, sequence=2)) == "taken_over"
    assert watcher.beat(10_000, 20_000).json()["session"] == "earning"
    watcher.open(lecture)  # and the first can take it back
    assert PlaybackSession.objects.filter(ended_at__isnull=True).count() == 1


def test_what_was_under_way_when_another_page_took_over_still_counts(watcher, lecture):
    watcher.let_pass(8)
    first = watcher.token
    watcher.open(lecture)
    watcher.let_pass(2)
    answer = watcher.beat(0, 8_000, token=first)
    assert answer.status_code == 200
    assert answer.json()["session"] == "taken_over"


def test_a_stretch_that_ran_far_past_the_takeover_keeps_what_there_was_time_for_before_it(watcher, lecture):
    watcher.let_pass(2)
    first = watcher.token
    watcher.open(lecture)
    watcher.let_pass(13)
    answer = watcher.beat(0, 15_000, token=first)
    assert (answer.status_code, answer.json()["session"]) == (200, "taken_over")
    assert 2_000 <= watcher.watched_ms(lecture) <= 2_000 * 1.5 + 500
    assert Heartbeat.objects.get().end_ms == watcher.watched_ms(lecture)


def test_a_stretch_past_the_takeover_whose_time_is_used_up_is_told_of_the_takeover_and_not_of_its_length(
    watcher, lecture
):
    watcher.let_pass(2)
    first = watcher.token
    watcher.beat(0, 8_000)
    watcher.open(lecture)
    watcher.let_pass(9)
    assert code_of(watcher.beat(8_000, 18_000, token=first, sequence=2)) == "taken_over"
    assert watcher.watched_ms(lecture) == 8_000


def test_an_expired_session_earns_no_more_but_takes_what_was_watched_before(watcher, lecture):
    watcher.let_pass(settings.WATCH_SESSION_SECONDS + 3600)
    assert code_of(watcher.beat(0, 10_000)) == "session_expired"
    assert watcher.beat(0, 10_000, age_ms=2 * 3_600_000).status_code == 200


def test_after_seven_days_nothing_more_arrives(watcher):
    watcher.let_pass(settings.WATCH_SESSION_SECONDS + dt.timedelta(days=7).total_seconds() + 60)
    assert code_of(watcher.beat(0, 10_000, age_ms=8 * 24 * 3_600_000)) == "too_late"


def test_a_closed_session_earns_no_more(watcher):
    watcher.client.post(
        "/api/v1/playback/sessions/close", {"token": watcher.token}, content_type="application/json"
    )
    watcher.let_pass(60)
    assert code_of(watcher.beat(0, 10_000)) == "session_closed"


def test_late_beats_count_on_the_day_on_which_they_were_watched(watcher):
    watcher.let_pass(11 * 3600)
    PlaybackSession.objects.update(
        started_at=dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC),  # 23:00 in China
        expires_at=dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC),
    )
    now = dt.datetime.now(dt.UTC)
    before_midnight = dt.datetime(2026, 11, 20, 15, 30, tzinfo=dt.UTC)
    after_midnight = dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)
    if now - after_midnight > dt.timedelta(days=7):
        pytest.skip("the week of this example is over")
    for start, instant in ((0, before_midnight), (10_000, after_midnight)):
        age = (now - instant) // dt.timedelta(milliseconds=1)
        assert watcher.beat(start, start + 10_000, age_ms=age).status_code == 200
    assert WatchProgress.objects.get().provisional == [
        [0, 10_000, "2026-11-20"],
        [10_000, 20_000, "2026-11-21"],
    ]


def test_opening_needs_a_sign_in_and_a_csrf_token(watcher, lecture):
    from django.test import Client

    stranger = Client()
    wish = {"lecture": str(lecture.public_id)}
    answer = stranger.post("/api/v1/playback/sessions", wish, content_type="application/json")
    assert code_of(answer) == "signed_out"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(watcher.person.user)
    assert strict.post("/api/v1/playback/sessions", wish, content_type="application/json").status_code == 403


def test_a_lecture_that_is_not_mine_looks_missing(watcher):
    hidden = stage.published_lecture("在任何课程之外")
    assert code_of(watcher.open(hidden)) == "not_found"


def test_an_account_without_a_record_is_told_so(lecture):
    from people import grants
    from people.models import Role, User

    user = User.objects.create_user("bianji", password="岳麓山下读书声 2026")
    grants.grant(user, Role.EDITOR, stage.association(), by=None, reason="试验", valid_from=stage.OPENED)
    watcher = stage.Watcher(Person(user=user))
    assert code_of(watcher.open(lecture)) == "no_person"


# --- Cheats: not one second beyond what an honest player would have earned ---------------------------------


def bound_ms(seconds):
    return int(seconds * 1000 * settings.WATCH_POLICY["max_rate_percent"] / 100) + TOLERANCE_MS + 1500


def test_cheat_all_at_once(watcher, lecture):
    for start in range(0, 100_000, 50_000):
        assert code_of(watcher.beat(start, start + 50_000)) == "too_fast"
    assert watcher.watched_ms(lecture) == 0


def test_cheat_many_small_beats_without_time(watcher, lecture):
    begun = time.monotonic()
    for start in range(0, 100_000, 1000):
        watcher.beat(start, start + 1000)
    assert watcher.watched_ms(lecture) <= bound_ms(1 + time.monotonic() - begun)


def test_cheat_sixteen_times_speed(watcher, lecture):
    begun = time.monotonic()
    for start in range(0, 96_000, 16_000):
        watcher.let_pass(1)
        watcher.beat(start, start + 16_000)
    assert watcher.watched_ms(lecture) <= bound_ms(6 + time.monotonic() - begun)


@pytest.mark.slow
def test_cheat_a_thousand_sessions(watcher, lecture):
    for start in range(0, 100_000, 1000):
        watcher.open(lecture)
        watcher.beat(start, start + 1000)
    assert watcher.watched_ms(lecture) <= bound_ms(5)


def test_cheat_two_lectures_in_turn(watcher, lecture):
    other = stage.published_lecture("第二讲")
    stage.published_course("侵权责任编", other)
    for start in range(0, 40_000, 4_000):
        for each in (lecture, other):
            watcher.open(each)
            watcher.beat(start, start + 4_000)
    assert watcher.watched_ms(lecture) + watcher.watched_ms(other) <= bound_ms(5)


def test_cheat_two_devices_at_once(watcher, lecture):
    other = stage.published_lecture("第二讲")
    stage.published_course("侵权责任编", other)
    phone = stage.Watcher(watcher.person)
    phone.open(other)
    for start in range(0, 60_000, 10_000):
        watcher.let_pass(10)
        watcher.beat(start, start + 10_000)
        phone.beat(start, start + 10_000)
    assert watcher.watched_ms(lecture) == 0
    assert phone.watched_ms(other) == 60_000


def test_cheat_rewatching_a_minute(watcher, lecture):
    for _ in range(5):
        watcher.watch(0, 10_000)
    assert watcher.watched_ms(lecture) == 10_000


def test_cheat_replaying_one_beat(watcher, lecture):
    watcher.let_pass(600)
    for _ in range(20):
        watcher.beat(0, 10_000, sequence=1)
    assert watcher.watched_ms(lecture) == 10_000


def test_cheat_old_beats_of_many_ended_sessions(watcher, lecture):
    tokens = []
    for _ in range(20):
        watcher.open(lecture)
        tokens.append(watcher.token)
    for place, token in enumerate(tokens):
        watcher.beat(place * 5_000, place * 5_000 + 5_000, token=token, sequence=1)
    assert watcher.watched_ms(lecture) <= bound_ms(5)


def test_cheat_claiming_an_age_to_reach_an_earlier_day(watcher):
    assert code_of(watcher.beat(0, 1000, age_ms=24 * 3_600_000)) == "before_start"


def test_cheat_beats_on_a_session_forever_paused_are_bounded_by_its_clock(watcher, lecture):
    watcher.let_pass(20)
    for start in range(0, 100_000, 10_000):
        watcher.beat(start, start + 10_000)
    assert watcher.watched_ms(lecture) <= bound_ms(20)


def test_cheat_crumbling_the_recording_into_snippets():
    from courses import beats

    long = stage.published_lecture("长", duration_ms=10_000_000)
    stage.published_course("长课", long)
    watcher = stage.Watcher(stage.new_lawyer())
    watcher.open(long)
    watcher.let_pass(36_000)
    number = 0
    for _ in range(beats.MAX_STRETCHES // 60 + 2):
        batch = []
        for _ in range(60):
            number += 1
            batch.append({"sequence": number, "start_ms": number * 100, "end_ms": number * 100 + 1})
        answer = watcher.send(*batch)
    assert code_of(answer) == "too_scattered"
    assert len(WatchProgress.objects.get(recording=long.recording).provisional) == beats.MAX_STRETCHES


def test_what_ended_a_sitting_is_called_what_it_was(watcher, lecture):
    other = stage.published_lecture("另一讲")
    stage.published_course("另一课", other)
    for device, opened in (("laptop", lecture), ("laptop", lecture), ("laptop", other), ("phone", lecture)):
        watcher.open(opened, device=device)
        watcher.let_pass(1)
    reasons = PlaybackSession.objects.order_by("pk").values_list("end_reason", flat=True)
    assert list(reasons)[1:] == ["reloaded", "other_begun", "taken_over", ""]
    said = [each.text for each in evidence.of_lecture(watcher.person.pk, lecture)]
    assert "同一设备重新打开" in said
    assert "已由另一台设备接管：设备1" in said


def test_a_timeline_says_on_what_kind_of_device_each_sitting_was(watcher, lecture):
    phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
    for device, agent in (("a", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0"), ("b", phone)):
        watcher.client.defaults["HTTP_USER_AGENT"] = agent
        watcher.open(lecture, device=device)
        watcher.let_pass(1)
    said = [each.text for each in evidence.of_lecture(watcher.person.pk, lecture)]
    assert "电脑 · 设备1" in said
    assert "已由另一台设备接管：手机 · 设备2" in said
    assert "手机 · 设备2" in said


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50", "weixin"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", "tablet"),
        ("Mozilla/5.0 (Linux; Android 13; SM-X906C) Chrome/126.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 ArkWeb/4.1 Mobile", "phone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "computer"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_of_one_kind_or_of_none(agent, kind):
    assert device_kinds.kind_of(agent) == kind


def test_a_page_that_wants_to_be_asked_opens_nothing_while_another_device_is_watched_on(watcher, lecture):
    watcher.open(lecture, device="laptop")
    watcher.let_pass(10)
    watcher.beat(0, 10_000)
    asked = watcher.open(lecture, device="phone", ask=True)
    assert asked.json()["code"] == "watching_elsewhere"
    assert "另一台设备" in asked.json()["detail"]
    running = PlaybackSession.objects.get(ended_at__isnull=True)
    assert running.device_digest == tokens.device_digest("laptop")
    assert "token" in watcher.open(lecture, device="laptop", ask=True).json(), "the same device goes on"
    assert "token" in watcher.open(lecture, device="phone").json(), "who is sure takes over"
    watcher.let_pass(90)
    assert "token" in watcher.open(lecture, device="laptop", ask=True).json(), (
        "a silent page is not asked about"
    )
