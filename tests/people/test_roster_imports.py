"""A roster from the file to the record and back: planned, agreed to, entered once, taken back whole."""

import datetime as dt
import io

import pytest

from people import (
    licences,
    memberships,
    organisations,
    persons,
    roster_applying,
    roster_imports,
)
from people.days import today
from people.models import (
    Licence,
    Membership,
    Person,
    PracticeType,
    RosterLine,
    RosterState,
)
from people.roster_imports import NotInThatState

pytestmark = pytest.mark.both_sides("postgresql")

AS_OF = dt.date(2026, 7, 1)
HEAD = "姓名,执业证号,律师事务所,执业类别,手机,出生日期,执业状态,转入日期"
LI, WANG, ZHAO = "14301201211001234", "14304201510005678", "14301201910009999"


@pytest.fixture
def lawyer(province, member):
    def make(name, organisation, number, **kwargs):
        person = member(name, organisation)
        licences.issue(person, number=number, practice_type=PracticeType.FULL_TIME, on=dt.date(2020, 1, 1))
        if kwargs:
            persons.change(person, name=name, **kwargs)
        return person

    return make


@pytest.fixture
def hand_in(province):
    def run(*lines, is_complete=False, organisation=None, as_of=AS_OF, head=HEAD):
        roster = roster_imports.hand_in(
            organisation or province.province,
            content="\n".join([head, *lines]).encode(),
            file_name="名册.csv",
            as_of=as_of,
            is_complete=is_complete,
            by=None,
        )
        return roster_imports.plan(roster.pk)

    return run


def enter(roster):
    roster_applying.agree(roster, by=None)
    return roster_applying.apply(roster.pk)


def take_back(roster):
    roster_applying.ask_back(roster, by=None)
    return roster_applying.undo(roster.pk)


def outcomes(roster):
    return {line.name: (line.outcome, line.reason) for line in roster.lines.all() if line.name}


def believed():
    """What is believed of everybody, without keys of rows."""
    places = Membership.objects.current().order_by("person__name", "valid_from")
    held = Licence.objects.current().order_by("person__name", "valid_from")
    return (
        list(places.values_list("person__name", "organisation__name", "position", "valid_from", "valid_to")),
        list(held.values_list("person__name", "number", "practice_type", "valid_from", "valid_to")),
        list(Person.objects.order_by("name").values_list("name", "phone", "birth_date")),
    )


# --- Planning -----------------------------------------------------------------------------------------


def test_a_plan_writes_nothing_of_persons(province, lawyer, hand_in):
    lawyer("李试", province.yuelu, LI)
    before = believed()
    roster = hand_in(f"李试,{LI},湖南芙试律师事务所", f"王试,{WANG},湖南石试律师事务所", is_complete=True)
    assert roster.state == RosterState.PLANNED
    assert roster.totals == {"transferred": 1, "new": 1}
    assert believed() == before


def test_each_line_says_what_becomes_of_it(province, lawyer, hand_in):
    lawyer("李试", province.yuelu, LI)
    lawyer("赵试", province.yuelu, ZHAO)
    lawyer("孙试", province.furong, "14301201810001111")
    lawyer("周试", province.furong, "14301201810002222")
    lawyer("吴试", province.shigu, "14304201810003333")
    roster = hand_in(
        f"李试,{LI},湖南岳试律师事务所,专职",
        f"赵试,{ZHAO},湖南岳试律师事务所,兼职",
        "孙试,14301201810001111,湖南石试律师事务所",
        f"王试,{WANG},湖南岳试律师事务所",
        "周试,14301201810007777,湖南芙试律师事务所",
        "郑试,1.43012E+16,湖南芙试律师事务所",
        "冯试,14301201810008888,湖南无此律师事务所",
        "李某,14304201810003333,湖南石试律师事务所",
    )
    assert outcomes(roster) == {
        "李试": ("unchanged", ""),
        "赵试": ("changed", ""),
        "孙试": ("transferred", ""),
        "王试": ("new", ""),
        "周试": ("doubtful", "other_number"),
        "郑试": ("refused", "licence_scientific"),
        "冯试": ("conflict", "organisation_unknown"),
        "李某": ("conflict", "other_name"),
    }


def test_whoever_is_missing_in_a_whole_roster_has_left_and_in_a_part_has_not(province, lawyer, hand_in):
    lawyer("李试", province.yuelu, LI)
    lawyer("王试", province.shigu, WANG)
    row = f"李试,{LI},湖南岳试律师事务所"
    assert "王试" not in outcomes(hand_in(row))
    assert outcomes(hand_in(row, is_complete=True))["王试"] == ("left", "not_named")
    # Hengyang's people are no matter of a roster of Changsha.
    assert "王试" not in outcomes(hand_in(row, is_complete=True, organisation=province.changsha))


def test_whose_row_was_refused_has_not_left(province, lawyer, hand_in):
    lawyer("李试", province.yuelu, LI)
    roster = hand_in("李试,1.43012E+16,湖南岳试律师事务所", is_complete=True)
    lines = [(line.outcome, line.reason) for line in roster.lines.filter(name="李试")]
    assert lines == [("refused", "licence_scientific"), ("conflict", "row_refused")]


def test_a_city_learns_nothing_of_persons_elsewhere_and_does_not_move_them(province, lawyer, hand_in):
    lawyer("王试", province.shigu, WANG)
    roster = hand_in(
        f"王试,{WANG},湖南岳试律师事务所", f"李试,{LI},湖南石试律师事务所", organisation=province.changsha
    )
    assert outcomes(roster) == {
        "王试": ("conflict", "elsewhere"),
        "李试": ("conflict", "organisation_unknown"),
    }
    assert all(line.person_id is None and not line.steps for line in roster.lines.all())


def test_one_number_in_two_rows_is_a_conflict_and_one_row_twice_is_one(province, hand_in):
    row = f"王试,{WANG},湖南石试律师事务所"
    roster = hand_in(row, row, f"李试,{LI},湖南岳试律师事务所", f"赵试,{LI},湖南岳试律师事务所")
    assert [(line.outcome, line.reason) for line in roster.lines.exclude(name="")] == [
        ("new", ""),
        ("skipped", "repeated"),
        ("new", ""),
        ("conflict", "number_twice"),
    ]


def test_a_new_name_is_taken_where_something_else_says_that_it_is_he(province, lawyer, hand_in):
    lawyer("李试", province.yuelu, LI, phone="13800138000")
    roster = hand_in(f"李某试,{LI},湖南岳试律师事务所,,13800138000")
    assert roster.lines.get(name="李某试").steps == {"change": {"name": "李某试"}}


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"a,b\n1,2\n", "no_headings"),
        (f"{HEAD}\n".encode(), "no_rows"),
        (b"%PDF-1.7", "file_kind"),
        (b"PK\x03\x04rubbish", "file_broken"),
    ],
)
def test_a_file_that_is_no_roster_is_told_why(province, content, failure):
    roster = roster_imports.hand_in(
        province.province, content=content, file_name="x", as_of=AS_OF, is_complete=False, by=None
    )
    assert (roster_imports.plan(roster.pk).state, roster_imports.plan(roster.pk).failure) == (
        RosterState.UNREADABLE,
        failure,
    )


def test_a_roster_is_handed_in_for_one_s_own_subtree_alone(province, account):
    city = account("city", "city_committee", province.changsha)
    firm = account("firm", "firm_manager", province.yuelu)
    for user, organisation in ((city, province.hengyang), (city, province.province), (firm, province.yuelu)):
        with pytest.raises(roster_imports.NotYourRoster):
            roster_imports.hand_in(
                organisation, content=b"x", file_name="x", as_of=AS_OF, is_complete=False, by=user
            )


# --- Entering -----------------------------------------------------------------------------------------


def test_what_was_planned_is_entered_and_a_second_time_changes_nothing(province, lawyer, hand_in):
    li = lawyer("李试", province.yuelu, LI)
    zhao = lawyer("赵试", province.yuelu, ZHAO)
    lines = (
        f"李试,{LI},湖南石试律师事务所,专职,13800138000,1980-05-01,,2026-06-15",
        f"王试,{WANG},湖南岳试律师事务所,兼职,,,,2026-05-01",
        f"赵试,{ZHAO},湖南岳试律师事务所,,,,注销",
    )
    roster = enter(hand_in(*lines))
    assert (roster.state, roster.failure) == (RosterState.APPLIED, "")
    assert Membership.objects.on(dt.date(2026, 6, 14)).get(person=li).organisation == province.yuelu
    assert Membership.objects.on(dt.date(2026, 6, 15)).get(person=li).organisation == province.shigu
    li.refresh_from_db()
    assert (li.phone, li.birth_date) == ("13800138000", dt.date(1980, 5, 1))
    wang = Person.objects.get(name="王试")
    assert Membership.objects.on(dt.date(2026, 5, 1)).get(person=wang).organisation == province.yuelu
    assert Licence.objects.on(today()).get(person=wang).practice_type == PracticeType.PART_TIME
    assert Membership.objects.on(dt.date(2026, 6, 30)).filter(person=zhao).exists()
    assert not Membership.objects.on(AS_OF).filter(person=zhao).exists()
    assert not Licence.objects.on(AS_OF).filter(person=zhao).exists()

    after, rows = believed(), Membership.objects.count()
    assert roster_applying.apply(roster.pk).state == RosterState.APPLIED
    again = hand_in(*lines)
    assert again.totals == {"unchanged": 3}
    with pytest.raises(roster_applying.NothingToEnter):
        roster_applying.agree(again, by=None)
    assert (believed(), Membership.objects.count()) == (after, rows)


def test_a_plan_on_which_the_ground_has_moved_is_not_entered(province, lawyer, hand_in):
    li = lawyer("李试", province.yuelu, LI)
    roster = hand_in(f"李试,{LI},湖南石试律师事务所", f"王试,{WANG},湖南岳试律师事务所")
    memberships.transfer(li, province.furong, on=dt.date(2026, 6, 1))
    before = believed()
    roster = enter(roster)
    assert (roster.state, roster.failure) == (RosterState.PLANNED, "stale")
    assert believed() == before


@pytest.mark.parametrize(("decision", "persons_after"), [("same", 1), ("other", 2)])
def test_a_doubtful_pair_is_entered_as_somebody_decided(province, lawyer, hand_in, decision, persons_after):
    li = lawyer("李试", province.yuelu, LI)
    other = "14301201211004321"
    roster = hand_in(f"李试,{other},湖南岳试律师事务所")
    line = roster.lines.get(name="李试")
    with pytest.raises(roster_applying.NothingToEnter):
        roster_applying.agree(roster, by=None)
    roster_imports.decide(line, decision=decision, person_id=li.pk)
    roster = enter(roster)
    assert roster.state == RosterState.APPLIED
    assert Person.objects.count() == persons_after
    held = Licence.objects.on(AS_OF).get(number=other)
    assert (held.person == li) == (decision == "same")
    if decision == "same":
        assert [row.number for row in Licence.objects.current().filter(person=li).order_by("valid_from")] == [
            LI,
            other,
        ]


def test_a_trainee_who_is_licensed_stays_the_same_person(province, member, hand_in):
    trainee = persons.create(name="张试", phone="13800138001")
    memberships.join(trainee, province.yuelu, on=dt.date(2025, 1, 1), position="trainee")
    roster = hand_in(f"张试,{ZHAO},湖南岳试律师事务所,专职,13800138001")
    line = roster.lines.get(name="张试")
    roster_imports.decide(line, decision="same", person_id=trainee.pk)
    enter(roster)
    assert Membership.objects.on(AS_OF).get(person=trainee).position == "lawyer"
    assert Licence.objects.on(AS_OF).get(person=trainee).number == ZHAO
    assert Membership.objects.on(dt.date(2026, 6, 30)).get(person=trainee).position == "trainee"


# --- Taking back --------------------------------------------------------------------------------------


def test_taking_back_restores_what_was_believed_and_deletes_nobody(province, lawyer, hand_in):
    lawyer("李试", province.yuelu, LI)
    lawyer("赵试", province.yuelu, ZHAO)
    before = believed()
    roster = enter(
        hand_in(
            f"李试,{LI},湖南石试律师事务所,兼职,13800138000",
            f"王试,{WANG},湖南岳试律师事务所",
            is_complete=True,
        )
    )
    assert roster.totals == {"transferred": 1, "new": 1, "left": 1}
    roster = take_back(roster)
    assert roster.state == RosterState.UNDONE
    places, held, people = believed()
    assert (places, held) == before[:2]
    assert ("王试", "", None) in people
    assert [row for row in people if row[0] != "王试"] == before[2]


def test_after_taking_back_the_same_roster_finds_the_same_persons(province, hand_in):
    line = f"王试,{WANG},湖南岳试律师事务所"
    take_back(enter(hand_in(line)))
    again = enter(hand_in(line))
    assert again.state == RosterState.APPLIED
    assert Person.objects.filter(name="王试").count() == 1
    assert Licence.objects.current().get(number=WANG).person.name == "王试"


def test_what_somebody_changed_since_is_kept_when_the_rest_is_taken_back(province, lawyer, hand_in):
    li, wang = lawyer("李试", province.yuelu, LI), lawyer("王试", province.yuelu, WANG)
    roster = enter(hand_in(f"李试,{LI},湖南石试律师事务所", f"王试,{WANG},湖南石试律师事务所"))
    memberships.transfer(li, province.furong, on=today())
    roster = take_back(roster)
    assert [line.name for line in roster.lines.filter(is_kept=True)] == ["李试"]
    assert Membership.objects.on(today()).get(person=li).organisation == province.furong
    assert Membership.objects.on(today()).get(person=wang).organisation == province.yuelu


def test_a_discarded_plan_keeps_no_rows_and_is_never_entered(province, hand_in):
    roster = hand_in(f"王试,{WANG},湖南岳试律师事务所")
    roster_imports.discard(roster)
    assert not RosterLine.objects.exists()
    with pytest.raises((NotInThatState, roster_applying.NothingToEnter)):
        roster_applying.agree(roster, by=None)


def test_a_roster_left_by_a_killed_worker_is_found(province, hand_in):
    from people.models import RosterImport

    roster = hand_in(f"王试,{WANG},湖南岳试律师事务所")
    roster_applying.agree(roster, by=None)
    assert roster_imports.standing_still() == {}
    RosterImport.objects.update(touched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert roster_imports.standing_still() == {RosterState.APPLYING: [roster.pk]}


# --- Size ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("count", [1_500, pytest.param(15_000, marks=pytest.mark.full)])
def test_a_whole_roster_is_planned_entered_and_taken_back(province, count):
    import openpyxl

    firms = organisations.create_tree(
        [organisations.NewOrganisation(str(n), "firm", f"湖南第{n}试律师事务所") for n in range(900)],
        opened_on=dt.date(2010, 1, 1),
        under=province.changsha,
    )
    assert len(firms) == 900
    book = openpyxl.Workbook()  # states its dimension, as every spreadsheet program does
    sheet = book.active
    sheet.append(["湖南省律师名册"])
    sheet.append(["序号", *HEAD.split(",")])
    for n in range(count):
        sheet.append(
            [
                n,
                f"张{n}",
                f"143012012110{n:05d}",
                f"湖南第{n % 900}试律师事务所",
                "专职",
                f"139{n:08d}",
                "1980-05-01",
                "执业",
                "2026-01-05",
            ]
        )
    content = io.BytesIO()
    book.save(content)
    roster = roster_imports.hand_in(
        province.province,
        content=content.getvalue(),
        file_name="大.xlsx",
        as_of=AS_OF,
        is_complete=True,
        by=None,
    )
    roster = roster_imports.plan(roster.pk)
    assert roster.totals == {"new": count}
    roster = enter(roster)
    assert (roster.state, roster.failure) == (RosterState.APPLIED, "")
    roster = take_back(roster)
    assert roster.state == RosterState.UNDONE
