"""The demonstration's province has the size and the mix of the real one, and invented people in it."""

import re
from collections import Counter

import pytest
from django.contrib.auth import authenticate

from config.demo.people import load_people
from config.demo.profession import AGE_PERCENT, FIRM_SIZE_PERCENT, PRACTICE_PERCENT
from people.access import accessible_persons
from people.days import today
from people.landing import landing
from people.licence_numbers import parse
from people.models import Licence, Membership, Organisation, OrganisationKind, Person, Position
from people.organisations import children_on, descendants_on
from tests.databases import using

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(databases, django_db_setup, django_db_blocker):
    url = databases.make()
    with django_db_blocker.unblock(), using(databases, url):
        yield load_people(lambda line: None)
    databases.drop(url)


def lawyers_of_today():
    return Membership.objects.on(today()).filter(position=Position.LAWYER, is_main=True)


def test_the_province_has_its_fourteen_associations_and_the_firms_directly_under_it(demo):
    branches = children_on(demo.organisations["province"], today())
    assert branches.count() == 15
    assert branches.filter(name__endswith="市律师协会").count() == 13
    assert demo.organisations["xiangxi"].name == "湘西土家族苗族自治州律师协会"
    assert demo.organisations["direct"].short_name == "省直"


@pytest.mark.both_sides
def test_941_firms_and_14851_lawyers_stand_in_the_province_s_subtree(demo):
    everything = descendants_on(demo.organisations["province"], today())
    assert everything.filter(kind=OrganisationKind.FIRM).count() == 941
    assert everything.count() == Organisation.objects.count()
    assert lawyers_of_today().filter(organisation__in=everything.values("pk")).count() == 14_851
    assert len(demo.lawyer_ids) == 14_851


def test_practice_types_are_in_the_national_mix(demo):
    held = Counter(Licence.objects.on(today()).values_list("practice_type", flat=True))
    for practice, percent in PRACTICE_PERCENT.items():
        assert abs(held[practice] - 14_851 * percent / 100) < 1


def test_ages_are_in_the_national_mix(demo):
    births = Person.objects.exclude(birth_date=None).values_list("birth_date", flat=True)
    ages = [(today() - birth).days / 365 for birth in births]
    for (youngest, oldest), percent in AGE_PERCENT.items():
        share = 100 * sum(youngest <= age < oldest for age in ages) / 14_851
        assert share == pytest.approx(percent, abs=0.02)


def test_firm_sizes_are_in_the_national_mix(demo):
    rows = lawyers_of_today().filter(organisation__kind=OrganisationKind.FIRM)
    sizes = Counter(rows.values_list("organisation_id", flat=True)).values()
    for (fewest, most), percent in FIRM_SIZE_PERCENT.items():
        assert 100 * sum(fewest <= size <= most for size in sizes) / 941 == pytest.approx(percent, abs=0.2)


def test_every_licence_number_is_valid_in_its_parts_and_fits_its_holder(demo):
    for number, practice, admitted in Licence.objects.values_list("number", "practice_type", "admitted_on"):
        parsed = parse(number, last_year=today().year)
        assert parsed.province == "43"
        assert (parsed.practice_type, parsed.year) == (practice, admitted.year)


def test_some_names_are_shared_as_in_life_and_none_has_a_mail_address(demo):
    names = Counter(Person.objects.values_list("name", flat=True))
    assert max(names.values()) > 3
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) for name in names)
    assert not any(user.email for user in demo.users.values())


def test_lawyers_have_moved_between_firms_within_the_year(demo):
    moved = Membership.objects.current().filter(position=Position.LAWYER, valid_to__isnull=False)
    assert 100 < moved.count() < 800


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("lawyer", "/my/"),
        ("firm", "/coverage/"),
        ("changsha", "/coverage/"),
        ("hengyang", "/coverage/"),
        ("province", "/coverage/"),
        ("editor", "/admin/"),
        ("reviewer", "/admin/"),
        ("final", "/admin/"),
    ],
)
def test_each_account_signs_in_and_lands_on_what_it_shows(demo, username, path):
    user = authenticate(username=username, password=demo.password)
    assert user == demo.users[username]
    assert landing(user) == path
    assert user.person == demo.account_persons[username]


def test_changsha_s_account_sees_nobody_of_hengyang(demo):
    hengyang = descendants_on(demo.organisations["hengyang"], today())
    there = set(lawyers_of_today().filter(organisation__in=hengyang).values_list("person_id", flat=True))
    assert len(there) > 300
    seen = set(accessible_persons(demo.users["changsha"]).values_list("pk", flat=True))
    assert len(seen) > 3000
    assert not there & seen


def test_the_firm_shown_is_a_page_of_lawyers(demo):
    assert lawyers_of_today().filter(organisation=demo.organisations["firm"]).count() == 32
