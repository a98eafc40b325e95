"""Subtrees on a day are exact, whatever was moved when, and in which order it was recorded."""

import datetime as dt
import random
import time

import pytest
from django.db import IntegrityError, transaction

from people import organisations
from people.models import (
    Organisation,
    OrganisationClosure,
    OrganisationEdge,
    OrganisationKind,
    Tree,
)
from people.organisations import (
    CircleRefused,
    NewOrganisation,
    NotYetOpen,
    ancestors_on,
    children_on,
    create_tree,
    descendants_on,
    parent_on,
    place,
    roots_on,
)

JULY = dt.date(2026, 7, 1)
BEFORE = dt.date(2026, 6, 30)


def names(rows):
    return {row.name for row in rows}


def test_a_firm_that_moves_city_is_counted_in_the_old_one_until_the_day_before(province):
    place(province.yuelu, province.hengyang, on=JULY)
    assert province.yuelu in descendants_on(province.changsha, BEFORE)
    assert province.yuelu not in descendants_on(province.hengyang, BEFORE)
    assert province.yuelu not in descendants_on(province.changsha, JULY)
    assert province.yuelu in descendants_on(province.hengyang, JULY)
    assert province.yuelu in descendants_on(province.province, BEFORE)
    assert province.yuelu in descendants_on(province.province, JULY)


def test_a_moved_subtree_takes_along_what_stands_below_it(province):
    branch = organisations.create(
        kind=OrganisationKind.BRANCH,
        name="湖南岳试（衡阳）律师事务所",
        opened_on=dt.date(2015, 1, 1),
        parent=province.yuelu,
    )
    place(province.yuelu, province.hengyang, on=JULY)
    assert [each.name for each in ancestors_on(branch, JULY)] == [
        "湖南省律师协会",
        "衡阳市律师协会",
        "湖南岳试律师事务所",
        "湖南岳试（衡阳）律师事务所",
    ]
    assert branch in descendants_on(province.changsha, BEFORE)


def test_moving_a_subtree_closes_and_opens_only_the_rows_that_change(province):
    untouched = OrganisationClosure.objects.get(ancestor=province.province, descendant=province.yuelu)
    place(province.yuelu, province.hengyang, on=JULY)
    assert OrganisationClosure.objects.get(ancestor=province.province, descendant=province.yuelu) == untouched
    old = OrganisationClosure.objects.get(ancestor=province.changsha, descendant=province.yuelu)
    new = OrganisationClosure.objects.get(ancestor=province.hengyang, descendant=province.yuelu)
    assert (old.valid_to, new.valid_from, new.valid_to) == (JULY, JULY, None)


def test_a_back_dated_move_holds_until_the_next_move_on_record(province):
    place(province.yuelu, province.hengyang, on=JULY)
    place(province.yuelu, province.province, on=dt.date(2026, 3, 1))
    assert parent_on(province.yuelu, dt.date(2026, 2, 28)) == province.changsha
    assert parent_on(province.yuelu, dt.date(2026, 3, 1)) == province.province
    assert parent_on(province.yuelu, JULY) == province.hengyang


def test_a_move_recorded_too_late_is_put_right_by_placing_it_earlier(province):
    place(province.yuelu, province.hengyang, on=JULY)
    place(province.yuelu, province.hengyang, on=dt.date(2026, 6, 1))
    edges = OrganisationEdge.objects.filter(child=province.yuelu).order_by("valid_from")
    assert [(edge.parent, edge.valid_to) for edge in edges] == [
        (province.changsha, dt.date(2026, 6, 1)),
        (province.hengyang, None),
    ]


def test_an_organisation_cannot_stand_below_itself(province):
    with pytest.raises(CircleRefused):
        place(province.changsha, province.yuelu, on=JULY)
    with pytest.raises(CircleRefused):
        place(province.yuelu, province.yuelu, on=JULY)


def test_nothing_stands_anywhere_before_it_was_opened(province):
    with pytest.raises(NotYetOpen):
        place(province.yuelu, province.hengyang, on=dt.date(2009, 12, 31))
    assert not descendants_on(province.province, dt.date(2009, 12, 31)).exists()


def test_the_party_s_tree_is_another_tree(province):
    party = organisations.create(
        kind=OrganisationKind.PARTY_BRANCH, name="联合支部", opened_on=dt.date(2020, 1, 1)
    )
    place(province.yuelu, party, on=JULY, tree=Tree.PARTY)
    place(province.shigu, party, on=JULY, tree=Tree.PARTY)
    assert names(children_on(party, JULY, Tree.PARTY)) == {province.yuelu.name, province.shigu.name}
    assert names(descendants_on(party, JULY)) == set()
    assert parent_on(province.yuelu, JULY) == province.changsha
    assert set(roots_on(JULY)) == {province.province}


def test_tree_queries_are_one_statement_each(province, django_assert_num_queries):
    for query in (descendants_on, ancestors_on, children_on):
        with django_assert_num_queries(1):
            list(query(province.province, JULY))


def test_the_bulk_door_refuses_a_circle_and_leaves_nothing(db):
    nodes = [
        NewOrganisation(key="a", kind="firm", name="甲所", parent="b"),
        NewOrganisation(key="b", kind="firm", name="乙所", parent="a"),
    ]
    with pytest.raises(CircleRefused), transaction.atomic():
        create_tree(nodes, opened_on=dt.date(2020, 1, 1))
    assert not Organisation.objects.exists()


def test_the_bulk_door_gives_nobody_a_second_parent(province):
    with pytest.raises(IntegrityError, match="edge_one_parent"), transaction.atomic():
        organisations.bulk_place([(province.yuelu, province.hengyang, JULY)])


def test_a_province_of_1400_organisations_is_written_in_seconds(db):
    nodes = [NewOrganisation(key="top", kind="association", name="省律协")]
    nodes += [
        NewOrganisation(key=f"c{city}", kind="association", name=f"{city}市律协", parent="top")
        for city in range(15)
    ]
    nodes += [
        NewOrganisation(key=f"f{firm}", kind="firm", name=f"第{firm}所", parent=f"c{firm % 15}")
        for firm in range(1400)
    ]
    started = time.process_time()
    made = create_tree(nodes, opened_on=dt.date(2000, 1, 1))
    assert time.process_time() - started < 4
    assert descendants_on(made["top"], JULY).count() == 1416
    assert descendants_on(made["c0"], JULY).count() == 1 + len(range(0, 1400, 15))


# --- The closure is the walk of the edges, on any day --------------------------------------------------

FIRST = dt.date(2026, 1, 1)
DAYS = [FIRST + dt.timedelta(days=offset) for offset in range(-2, 42)]


def walked(day, tree):
    """Every (ancestor, descendant, depth) of that day, by walking the edges; the reference."""
    up = dict(OrganisationEdge.objects.on(day).filter(tree=tree).values_list("child_id", "parent_id"))
    found = set()
    for organisation in Organisation.objects.filter(opened_on__lte=day).values_list("pk", flat=True):
        node, depth = organisation, 0
        while node is not None:
            found.add((node, organisation, depth))
            node, depth = up.get(node), depth + 1
    return found


@pytest.mark.both_sides
@pytest.mark.parametrize("seed", range(8))
def test_after_any_moves_the_closure_equals_the_walk_of_the_edges_on_every_day(db, seed):
    dice = random.Random(seed)
    parents: dict[tuple[int, int], int] = {}  # (child, day's index) -> parent: what the moves say, day by day
    nodes = [
        organisations.create(kind=OrganisationKind.FIRM, name=f"第{number}所", opened_on=FIRST)
        for number in range(9)
    ]
    starts: dict[int, set[int]] = {}
    for _move in range(30):
        child, parent = dice.sample(range(9), 2)
        start = dice.randrange(40)
        later = [day for day in starts.get(child, ()) if day > start]
        until = min(later, default=45)
        try:
            with transaction.atomic():
                place(nodes[child], nodes[parent], on=FIRST + dt.timedelta(days=start))
        except CircleRefused:
            continue
        for day in range(start, until):
            parents[child, day] = parent
        mine = sorted(day for (each, day) in parents if each == child)
        starts[child] = {day for day in mine if parents.get((child, day)) != parents.get((child, day - 1))}
    for day in DAYS:
        index = (day - FIRST).days
        closure = set(
            OrganisationClosure.objects.on(day)
            .filter(tree=Tree.PROFESSION)
            .values_list("ancestor_id", "descendant_id", "depth")
        )
        assert closure == walked(day, Tree.PROFESSION)
        direct = {
            (nodes[parents[child, index]].pk, nodes[child].pk)
            for child in range(9)
            if (child, index) in parents
        }
        assert {(above, below) for above, below, depth in closure if depth == 1} == direct


def test_the_bulk_door_s_closure_equals_the_walk_of_the_edges(db):
    dice = random.Random(7)
    nodes = [
        NewOrganisation(
            key=str(number),
            kind="firm",
            name=f"第{number}所",
            parent=str(dice.randrange(number)) if number else None,
            opened_on=FIRST + dt.timedelta(days=dice.randrange(30)),
        )
        for number in range(40)
    ]
    create_tree(nodes, opened_on=FIRST)
    for day in DAYS:
        closure = OrganisationClosure.objects.on(day).values_list("ancestor_id", "descendant_id", "depth")
        assert set(closure) == walked(day, Tree.PROFESSION)
