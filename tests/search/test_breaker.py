"""A server that does not answer is left alone for a while, and asked again."""

from search.engines.breaker import Breaker


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def opened():
    clock = Clock()
    breaker = Breaker(failures=3, window=30, rest=15, clock=clock)
    assert [breaker.failed() for _ in range(3)] == [False, False, True]
    return breaker, clock


def test_some_failures_in_a_short_time_open_it():
    breaker, _ = opened()
    assert not breaker.lets_through()


def test_failures_far_apart_do_not():
    clock = Clock()
    breaker = Breaker(failures=3, window=30, rest=15, clock=clock)
    for _ in range(9):
        assert not breaker.failed()
        clock.now += 16
    assert breaker.lets_through()


def test_an_answer_in_between_forgets_the_failures_before_it():
    breaker = Breaker(failures=3, window=30, rest=15, clock=Clock())
    for _ in range(9):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.lets_through()


def test_after_a_rest_one_question_tries_for_all_and_its_answer_closes_it():
    breaker, clock = opened()
    clock.now += 15
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    assert breaker.succeeded()
    assert breaker.lets_through()
    assert not breaker.succeeded()


def test_a_try_that_fails_is_followed_by_another_rest():
    breaker, clock = opened()
    clock.now += 15
    assert breaker.lets_through()
    assert not breaker.failed()
    clock.now += 14
    assert not breaker.lets_through()
    clock.now += 1
    assert breaker.lets_through()
