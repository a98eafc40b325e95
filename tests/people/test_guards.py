"""The database itself refuses overlaps and rewriting, on SQLite and on PostgreSQL alike."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from people import guards
from people.models import (
    Licence,
    Membership,
    OrganisationClosure,
    OrganisationEdge,
    Person,
    Role,
    RoleGrant,
    Tree,
)

both_sides = pytest.mark.both_sides

JANUARY, MARCH, MAY = dt.date(2026, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 5, 1)


def overlapping_pairs(province, account):
    """For each guard of people, the name and two rows that agree in everything but their days."""
    person, user = Person.objects.create(name="李试"), account("li")
    edge = {"tree": Tree.PARTY, "child": province.yuelu, "parent": province.hengyang}
    closure = {"tree": Tree.PARTY, "ancestor": province.province, "descendant": province.yuelu, "depth": 2}
    main = {"person": person, "tree": Tree.PROFESSION, "is_main": True}
    licence = {"number": "14301201211001234", "practice_type": "full_time"}
    grant = {"user": user, "role": Role.EDITOR, "organisation": province.province, "reason": "试验"}
    return {
        "edge_one_parent": (OrganisationEdge, edge, edge | {"parent": province.changsha}),
        "closure_one_row": (OrganisationClosure, closure, closure | {"depth": 1}),
        "membership_one_main": (
            Membership,
            main | {"organisation": province.yuelu},
            main | {"organisation": province.shigu},
        ),
        "membership_once": (
            Membership,
            main | {"organisation": province.furong},
            main | {"organisation": province.furong, "is_main": False},
        ),
        "licence_one_each": (
            Licence,
            licence | {"person": person},
            licence | {"person": person, "number": "14301201211005678"},
        ),
        "licence_one_holder": (
            Licence,
            licence | {"person": person},
            licence | {"person": Person.objects.create(name="王试")},
        ),
        "role_grant_once": (RoleGrant, grant, grant | {"reason": "又一次"}),
    }


PEOPLE_GUARDS = [
    "closure_one_row",
    "edge_one_parent",
    "licence_one_each",
    "licence_one_holder",
    "membership_once",
    "membership_one_main",
    "role_grant_once",
]


@both_sides
def test_every_declared_guard_stands_in_the_database(db):
    assert guards.installed(connection) == {guard.name for guard in guards.registered()}
    assert set(PEOPLE_GUARDS) <= guards.installed(connection)


@both_sides
@pytest.mark.parametrize("name", PEOPLE_GUARDS)
def test_two_overlapping_periods_are_refused_and_adjoining_ones_are_not(name, province, account):
    model, first, second = overlapping_pairs(province, account)[name]
    model.objects.create(**first, valid_from=JANUARY, valid_to=MARCH)
    model.objects.create(**second, valid_from=MARCH, valid_to=None)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**second, valid_from=dt.date(2026, 2, 28), valid_to=MARCH)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**first, valid_from=dt.date(2999, 1, 1), valid_to=None)


@both_sides
@pytest.mark.parametrize("name", PEOPLE_GUARDS)
def test_an_update_into_an_overlap_is_refused(name, province, account):
    model, first, second = overlapping_pairs(province, account)[name]
    model.objects.create(**first, valid_from=MARCH, valid_to=None)
    before = model.objects.create(**second, valid_from=JANUARY, valid_to=MARCH)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(pk=before.pk).update(valid_to=None)
    assert model.objects.filter(pk=before.pk).update(valid_to=dt.date(2026, 2, 1)) == 1


@both_sides
@pytest.mark.parametrize("name", ["membership_one_main", "membership_once", "licence_one_each"])
def test_a_superseded_row_leaves_its_days_free(name, province, account):
    model, first, second = overlapping_pairs(province, account)[name]
    now = timezone.now()
    model.objects.create(**first, valid_from=JANUARY, recorded_at=now, superseded_at=now)
    held = model.objects.create(**second, valid_from=JANUARY)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(superseded_at=now).update(superseded_at=None)
    model.objects.filter(pk=held.pk).update(superseded_at=timezone.now())
    model.objects.create(**first, valid_from=JANUARY)


@both_sides
def test_a_second_membership_may_stand_beside_the_main_one(province, member):
    person = member("李试", province.yuelu)
    Membership.objects.create(person=person, organisation=province.shigu, is_main=False, valid_from=JANUARY)


@both_sides
def test_a_guard_that_went_missing_comes_back_and_the_others_stay(db):
    guard = next(guard for guard in guards.registered() if guard.name == "membership_one_main")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {guard.table} DROP CONSTRAINT {guard.name}")
        else:
            for trigger in guard.objects("sqlite"):
                cursor.execute(f"DROP TRIGGER {trigger}")
    everything = {guard.name for guard in guards.registered()}
    assert guards.installed(connection) == everything - {"membership_one_main"}
    guards.install(connection)
    guards.install(connection)
    assert guards.installed(connection) == everything


@pytest.fixture
def ledger(db):
    """A table of its own under an append-only guard, made inside the test's transaction."""
    guard = guards.append_only_guard("guarded_sample", "guarded_sample_grows")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE guarded_sample (id integer PRIMARY KEY, word varchar(9))")
        guards.install(connection, [guard])
        cursor.execute("INSERT INTO guarded_sample VALUES (1, 'one')")
    return "guarded_sample"


@both_sides
@pytest.mark.parametrize("statement", ["UPDATE {} SET word = 'two'", "DELETE FROM {}"])
def test_an_append_only_table_only_grows(ledger, statement):
    with connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="guarded_sample_grows"), transaction.atomic():
            cursor.execute(statement.format(ledger))
        cursor.execute(f"INSERT INTO {ledger} VALUES (2, 'two')")
        cursor.execute(f"SELECT count(*) FROM {ledger}")
        assert cursor.fetchone() == (2,)


@pytest.mark.services("postgresql")
def test_an_append_only_table_cannot_be_truncated_on_postgresql(ledger):
    """SQLite has no TRUNCATE."""
    refused = pytest.raises(IntegrityError, match="guarded_sample_grows")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"TRUNCATE {ledger}")


@both_sides
def test_two_guards_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two guards"):
        guards.register(guards.append_only_guard("elsewhere", "edge_one_parent"))


@both_sides
def test_a_guard_s_name_is_an_identifier():
    with pytest.raises(ValueError, match="no name"):
        guards.append_only_guard("elsewhere", "x; DROP TABLE y")


def test_a_table_rebuilt_by_sqlite_loses_its_guards_until_the_next_migrate(committed_db):
    """SQLite makes most alterations by building the table anew, and the old one's triggers go with it."""
    with connection.schema_editor() as editor:
        editor._remake_table(Membership)
    lost = {guard.name for guard in guards.registered() if guard.table == Membership._meta.db_table}
    assert not lost & guards.installed(connection)
    call_command("migrate", verbosity=0)
    assert lost <= guards.installed(connection)
