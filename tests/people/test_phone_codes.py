"""Signing in by a code: only the roster's phone opens, nothing is learnt by asking, and tries run out."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people import grants, licences, persons, phone_codes
from people.models import AuditAct, AuditEntry, Notice, Person, PhoneCode, PracticeType, Role, SmsState, User
from tests.provinces import OPENED

pytestmark = pytest.mark.slow

NUMBER, OTHER_NUMBER = "14301201211001234", "14301201211009876"
PHONE, PASSWORD = "13800001234", "岳麓山下读书声 2026"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


@pytest.fixture
def li(province, member):
    person = member("李试明", province.yuelu)
    persons.change(person, name=person.name, phone="138 0000 1234")
    licences.issue(person, number=NUMBER, practice_type=PracticeType.FULL_TIME, on=OPENED)
    return Person.objects.get(pk=person.pk)


@pytest.fixture
def ask(client, capfd):
    """Ask for a code as the page does; what the worker's console then says of it is the message, or nothing."""

    def asked(number=NUMBER, phone=PHONE):
        body = {"number": number, "phone": phone} if number else {"phone": phone}
        response = client.post(reverse("people:first" if number else "people:by_phone"), body)
        capfd.readouterr()
        phone_codes.send(PhoneCode.objects.latest("pk").pk)
        found = re.search(r"SMS (\S+): (\d{6})", capfd.readouterr().out)
        return response, found[2] if found else None

    return asked


def enter(client, code):
    return client.post(reverse("people:code"), {"code": code})


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_number_and_phone_and_code_open_a_first_account_and_a_password_is_chosen(li, client, ask):
    response, code = ask(phone="138-0000-1234")
    assert response.url == reverse("people:code")
    response = enter(client, code)
    assert response.url == reverse("people:secret")
    user = User.objects.get(person=li)
    assert (signed_in(client), user.phone, user.phone_verified) == (str(user.pk), PHONE, True)
    assert client.post(reverse("people:secret"), {"password": "12345678"}).status_code == 422
    client.post(reverse("people:secret"), {"password": PASSWORD})
    assert signed_in(client) == str(user.pk)
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": "138 0000 1234", "password": PASSWORD})
    assert signed_in(client) == str(user.pk)


def test_the_second_time_the_phone_alone_is_enough_and_the_same_account_opens(li, client, ask):
    enter(client, ask()[1])
    first = signed_in(client)
    client.post(reverse("account_logout"))
    enter(client, ask(number=None)[1])
    assert signed_in(client) == first
    assert User.objects.filter(person__isnull=False).count() == 1


@pytest.mark.parametrize(("number", "phone"), [(OTHER_NUMBER, PHONE), (NUMBER, "13900001234"), (None, PHONE)])
def test_what_matches_nobody_is_answered_alike_and_sends_nothing(li, client, ask, number, phone):
    right = client.post(reverse("people:first"), {"number": NUMBER, "phone": PHONE})
    page = client.get(right.url).content
    cache.clear()
    response, code = ask(number, phone)
    assert (response.status_code, response.url, code) == (right.status_code, right.url, None)
    shown = client.get(response.url).content
    secret = rb'(name="csrfmiddlewaretoken" value="[^"]*"|content="[^"]{64}")'
    if number:
        assert re.sub(secret, b"", shown) == re.sub(secret, b"", page).replace(
            b"138****", phone[:3].encode() + b"****"
        )
    assert "验证码不正确" in enter(client, "000000").content.decode()
    assert signed_in(client) is None


@pytest.mark.both_sides
def test_a_request_costs_the_same_statements_whether_or_not_it_means_somebody(li, client):
    client.get(reverse("people:first"))
    counts = []
    for number, phone in ((NUMBER, PHONE), (OTHER_NUMBER, "13900009999")):
        with CaptureQueriesContext(connection) as asked:
            client.post(reverse("people:first"), {"number": number, "phone": phone})
        with CaptureQueriesContext(connection) as tried:
            enter(client, "000000")
        counts.append((len(asked), len(tried)))
    assert counts[0] == counts[1]


def test_five_wrong_tries_void_the_code_and_are_written_down(li, client, ask):
    code = ask()[1]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(5):
        enter(client, wrong)
    assert signed_in(client) is None
    assert "已失效" in enter(client, code).content.decode()
    for _try in range(5):
        phone_codes.note_wrong(PhoneCode.objects.latest("pk").pk)
    acts = list(AuditEntry.objects.filter(person=li).values_list("act", flat=True))
    assert acts.count(AuditAct.CODE_REFUSED) == 5
    assert acts.count(AuditAct.CODE_SENT) == 1


def test_a_code_is_used_once_and_lives_ten_minutes(li, ask):
    code = ask()[1]
    row = PhoneCode.objects.latest("pk")
    with pytest.raises(phone_codes.CodeVoid):
        phone_codes.prove(row.pk, code, now=timezone.now() + dt.timedelta(minutes=11))
    phone_codes.prove(row.pk, code)
    with pytest.raises(phone_codes.CodeVoid):
        phone_codes.prove(row.pk, code)


def test_another_code_voids_the_one_before_and_comes_no_sooner_than_a_minute(li, client, ask, settings):
    code = ask()[1]
    assert client.post(reverse("people:code_again")).status_code == 429
    settings.SIGN_IN_CODE_LIMITS = {**settings.SIGN_IN_CODE_LIMITS, "code_asked_again": "9/s/key"}
    assert client.post(reverse("people:code_again")).status_code == 302
    assert PhoneCode.objects.count() == 2
    enter(client, code)
    with pytest.raises(phone_codes.CodeVoid):
        phone_codes.prove(PhoneCode.objects.earliest("pk").pk, code)


def test_a_phone_gets_six_codes_an_hour_and_the_refusal_does_not_depend_on_whose_it_is(li, client, settings):
    settings.SIGN_IN_CODE_LIMITS = {**settings.SIGN_IN_CODE_LIMITS, "code_asked_again": "100/s/key"}
    for phone in (PHONE, "13900001234"):
        codes = [
            client.post(reverse("people:first"), {"number": NUMBER, "phone": phone}).status_code
            for _ in range(7)
        ]
        assert codes == [302] * 6 + [422]
        cache.clear()


def test_a_code_dies_with_a_change_of_the_phone(li, ask):
    code = ask()[1]
    persons.change(li, name=li.name, phone="13900001234")
    with pytest.raises(phone_codes.CodeWrong):
        phone_codes.prove(PhoneCode.objects.latest("pk").pk, code)


def test_a_phone_beside_two_names_proves_neither(li, province, member, ask):
    other = member("王试", province.yuelu)
    persons.change(other, name=other.name, phone=PHONE)
    assert ask()[1] is None
    assert PhoneCode.objects.latest("pk").sms_state == SmsState.WITHHELD


def test_an_account_with_a_role_is_not_opened_by_what_a_roster_says(li, province, account, ask):
    user = account("weiyuan", Role.CITY_COMMITTEE, province.changsha)
    persons.give_sign_in(li, user)
    assert ask()[1] is None


def test_a_role_given_after_the_message_closes_the_code(li, province, account, ask):
    persons.give_sign_in(li, account("lishi"))
    code = ask()[1]
    grants.grant(li.user, Role.CITY_COMMITTEE, province.changsha, by=None, reason="试验", valid_from=OPENED)
    with pytest.raises(phone_codes.CodeRefused):
        phone_codes.prove(PhoneCode.objects.latest("pk").pk, code)


def test_neither_code_nor_phone_nor_number_is_kept_or_logged(li, client, ask, caplog):
    code = ask()[1]
    enter(client, code)
    row = PhoneCode.objects.latest("pk")
    kept = " ".join(str(value) for value in vars(row).values())
    lines = " ".join(f"{each.about} {each.reason}" for each in AuditEntry.objects.all())
    session = str(dict(client.session))
    for secret in (code, PHONE, NUMBER):
        assert secret not in kept + lines + session + caplog.text


def test_the_person_is_told_and_the_audit_log_says_who_opened_what(li, client, ask):
    enter(client, ask()[1])
    assert Notice.objects.filter(person=li, title="您已用手机验证码登录").exists()
    acts = set(AuditEntry.objects.filter(person=li).values_list("act", flat=True))
    assert acts >= {AuditAct.CODE_SENT, AuditAct.CODE_PROVED, AuditAct.ACCOUNT_OPENED}


def test_a_provider_that_refuses_leaves_a_failed_row_and_no_code(li, client, settings):
    settings.SMS = {**settings.SMS, "provider": "none"}
    row = phone_codes.ask_first(NUMBER, PHONE)
    phone_codes.send(row.pk)
    row.refresh_from_db()
    assert row.sms_state == SmsState.FAILED
    assert client.get(reverse("people:first")).status_code == 404


def test_a_message_sent_twice_to_the_worker_goes_out_once(li, capfd):
    row = phone_codes.ask_first(NUMBER, PHONE)
    phone_codes.send(row.pk)
    phone_codes.send(row.pk)
    assert capfd.readouterr().out.count("SMS ") == 1


def test_old_rows_are_forgotten(li):
    row = phone_codes.ask_first(NUMBER, PHONE)
    assert phone_codes.forget_old(timezone.now() + dt.timedelta(days=8)) == 1
    assert not PhoneCode.objects.filter(pk=row.pk).exists()
