"""Wrong data: said by the person, confirmed by his firm, decided by the province, in the open."""

import pytest
from django.test import Client

from people import grants
from people.models import AuditEntry, Notice, Rectification, Role
from tests.people.conftest import OPENED

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(province, account, member):
    def make(name, role=None, organisation=None, firm=None):
        user = account(name)
        if firm is not None:
            member(name, firm, user=user)
        if role:
            grants.grant(user, role, organisation, by=None, reason="试验", valid_from=OPENED)
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def lawyer(signed_in, province):
    return signed_in("lin", firm=province.yuelu)


def asked(lawyer):
    lawyer.post("/my/data/ask/", {"subject": "phone", "text": "号码已换为尾号0001"})
    return Rectification.objects.get()


def test_it_goes_from_the_person_by_his_firm_to_the_province_and_back(lawyer, signed_in, province):
    wanted = asked(lawyer)
    manager = signed_in("manager", Role.FIRM_MANAGER, province.yuelu)
    assert "手机号码" in manager.get("/desk/data/").content.decode()
    manager.post(f"/desk/data/{wanted.public_id}/settle/", {"act": "confirm"})
    committee = signed_in("committee", Role.PROVINCIAL_COMMITTEE, province.province)
    page = committee.get(f"/desk/data/{wanted.public_id}/").content.decode()
    assert "号码已换为尾号0001" in page
    assert "manager" in page
    committee.post(f"/desk/data/{wanted.public_id}/settle/", {"act": "corrected", "answer": "已更新"})
    assert "已更正" in lawyer.get("/my/data/").content.decode()
    assert Notice.objects.get(once=f"rectification:{wanted.public_id}").title == "您的个人信息已更正"
    acts = AuditEntry.objects.filter(person=wanted.person).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["decided", "looked_at", "decided"]


def test_it_is_refused_with_a_reason_only(lawyer, signed_in, province):
    wanted = asked(lawyer)
    committee = signed_in("committee", Role.PROVINCIAL_COMMITTEE, province.province)
    said = committee.post(f"/desk/data/{wanted.public_id}/settle/", {"act": "refuse", "answer": " "})
    assert "请填写理由" in said.content.decode()
    committee.post(f"/desk/data/{wanted.public_id}/settle/", {"act": "refuse", "answer": "与执业证不符"})
    assert "与执业证不符" in lawyer.get("/my/data/").content.decode()


def test_the_same_is_not_asked_twice_and_can_be_withdrawn(lawyer):
    wanted = asked(lawyer)
    again = lawyer.post("/my/data/ask/", {"subject": "phone", "text": "再来一次"}).content.decode()
    assert "正在处理中" in again
    lawyer.post(f"/my/data/{wanted.public_id}/withdraw/")
    wanted.refresh_from_db()
    assert wanted.state == "withdrawn"
    lawyer.post("/my/data/ask/", {"subject": "phone", "text": "再来一次"})
    assert Rectification.objects.count() == 2


def test_nobody_decides_about_himself(signed_in, province, member):
    own = signed_in("zhu", Role.PROVINCIAL_COMMITTEE, province.province, firm=province.yuelu)
    wanted = asked(own)
    own.post(f"/desk/data/{wanted.public_id}/settle/", {"act": "corrected", "answer": ""})
    wanted.refresh_from_db()
    assert wanted.state == "open"
