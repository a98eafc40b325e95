"""A firm's manager confirms phones of his own people alone; the person is told and the association sees it."""

import pytest
from django.urls import reverse

from people import licences, memberships, persons
from people.models import AuditAct, AuditEntry, Notice, Person, PracticeType, Role, User
from tests.provinces import OPENED, account, province

__all__ = ["account", "province"]

pytestmark = pytest.mark.slow

NUMBER, PHONE = "14301201211001234", "13900005678"


@pytest.fixture
def li(province):
    person = persons.create(name="李试明", phone="0731-8888")
    memberships.join(person, province.yuelu, on=OPENED)
    licences.issue(person, number=NUMBER, practice_type=PracticeType.FULL_TIME, on=OPENED)
    return person


def confirm(client, person, phone=PHONE, reason="本人到所，当面拨打"):
    return client.post(
        reverse("courses:desk_phone", args=[person.public_id]), {"phone": phone, "reason": reason}
    )


def test_a_confirmed_phone_is_on_the_roster_and_told_to_the_person_and_to_the_association(
    province, account, li, client
):
    client.force_login(account("peixun", Role.FIRM_MANAGER, province.yuelu))
    assert confirm(client, li, "139 0000 5678").status_code == 302
    assert Person.objects.get(pk=li.pk).phone == PHONE
    assert Notice.objects.get(person=li).text == "本人到所，当面拨打"
    entry = AuditEntry.objects.get(act=AuditAct.PHONE_CONFIRMED)
    assert (entry.person, entry.organisation, entry.by.username) == (li, province.yuelu, "peixun")
    client.force_login(account("shixie", Role.CITY_COMMITTEE, province.changsha))
    page = client.get(reverse("courses:desk_phones")).content.decode()
    assert "李试明" in page
    assert "本人到所，当面拨打" in page
    assert PHONE not in page


def test_another_firm_s_manager_and_a_committee_confirm_none(province, account, li, client):
    for name, role, place in (
        ("bieren", Role.FIRM_MANAGER, province.furong),
        ("shixie", Role.CITY_COMMITTEE, province.changsha),
    ):
        client.force_login(account(name, role, place))
        assert confirm(client, li).status_code == 404
    client.force_login(account("hengyang", Role.CITY_COMMITTEE, province.hengyang))
    assert "李试明" not in client.get(reverse("courses:desk_phones")).content.decode()


def test_a_manager_lends_nobody_with_a_role_a_phone_nor_himself(province, account, li, client):
    manager = account("peixun", Role.FIRM_MANAGER, province.yuelu)
    client.force_login(manager)
    persons.give_sign_in(li, account("weiyuan", Role.CITY_COMMITTEE, province.changsha))
    assert confirm(client, li).status_code == 422
    own = persons.create(name="王试", user=manager)
    memberships.join(own, province.yuelu, on=OPENED)
    assert confirm(client, own).status_code == 404


def test_the_old_phone_signs_in_no_longer(province, account, li, client):
    user = account("lishi")
    persons.give_sign_in(li, user)
    User.objects.filter(pk=user.pk).update(phone="13800001234", phone_verified=True)
    client.force_login(account("peixun", Role.FIRM_MANAGER, province.yuelu))
    confirm(client, li)
    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == (None, False)


def test_the_manager_s_page_is_one_of_many_and_costs_the_same_for_few_and_many(
    province, account, client, django_assert_max_num_queries
):
    for number in range(35):
        memberships.join(persons.create(name=f"律试{number:02d}"), province.yuelu, on=OPENED)
    client.force_login(account("peixun", Role.FIRM_MANAGER, province.yuelu))
    with django_assert_max_num_queries(20):
        page = client.get(reverse("courses:desk_phones")).content.decode()
    assert page.count("律试") == 30
