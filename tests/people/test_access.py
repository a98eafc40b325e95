"""What one may see of people: his own subtree and himself, and no difference between forbidden and missing."""

import datetime as dt
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from people import memberships
from people.access import (
    accessible_organisations,
    accessible_persons,
    organisation_for,
    person_for,
    person_of,
)
from people.days import today
from people.models import Role


def test_a_committee_sees_its_own_city_and_nothing_of_the_other(province, account, member):
    li, wang = member("李试", province.yuelu), member("王试", province.shigu)
    user = account("changsha", Role.CITY_COMMITTEE, province.changsha)
    assert set(accessible_persons(user)) == {li}
    assert province.shigu not in accessible_organisations(user)
    assert person_for(user, li.public_id) == li
    with pytest.raises(Http404):
        person_for(user, wang.public_id)


def test_forbidden_and_missing_look_the_same(province, account):
    user = account("changsha", Role.CITY_COMMITTEE, province.changsha)
    refusals = []
    for public_id in (province.hengyang.public_id, uuid4(), "not a uuid"):
        with pytest.raises(Http404) as refusal:
            organisation_for(user, public_id)
        refusals.append(str(refusal.value))
    assert len(set(refusals)) == 1


def test_whoever_moved_away_is_seen_as_of_the_day_he_was_here(province, account, member):
    person = member("李试", province.yuelu)
    memberships.transfer(person, province.shigu, on=today())
    user = account("changsha", Role.CITY_COMMITTEE, province.changsha)
    assert person not in accessible_persons(user)
    assert person in accessible_persons(user, on=today() - dt.timedelta(days=1))


def test_everybody_sees_himself_and_a_lawyer_nobody_else(province, account, member):
    user = account("li")
    person = member("李试", province.yuelu, user=user)
    member("王试", province.yuelu)
    assert set(accessible_persons(user)) == {person}
    assert not accessible_organisations(user).exists()
    assert person_of(user) == person


def test_an_editor_sees_no_lawyers(province, account, member):
    member("李试", province.yuelu)
    assert not accessible_persons(account("editor", Role.EDITOR, province.province)).exists()


def test_a_visitor_sees_nobody(province, member):
    member("李试", province.yuelu)
    assert not accessible_persons(AnonymousUser()).exists()
    assert not accessible_organisations(AnonymousUser()).exists()
    assert person_of(AnonymousUser()) is None


def test_the_province_sees_everybody_in_one_statement(province, account, member, django_assert_num_queries):
    everybody = {member("李试", province.yuelu), member("王试", province.shigu)}
    user = account("province", Role.PROVINCIAL_COMMITTEE, province.province)
    with django_assert_num_queries(1):
        assert set(accessible_persons(user)) == everybody
