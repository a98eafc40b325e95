"""People in Wagtail's admin: bounded, paged, searchable in Chinese, written through the deeds."""

import datetime as dt
from urllib.parse import unquote

import pytest
from django.urls import NoReverseMatch, reverse

from people import licences, memberships, organisations, persons
from people.days import today
from people.models import (
    Licence,
    Membership,
    Organisation,
    Person,
    PracticeType,
    Role,
    RoleGrant,
    User,
)
from people.organisations import parent_on

pytestmark = pytest.mark.slow

LISTS = ["persons", "organisations", "memberships", "role_grants"]
NUMBER = "14301201211001234"


@pytest.fixture
def keeper(province, account, client):
    """A provincial committee member, signed in."""
    user = account("keeper", Role.PROVINCIAL_COMMITTEE, province.province)
    client.force_login(user)
    return user


@pytest.fixture
def lawyer(province, member):
    person = member("李试", province.yuelu)
    licences.issue(person, number=NUMBER, practice_type=PracticeType.FULL_TIME, on=dt.date(2012, 1, 1))
    return person


def text(response):
    return response.content.decode()


def modal(response):
    return response.json()["html"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.CITY_COMMITTEE, Role.FIRM_MANAGER])
def test_only_the_province_and_superusers_open_the_lists_of_people(province, account, client, name, role):
    client.force_login(account("li", role, province.province))
    response = client.get(reverse(f"{name}:index"))
    assert response.status_code == 302


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_open_for_the_province_in_chinese(keeper, lawyer, client, name):
    response = client.get(reverse(f"{name}:index"))
    assert response.status_code == 200
    assert 'lang="zh-hans"' in text(response)
    assert client.get(reverse(f"{name}:add")).status_code == 200


def test_a_licence_number_is_shown_masked(keeper, lawyer, client):
    for page in (reverse("persons:index"), reverse("persons:edit", args=[lawyer.pk])):
        assert NUMBER not in text(client.get(page))
    assert "1430120******1234" in text(client.get(reverse("persons:index")))


@pytest.mark.parametrize("wanted", ["试", "李", NUMBER, "１４３０１２０１２１１００１２３４"])
def test_a_person_is_found_by_any_part_of_his_name_and_by_his_number(
    keeper, lawyer, member, province, client, wanted
):
    member("王某", province.shigu)
    page = client.post(reverse("persons:index"), {"search_term": wanted}, follow=True)
    assert list(page.context["object_list"]) == [lawyer]
    ((address, _status),) = page.redirect_chain
    assert wanted not in unquote(address)


def test_a_person_in_the_list_leads_to_his_memberships(keeper, lawyer, member, province, client):
    member("王某", province.shigu)
    page = client.get(reverse("persons:index"))
    places = reverse("memberships:index")
    his = f"{places}?person={lawyer.public_id}"
    assert his in text(page)
    assert [held.person for held in client.get(his).context["object_list"]] == [lawyer]
    assert not client.get(f"{places}?person=1").context["object_list"]


def test_an_organisation_is_found_by_any_part_of_its_name(keeper, province, client):
    found = client.get(reverse("organisations:index"), {"q": "岳试"}).context["object_list"]
    assert list(found) == [province.yuelu]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_same_number_of_statements_for_two_and_for_fifty(
    keeper, province, account, member, client, django_assert_max_num_queries, name
):
    for number in range(50):
        member(f"试{number}", province.yuelu, user=account(f"u{number}"))
    client.get(reverse(f"{name}:index"))
    with django_assert_max_num_queries(22):
        response = client.get(reverse(f"{name}:index"))
    assert len(response.context["object_list"]) <= 25


def test_the_province_s_lists_hold_nothing_of_another_province(keeper, lawyer, client):
    elsewhere = organisations.create(kind="association", name="外省律师协会", opened_on=dt.date(2000, 1, 1))
    stranger = persons.create(name="外省人")
    memberships.join(stranger, elsewhere, on=dt.date(2020, 1, 1))
    assert "外省" not in text(client.get(reverse("persons:index")))
    assert "外省" not in text(client.get(reverse("organisations:index")))
    assert client.get(reverse("persons:edit", args=[stranger.pk])).status_code == 404
    assert client.get(reverse("organisations:edit", args=[elsewhere.pk])).status_code == 404
    assert client.get(reverse("person_chooser:chosen", args=[stranger.pk])).status_code == 404
    assert "李试" in modal(client.get(reverse("person_chooser:choose")))
    assert "外省" not in modal(client.get(reverse("person_chooser:choose")))


def test_an_editor_chooses_organisations_but_no_persons(province, account, lawyer, client):
    client.force_login(account("editor", Role.EDITOR, province.province))
    assert "岳试" in modal(client.get(reverse("organisation_chooser:choose"), {"q": "岳试"}))
    assert "李试" not in modal(client.get(reverse("person_chooser:choose")))
    assert client.get(reverse("person_chooser:chosen", args=[lawyer.pk])).status_code == 404


# --- Writing --------------------------------------------------------------------------------------------


def new_person(province, **changes):
    return {
        "name": "王试",
        "phone": "",
        "birth_date": "1980-05-01",
        "organisation": province.yuelu.pk,
        "position": "lawyer",
        "joined_on": "2026-03-01",
        "number": NUMBER,
        "practice_type": "",
        "username": "",
        "password": "",
    } | changes


def test_a_new_lawyer_gets_his_place_his_licence_and_his_account_at_once(keeper, province, client):
    body = new_person(province, username="wangshi", password="岳麓山下读书声 2026")
    response = client.post(reverse("persons:add"), body)
    assert response.status_code == 302
    person = Person.objects.get(name="王试")
    assert Membership.objects.on(today()).get(person=person).organisation == province.yuelu
    assert Licence.objects.get(person=person).practice_type == PracticeType.FULL_TIME
    assert person.user.check_password("岳麓山下读书声 2026")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "1.43012E+16"},
        {"number": "143012012110012"},
        {"username": "wang", "password": "12345678"},
        {"username": "wang", "password": ""},
        {"username": "KEEPER", "password": "岳麓山下读书声 2026"},
        {"name": ""},
        {"organisation": 999999},
    ],
)
def test_a_wrong_entry_is_told_in_the_form_and_writes_nothing(keeper, province, client, wrong):
    response = client.post(reverse("persons:add"), new_person(province, **wrong))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Person.objects.filter(name="王试").exists()
    assert not Membership.objects.exists()


def test_a_new_firm_stands_below_its_city(keeper, province, client):
    body = {
        "kind": "firm",
        "name": "湖南新试律师事务所",
        "short_name": "",
        "parent": province.changsha.pk,
        "division_code": "430104",
        "registration_number": "",
        "opened_on": "2026-01-01",
    }
    assert client.post(reverse("organisations:add"), body).status_code == 302
    firm = Organisation.objects.get(name="湖南新试律师事务所")
    assert parent_on(firm, today()) == province.changsha


def test_a_firm_is_moved_on_a_day_and_a_circle_is_refused_in_the_form(keeper, province, client):
    names = {"name": province.yuelu.name, "short_name": "", "division_code": "", "registration_number": ""}
    edit = reverse("organisations:edit", args=[province.yuelu.pk])
    client.post(edit, names | {"parent": province.hengyang.pk, "moved_on": "2026-07-01"})
    assert parent_on(province.yuelu, dt.date(2026, 6, 30)) == province.changsha
    assert parent_on(province.yuelu, dt.date(2026, 7, 1)) == province.hengyang
    circle = reverse("organisations:edit", args=[province.hengyang.pk])
    response = client.post(
        circle, names | {"name": "衡阳市律师协会", "parent": province.yuelu.pk, "moved_on": ""}
    )
    assert response.context["form"].non_field_errors()
    assert parent_on(province.hengyang, today()) == province.province


def test_a_transfer_is_one_act_in_the_form(keeper, lawyer, province, client):
    body = {
        "person": lawyer.pk,
        "act": "transfer",
        "organisation": province.shigu.pk,
        "position": "lawyer",
        "is_main": "on",
        "valid_from": "2026-07-01",
    }
    assert client.post(reverse("memberships:add"), body).status_code == 302
    assert Membership.objects.on(today()).get(person=lawyer).organisation == province.shigu
    assert Membership.objects.on(dt.date(2026, 6, 30)).get(person=lawyer).organisation == province.yuelu


def test_a_correction_in_the_form_keeps_the_former_belief(keeper, lawyer, province, client):
    held = Membership.objects.get(person=lawyer)
    body = {
        "organisation": province.furong.pk,
        "position": "lawyer",
        "is_main": "on",
        "valid_from": "2010-01-01",
        "valid_to": "",
    }
    assert client.post(reverse("memberships:edit", args=[held.pk]), body).status_code == 302
    assert Membership.objects.current().get(person=lawyer).organisation == province.furong
    assert Membership.objects.get(pk=held.pk).organisation == province.yuelu
    assert client.post(reverse("memberships:edit", args=[held.pk]), body).status_code == 404


def test_a_role_is_given_and_taken_back_with_reasons(keeper, province, account, client):
    account("assistant")
    body = {
        "login": "Assistant",
        "role": Role.FIRM_MANAGER,
        "organisation": province.yuelu.pk,
        "valid_from": today().isoformat(),
        "valid_to": "",
        "reason": "所里管培训",
    }
    assert client.post(reverse("role_grants:add"), body).status_code == 302
    grant = RoleGrant.objects.get(role=Role.FIRM_MANAGER)
    assert (grant.granted_by, grant.reason) == (keeper, "所里管培训")
    again = client.post(reverse("role_grants:add"), body)
    assert again.context["form"].non_field_errors()
    edit = reverse("role_grants:edit", args=[grant.pk])
    assert edit in text(client.get(reverse("role_grants:index")))
    client.post(edit, {"revoke_reason": "离职"})
    grant.refresh_from_db()
    assert (grant.revoked_by, grant.revoke_reason) == (keeper, "离职")


@pytest.mark.parametrize("name", LISTS)
def test_nothing_of_people_has_an_address_for_deleting(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"{name}:delete", args=[1])


# --- Wagtail's own pages of users -----------------------------------------------------------------------


def test_a_superuser_opens_and_changes_accounts_without_halved_names(db, client):
    client.force_login(User.objects.create_superuser("chief"))
    assert client.get(reverse("wagtailusers_users:index")).status_code == 200
    page = client.get(reverse("wagtailusers_users:add"))
    assert set(page.context["form"].fields) == {
        "username",
        "email",
        "phone",
        "is_active",
        "is_superuser",
        "password1",
        "password2",
    }
    body = {"username": "new", "email": "", "phone": "", "is_active": "on"}
    secret = {"password1": "岳麓山下读书声 2026", "password2": "岳麓山下读书声 2026"}
    assert client.post(reverse("wagtailusers_users:add"), body | secret).status_code == 302
    user = User.objects.get(username="new")
    edit = reverse("wagtailusers_users:edit", args=[user.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, body | {"email": "new@example.org"}).status_code == 302
    user.refresh_from_db()
    assert (user.email, user.phone) == ("new@example.org", None)


def test_the_province_does_not_reach_wagtail_s_list_of_users(keeper, client):
    assert client.get(reverse("wagtailusers_users:index")).status_code == 302


def test_one_s_own_settings_ask_for_no_first_and_last_name(keeper, client):
    page = text(client.get(reverse("wagtailadmin_account")))
    assert "first_name" not in page
    assert "theme" in page
