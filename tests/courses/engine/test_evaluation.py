"""What each construct of the language does, one behaviour a test."""

import datetime as dt
from decimal import Decimal

import pytest

from courses.engine import errors
from tests.courses.engine.documents import act, judged, regulation

BASE = "requirement: [{id: base, article: 第一条, credit: 10}]"


def credits(statement):
    return {name: each.credit for name, each in statement.acts.items()}


def test_nine_acts_of_forty_minutes_at_forty_five_are_eight_exactly():
    statement = judged(regulation(BASE), *(act(40, "minute") for _ in range(9)))
    assert statement.total == Decimal(8)
    assert statement.shortfall == Decimal(2)
    assert statement.compliant is False


@pytest.mark.parametrize(("how", "expected"), [("down", "0.5"), ("up", "1"), ("nearest", "1")])
def test_credit_is_rounded_to_a_step_as_the_rule_says(how, expected):
    conversions = f"conversions: [{{id: m, of: {{unit: minute}}, per: 60, round: {{to: 0.5, how: {how}}}}}]"
    assert judged(regulation(conversions=conversions), act(45, "minute")).total == Decimal(expected)


def test_an_act_shorter_than_the_least_length_gives_nothing_and_says_so():
    conversions = "conversions: [{id: m, of: {unit: minute}, per: 45, at_least: 30}]"
    statement = judged(regulation(conversions=conversions), act(29, "minute", id="short"))
    assert statement.acts["short"].raw == 0
    assert statement.acts["short"].why[0].code == "too_short"


def test_an_act_that_no_conversion_is_about_gives_nothing_and_says_so():
    assert judged(regulation(), act(1, "item", id="x")).acts["x"].why[0].code == "no_conversion"


def test_the_first_conversion_that_is_about_an_act_is_taken_with_its_article():
    statement = judged(regulation(), act(90, "minute", id="x"))
    assert statement.acts["x"].raw == 2
    assert (statement.acts["x"].why[0].rule, statement.acts["x"].why[0].article) == ("minutes", "第二条")


def test_teaching_is_multiplied_decays_with_repeats_and_is_split_among_teachers():
    conversions = """
repeats: [{of: all, same: [fact.course]}]
conversions:
  - id: teaching
    of: {unit: minute}
    credit: "quantity / 45 * 3 / fact.teachers * (1 if occurrence == 1 else 0.5 if occurrence == 2 else 0)"
"""
    acts = [act(90, "minute", day=f"2026-0{month}-01", course="合同", teachers=2) for month in (1, 2, 3)]
    assert [each.raw for each in judged(regulation(conversions=conversions), *acts).acts.values()] == [
        3,
        1.5,
        0,
    ]


def test_a_table_gives_the_row_of_a_fact_and_its_else():
    conversions = (
        "conversions: [{id: p, of: {unit: item}, credit: {table: fact.role, rows: {sole: 30}, else: 10}}]"
    )
    found = regulation(conversions=conversions)
    assert judged(found, act(1, "item", role="sole"), act(1, "item", role="second")).total == 40


def test_what_is_not_recognised_keeps_its_raw_credit_and_gives_none():
    found = regulation("recognition: [{id: proof, article: 第三条, must: fact.is_proved}]")
    statement = judged(found, act(3, id="yes", is_proved=True), act(4, id="no"))
    assert statement.total == 3
    assert (statement.acts["no"].raw, statement.acts["no"].credit) == (4, 0)
    assert statement.acts["no"].why[-1].article == "第三条"


def test_attendance_may_take_a_part_away():
    found = regulation('recognition: [{id: late, must: fact.is_proved, otherwise: "raw - 1"}]')
    assert judged(found, act(3)).total == 2


def test_acts_count_from_the_cycles_first_day_to_its_last():
    acts = [act(1, day=day) for day in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")]
    statement = judged(regulation(BASE), *acts, day=dt.date(2026, 12, 31))
    assert [each.credit for each in statement.acts.values()] == [0, 1, 1, 0]


def test_a_format_may_have_a_window_of_its_own():
    found = regulation(
        """
windows:
  - {id: late, of: {format: online}, from: "months_after(cycle.first, 3)", to: "date(cycle.first.year + 1, 3, 31)"}
"""
    )
    days = ["2026-03-31", "2026-04-01", "2027-03-31", "2027-04-01"]
    situation_day = dt.date(2027, 4, 2)
    acts = [act(1, day=day) for day in days]
    cycle = judged(found, day=dt.date(2026, 5, 1)).cycle
    from courses.engine.evaluation import evaluate
    from courses.engine.situations import Person, Situation

    statement = evaluate(found, Situation(situation_day, Person(), tuple(acts), cycle))
    assert [each.credit for each in statement.acts.values()] == [0, 1, 1, 0]
    assert statement.acts[acts[0].id].why[-1].code == "before_window"


def test_an_act_after_the_day_of_evaluation_is_not_yet_there():
    statement = judged(regulation(BASE), act(1, day="2026-06-02", id="x"), day=dt.date(2026, 6, 1))
    assert statement.acts["x"].why[-1].code == "not_yet"


def test_a_limit_keeps_the_earliest_acts_and_says_what_it_took():
    found = regulation("limits: [{id: cap, article: 第五条, of: {format: online}, most: 5}]")
    acts = [
        act(3, id="b", day="2026-02-01"),
        act(3, id="a", day="2026-03-01"),
        act(9, format="onsite", id="c"),
    ]
    statement = judged(found, *acts)
    assert credits(statement) == {"b": 3, "a": 2, "c": 9}
    assert statement.acts["a"].why[-1].article == "第五条"


def test_a_limit_may_prefer_some_acts_and_count_by_day_or_by_event():
    found = regulation("limits: [{id: cap, of: all, most: 5, prefer: [{category: ethics}]}]")
    assert credits(judged(found, act(4, id="l"), act(4, id="e", day="2026-07-01", category="ethics"))) == {
        "l": 1,
        "e": 4,
    }
    by_day = regulation("limits: [{id: cap, of: all, most: 5, per: day}]")
    assert judged(by_day, act(4), act(4), act(4, day="2026-07-01")).total == 9
    by_course = regulation("limits: [{id: cap, of: all, most: 5, per: {same: [fact.course]}}]")
    assert judged(by_course, act(4, course="a"), act(4, course="a"), act(4, course="b"), act(4)).total == 13


def test_a_limit_may_be_a_share_of_what_is_required_or_of_the_rest():
    by_required = regulation(BASE, 'limits: [{id: half, of: {format: online}, most: "required / 2"}]')
    assert judged(by_required, act(9), act(1, format="onsite")).total == 6
    by_rest = regulation(BASE, 'limits: [{id: third, of: {format: online}, most: "rest / 2"}]')
    assert judged(by_rest, act(9), act(4, format="onsite")).total == 6


def test_a_minimum_inside_a_minimum_is_a_counter_of_fewer_acts():
    found = regulation(
        BASE,
        """
counters:
  ethics: {of: {category: ethics}}
  ethics_onsite: {of: {category: ethics, format: onsite}}
minima:
  - {id: ethics, article: 第六条, counter: ethics, needed: 4}
  - {id: onsite, article: 第六条, counter: ethics_onsite, needed: 2}
""",
    )
    statement = judged(found, act(8), act(4, category="ethics"))
    assert (statement.total, statement.shortfall, statement.compliant) == (12, 0, False)
    assert statement.minima["ethics_onsite"].lacking == 2
    (cure,) = statement.cures
    assert (cure.counter, cure.lacking, cure.by) == ("ethics_onsite", 2, dt.date(2026, 12, 31))


def test_something_else_may_stand_in_for_a_counter_up_to_a_limit():
    found = regulation(
        "counters: {ethics: {of: {category: ethics}, plus: [{of: {category: law, format: onsite}, most: 1}]}}"
    )
    statement = judged(found, act(2, category="ethics"), act(5, format="onsite"))
    assert statement.counters["ethics"] == 3


def test_organisers_have_limits_and_minima_like_any_fact():
    found = regulation(
        "limits: [{id: firms, of: {facts: {organiser: firm}}, most: 2}]",
        "counters: {association: {of: {facts: {organiser: [association, nation]}}}}",
    )
    statement = judged(
        found, act(5, organiser="firm"), act(3, organiser="association"), act(1, organiser="nation")
    )
    assert (statement.total, statement.counters["association"]) == (6, 4)


@pytest.mark.parametrize(
    ("born", "facts", "expected"),
    [
        ("1980-01-01", {}, 10),
        ("1966-01-01", {}, 5),
        ("1961-01-01", {}, 0),
        ("1980-01-01", {"practice": "part_time"}, 6),
        ("1980-01-01", {"practice": "part_time", "weekly_hours": 7}, 2),
    ],
)
def test_the_requirement_follows_bands_formulas_and_exemptions(born, facts, expected):
    found = regulation(
        """
values: {age: "age(person.born, cycle.first)"}
requirement:
  - {id: old, kind: exemption, when: value.age >= 65, credit: 0}
  - id: bands
    when: "person.practice == 'full_time'"
    credit: {bands: value.age, rows: [{from: 60, is: 5}], else: 10}
  - id: hours
    when: person.weekly_hours != null
    credit: round_up(person.weekly_hours / 35 * 10, 0.5)
  - {id: part-time, credit: 6}
"""
    )
    assert judged(found, born=born, **facts).required == expected


def test_carried_credit_is_capped_and_changes_its_category():
    found = regulation(
        BASE,
        "counters: {law: {of: {category: law}}, ethics: {of: {category: ethics}}}",
        "carry: {id: c, article: 第七条, most: 5, of: {ethics: {most: 2, as: law}}}",
    )
    statement = judged(found, act(6), brought={"total": 9, "ethics": 4})
    assert (statement.total, statement.carried_in, statement.own) == (11, 5, 6)
    assert statement.counters == {"law": 8, "ethics": 0}
    assert statement.carry_out == 1
    assert judged(regulation(BASE), act(30), brought={"total": 9}).carried_in == 0


def test_only_the_own_excess_is_carried_on_and_no_more_than_the_most():
    found = regulation(BASE, "carry: {id: c, most: 5}")
    assert judged(found, act(30)).carry_out == 5
    assert judged(found, act(8), brought={"total": 4}).carry_out == 2
    assert judged(found, act(1), brought={"total": 50}).carry_out == 0
    last = regulation(BASE, "carry: {id: c, most: 5, used: \"'last'\"}")
    assert judged(last, act(8), brought={"total": 4}).carry_out == 0


def test_a_rule_holds_on_the_days_on_which_it_is_in_force():
    found = regulation(
        conversions="""
conversions:
  - {id: new, of: {unit: minute}, per: 60, in_force: {from: 2026-07-01}}
  - {id: old, of: {unit: minute}, per: 45, in_force: {to: 2026-06-30}}
"""
    )
    statement = judged(found, act(90, "minute", day="2026-06-30"), act(90, "minute", day="2026-07-01"))
    assert [each.credit for each in statement.acts.values()] == [2, Decimal("1.5")]


def test_readings_are_laid_side_by_side_where_they_differ_and_only_there():
    found = regulation(
        """
assumptions: {at_end: {says: 以年末为准, decided: false}}
values:
  is_old:
    either:
      - {if: 以年初为准, is: "age(person.born, cycle.first) >= 60"}
      - {if: 以年末为准, assume: at_end, is: "age(person.born, cycle.last) >= 60"}
requirement:
  - {id: old, when: value.is_old, credit: 5}
  - {id: full, credit: 10}
"""
    )
    assert judged(found, born="1980-06-01").required == 10
    statement = judged(found, act(7), born="1966-06-01")
    assert (statement.total, statement.required, statement.compliant) == (7, None, None)
    assert [(each.sentences, each.statement.required) for each in statement.readings] == [
        (("以年初为准",), 10),
        (("以年末为准",), 5),
    ]
    decided = judged(found, act(7), born="1966-06-01", assume=("at_end",))
    assert (decided.required, decided.assumptions, decided.readings) == (5, ("at_end",), ())


def test_one_question_is_decided_alike_wherever_it_is_asked():
    found = regulation(
        """
values:
  low: {id: q, either: [{if: A, is: 1}, {if: B, is: 2}]}
  high: {id: q, either: [{if: A, is: 10}, {if: B, is: 20}]}
requirement: [{id: r, credit: value.low + value.high}]
"""
    )
    assert [reading.statement.required for reading in judged(found).readings] == [11, 22]


def test_too_many_open_questions_are_a_named_error():
    values = "".join(
        f"\n  v{number}: {{either: [{{if: A, is: 0}}, {{if: B, is: {2**number}}}]}}" for number in range(8)
    )
    total = " + ".join(f"value.v{number}" for number in range(8))
    with pytest.raises(errors.TooManyReadings):
        judged(regulation(f"values:{values}\nrequirement: [{{id: r, credit: {total}}}]"))


def test_outcomes_and_alternatives_say_what_a_regulation_decides_besides():
    found = regulation(
        BASE,
        """
limits: [{id: cap, of: {format: online}, most: 3}]
alternatives: {generous: {set: {cap: {most: 8}}}, free: {without: cap}}
outcomes:
  examination: "total < 5"
  generous_total: under.generous.total
  free_compliant: under.free.compliant
  days: [cycle.first, cycle.last]
  nothing: none
""",
    )
    assert judged(found, act(20)).other == {
        "examination": True,
        "generous_total": 8,
        "free_compliant": True,
        "days": [dt.date(2026, 1, 1), dt.date(2026, 12, 31)],
    }


def test_a_condition_may_ask_for_a_fact_before_it_uses_a_value_of_it():
    found = regulation(
        """
values: {age: "age(person.born, cycle.first)"}
requirement:
  - {id: old, when: person.born != null && value.age >= 60, credit: 5}
  - {id: full, credit: 10}
"""
    )
    assert judged(found).required == 10
    assert judged(found, born="1960-01-01").required == 5


def test_a_rule_of_an_alternative_is_named_with_its_section_where_two_have_its_id():
    found = regulation(
        BASE,
        """
limits: [{id: base, of: all, most: 3}]
alternatives: {generous: {set: {limits.base: {most: 8}}}}
outcomes: {generous: under.generous.total}
""",
    )
    assert judged(found, act(20)).other == {"generous": 8}
    with pytest.raises(errors.InvalidDocument, match="unknown_rule"):
        regulation(BASE, "limits: [{id: base, of: all, most: 3}]\nalternatives: {a: {without: base}}")


def test_an_obligation_besides_credit_keeps_from_complying_where_it_blocks():
    found = regulation(
        BASE,
        """
counters: {exam: {of: {facts: {course: 考试}}, measure: acts}}
obligations:
  - id: exam
    title: 执业考试
    when: person.admitted != null && person.admitted >= cycle.first
    met: got.exam >= 1
    due: months_after(person.admitted, 6)
""",
    )
    assert judged(found, act(10), admitted="2020-01-01").compliant is True
    statement = judged(found, act(10), admitted="2026-02-01")
    assert (statement.compliant, statement.cures[0].by) == (False, dt.date(2026, 8, 1))
    assert judged(found, act(10, course="考试"), admitted="2026-02-01").compliant is True


def test_a_shortfall_says_what_would_cure_it_by_when_for_each_kind_of_act():
    found = regulation(BASE, 'windows: [{id: w, of: {format: online}, to: "months_after(cycle.last, 3)"}]')
    (cure,) = judged(found, act(4)).cures
    assert (cure.lacking, cure.by, cure.reason.article) == (6, dt.date(2027, 3, 31), "第一条")
    assert [(way.rule, way.last) for way in cure.openings] == [
        ("w", dt.date(2027, 3, 31)),
        ("", dt.date(2026, 12, 31)),
    ]


def test_sittings_of_one_event_are_rounded_together_and_share_what_it_gives():
    found = regulation(
        conversions="conversions: [{id: m, of: {unit: minute}, per: 45, at_least: 60, together: [fact.course], "
        "round: {to: 0.5, how: down}}]"
    )
    acts = [
        act(50, "minute", course="a"),
        act(20, "minute", course="a"),
        act(50, "minute"),
        act(60, "minute"),
    ]
    assert [each.raw for each in judged(found, *acts).acts.values()] == [
        Decimal("1.071429"),
        Decimal("0.428571"),
        0,
        1,
    ]
    assert judged(found, *acts).total == Decimal("2.5")
    assert judged(found, act(0, "minute", course="b"), act(0, "minute", course="b")).total == 0


def test_a_limit_may_be_what_another_counter_reached_after_the_limits_before_it():
    found = regulation(
        "counters: {onsite: {of: {format: onsite}}}",
        "limits: [{id: a, of: {format: onsite}, most: 5}, {id: b, of: {format: online}, most: got.onsite}]",
    )
    assert judged(found, act(9), act(9, format="onsite"), brought={"total": 9}).total == 10


def test_a_minimum_may_be_a_share_of_what_was_obtained():
    found = regulation(
        "counters: {ethics: {of: {category: ethics}}}",
        "minima: [{id: m, counter: ethics, when: total > 10, needed: total / 10}]",
    )
    assert judged(found, act(28), act(2, category="ethics")).minima["ethics"].needed == 3
    assert judged(found, act(8)).minima == {}


def test_a_requirement_that_the_words_do_not_tell_judges_nothing():
    statement = judged(regulation("requirement: [{id: r, credit: none}]"), act(8))
    assert (statement.total, statement.required, statement.compliant) == (8, None, None)


def test_months_of_leave_are_taken_out():
    found = regulation(
        'requirement: [{id: r, credit: "12 - months_in(person.leave, cycle.first, cycle.last)"}]',
        'outcomes: {days: "days_in(person.leave, cycle.first, cycle.last)"}',
    )
    leave = [[dt.date(2025, 12, 1), dt.date(2026, 1, 31)], [dt.date(2026, 2, 1), dt.date(2026, 3, 30)]]
    statement = judged(found, leave=leave)
    assert (statement.required, statement.other["days"]) == (10, 31 + 28 + 30)
    assert judged(found).required == 12
    with pytest.raises(errors.UnknownWord):
        judged(found, leave=[["2026-01-01"]])


@pytest.mark.parametrize(
    ("formula", "day"),
    [
        ("workdays_after('2026-01-01', 1)", "2026-01-02"),
        ("workdays_after('2026-01-02', 1)", "2026-01-05"),
        ("workdays_after('2026-01-02', 1, ['2026-01-05'])", "2026-01-06"),
        ("workdays_after('2026-06-01', -1)", "2026-05-29"),
        ("workdays_after('2026-01-03', 0)", "2026-01-05"),
    ],
)
def test_working_days_leave_out_weekends_and_free_days(formula, day):
    found = regulation(f'outcomes: {{day: "{formula}"}}')
    assert judged(found).other["day"] == dt.date.fromisoformat(day)


def test_nothing_is_judged_where_nothing_is_required():
    statement = judged(regulation(), act(4))
    assert (statement.required, statement.compliant, statement.shortfall, statement.carry_out) == (None,) * 4


@pytest.mark.parametrize(
    ("act_", "error"),
    [
        (act(1, "hour"), errors.UnknownWord),
        (act(1, format="dance"), errors.UnknownWord),
        (act(1, category="sport"), errors.UnknownWord),
        (act(1, teachers="two"), errors.UnknownWord),
        (act(1, is_proved=1), errors.UnknownWord),
    ],
)
def test_a_word_that_the_vocabulary_lacks_is_a_named_error(act_, error):
    with pytest.raises(error):
        judged(regulation(), act_)


def test_a_missing_fact_a_division_by_zero_and_a_circle_are_named_with_their_rule():
    for body, error in [
        ("requirement: [{id: r, credit: person.weekly_hours * 2}]", errors.MissingFact),
        ("requirement: [{id: r, credit: 1 / 0}]", errors.FormulaFailed),
        ("requirement: [{id: r, when: person.weekly_hours > 2, credit: 1}]", errors.ConditionFailed),
        ('requirement: [{id: r, credit: "age(person.born, day)"}]', errors.MissingFact),
    ]:
        with pytest.raises(error) as refused:
            judged(regulation(body))
        assert refused.value.rule == "r"
    with pytest.raises(errors.FormulaFailed, match="need one another"):
        judged(regulation("values: {a: value.b, b: value.a}\nrequirement: [{id: r, credit: value.a}]"))
