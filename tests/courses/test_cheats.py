"""Cheats: each a sequence of requests that somebody would really send to earn without watching.

The invariant that all of them run into: what is confirmed of all recordings of a person never exceeds what one
honest player could have played in the same time (the time since his first session, times the highest rate, plus one
tolerance), lies inside the recordings, and had somebody there to answer for it, but for two minutes a lecture.
Every refusal has a code by which the page explains it.
"""

import datetime as dt
import itertools
import json
import time

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from courses import checks
from courses.models import (
    Completion,
    Heartbeat,
    LedgerEntry,
    PlaybackSession,
    PresenceCheck,
    WatchProgress,
)
from tests.courses import stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE = 60_000
HOUR = 60 * MINUTE
RATE = 1.5


@pytest.fixture
def lecture():
    made = stage.published_lecture(duration_ms=40 * MINUTE)
    stage.published_course("合同编通则", made)
    return made


@pytest.fixture
def cheat(lecture):
    cheat = Cheat(stage.new_lawyer("贾试"))
    assert cheat.open(lecture, device="laptop").status_code == 200
    return cheat


class Cheat(stage.Watcher):
    """A watcher who keeps account of the time that has passed, and of what his requests were told."""

    def __post_init__(self):
        super().__post_init__()
        self.began = time.monotonic()
        self.let_passed_ms = 0

    @property
    def passed_ms(self):
        """What was let pass, and what the test's own requests have taken."""
        return self.let_passed_ms + int((time.monotonic() - self.began) * 1000) + 1

    def let_pass(self, seconds):
        self.let_passed_ms += int(seconds * 1000)
        super().let_pass(seconds)

    def all_confirmed_ms(self):
        return sum(WatchProgress.objects.filter(person=self.person).values_list("watched_ms", flat=True))

    def all_watched_ms(self):
        rows = WatchProgress.objects.filter(person=self.person)
        return sum(
            confirmed + waiting for confirmed, waiting in rows.values_list("watched_ms", "provisional_ms")
        )

    def must_not_have_gained(self):
        """Not one second beyond what an honest player would have earned in the same time."""
        assert self.all_watched_ms() <= self.passed_ms * RATE + 5_000


def codes(answer):
    """Every code by which an answer's refusals are explained."""
    assert 200 <= answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"], "each refusal is explained in words"
    body = answer.json()
    found = {each["code"] for each in body.get("results", []) if each["status"] == "refused"}
    return found | ({body["code"]} if answer.status_code >= 400 else set())


def another_lecture(title="第二讲", duration_ms=40 * MINUTE):
    made = stage.published_lecture(title, duration_ms=duration_ms)
    stage.published_course(title, made)
    return made


def until_asked(cheat, start_ms=0):
    """Watch honestly until a check comes; gives how far that was."""
    for low in range(start_ms, start_ms + 12 * MINUTE, 10_000):
        cheat.let_pass(10)
        if cheat.beat(low, low + 10_000).json().get("check"):
            return low + 10_000
    raise AssertionError("no check came within the spacing")


# --- Time that has not passed -------------------------------------------------------------------------------


def test_the_whole_lecture_at_once(cheat, lecture):
    assert codes(cheat.beat(0, 40 * MINUTE)) == {"too_long"}
    for low in range(0, 40 * MINUTE, MINUTE):
        assert codes(cheat.beat(low, low + MINUTE)) == {"too_fast"}
    assert cheat.all_watched_ms() == 0


def test_a_year_of_beats_in_one_request(cheat):
    year = [{"sequence": n, "start_ms": n, "end_ms": n + 1} for n in range(5_000)]
    assert codes(cheat.send(*year)) == {"invalid"}
    assert cheat.all_watched_ms() == 0


def test_sixty_minutes_in_one_request_of_sixty_beats(cheat):
    beats = [
        {"sequence": n, "start_ms": (n - 1) * 40_000, "end_ms": n * 40_000, "age_ms": 0} for n in range(1, 61)
    ]
    assert codes(cheat.send(*beats)) == {"too_fast"}
    cheat.must_not_have_gained()


def test_progress_as_other_platforms_take_it(cheat):
    """`progress_delta`, `isPassed`, `duration`: fields that peers believe are not read at all."""
    for lie in (
        {"progress": 1},
        {"progress_delta": 1.0},
        {"isPassed": True, "duration": 2400},
        {"beats": [{"sequence": 1, "start_ms": 0, "end_ms": 10, "completed": True, "watched_ms": 2_400_000}]},
    ):
        body = {"token": cheat.token, **lie}
        answer = cheat.client.post(stage.BEATS, body, content_type="application/json")
        assert answer.status_code in {200, 422}
    assert cheat.all_watched_ms() <= 10
    assert not Completion.objects.exists()


def test_sixteen_times_the_speed(cheat):
    for number in range(60):
        cheat.let_pass(1)
        cheat.beat(number * 16_000, (number + 1) * 16_000)
    cheat.must_not_have_gained()


def test_just_above_the_highest_rate_for_half_an_hour(cheat):
    refused = set()
    for number in range(120):
        cheat.let_pass(10)
        refused |= codes(cheat.beat(number * 15_500, (number + 1) * 15_500))
    assert "too_fast" in refused
    cheat.must_not_have_gained()


def test_tiny_deltas(cheat):
    for start in range(0, 60_000, 250):
        cheat.beat(start, start + 250)
    cheat.must_not_have_gained()


def test_tiny_deltas_scattered_to_bloat_the_record(cheat):
    cheat.let_pass(3600)
    numbers = itertools.count(1)
    for _ in range(18):
        batch = [
            {"sequence": n, "start_ms": n * 1000, "end_ms": n * 1000 + 1}
            for n in itertools.islice(numbers, 60)
        ]
        answer = cheat.send(*batch)
    assert "too_scattered" in codes(answer)
    assert len(WatchProgress.objects.get().provisional) <= 1000


def test_saving_up_a_pause_buys_no_more_than_the_pause_was_long(cheat):
    """An hour of pause, then beats as fast as they go: what could have been watched in it, and checked, no more."""
    cheat.let_pass(3600)
    refused = set()
    for low in range(0, 40 * MINUTE, MINUTE):
        refused |= codes(cheat.beat(low, low + MINUTE))
    assert cheat.confirmed_ms(cheat_lecture(cheat)) == 0, "and nothing of it counts before an answer"
    assert refused == {"check_waiting"}
    assert not LedgerEntry.objects.exists()


def cheat_lecture(cheat):
    return PlaybackSession.objects.filter(person=cheat.person).latest("pk").lecture


# --- Numbers that no player sends ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beat", "code"),
    [
        ({"sequence": -1, "start_ms": 0, "end_ms": 1000}, "bad_sequence"),
        ({"sequence": 2**63, "start_ms": 0, "end_ms": 1000}, "bad_sequence"),
        ({"sequence": 1, "start_ms": -(10**30), "end_ms": 1000}, "negative"),
        ({"sequence": 1, "start_ms": 2_399_000, "end_ms": 10**30}, "beyond_end"),
        ({"sequence": 1, "start_ms": 9000, "end_ms": 1000}, "empty"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 1000, "age_ms": -3_600_000}, "from_the_future"),
        ({"sequence": 1, "start_ms": 0, "end_ms": 1000, "age_ms": 10**30}, "before_start"),
        ({"sequence": 1, "start_ms": True, "end_ms": 1000}, "invalid"),
        ({"sequence": 1, "start_ms": "0", "end_ms": "1000"}, "invalid"),
        ({"sequence": 1, "start_ms": 0.5, "end_ms": 1e3}, "invalid"),
        ({"sequence": None, "start_ms": 0, "end_ms": 1000}, "invalid"),
        ({"sequence": [1], "start_ms": {}, "end_ms": 1000}, "invalid"),
    ],
)
def test_numbers_out_of_this_world(cheat, beat, code):
    cheat.let_pass(60)
    assert codes(cheat.send(beat)) == {code}
    assert cheat.all_watched_ms() == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none(cheat, number):
    cheat.let_pass(60)
    body = f'{{"token": {json.dumps(cheat.token)}, "beats": [{{"sequence": 1, "start_ms": 0, "end_ms": {number}}}]}}'
    answer = cheat.client.post(stage.BEATS, body, content_type="application/json")
    assert codes(answer) <= {"invalid", "malformed", "beyond_end", "too_long"}
    assert answer.status_code >= 400
    assert cheat.all_watched_ms() == 0


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"token": 1, "beats": 2}', "\xff\xfe"])
def test_bodies_that_are_no_request(cheat, body):
    answer = cheat.client.post(stage.BEATS, body.encode("latin-1"), content_type="application/json")
    assert codes(answer) <= {"invalid", "malformed"}


# --- Clocks and ages ------------------------------------------------------------------------------------------


def test_an_age_that_reaches_before_the_session(cheat):
    assert codes(cheat.beat(0, 10_000, age_ms=24 * 3_600_000)) == {"before_start"}


def test_ages_that_spread_one_minute_of_time_over_an_hour_of_claims(cheat):
    cheat.let_pass(60)
    for number in range(60):
        cheat.beat(number * 10_000, (number + 1) * 10_000, age_ms=number * 1000)
    cheat.must_not_have_gained()


def test_an_age_that_moves_a_beat_before_the_check_that_waits(cheat, lecture):
    asked = until_asked(cheat)
    cheat.show()
    cheat.let_pass(120)
    for number in range(60):
        low = asked + number * 10_000
        cheat.beat(low, low + 10_000, age_ms=119_000)
    cheat.must_not_have_gained()
    assert cheat.all_confirmed_ms() == 0


def test_an_age_into_last_year(cheat):
    """The session bounds what a beat may say of its day: nothing is dated before the session was opened."""
    cheat.let_pass(60)
    started = PlaybackSession.objects.get().started_at
    cheat.beat(0, 10_000, age_ms=59_000)
    cheat.beat(10_000, 20_000, age_ms=400 * 24 * 3_600_000)
    assert Heartbeat.objects.count() == 1
    assert Heartbeat.objects.get().watched_at >= started


def test_beats_after_the_session_has_expired(cheat):
    cheat.let_pass(settings.WATCH_SESSION_SECONDS + 60)
    assert codes(cheat.beat(0, 10_000)) == {"session_expired"}
    cheat.let_pass(8 * 24 * 3600)
    assert codes(cheat.beat(0, 10_000, age_ms=8 * 24 * 3_600_000)) == {"too_late"}
    assert cheat.all_watched_ms() == 0


# --- Whose token ----------------------------------------------------------------------------------------------


def test_another_lawyers_token(cheat, lecture):
    victim = stage.Watcher(stage.new_lawyer("苏试"))
    victim.open(lecture)
    victim.let_pass(60)
    assert codes(cheat.beat(0, 10_000, token=victim.token)) == {"foreign_sign_in"}
    stranger = Client()
    body = {"token": victim.token, "beats": [{"sequence": 1, "start_ms": 0, "end_ms": 1000}]}
    assert codes(stranger.post(stage.BEATS, body, content_type="application/json")) == {"foreign_sign_in"}
    assert cheat.all_watched_ms() == victim.watched_ms(lecture) == 0


def test_a_token_of_another_lecture_earns_there_and_not_here(cheat, lecture):
    other = another_lecture()
    cheat.open(other)
    cheat.let_pass(30)
    cheat.beat(0, 10_000)
    assert cheat.watched_ms(lecture) == 0
    assert cheat.watched_ms(other) == 10_000
    cheat.must_not_have_gained()


def test_a_token_that_was_edited(cheat):
    payload, stamp, signature = cheat.token.rsplit(":", 2)
    for forged in (
        f"{payload}x:{stamp}:{signature}",
        f"{payload}:{stamp}:{signature[::-1]}",
        "e30:1:2",
        "x" * 1900,
    ):
        assert codes(cheat.beat(0, 1000, token=forged)) == {"token_invalid"}
    assert codes(cheat.beat(0, 1000, token="y" * 2001)) == {"invalid"}


def test_a_token_from_before_signing_out(cheat):
    token = cheat.token
    cheat.let_pass(60)
    cheat.client.logout()
    assert codes(cheat.beat(0, 10_000, token=token)) == {"foreign_sign_in"}
    cheat.client.force_login(cheat.person.user)
    assert codes(cheat.beat(0, 10_000, token=token)) == {"foreign_sign_in"}


# --- Replays and duplicates -----------------------------------------------------------------------------------


def test_replaying_what_was_sent(cheat):
    cheat.let_pass(600)
    body = {"sequence": 1, "start_ms": 0, "end_ms": 10_000}
    answers = [cheat.send(body) for _ in range(20)]
    assert codes(answers[-1]) == {"repeated"}
    assert cheat.all_watched_ms() == 10_000


def test_a_replay_with_other_content(cheat):
    cheat.let_pass(600)
    cheat.send({"sequence": 1, "start_ms": 0, "end_ms": 10_000})
    for number in range(1, 30):
        answer = cheat.send({"sequence": 1, "start_ms": number * 10_000, "end_ms": (number + 1) * 10_000})
        assert codes(answer) == {"repeated"}
    assert cheat.all_watched_ms() == 10_000


def test_the_same_number_many_times_in_one_request(cheat):
    cheat.let_pass(600)
    beats = [{"sequence": 7, "start_ms": n * 10_000, "end_ms": (n + 1) * 10_000} for n in range(30)]
    assert codes(cheat.send(*beats)) == {"repeated"}
    assert cheat.all_watched_ms() == 10_000


def test_a_replay_into_a_second_session(cheat, lecture):
    cheat.let_pass(60)
    body = {"sequence": 1, "start_ms": 0, "end_ms": 10_000}
    cheat.send(body)
    cheat.open(lecture, device="laptop")
    cheat.let_pass(60)
    cheat.send(body)
    assert cheat.all_watched_ms() == 10_000


def test_overlapping_beats(cheat):
    cheat.let_pass(120)
    for low in range(0, 60_000, 1_000):
        cheat.beat(low, low + 10_000)
    assert cheat.all_watched_ms() <= 70_000
    cheat.must_not_have_gained()


def test_seeking_back_to_earn_the_same_minute_again(cheat, lecture):
    for _ in range(10):
        for low in range(0, MINUTE, 10_000):
            cheat.let_pass(10)
            cheat.beat(low, low + 10_000)
    assert cheat.all_watched_ms() == MINUTE
    assert not PresenceCheck.objects.exists(), "and what earns nothing is not asked about"


# --- Many sessions --------------------------------------------------------------------------------------------


def test_two_tabs(cheat, lecture):
    first = cheat.token
    cheat.open(lecture, device="laptop")
    for number in range(12):
        cheat.let_pass(10)
        low = number * 20_000
        cheat.beat(low, low + 10_000, token=first, sequence=number + 1)
        cheat.beat(low + 10_000, low + 20_000)
    cheat.must_not_have_gained()
    assert cheat.all_watched_ms() == 120_000


def test_two_devices_with_two_lectures(cheat, lecture):
    other = another_lecture()
    phone = Cheat(cheat.person)
    phone.open(other, device="phone")
    for number in range(12):
        cheat.let_pass(10)
        low = number * 10_000
        assert codes(cheat.beat(low, low + 10_000)) == {"taken_over"}
        phone.beat(low, low + 10_000)
    assert cheat.all_watched_ms() == 120_000


@pytest.mark.slow
def test_many_short_sessions_for_their_tolerances(cheat, lecture):
    for number in range(60):
        cheat.open(lecture, device="laptop")
        cheat.beat(number * 5_000, (number + 1) * 5_000)
    cheat.must_not_have_gained()


def test_old_tokens_kept_for_their_leftover_time(cheat, lecture):
    """Twenty sessions of a minute each, not used; then all of them at once."""
    tokens = []
    for _ in range(20):
        cheat.open(lecture, device="laptop")
        tokens.append(cheat.token)
        cheat.let_pass(60)
    for place, token in enumerate(tokens):
        cheat.beat(
            place * MINUTE,
            (place + 1) * MINUTE,
            token=token,
            sequence=1,
            age_ms=60_000 * (20 - place) - 60_000,
        )
    cheat.must_not_have_gained()
    assert cheat.all_confirmed_ms() == 0
    assert cheat.watched_ms(lecture) <= 20 * MINUTE


# --- Presence checks ------------------------------------------------------------------------------------------


def test_leaving_the_player_alone_for_the_whole_lecture(cheat, lecture):
    until_asked(cheat)
    cheat.let_pass(12 * 3600)
    checks.sweep(timezone.now())
    assert cheat.all_watched_ms() == 0
    assert not LedgerEntry.objects.exists()


def test_answering_by_script_without_fetching(cheat):
    until_asked(cheat)
    check = str(PresenceCheck.objects.get().public_id)
    for nonce in ("", "0" * 32, cheat.token[:32], check.replace("-", "")):
        answer = cheat.answer({"check": check, "nonce": nonce, "code": ""})
        assert codes(answer) == {"check_not_fetched"}
    assert cheat.all_confirmed_ms() == 0


def test_forging_the_nonce(cheat):
    until_asked(cheat)
    shown = cheat.show().json()
    cheat.let_pass(5)
    for forged in (shown["nonce"][:-1], shown["nonce"][::-1] + "0", "", shown["nonce"].upper() + " "):
        assert codes(cheat.answer(shown | {"nonce": forged})) == {"check_nonce"}
    assert cheat.all_confirmed_ms() == 0


def test_answering_in_the_same_breath_as_fetching(cheat):
    until_asked(cheat)
    assert codes(cheat.answer(cheat.show().json())) == {"answered_too_fast"}
    assert cheat.all_confirmed_ms() == 0


def test_answering_before_there_is_a_check_to_have_it_answered(cheat):
    assert codes(cheat.show()) == {"no_check"}
    made_up = {"check": "0193a0a0-0000-7000-8000-000000000000", "nonce": "0" * 32, "code": ""}
    assert codes(cheat.answer(made_up)) == {"check_unknown"}


def test_an_old_answer_for_a_new_check(cheat):
    asked = until_asked(cheat)
    shown = cheat.show().json()
    cheat.let_pass(3)
    cheat.answer(shown)
    confirmed = cheat.all_confirmed_ms()
    until_asked(cheat, asked)
    cheat.answer(shown)
    assert cheat.all_confirmed_ms() == confirmed
    fresh = cheat.show().json()
    cheat.let_pass(3)
    assert codes(cheat.answer(shown | {"check": fresh["check"]})) == {"check_nonce"}
    assert cheat.all_confirmed_ms() == confirmed


def test_a_colleague_answers_from_his_own_account(cheat, lecture):
    until_asked(cheat)
    friend = stage.Watcher(stage.new_lawyer("友试"))
    friend.open(lecture)
    shown = cheat.show().json()
    cheat.let_pass(3)
    assert codes(friend.answer(shown)) == {"check_unknown"}
    assert codes(friend.answer(shown, token=cheat.token)) == {"foreign_sign_in"}
    assert codes(friend.show(token=cheat.token)) == {"foreign_sign_in"}
    assert cheat.all_confirmed_ms() == 0


def test_closing_and_opening_again_to_dodge_the_check(cheat, lecture):
    """Closing each time before the spacing is over, and going on: no share is reached without an answer."""
    for start in range(0, 40 * MINUTE, 2 * MINUTE):
        for low in range(start, start + 2 * MINUTE, 10_000):
            cheat.let_pass(10)
            cheat.beat(low, low + 10_000)
        close(cheat)
        cheat.open(lecture, device="laptop")
    assert cheat.all_confirmed_ms() == 0
    assert not Completion.objects.exists()


def close(cheat):
    return cheat.client.post(
        "/api/v1/playback/sessions/close", {"token": cheat.token}, content_type="application/json"
    )


def test_opening_again_to_draw_a_later_moment(cheat, lecture):
    lots = set()
    for _ in range(20):
        cheat.open(lecture, device="laptop")
        lots.add(WatchProgress.objects.get().check_due_ms)
    assert len(lots) == 1


def test_another_lecture_in_between_to_forget_the_check(cheat, lecture):
    until_asked(cheat)
    cheat.open(another_lecture(), device="laptop")
    opened = cheat.open(lecture, device="laptop").json()
    assert opened["taken_back"]["milliseconds"] > 0
    assert cheat.watched_ms(lecture) == 0


def test_holding_beats_back_so_that_no_check_can_come(cheat, lecture):
    """Everything 'offline': no more than the lot and one spacing may ever wait, and none of it counts unanswered."""
    cheat.let_pass(40 * 60)
    refused, low = set(), 0
    while low < 40 * MINUTE:
        beats = [
            {
                "sequence": next(cheat.numbers),
                "start_ms": low + n * 10_000,
                "end_ms": low + (n + 1) * 10_000,
                "age_ms": max(0, 40 * MINUTE - low - (n + 1) * 10_000),
            }
            for n in range(60)
        ]
        refused |= codes(cheat.send(*beats))
        low += 600_000
    assert refused <= {"unconfirmed", "check_waiting"}
    assert cheat.all_watched_ms() <= 20 * MINUTE
    assert cheat.all_confirmed_ms() == 0


def test_late_beats_after_a_missed_check_are_asked_about_again(cheat, lecture):
    until_asked(cheat)
    old = cheat.token
    cheat.open(lecture, device="other")
    cheat.let_pass(60)
    for number in range(100, 130):
        low = (number - 100) * 10_000
        cheat.beat(low, low + 10_000, token=old, sequence=number, age_ms=61_000)
    assert cheat.all_confirmed_ms() == 0
    cheat.must_not_have_gained()


def test_a_wrong_code_tried_until_it_fits(settings, lecture):
    settings.WATCH_POLICY = {"kind": "code"}
    cheat = Cheat(stage.new_lawyer("码试"))
    cheat.open(lecture)
    until_asked(cheat)
    shown = cheat.show().json()
    cheat.let_pass(3)
    wrong = [f"{number:04d}" for number in range(8) if f"{number:04d}" != shown["code"]]
    told = [codes(cheat.answer(shown, code=each)) for each in wrong]
    assert told[:3] == [{"wrong_code"}] * 3
    assert told[3:] == [{"check_nonce"}] * (len(wrong) - 3)
    assert cheat.all_confirmed_ms() == 0


def test_the_policy_is_changed_while_a_session_runs(settings, cheat):
    """An administrator loosens the rule: who had opened before goes on under the old one."""
    settings.WATCH_POLICY = {"spacing_ms": 0, "max_rate_percent": 400, "background": ("audio_only",)}
    cheat.let_pass(10)
    assert codes(cheat.beat(0, 40_000)) == {"too_fast"}
    assert codes(cheat.beat(0, 10_000, mode="audio_only")) == {"audio_only"}
    cheat.beat(0, 10_000)
    assert cheat.all_confirmed_ms() == 0


# --- Where it is watched --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["hidden", "picture_in_picture", "audio_only"])
def test_a_hidden_page_that_says_so(cheat, mode):
    cheat.let_pass(60)
    assert codes(cheat.beat(0, 10_000, mode=mode)) == {mode}
    assert cheat.all_watched_ms() == 0


def test_a_hidden_page_that_lies_is_still_asked(cheat, lecture):
    """No server sees a screen: that nobody is there shows when the check is not answered."""
    until_asked(cheat)
    cheat.let_pass(3600)
    close(cheat)
    assert cheat.all_watched_ms() == 0


def test_a_lie_about_a_small_window_where_only_listening_is_allowed(settings, lecture):
    settings.WATCH_POLICY = {"background": ("audio_only",)}
    cheat = Cheat(stage.new_lawyer("窗试"))
    cheat.open(lecture)
    cheat.let_pass(60)
    assert codes(cheat.beat(0, 10_000, mode="picture_in_picture")) == {"picture_in_picture"}
    assert codes(cheat.beat(0, 10_000, mode="Audio_Only")) == {"invalid"}
    assert cheat.all_watched_ms() == 0


def test_listening_is_asked_like_watching(settings, lecture):
    settings.WATCH_POLICY = {"background": ("audio_only",)}
    cheat = Cheat(stage.new_lawyer("听试"))
    cheat.open(lecture)
    asked = False
    for low in range(0, 12 * MINUTE, 10_000):
        cheat.let_pass(10)
        asked = asked or cheat.beat(low, low + 10_000, mode="audio_only").json().get("check")
    assert asked
    assert cheat.all_confirmed_ms() == 0


# --- What may not be watched ----------------------------------------------------------------------------------


def test_a_lecture_that_is_not_mine(cheat):
    hidden = stage.published_lecture("在任何课程之外")
    assert codes(cheat.open(hidden)) == {"not_found"}


def test_a_session_without_a_sign_in(lecture):
    answer = Client().post(
        "/api/v1/playback/sessions", {"lecture": str(lecture.public_id)}, content_type="application/json"
    )
    assert codes(answer) == {"signed_out"}


def test_the_whole_programme_of_a_patient_script(cheat, lecture):
    """A script that does all that an honest player does, check by check, earns what that player earns: no more."""
    for low in range(0, 36 * MINUTE, 15_000):
        cheat.let_pass(10)
        told = cheat.beat(low, low + 15_000).json()
        if told.get("check"):
            cheat.confirm()
    cheat.must_not_have_gained()
    assert cheat.all_confirmed_ms() <= 36 * MINUTE
    longest = dt.timedelta(milliseconds=cheat.passed_ms)
    assert longest * RATE >= dt.timedelta(milliseconds=cheat.all_confirmed_ms())
