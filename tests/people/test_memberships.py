"""Memberships: one main place a day, moves as one act, corrections that add rows."""

import datetime as dt
import time

import pytest
from django.db import IntegrityError, transaction

from people import licences, memberships, organisations, persons
from people.licence_numbers import LicenceNumberInvalid
from people.memberships import (
    AlreadySuperseded,
    DaysReversed,
    MembershipOverlaps,
    NewMembership,
    NotAMember,
)
from people.models import Licence, Membership, PracticeType
from people.signals import membership_changed

JULY = dt.date(2026, 7, 1)
BEFORE = dt.date(2026, 6, 30)


def places(person, day):
    return {row.organisation for row in Membership.objects.on(day).filter(person=person)}


@pytest.fixture
def heard():
    """The person ids that membership_changed told of."""
    told = []

    def listen(sender, person_ids, **kwargs):
        told.extend(person_ids)

    membership_changed.connect(listen)
    yield told
    membership_changed.disconnect(listen)


def test_a_transfer_moves_a_person_on_one_day(province, member):
    person = member("李试", province.yuelu)
    memberships.transfer(person, province.shigu, on=JULY)
    assert places(person, BEFORE) == {province.yuelu}
    assert places(person, JULY) == {province.shigu}


def test_a_transfer_keeps_what_was_believed_before(province, member):
    person = member("李试", province.yuelu)
    memberships.transfer(person, province.shigu, on=JULY)
    believed = Membership.objects.get(person=person, superseded_at__isnull=False)
    assert (believed.organisation, believed.valid_to) == (province.yuelu, None)


def test_a_back_dated_transfer_holds_until_the_next_one(province, member):
    person = member("李试", province.yuelu)
    memberships.transfer(person, province.shigu, on=JULY)
    memberships.transfer(person, province.furong, on=dt.date(2026, 3, 1))
    assert places(person, dt.date(2026, 2, 28)) == {province.yuelu}
    assert places(person, BEFORE) == {province.furong}
    assert places(person, JULY) == {province.shigu}


def test_a_transfer_on_the_first_day_leaves_no_empty_membership(province, member):
    person = member("李试", province.yuelu, on=JULY)
    memberships.transfer(person, province.shigu, on=JULY)
    assert Membership.objects.current().get(person=person).organisation == province.shigu


def test_who_belongs_nowhere_cannot_be_transferred(province):
    with pytest.raises(NotAMember):
        memberships.transfer(persons.create(name="李试"), province.shigu, on=JULY)


def test_who_leaves_stops_counting_on_that_day(province, member):
    person = member("李试", province.yuelu)
    memberships.leave(Membership.objects.get(person=person), on=JULY)
    assert places(person, BEFORE) == {province.yuelu}
    assert places(person, JULY) == set()
    assert organisations.ancestor_ids_of_person(person.pk, JULY) == set()


def test_a_second_main_membership_is_refused_in_words(province, member):
    person = member("李试", province.yuelu)
    with pytest.raises(MembershipOverlaps, match="岳试"):
        memberships.join(person, province.shigu, on=JULY)
    memberships.join(person, province.shigu, on=JULY, is_main=False)
    assert places(person, JULY) == {province.yuelu, province.shigu}


def test_a_membership_does_not_end_before_it_begins(province):
    with pytest.raises(DaysReversed):
        memberships.join(persons.create(name="李试"), province.yuelu, on=JULY, until=JULY)


def test_a_row_is_corrected_once(province, member):
    person = member("李试", province.yuelu)
    first = Membership.objects.get(person=person)
    stale = Membership.objects.get(person=person)
    memberships.correct(first, organisation=province.furong)
    with pytest.raises(AlreadySuperseded):
        memberships.correct(stale, organisation=province.shigu)
    assert places(person, JULY) == {province.furong}


def test_a_withdrawn_membership_never_held_but_stays_on_record(province, member):
    person = member("李试", province.yuelu)
    memberships.withdraw(Membership.objects.get(person=person))
    assert places(person, JULY) == set()
    assert Membership.objects.filter(person=person).count() == 1


def test_a_change_is_told_after_commit_with_the_person(
    province, member, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        person = member("李试", province.yuelu)
        assert heard == []
    assert heard == [person.pk]


def test_a_refused_change_is_not_told(province, member, heard, django_capture_on_commit_callbacks):
    person = member("李试", province.yuelu)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(MembershipOverlaps):
        memberships.join(person, province.shigu, on=JULY)
    assert heard == []


def test_a_person_stands_in_every_subtree_above_him(province, member):
    person = member("李试", province.yuelu)
    assert organisations.ancestor_ids_of_person(person.pk, JULY) == {
        province.yuelu.pk,
        province.changsha.pk,
        province.province.pk,
    }


@pytest.mark.slow
def test_15000_memberships_are_written_in_seconds(province):
    made = persons.bulk_create(persons.NewPerson(name=f"试{number}") for number in range(15000))
    started = time.process_time()
    memberships.bulk_join(
        NewMembership(person_id=person.pk, organisation_id=province.yuelu.pk, valid_from=JULY)
        for person in made
    )
    assert time.process_time() - started < 6
    assert Membership.objects.on(JULY).count() == 15000


def test_the_bulk_door_writes_all_or_nothing(province, member):
    person, other = member("李试", province.yuelu), persons.create(name="王试")
    rows = [NewMembership(each.pk, province.shigu.pk, JULY) for each in (other, person)]
    with pytest.raises(IntegrityError, match="membership_one_main"), transaction.atomic():
        memberships.bulk_join(rows)
    assert places(other, JULY) == set()


def test_a_licence_is_checked_by_its_parts_before_it_is_written(province, member):
    person = member("李试", province.yuelu)
    with pytest.raises(LicenceNumberInvalid):
        licences.issue(person, number="1.43012E+16", practice_type=PracticeType.FULL_TIME, on=JULY)
    licences.issue(person, number="14301201211001234", practice_type=PracticeType.FULL_TIME, on=JULY)
    assert str(Licence.objects.get(person=person)) == "1430120******1234"


def test_a_number_has_one_holder_and_a_person_one_licence(province, member):
    li, wang = member("李试", province.yuelu), member("王试", province.yuelu)
    licences.issue(li, number="14301201211001234", practice_type=PracticeType.FULL_TIME, on=JULY)
    with pytest.raises(licences.LicenceOverlaps):
        licences.issue(wang, number="14301201211001234", practice_type=PracticeType.FULL_TIME, on=JULY)
    with pytest.raises(licences.LicenceOverlaps):
        licences.issue(li, number="14301201211005678", practice_type=PracticeType.FULL_TIME, on=JULY)
