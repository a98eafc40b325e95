"""Roles: given only by who holds that right there, for their days, and mirrored in Wagtail's groups."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group

from people import grants, projection, wagtail_groups
from people.days import today
from people.grants import GrantIncomplete, GrantOverlaps, NotYours, roles_of, scopes
from people.models import Role, RoleGrant, User
from people.organisations import place
from people.wagtail_groups import EDITORS, FINAL_REVIEWERS, GROUPS, PEOPLE_KEEPERS, REVIEWERS

YESTERDAY, TODAY, TOMORROW = (today() + dt.timedelta(days=shift) for shift in (-1, 0, 1))


def groups_of(user):
    return set(user.groups.values_list("name", flat=True))


def test_a_city_committee_gives_roles_to_its_own_firms_alone(province, account):
    changsha = account("changsha", Role.CITY_COMMITTEE, province.changsha)
    assistant = account("assistant")
    grants.grant(assistant, Role.FIRM_MANAGER, province.yuelu, by=changsha, reason="所里管培训")
    with pytest.raises(NotYours):
        grants.grant(assistant, Role.FIRM_MANAGER, province.shigu, by=changsha, reason="别市")
    with pytest.raises(NotYours):
        grants.grant(assistant, Role.CITY_COMMITTEE, province.province, by=changsha, reason="上级")
    with pytest.raises(NotYours):
        grants.grant(assistant, Role.EDITOR, province.changsha, by=changsha, reason="编辑由省里管")
    assert roles_of(assistant) == {Role.FIRM_MANAGER}


def test_a_firm_manager_gives_no_roles_at_all(province, account):
    manager = account("manager", Role.FIRM_MANAGER, province.yuelu)
    with pytest.raises(NotYours):
        grants.grant(account("friend"), Role.FIRM_MANAGER, province.yuelu, by=manager, reason="帮忙")


def test_nobody_gives_himself_more_by_an_expired_right(province, account):
    former = account("former")
    grants.grant(
        former,
        Role.PROVINCIAL_COMMITTEE,
        province.province,
        by=None,
        reason="上届",
        valid_from=dt.date(2020, 1, 1),
        valid_to=TODAY,
    )
    with pytest.raises(NotYours):
        grants.grant(former, Role.PROVINCIAL_COMMITTEE, province.province, by=former, reason="连任")


def test_a_superuser_may_always_give(province, account):
    chief = User.objects.create_superuser("chief")
    grants.grant(account("li"), Role.AUDITOR, province.hengyang, by=chief, reason="年度审计")
    assert RoleGrant.objects.get().granted_by == chief


def test_a_role_needs_a_reason_and_days_in_order(province, account):
    user = account("li")
    with pytest.raises(GrantIncomplete):
        grants.grant(user, Role.EDITOR, province.province, by=None, reason="  ")
    with pytest.raises(GrantIncomplete):
        grants.grant(user, Role.EDITOR, province.province, by=None, reason="试", valid_to=TODAY)


def test_a_role_is_held_once(province, account):
    user = account("li", Role.EDITOR, province.province)
    with pytest.raises(GrantOverlaps):
        grants.grant(user, Role.EDITOR, province.province, by=None, reason="再给一次")


def test_a_revoked_role_is_gone_at_once_and_stays_on_record(province, account):
    user = account("li", Role.EDITOR, province.province)
    held = RoleGrant.objects.get()
    grants.revoke(held, by=None, reason="离职")
    assert roles_of(user) == set()
    assert roles_of(user, on=YESTERDAY) == {Role.EDITOR}
    with pytest.raises(grants.AlreadyRevoked):
        grants.revoke(held, by=None, reason="离职")
    grants.grant(user, Role.EDITOR, province.province, by=None, reason="返聘")
    assert roles_of(user) == {Role.EDITOR}


def test_only_who_might_give_a_role_may_take_it(province, account):
    account("li", Role.FIRM_MANAGER, province.shigu)
    changsha = account("changsha", Role.CITY_COMMITTEE, province.changsha)
    with pytest.raises(NotYours):
        grants.revoke(RoleGrant.objects.get(role=Role.FIRM_MANAGER), by=changsha, reason="越界")


@pytest.mark.both_sides
def test_a_role_reaches_everything_below_its_organisation_as_it_stood(province, account):
    user = account("changsha", Role.CITY_COMMITTEE, province.changsha)
    assert set(scopes(user, [Role.CITY_COMMITTEE])) == {province.changsha, province.yuelu, province.furong}
    assert not scopes(user, [Role.PROVINCIAL_COMMITTEE]).exists()
    place(province.yuelu, province.hengyang, on=TODAY)
    assert province.yuelu not in scopes(user, [Role.CITY_COMMITTEE])
    assert province.yuelu in scopes(user, [Role.CITY_COMMITTEE], on=YESTERDAY)


def test_an_inactive_account_holds_nothing(province, account):
    user = account("li", Role.PROVINCIAL_COMMITTEE, province.province)
    user.is_active = False
    user.save()
    assert roles_of(user) == set()
    assert not scopes(user, [Role.PROVINCIAL_COMMITTEE]).exists()


# --- Projection -----------------------------------------------------------------------------------------


def test_the_product_s_groups_stand_after_migrate_and_open_the_admin(db):
    for name in GROUPS:
        group = Group.objects.get(name=name)
        assert group.permissions.filter(codename="access_admin").exists()


def test_wagtail_s_own_groups_are_not_offered_beside_ours(db):
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)


def test_a_group_that_an_operator_names_like_wagtail_s_survives_the_next_migrate(db):
    Group.objects.create(name="Editors")
    wagtail_groups.install()
    assert Group.objects.filter(name="Editors").exists()


@pytest.mark.parametrize(
    ("role", "group"),
    [
        (Role.EDITOR, EDITORS),
        (Role.REVIEWER, REVIEWERS),
        (Role.FINAL_REVIEWER, FINAL_REVIEWERS),
        (Role.PROVINCIAL_COMMITTEE, PEOPLE_KEEPERS),
    ],
)
def test_a_role_puts_its_user_into_its_group_and_its_end_takes_him_out(province, account, role, group):
    user = account("li", role, province.province)
    assert groups_of(user) == {group}
    grants.revoke(RoleGrant.objects.get(), by=None, reason="离任")
    assert groups_of(user) == set()


def test_an_editor_uploads_recordings_and_a_reviewer_looks_at_them(province, account):
    editor = account("editor", Role.EDITOR, province.province)
    reviewer = account("reviewer", Role.REVIEWER, province.province)
    assert editor.has_perm("media.add_recording")
    assert reviewer.has_perm("media.view_recording")
    assert not reviewer.has_perm("media.add_recording")
    assert not account("committee", Role.CITY_COMMITTEE, province.province).has_perm("media.view_recording")


def test_a_group_of_the_operator_s_own_is_left_alone(province, account):
    user = account("li", Role.EDITOR, province.province)
    user.groups.add(Group.objects.create(name="自建"))
    grants.revoke(RoleGrant.objects.get(), by=None, reason="离任")
    assert groups_of(user) == {"自建"}


def test_expired_grants_fall_away_in_the_night(province, account):
    user = account("li", Role.EDITOR, province.province)
    RoleGrant.objects.update(valid_to=TODAY)  # as if its last day had been yesterday
    assert groups_of(user) == {EDITORS}
    assert projection.project_all() == 1
    assert groups_of(user) == set()


def test_expired_grants_fall_away_at_sign_in(province, account, client):
    user = account("li", Role.EDITOR, province.province)
    RoleGrant.objects.update(valid_to=TODAY)
    client.login(username="li", password="岳麓山下读书声 2026")
    assert groups_of(user) == set()


def test_a_grant_of_tomorrow_opens_nothing_today(province, account):
    user = account("li")
    grants.grant(user, Role.EDITOR, province.province, by=None, reason="下月到岗", valid_from=TOMORROW)
    assert roles_of(user) == set()
    assert groups_of(user) == set()
