"""The support desk: a person found, his troubles in words, his sign-in reset, the site seen as he sees it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from courses import refusals
from courses.models import RefusedBeats
from people import grants, licences, notices, seeing_as
from people.models import AuditAct, AuditEntry, Notice, NoticeKind, Person, PracticeType, Role, User
from tests.courses.stage import OPENED, Watcher, association, new_lawyer, published_course, published_lecture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NUMBER = "14301201211001234"
PASSWORD = "岳麓山下读书声 2026"


@pytest.fixture
def lecture():
    made = published_lecture("违约责任", duration_ms=100_000)
    published_course("合同编", made)
    return made


@pytest.fixture
def person():
    made = new_lawyer("林试")
    licences.issue(made, number=NUMBER, practice_type=PracticeType.FULL_TIME, on=OPENED)
    Person.objects.filter(pk=made.pk).update(phone="13900001111")
    made.refresh_from_db()
    return made


def holder(role, name="kefu"):
    user = User.objects.create_user(name, password=PASSWORD)
    grants.grant(user, role, association(), by=None, reason="试验", valid_from=OPENED)
    return user


@pytest.fixture
def desk():
    client = Client()
    client.force_login(holder(Role.SUPPORT))
    return client


def address(person, act=""):
    return f"/desk/support/{person.public_id}/{act}"


def text(response):
    return response.content.decode()


def see(desk, person):
    return desk.post(address(person, "see/"), {"reason": "页面打不开"})


@pytest.mark.parametrize("asked", ["林试", "13900001111", NUMBER])
def test_a_person_is_found_by_name_phone_or_licence_number_none_of_which_is_in_an_address(
    asked, desk, person
):
    found = text(desk.post("/desk/support/", {"q": asked}))
    assert address(person) in found
    for hidden in ("13900001111", NUMBER):
        assert hidden not in found.replace(f'value="{asked}"', "")
    assert address(person) not in text(desk.get("/desk/support/", {"q": asked}))


def test_half_a_number_finds_nobody(desk, person):
    assert "没有找到" in text(desk.post("/desk/support/", {"q": "1390000"}))


def test_refusals_are_read_in_the_persons_own_words_beside_his_last_reports_and_failed_sign_ins(
    desk, person, lecture
):
    watcher = Watcher(person)
    watcher.open(lecture)
    watcher.watch(0, 10_000)
    for start in range(10_000, 60_000, 10_000):
        watcher.beat(start, start + 10_000)  # at once, which nobody can watch
    Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"}).post(
        "/accounts/login/", {"login": person.user.username, "password": "忘了"}
    )
    page = text(desk.get(address(person)))
    assert "违约责任" in page
    assert refusals.text_of(RefusedBeats.objects.get().code) in page
    assert "密码不正确" in page
    assert "微信 · Android" in page
    assert NUMBER not in page
    assert "13900001111" not in page
    assert AuditEntry.objects.get(act=AuditAct.LOOKED_AT).person == person


def test_a_reset_shows_a_new_password_once_ends_the_old_sessions_is_logged_and_told(desk, person):
    old = Client()
    old.force_login(person.user)
    shown = desk.post(address(person, "reset/"), {"reason": "本人来电，忘记密码"})
    password = shown.context["password"]
    assert password in text(shown)
    assert password not in text(desk.get(address(person)))
    assert old.get("/my/").status_code == 302
    client = Client()
    client.post("/accounts/login/", {"login": person.user.username, "password": password})
    assert client.get("/my/").status_code == 200
    assert "本人来电，忘记密码" in text(client.get("/my/looked-at/"))
    assert AuditEntry.objects.get(act=AuditAct.SIGN_IN_RESET).reason == "本人来电，忘记密码"
    assert Notice.objects.get(person=person, kind=NoticeKind.ACCOUNT).text == "本人来电，忘记密码"


def test_without_a_reason_nothing_is_reset(desk, person):
    before = User.objects.get(pk=person.user_id).password
    assert desk.post(address(person, "reset/"), {"reason": " "}).status_code == 422
    assert User.objects.get(pk=person.user_id).password == before


def test_whoever_holds_a_role_is_neither_reset_nor_seen_as(desk, person):
    grants.grant(person.user, Role.CITY_COMMITTEE, association(), by=None, reason="委员")
    before = User.objects.get(pk=person.user_id).password
    assert desk.post(address(person, "reset/"), {"reason": "忘记密码"}).status_code == 422
    assert see(desk, person).status_code == 422
    assert User.objects.get(pk=person.user_id).password == before
    assert seeing_as.KEY not in desk.session


def test_a_changed_phone_is_logged_without_the_number_and_told(desk, person):
    answer = desk.post(address(person, "phone/"), {"phone": "13800002222", "reason": "换号"})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.phone == "13800002222"
    entry = AuditEntry.objects.get(act=AuditAct.PHONE_CHANGED)
    assert "13800002222" not in entry.about + entry.reason
    assert Notice.objects.filter(person=person, kind=NoticeKind.ACCOUNT).exists()


def test_the_site_is_seen_as_the_person_sees_it_with_a_banner_on_every_page_and_each_page_logged(
    desk, person, lecture
):
    see(desk, person)
    for page in ("/my/", "/courses/", f"/lectures/{lecture.public_id}/", "/no/such/page/"):
        shown = text(desk.get(page))
        assert "您正以林试的视角查看网站" in shown, page
        assert AuditEntry.objects.filter(act=AuditAct.SEEN_AS, about=page, person=person).count() == 1
    told = Notice.objects.get(person=person, kind=NoticeKind.ACCOUNT)
    assert told.text == "页面打不开"
    desk.post("/seeing-as/end/")
    assert "的视角查看网站" not in text(desk.get("/courses/"))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("page", ["/inbox/read/", "/my/declarations/new/", "/api/v1/playback/sessions"])
def test_every_unsafe_method_is_refused_while_somebody_else_is_seen(method, page, desk, person):
    see(desk, person)
    assert getattr(desk, method)(page).status_code == 403


@pytest.mark.parametrize("page", ["/my/notes/", "/accounts/password/change/", "/desk/support/", "/admin/"])
def test_what_is_the_persons_alone_and_the_way_to_other_desks_are_closed(page, desk, person):
    see(desk, person)
    assert desk.get(page).status_code == 403


def test_a_page_that_writes_as_it_is_read_leaves_nothing_behind(desk, person):
    notices.send_bulk([notices.New(person.pk, NoticeKind.RECORD, "x", "学时变动")])
    unread = person.notices.get(once="x")
    see(desk, person)
    assert desk.get(f"/inbox/{unread.public_id}/").status_code == 302
    unread.refresh_from_db()
    assert unread.read_at is None


def test_it_ends_by_itself_after_a_quarter_of_an_hour(desk, person):
    see(desk, person)
    session = desk.session
    held = session[seeing_as.KEY]
    session[seeing_as.KEY] = held | {"until": (timezone.now() - dt.timedelta(seconds=1)).timestamp()}
    session.save()
    assert "的视角查看网站" not in text(desk.get("/courses/"))
    assert seeing_as.KEY not in desk.session


def test_it_ends_at_once_when_the_role_is_taken_back(desk, person):
    see(desk, person)
    grants.revoke(User.objects.get(username="kefu").role_grants.get(), by=None, reason="离岗")
    assert "的视角查看网站" not in text(desk.get("/courses/"))
