"""Presence checks over HTTP: issued by the server, shown, answered or missed, and what that does to the minutes."""

import datetime as dt
import itertools
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses import checks, presence
from courses.models import Completion, CreditRegulation, PlaybackSession, PresenceCheck, WatchProgress
from tests.courses import stage
from tests.courses.test_heartbeats import code_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE = 60_000


@pytest.fixture
def lecture():
    made = stage.published_lecture(duration_ms=40 * MINUTE)
    stage.published_course("合同编通则", made)
    return made


@pytest.fixture
def watcher(lecture):
    watcher = stage.Watcher(stage.new_lawyer())
    assert watcher.open(lecture, device="ipad").status_code == 200
    return watcher


@pytest.fixture
def asked(watcher):
    """A watcher before whom a check has just come; gives how far he had come."""
    answers = watcher.watch(0, 10 * MINUTE, confirms=False)
    assert answers[-1].json()["check"]
    return len(answers) * 10_000


def test_a_check_comes_within_the_spacing_and_not_in_the_first_two_minutes(watcher):
    answers = watcher.watch(0, 11 * MINUTE, confirms=False)
    told = [answer.json()["check"] for answer in answers]
    assert told.index(True) == len(told) - 1
    assert 2 * MINUTE <= len(told) * 10_000 <= 10 * MINUTE
    assert PresenceCheck.objects.get().position_ms == len(told) * 10_000


def test_nothing_sent_to_a_page_tells_when_its_check_will_come(watcher, lecture):
    secret = WatchProgress.objects.get().check_due_ms
    opened = watcher.open(lecture, device="ipad").json()
    assert WatchProgress.objects.get().check_due_ms == secret, "opening again must not draw again"
    answer = watcher.watch(0, 10_000)[0].json()
    assert str(secret) not in str(opened) + str(answer)
    assert not {key for key in opened if "due" in key}


def test_an_answer_confirms_what_was_watched_before_it(watcher, lecture, asked):
    assert watcher.confirmed_ms(lecture) == 0
    assert watcher.watched_ms(lecture) == asked
    answer = watcher.confirm()
    assert answer.status_code == 200, answer.content
    assert (answer.json()["watched_ms"], answer.json()["provisional_ms"]) == (asked, 0)
    assert watcher.confirmed_ms(lecture) == asked
    check = PresenceCheck.objects.get()
    assert (check.verdict, check.stretches_ms) == ("answered", asked)
    assert check.stretches[0][:2] == [0, asked]


def test_an_answer_after_half_an_hour_costs_nothing_but_time(watcher, lecture, asked):
    watcher.let_pass(30 * 60)
    assert watcher.confirm().status_code == 200
    assert watcher.confirmed_ms(lecture) == asked
    assert watcher.watch(asked, asked + 20_000)[-1].status_code == 200


def test_watching_on_over_a_check_that_was_shown_counts_nothing(watcher, lecture, asked):
    watcher.show()
    watcher.let_pass(60)
    assert code_of(watcher.beat(asked, asked + 10_000)) == "check_waiting"
    assert watcher.watched_ms(lecture) == asked


def test_whoever_ignores_the_announcement_earns_no_confirmed_second(watcher, lecture, asked):
    answers = watcher.watch(asked, 40 * MINUTE, confirms=False)
    answers += [watcher.beat(low, low + 10_000) for low in range(asked, 40 * MINUTE, 10_000)]
    assert code_of(answers[-1]) in {"check_waiting", "too_fast"}
    assert watcher.confirmed_ms(lecture) == 0
    assert not Completion.objects.exists()


def test_closing_without_an_answer_takes_back_what_waited_and_says_so(watcher, lecture, asked):
    closed = watcher.client.post(
        "/api/v1/playback/sessions/close", {"token": watcher.token}, content_type="application/json"
    ).json()
    assert closed["taken_back"]["milliseconds"] == asked
    assert closed["taken_back"]["stretches"] == [[0, asked]]
    assert watcher.watched_ms(lecture) == 0
    assert PresenceCheck.objects.get().verdict == "missed"
    opened = watcher.open(lecture).json()
    assert opened["taken_back"]["milliseconds"] == asked
    assert not opened["check"]
    watcher.watch(0, asked)
    assert watcher.open(lecture).json()["taken_back"] is None, "it was watched again"


def test_only_what_waited_since_the_last_answer_is_taken_back(watcher, lecture, asked):
    watcher.confirm()
    watcher.watch(asked, asked + 12 * MINUTE, confirms=False)
    watcher.open(stage_other(), device="ipad")
    assert watcher.confirmed_ms(lecture) == watcher.watched_ms(lecture) == asked


def stage_other():
    other = stage.published_lecture("第二讲")
    stage.published_course("侵权责任编", other)
    return other


def test_a_page_loaded_again_meets_the_same_check(watcher, lecture, asked):
    opened = watcher.open(lecture, device="ipad").json()
    assert opened["check"]
    assert watcher.confirm().status_code == 200
    assert watcher.confirmed_ms(lecture) == asked
    check = PresenceCheck.objects.get()
    assert check.session_id != check.answered_in_id


def test_another_device_that_takes_over_ends_the_check_unanswered(watcher, lecture, asked):
    opened = watcher.open(lecture, device="phone").json()
    assert opened["taken_back"]["milliseconds"] == asked
    assert watcher.watched_ms(lecture) == 0


def test_a_session_that_expires_with_a_check_waiting_loses_what_waited(watcher, lecture, asked):
    watcher.let_pass(13 * 3600)
    assert code_of(watcher.show()) == "session_expired"
    assert checks.sweep(timezone.now()) == 1
    assert checks.sweep(timezone.now()) == 0
    assert watcher.watched_ms(lecture) == 0


def test_a_session_that_ends_with_no_check_waiting_loses_nothing(watcher, lecture):
    watcher.watch(0, MINUTE)
    watcher.let_pass(13 * 3600)
    assert checks.sweep(timezone.now()) == 0
    watcher.open(lecture)
    assert watcher.watched_ms(lecture) == MINUTE


def test_the_end_of_a_lecture_is_confirmed_by_a_check_of_its_own(watcher, lecture):
    told = watcher.watch(0, 36 * MINUTE)
    assert told[-1].json()["completed"] is not None
    assert Completion.objects.filter(activity__lecture=lecture).count() == 1
    evidence = Completion.objects.get(activity__lecture=lecture).evidence
    assert len(evidence["checks"]) == PresenceCheck.objects.filter(verdict="answered").count() >= 4
    assert evidence["watched_ms"] == 36 * MINUTE


def test_after_completion_no_more_checks_come(watcher, lecture):
    watcher.watch(0, 36 * MINUTE)
    count = PresenceCheck.objects.count()
    answers = watcher.watch(36 * MINUTE, 40 * MINUTE, confirms=False)
    assert not any(answer.json()["check"] for answer in answers)
    assert PresenceCheck.objects.count() == count


# --- Answers that a person could not have given -----------------------------------------------------------


def test_no_answer_is_taken_before_there_is_a_check(watcher):
    assert code_of(watcher.show()) == "no_check"


def test_an_answer_to_a_check_that_was_not_shown_is_refused(watcher, lecture, asked):
    check = {"check": str(PresenceCheck.objects.get().public_id), "nonce": "", "code": ""}
    assert code_of(watcher.answer(check)) == "check_not_fetched"
    assert watcher.confirmed_ms(lecture) == 0


def test_an_invented_nonce_is_refused(watcher, lecture, asked):
    shown = watcher.show().json()
    watcher.let_pass(3)
    assert code_of(watcher.answer(shown | {"nonce": "0" * 32})) == "check_nonce"
    assert watcher.answer(shown).status_code == 200


def test_an_answer_faster_than_reading_is_refused_and_the_check_still_waits(watcher, lecture, asked):
    shown = watcher.show().json()
    assert code_of(watcher.answer(shown)) == "answered_too_fast"
    watcher.let_pass(1)
    assert watcher.answer(shown).status_code == 200


def test_a_check_shown_anew_is_answered_by_its_new_nonce_alone(watcher, asked):
    first, second = watcher.show().json(), watcher.show().json()
    watcher.let_pass(3)
    assert code_of(watcher.answer(first)) == "check_nonce"
    assert watcher.answer(second).status_code == 200


def test_an_answer_that_comes_twice_is_taken_once(watcher, lecture, asked):
    shown = watcher.show().json()
    watcher.let_pass(3)
    assert watcher.answer(shown).status_code == watcher.answer(shown).status_code == 200
    assert watcher.confirmed_ms(lecture) == asked


def test_another_persons_check_cannot_be_answered(watcher, lecture, asked):
    other = stage.Watcher(stage.new_lawyer("贺试"))
    other.open(lecture)
    shown = watcher.show().json()
    watcher.let_pass(3)
    assert code_of(other.answer(shown)) == "check_unknown"
    assert code_of(other.answer(shown, token=watcher.token)) == "foreign_sign_in"
    assert watcher.confirmed_ms(lecture) == 0


def test_a_check_is_not_answered_from_another_lecture(watcher, lecture, asked):
    shown = watcher.show().json()
    watcher.open(stage_other(), device="ipad")
    watcher.let_pass(3)
    assert code_of(watcher.answer(shown)) == "check_unknown"


def test_a_session_that_was_taken_over_answers_nothing(watcher, lecture, asked):
    shown, first = watcher.show().json(), watcher.token
    watcher.open(lecture, device="ipad")
    watcher.let_pass(3)
    assert code_of(watcher.answer(shown, token=first)) == "taken_over"
    assert code_of(watcher.show(token=first)) == "taken_over"


# --- New York's rule, and other policies ------------------------------------------------------------------


@pytest.fixture
def new_york(settings):
    settings.WATCH_POLICY = {
        "spacing_ms": 50 * MINUTE,
        "kind": "code",
        "before_end_ms": (5 * MINUTE, 10 * MINUTE),
    }


def test_new_yorks_rule_asks_for_a_code_within_fifty_minutes_and_one_before_the_end(new_york):
    lecture = stage.published_lecture(duration_ms=120 * MINUTE, share=100)
    stage.published_course("两小时", lecture)
    watcher = stage.Watcher(stage.new_lawyer())
    watcher.open(lecture)
    watcher.watch(0, 120 * MINUTE)
    rows = list(PresenceCheck.objects.order_by("pk").values_list("position_ms", "cause", "kind"))
    places = [0, *(position for position, _cause, _kind in rows)]
    assert all(later - sooner <= 50 * MINUTE for sooner, later in itertools.pairwise(places))
    assert {kind for *_, kind in rows} == {"code"}
    last, cause, _kind = rows[-1]
    assert cause == "before_end"
    assert 5 * MINUTE <= 120 * MINUTE - last + 10_000 <= 10 * MINUTE + 10_000
    assert Completion.objects.filter(activity__lecture=lecture).count() == 1


def test_the_regulation_in_force_says_how_watching_is_proved(lecture):
    document = (Path(__file__).parents[2] / "courses/regulations/us-ny-verification.yaml").read_text()
    watcher = stage.Watcher(stage.new_lawyer("纽试"))
    CreditRegulation.objects.create(
        owner=stage.association(),
        title="纽约",
        document=document,
        effective_from=dt.date(2020, 1, 1),
        live=False,
    ).save_revision().publish()
    watcher.open(lecture)
    kept = presence.from_json(PlaybackSession.objects.get(person=watcher.person).policy)
    assert (kept.spacing_ms, kept.kind) == (50 * MINUTE, "code")
    assert kept.before_end_ms == (5 * MINUTE, 10 * MINUTE)


def test_a_wrong_code_confirms_nothing_and_after_three_the_check_is_shown_anew(new_york, watcher, lecture):
    watcher.open(lecture)
    for low in range(0, 40 * MINUTE, 10_000):
        watcher.let_pass(10)
        if watcher.beat(low, low + 10_000).json()["check"]:
            break
    shown = watcher.show().json()
    wrong = f"{(int(shown['code']) + 1) % 10_000:04d}"
    watcher.let_pass(3)
    for _ in range(3):
        assert code_of(watcher.answer(shown, code=wrong)) == "wrong_code"
    assert code_of(watcher.answer(shown)) == "check_nonce"
    assert watcher.confirmed_ms(lecture) == 0
    assert watcher.confirm().status_code == 200


def test_a_policy_with_an_answer_time_takes_back_at_once_and_watching_goes_on(settings, lecture):
    settings.WATCH_POLICY = {"answer_ms": 30_000}
    watcher = stage.Watcher(stage.new_lawyer())
    watcher.open(lecture)
    asked = len(watcher.watch(0, 10 * MINUTE, confirms=False)) * 10_000
    shown = watcher.show().json()
    assert dt.datetime.fromisoformat(shown["answer_by"]) > timezone.now()
    watcher.let_pass(31)
    late = watcher.answer(shown)
    assert code_of(late) == "answered_too_late"
    assert late.json()["taken_back"]["milliseconds"] == asked
    assert watcher.watched_ms(lecture) == 0
    assert watcher.beat(0, 10_000).status_code == 200


def test_a_check_whose_time_is_over_is_missed_by_the_next_beat(settings, lecture):
    settings.WATCH_POLICY = {"answer_ms": 30_000}
    watcher = stage.Watcher(stage.new_lawyer())
    watcher.open(lecture)
    asked = len(watcher.watch(0, 10 * MINUTE, confirms=False)) * 10_000
    watcher.show()
    watcher.let_pass(60)
    told = watcher.beat(asked, asked + 10_000).json()
    assert told["taken_back"]["milliseconds"] == asked
    assert watcher.watched_ms(lecture) == 10_000


def test_a_session_keeps_the_policy_under_which_it_was_opened(settings, watcher, lecture):
    settings.WATCH_POLICY = {"spacing_ms": 0, "max_rate_percent": 400}
    assert watcher.watch(0, 10 * MINUTE, confirms=False)[-1].json()["check"]
    assert watcher.confirmed_ms(lecture) == 0
    answers = [watcher.beat(low, low + MINUTE) for low in range(20 * MINUTE, 30 * MINUTE, MINUTE)]
    assert code_of(answers[-1]) == "too_fast"


def test_without_checks_everything_counts_at_once(settings, lecture):
    settings.WATCH_POLICY = {"spacing_ms": 0}
    watcher = stage.Watcher(stage.new_lawyer())
    watcher.open(lecture)
    watcher.watch(0, 12 * MINUTE, confirms=False)
    assert watcher.confirmed_ms(lecture) == 12 * MINUTE


# --- Hidden pages, small windows, listening ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("hidden", "hidden"),
        ("picture_in_picture", "picture_in_picture"),
        ("audio_only", "audio_only"),
        ("asleep", "invalid"),
    ],
)
def test_a_hidden_page_earns_nothing_in_whatever_mode_unless_the_policy_allows_it(
    watcher, lecture, mode, code
):
    watcher.let_pass(60)
    assert code_of(watcher.beat(0, 10_000, mode=mode)) == code
    assert watcher.watched_ms(lecture) == 0


def test_background_listening_earns_where_the_policy_allows_it_and_is_written_down(settings, lecture):
    settings.WATCH_POLICY = {"background": ("audio_only",)}
    watcher = stage.Watcher(stage.new_lawyer())
    assert watcher.open(lecture).json()["background"] == ["audio_only"]
    watcher.let_pass(60)
    assert watcher.beat(0, 10_000, mode="audio_only").status_code == 200
    assert code_of(watcher.beat(10_000, 20_000, mode="picture_in_picture")) == "picture_in_picture"
    assert (
        PlaybackSession.objects.get(person=watcher.person).heartbeats.get().get_mode_display() == "后台收听"
    )


# --- What it costs ------------------------------------------------------------------------------------------


def statements(queries):
    kinds = [query["sql"].split()[0] for query in queries]
    return [kind for kind in kinds if kind not in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}]


def test_a_beat_before_a_check_and_after_an_answer_costs_three_statements(watcher, asked):
    watcher.confirm()
    watcher.let_pass(10)
    with CaptureQueriesContext(connection) as queries:
        assert watcher.beat(asked, asked + 10_000).status_code == 200
    assert statements(queries) == ["SELECT", "INSERT", "UPDATE"]
