"""Devices on which many persons watch: shown to who answers for them, bounded, and never refused."""

import pytest
from django.test import Client

from courses.models import PlaybackSession
from people import grants
from people.models import Role, User
from tests.courses import stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def lecture():
    made = stage.published_lecture()
    stage.published_course("合同编通则", made)
    return made


def watched_on(device, lecture, *names):
    for name in names:
        watcher = stage.Watcher(stage.new_lawyer(name))
        assert watcher.open(lecture, device=device).status_code == 200
        watcher.let_pass(10)
        assert watcher.beat(0, 10_000).status_code == 200, "a shared device is no reason to refuse"


def reader(role, organisation=None):
    user = User.objects.create_user(f"r{role}", password="岳麓山下读书声 2026")
    grants.grant(
        user, role, organisation or stage.association(), by=None, reason="试验", valid_from=stage.OPENED
    )
    client = Client()
    client.force_login(user)
    return client


def test_three_persons_on_one_device_are_shown_and_two_are_not(lecture):
    watched_on("training-room", lecture, "甲试", "乙试", "丙试")
    watched_on("couple", lecture, "丁试", "戊试")
    watched_on("", lecture, "己试", "庚试", "辛试")
    page = reader(Role.PROVINCIAL_COMMITTEE).get("/desk/devices/").content.decode()
    assert "3 人" in page
    assert "甲试" in page
    assert "丁试" not in page
    assert "己试" not in page
    assert "training-room" not in page


def test_what_lies_months_back_is_not_shown(lecture, settings):
    watched_on("training-room", lecture, "甲试", "乙试", "丙试")
    settings.SHARED_DEVICE_DAYS = 0
    assert "您管理范围内没有这样的设备" in reader(Role.SUPPORT).get("/desk/devices/").content.decode()


@pytest.mark.parametrize("role", [Role.FIRM_MANAGER, Role.EDITOR])
def test_to_all_others_the_list_is_missing(lecture, role):
    assert reader(role, stage.firm()).get("/desk/devices/").status_code == 404


def test_the_list_costs_as_many_statements_however_long_it_is(lecture, django_assert_max_num_queries):
    client = reader(Role.PROVINCIAL_COMMITTEE)
    for room in range(4):
        watched_on(f"room{room}", lecture, *(f"{room}{name}" for name in "甲乙丙"))
    client.get("/desk/devices/")
    with django_assert_max_num_queries(22):
        assert client.get("/desk/devices/").status_code == 200
    assert PlaybackSession.objects.count() == 12


def test_the_desk_leads_to_it(lecture):
    watched_on("training-room", lecture, "甲试", "乙试", "丙试")
    assert "共用设备" in reader(Role.PROVINCIAL_COMMITTEE).get("/desk/").content.decode()
