"""Statements: what people's years come to under the regulation in force, through publication and ledger."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from courses import regulating, statements, usual_shape
from courses.models import CreditRegulation, LearningFormat, RegulationPeriod, RegulationVersion
from courses.usual_shape import UsualShape
from people import leaves, licences, memberships, persons
from people.models import Person, Position
from tests.courses.regulations import ACT, DOCUMENT
from tests.provinces import OPENED, Province

NEW_YEAR = dt.date(2026, 1, 1)
AS_OF = dt.date(2026, 11, 1)


def test_without_a_regulation_there_is_no_statement(
    province: Province, lawyer: Callable[..., Person]
) -> None:
    assert statements.statement_for(lawyer("wang", province.yuelu)) is None


def test_a_year_is_judged_by_the_regulation_in_force(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation], act: ACT
) -> None:
    regulation(province.province)
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(2026, 3, 1), minutes=450)
    act(wang, dt.date(2026, 4, 1), minutes=90, category="ethics")
    found = statements.statement_for(wang, year=2026, as_of=AS_OF)
    assert found is not None
    assert found.statement is not None
    assert (found.statement.total, found.statement.required) == (Decimal(12), Decimal(20))
    assert found.statement.compliant is False
    assert found.statement.shortfall == Decimal(8)
    assert found.statement.minima["ethics"].lacking == Decimal(2)
    assert {each.credit for each in found.statement.acts.values()} == {Decimal(10), Decimal(2)}
    assert {each.why[0].article for each in found.statement.acts.values()} == {"第三条"}


def test_a_city_goes_before_the_province(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation]
) -> None:
    regulation(province.province)
    regulation(province.changsha, document=DOCUMENT.replace("credit: 20", "credit: 30"))
    people = [lawyer("wang", province.yuelu), lawyer("li", province.shigu)]
    required = [
        each.statement.required
        for each in statements.statements([each.pk for each in people], year=2026, as_of=AS_OF)
        if each.statement
    ]
    assert required == [Decimal(30), Decimal(20)]


def test_excess_is_carried_over_once(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation], act: ACT
) -> None:
    carried = DOCUMENT + "carry: {id: carry, article: 第六条, says: 结转不超过5学时, most: 5}\n"
    regulation(province.province, document=carried, effective_from=dt.date(2020, 1, 1))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(2024, 5, 1), minutes=45 * 60, category="ethics")
    found = {year: statements.statement_for(wang, year=year, as_of=AS_OF) for year in (2024, 2025, 2026)}
    carried_in = {year: each.statement.carried_in for year, each in found.items() if each and each.statement}
    assert carried_in == {2024: Decimal(0), 2025: Decimal(5), 2026: Decimal(0)}


def test_who_is_no_lawyer_has_no_statement(
    province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    regulation(province.province)
    staff = persons.create(name="staff")
    memberships.join(staff, province.yuelu, on=OPENED, position=Position.STAFF)
    assert statements.statement_for(staff) is None


def test_practice_type_and_age_are_those_of_the_person(
    province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    shape = UsualShape(
        "regulation",
        "办法",
        "协会",
        Fraction(40),
        45,
        ages=((65, Fraction(0)),),
        months=((6, Fraction(20)),),
        practice=(("part_time", Fraction(24)),),
    )
    regulation(province.province, document=usual_shape.write(shape))
    required = {}
    for name, born, practice, admitted in (
        ("part", 1980, "part_time", dt.date(2010, 1, 1)),
        ("old", 1950, "part_time", dt.date(2010, 1, 1)),
        ("new", 1990, "full_time", dt.date(2026, 8, 1)),
        ("full", 1990, "full_time", dt.date(2010, 1, 1)),
    ):
        person = persons.create(name=name, birth_date=dt.date(born, 5, 1))
        memberships.join(person, province.yuelu, on=OPENED)
        number = f"14301{admitted.year}100{len(required):05d}"
        licences.issue(person, number=number, practice_type=practice, on=admitted, admitted_on=admitted)
        found = statements.statement_for(person, year=2026, as_of=AS_OF)
        assert found is not None
        assert found.statement is not None
        required[name] = found.statement.required
    assert required == {"part": 24, "old": 0, "new": 20, "full": 40}


def test_online_learning_until_the_day_of_making_up_counts_for_the_year_that_ended(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation], act: ACT
) -> None:
    shape = UsualShape(
        "regulation", "办法", "协会", Fraction(40), 45, make_up=(3, 31), online_until_make_up=True
    )
    regulation(province.province, document=usual_shape.write(shape), effective_from=dt.date(2025, 1, 1))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(2026, 2, 1), minutes=90)
    act(wang, dt.date(2026, 2, 1), minutes=45, format=LearningFormat.ONSITE)
    totals = {}
    for year in (2025, 2026):
        found = statements.statement_for(wang, year=year, as_of=AS_OF)
        assert found is not None
        assert found.statement is not None
        totals[year] = found.statement.total
    assert totals == {2025: Decimal(2), 2026: Decimal(1)}


def test_an_act_that_the_regulation_has_no_word_for_is_named_and_counts_for_nothing(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation], act: ACT
) -> None:
    regulation(province.province)
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(2026, 3, 1), minutes=45, format=LearningFormat.WRITING)
    found = statements.statement_for(wang, year=2026, as_of=AS_OF)
    assert found is not None
    assert found.statement is not None
    assert [each.what for each in found.unplaced] == ["format"]
    assert found.statement.total == Decimal(0)


def test_a_reversal_takes_its_act_out_of_the_statement(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation], act: ACT
) -> None:
    from courses import ledger

    regulation(province.province)
    wang = lawyer("wang", province.yuelu)
    entry = act(wang, dt.date(2026, 3, 1), minutes=45)
    ledger.reverse(entry, reason="duplicate")
    found = statements.statement_for(wang, year=2026, as_of=AS_OF)
    assert found is not None
    assert found.statement is not None
    assert found.statement.acts == {}


def test_leave_on_record_lowers_the_requirement_where_the_regulation_says_so(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation]
) -> None:
    document = DOCUMENT.replace(
        "  units: {minute",
        "  person:\n"
        "    leave: {type: spans, label: 休假}\n"
        "    excused: {type: spans, label: 免修, from: exemption}\n"
        "    away: {type: integer, label: 休假天数, from: days_on_leave}\n"
        "  units: {minute",
    ).replace(
        "says: 每年20学时, credit: 20}",
        'says: 每年20学时, credit: "20 - months_in(person.leave, cycle.first, cycle.last)'
        ' - months_in(person.excused, cycle.first, cycle.last) - person.away / 1000"}',
    )
    regulation(province.province, document=document)
    wang, li = lawyer("wang", province.yuelu), lawyer("li", province.yuelu)
    leaves.record(wang, "leave", on=dt.date(2026, 2, 1), until=dt.date(2026, 5, 1), reason="病假", by=None)
    leaves.record(wang, "exemption", on=dt.date(2026, 11, 1), until=None, reason="援藏", by=None)
    found = {each.person_id: each.statement for each in statements.statements([wang.pk, li.pk], year=2026)}
    days = (dt.date(2026, 5, 1) - dt.date(2026, 2, 1)).days
    assert found[wang.pk].required == Decimal(20 - 3 - 2) - Decimal(days) / 1000
    assert found[li.pk].required == 20


@pytest.mark.both_sides("postgresql")
def test_a_later_publication_takes_its_days_over_and_the_earlier_version_stays(
    province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province, effective_from=dt.date(2025, 1, 1))
    made.document = DOCUMENT.replace("credit: 20", "credit: 25")
    made.effective_from = NEW_YEAR
    made.save_revision().publish()
    days = [
        (each.version.number, each.valid_from, each.valid_to) for each in regulating.periods_of(made.owner_id)
    ]
    assert days == [(2, NEW_YEAR, None), (1, dt.date(2025, 1, 1), NEW_YEAR)]
    made.refresh_from_db()
    made.save_revision().publish()
    assert RegulationVersion.objects.count() == 2


@pytest.mark.both_sides("postgresql")
def test_the_database_refuses_two_regulations_of_one_owner_on_one_day(
    province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province)
    with pytest.raises(IntegrityError):
        RegulationPeriod.objects.create(
            owner=made.owner, version=made.versions.get(), valid_from=dt.date(2026, 6, 1)
        )


@pytest.mark.both_sides("postgresql")
def test_the_database_refuses_to_change_a_published_version(
    province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    version = regulation(province.province).versions.get()
    version.document = "language: 1"
    with pytest.raises(IntegrityError):
        version.save()


def test_a_broken_document_is_not_published(
    province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    with pytest.raises(regulating.RegulationRefused):
        regulation(province.province, document="language: 1\nid: x\n")
    assert not CreditRegulation.objects.filter(live=True).exists()


def test_withdrawn_it_is_in_force_until_yesterday(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province)
    made.unpublish()
    wang = lawyer("wang", province.yuelu)
    assert statements.statement_for(wang) is None


@pytest.mark.both_sides("postgresql")
def test_statements_of_many_cost_as_many_statements_as_those_of_one(
    province: Province, lawyer: Callable[..., Person], regulation: Callable[..., CreditRegulation], act: ACT
) -> None:
    regulation(province.province)
    people = [lawyer(f"lawyer{n}", province.yuelu, sign_in=False) for n in range(12)]
    for person in people:
        act(person, dt.date(2026, 3, 1), minutes=45)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = list(statements.statements([each.pk for each in people], year=2026, as_of=AS_OF))
    assert len(found) == 12
    assert len(queries) <= 6


def test_the_command_counts_every_lawyer(
    province: Province,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    capsys: pytest.CaptureFixture[str],
) -> None:
    regulation(province.province)
    lawyer("wang", province.yuelu)
    lawyer("li", province.shigu)
    call_command("statements", year=2026)
    text = capsys.readouterr().out
    assert "2  statements" in text
    assert "2  short" in text
    call_command("statements", year=2026, org="长沙市律师协会")
    assert "1  statements" in capsys.readouterr().out
