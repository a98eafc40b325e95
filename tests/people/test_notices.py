"""Notices: told once, into the inbox always, by e-mail as each person wishes and at hours that he likes."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from people import mail_times, notice_mail, notice_sms, notices, persons
from people.days import ZONE
from people.mail_times import Hours
from people.models import MailState, Notice, NoticeKind, Person, SmsNoticeState, User
from people.notices import New, Wishes

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=ZONE)
NIGHT = dt.datetime(2026, 6, 1, 22, tzinfo=ZONE)


def lawyer(name: str = "林试") -> Person:
    count = User.objects.count()
    user = User.objects.create_user(
        f"n{count}", email=f"n{count}@example.com", password="岳麓山下读书声 2026"
    )
    return persons.create(name=name, user=user)


def new(person: Person, once: str = "a", kind: NoticeKind = NoticeKind.DUE, path: str = "/my/") -> New:
    return New(person.pk, kind, once, "《民法典轮训》还有3天到期", "还差2讲。", path)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


pytestmark = pytest.mark.django_db


def test_a_matter_is_told_once_however_often_the_deed_runs():
    person = lawyer()
    assert notices.send_bulk([new(person), new(person)], now=NOON) == 1
    assert notices.send_bulk([new(person)], now=NOON) == 0
    assert notices.send_bulk([new(person, "b")], now=NOON) == 1
    assert notices.unread_count(person) == 2


def test_many_persons_are_told_in_a_few_statements(django_assert_max_num_queries):
    told = [new(lawyer(f"林{number}")) for number in range(30)]
    with django_assert_max_num_queries(4):
        notices.send_bulk(told, now=NOON)


def test_an_email_follows_with_links_and_goes_out_once():
    person = lawyer()
    notices.send_bulk([new(person), new(person, "b")], now=NOON)
    assert notice_mail.send_waiting(NOON) == 1
    assert notice_mail.send_waiting(NOON) == 0
    (message,) = mail.outbox
    assert message.subject == "[律学堂] 2 条新消息"
    assert message.to == [person.user.email]
    assert "还差2讲。" in message.body
    assert "List-Unsubscribe" in message.extra_headers
    assert set(Notice.objects.values_list("mail_state", flat=True)) == {MailState.SENT}


def test_nothing_is_mailed_at_night_and_what_waited_goes_in_the_morning():
    notices.send_bulk([new(lawyer())], now=NIGHT)
    assert notice_mail.send_waiting(NIGHT) == 0
    assert notice_mail.send_waiting(NIGHT + dt.timedelta(hours=11)) == 1


def test_whoever_wants_no_email_of_a_kind_gets_none_and_still_has_it_in_the_inbox():
    person = lawyer()
    notices.save_wishes(person, Wishes(frozenset([NoticeKind.RECORD]), Hours()))
    notices.send_bulk([new(person), new(person, "b", NoticeKind.RECORD)], now=NOON)
    notice_mail.send_waiting(NOON)
    assert len(mail.outbox) == 1
    assert notices.inbox(person).count() == 2


def test_a_person_without_an_address_is_told_in_the_inbox_alone():
    person = persons.create(name="无号")
    notices.send_bulk([new(person)], now=NOON)
    assert notice_mail.send_waiting(NOON) == 0
    assert Notice.objects.get().mail_state == MailState.NONE


def test_a_server_that_refuses_is_tried_again_later_and_then_given_up(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    notices.send_bulk([new(lawyer())], now=NOON)
    now = NOON
    for tries in range(1, notice_mail.MAX_TRIES + 1):
        assert notice_mail.send_waiting(now) == 0
        found = Notice.objects.get()
        assert found.mail_tries == tries
        now = found.mail_after
    assert found.mail_state == MailState.FAILED


def test_a_worker_that_died_after_its_claim_delays_the_email_and_loses_none():
    person = lawyer()
    notices.send_bulk([new(person)], now=NOON)
    notice_mail._claim(person, NOON)
    assert notice_mail.send_waiting(NOON) == 0
    assert notice_mail.send_waiting(NOON + notice_mail.CLAIM) == 1


def test_the_inbox_shows_what_is_new_and_reading_leads_on():
    person = lawyer()
    notices.send_bulk([new(person)], now=NOON)
    client = signed_in(person)
    page = client.get("/inbox/").content.decode()
    assert "1 条未读消息" in page
    assert "《民法典轮训》还有3天到期" in page
    answer = client.get(f"/inbox/{Notice.objects.get().public_id}/")
    assert answer.headers["Location"] == "/my/"
    assert notices.unread_count(person) == 0


def test_all_can_be_marked_as_read_and_that_can_be_taken_back():
    person = lawyer()
    notices.send_bulk([new(person), new(person, "b")], now=NOON)
    notices.read(person, notices.inbox(person).last().public_id)
    client = signed_in(person)
    shown = client.post("/inbox/read/", follow=True)
    assert notices.unread_count(person) == 0
    (undo,) = re.findall(r'name="undo" value="([^"]+)"', shown.content.decode())
    client.post("/inbox/unread/", {"undo": undo})
    assert notices.unread_count(person) == 1
    assert client.post("/inbox/unread/", {"undo": "x"}).status_code == 404


def test_nobody_reads_anothers_notice_and_visitors_sign_in_first():
    person, other = lawyer(), lawyer("周试")
    notices.send_bulk([new(person)], now=NOON)
    assert signed_in(other).get(f"/inbox/{Notice.objects.get().public_id}/").status_code == 404
    assert Client().get("/inbox/").status_code == 302
    assert notices.unread_count(person) == 1


def test_a_notice_leads_nowhere_off_this_site():
    person = lawyer()
    notices.send_bulk([new(person, path="//evil.example/")], now=NOON)
    assert signed_in(person).get(f"/inbox/{Notice.objects.get().public_id}/").headers["Location"] == "/inbox/"


def test_wishes_are_kept_and_hours_in_the_wrong_order_are_refused_in_words():
    person = lawyer()
    client = signed_in(person)
    assert "没有邮箱地址" not in client.get("/inbox/wishes/").content.decode()
    User.objects.filter(pk=person.user_id).update(email="")
    shown = client.get("/inbox/wishes/").content.decode()
    assert "没有邮箱地址" in shown
    assert '<a href="/accounts/email/">填写邮箱地址' in shown
    refused = client.post("/inbox/wishes/", {"mail_kinds": ["due"], "first": 20, "until": 9})
    assert "最晚时间应晚于最早时间" in refused.content.decode()
    given = {"mail_kinds": ["due"], "sms_kinds": ["due"], "first": 7, "until": 9, "is_digest": "on"}
    client.post("/inbox/wishes/", given)
    wanted = Wishes(frozenset(["due"]), Hours(7, 9, is_digest=True), frozenset(["due"]))
    assert notices.wishes_of(person) == wanted


def reminded(person: Person, now: dt.datetime = NOON) -> Notice:
    notices.send_bulk([new(person, "r", NoticeKind.REMINDER)], now=now)
    return Notice.objects.get(person=person)


def test_a_reminder_goes_out_by_short_message_once_and_no_phone_is_logged(capsys):
    person = lawyer()
    Person.objects.filter(pk=person.pk).update(phone="139 0000 1234")
    notice = reminded(person)
    assert notice_sms.send_waiting(NOON) == 1
    assert notice_sms.send_waiting(NOON) == 0
    said = capsys.readouterr().out
    assert said.count("《民法典轮训》还有3天到期") == 1
    assert "13900001234" not in said
    notice.refresh_from_db()
    assert notice.sms_state == SmsNoticeState.SENT


def test_no_short_message_comes_at_night_or_to_whoever_wants_none_or_has_no_mobile():
    sleeper, unwilling, unreachable = lawyer("夜"), lawyer("不"), lawyer("无")
    Person.objects.exclude(pk=unreachable.pk).update(phone="13900001234")
    notices.save_wishes(unwilling, Wishes(frozenset(), Hours(), frozenset()))
    for person in (sleeper, unwilling, unreachable):
        reminded(person, NIGHT)
    assert notice_sms.send_waiting(NIGHT) == 0
    assert notice_sms.send_waiting(NIGHT + dt.timedelta(hours=12)) == 1
    states = dict(Notice.objects.values_list("person__name", "sms_state"))
    assert states == {"夜": "sent", "不": "none", "无": "none"}


def test_a_provider_that_refuses_is_asked_three_times(settings):
    person = lawyer()
    Person.objects.filter(pk=person.pk).update(phone="13900001234")
    notice = reminded(person)
    settings.SMS = {"provider": "none"}
    for hour in range(6):
        assert notice_sms.send_waiting(NOON + dt.timedelta(hours=hour)) == 0
    notice.refresh_from_db()
    assert (notice.sms_state, notice.sms_tries) == (SmsNoticeState.FAILED, 3)


def test_without_a_template_for_notices_none_waits_for_a_short_message(settings):
    settings.SMS = {"provider": "aliyun"}
    assert reminded(lawyer()).sms_state == SmsNoticeState.NONE


def test_one_click_in_a_mail_program_ends_the_emails_without_signing_in():
    person = lawyer()
    notices.send_bulk([new(person)], now=NOON)
    token = notice_mail.preferences_token(person)
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/inbox/wishes/{token}/", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 204
    assert notice_mail.send_waiting(NOON) == 0
    assert client.get("/inbox/wishes/forged/").status_code == 404


def test_the_bell_counts_what_is_unread():
    person = lawyer()
    notices.send_bulk([new(person)], now=NOON)
    assert "站内消息，1 条未读" in signed_in(person).get("/courses/", follow=True).content.decode()


@given(st.integers(0, 10**9), st.integers(0, 23), st.booleans())
def test_an_email_never_comes_before_now_nor_outside_the_hours(seconds, first, is_digest):
    now = NOON + dt.timedelta(seconds=seconds)
    hours = Hours(first, min(24, first + 3), is_digest)
    found = mail_times.next_time(now, hours)
    local = found.astimezone(ZONE)
    assert now <= found < now + dt.timedelta(days=1, hours=1)
    assert hours.first <= local.hour < hours.until
