"""Bulletins: one writes, another releases; what was released stays; nobody is ranked unless switched on."""

import datetime as dt
from io import BytesIO
from typing import Any
from uuid import UUID

import docx
import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from courses.models import Requirement
from people import persons
from people.days import today
from people.models import AuditAct, AuditEntry, Notice, Role, User
from reports import bulletin_form, bulletin_schedules, bulletins, snapshots
from reports.bulletin_refusals import OwnText
from reports.models import (
    Bulletin,
    BulletinLevel,
    BulletinRelease,
    BulletinSchedule,
    BulletinState,
    Interval,
    Snapshot,
)
from tests.reports.conftest import World, signed_in

PROVINCE, CHANGSHA, HENGYANG = "湖南省律师协会", "长沙市律师协会", "衡阳市律师协会"


@pytest.fixture
def requirement(world: World) -> Requirement:
    course = world.course()
    done = world.lawyer("周已完", "湖南岳试律师事务所")
    world.lawyer("郑未始", "湖南岳试律师事务所")
    other = world.lawyer("蒋已完", "湖南石试律师事务所")
    made = world.curriculum(course, unit=PROVINCE, opens=today() - dt.timedelta(days=90), due=today())
    for person, days in ((done, 5), (other, 9)):
        world.complete(person, course, today() - dt.timedelta(days=days))
    return made


@pytest.fixture
def writer(world: World) -> User:
    return world.reader("writer", Role.PROVINCIAL_COMMITTEE, PROVINCE)


@pytest.fixture
def releaser(world: World) -> User:
    return world.reader("releaser", Role.PROVINCIAL_COMMITTEE, PROVINCE)


@pytest.fixture
def snapshot(world: World, requirement: Requirement, writer: User) -> Snapshot:
    return snapshots.fix(requirement, world.units[PROVINCE], today(), title="三季度", by=writer)


@pytest.fixture
def draft(client: Client, writer: User, snapshot: Snapshot) -> Bulletin:
    """Drafted and written by the pages."""
    signed_in(client, writer)
    response = client.post(f"/coverage/reports/{snapshot.public_id}/bulletin/", {"level": "associations"})
    made = Bulletin.objects.get(public_id=UUID(response["Location"].split("/")[-2]))
    words = {"act": "write", "number": "湘律协〔2026〕12号", "title": made.title, "text": made.text}
    assert client.post(f"/coverage/bulletins/{made.public_id}/", words).status_code == 302
    made.refresh_from_db()
    return made


def release(user: User, bulletin: Bulletin, client: Client | None = None) -> int:
    reader = signed_in(client or Client(), user)
    page = reader.get(f"/coverage/bulletins/{bulletin.public_id}/")
    sent = {"act": "release", "seen": page.context["digest"]}
    return reader.post(f"/coverage/bulletins/{bulletin.public_id}/", sent).status_code


def test_a_draft_says_the_reports_figures_and_sets_no_organisation_before_another(draft: Bulletin) -> None:
    assert "应完成3人" in draft.text.replace(" ", "")
    assert "66.6%" in draft.text
    content = bulletins.content_of(draft)
    assert [each["place"] for each in content["units"]] == [None, None]
    assert content["persons"] == []
    for name in (CHANGSHA, HENGYANG):
        assert name not in draft.text


@pytest.mark.both_sides("postgresql")
def test_nobody_releases_his_own_text_by_page_deed_or_database(draft: Bulletin, writer: User) -> None:
    assert release(writer, draft) == 409
    with pytest.raises(OwnText):
        bulletins.release(draft, by=writer, seen="")
    with pytest.raises(IntegrityError, match="bulletin_two_persons"), transaction.atomic():
        Bulletin.objects.filter(pk=draft.pk).update(state="released", released_by=writer)


@pytest.mark.both_sides("postgresql")
def test_another_releases_it_and_those_responsible_are_told(
    draft: Bulletin, world: World, releaser: User
) -> None:
    committee = world.reader("changsha", Role.CITY_COMMITTEE, CHANGSHA)
    manager = world.reader("manager", Role.FIRM_MANAGER, "湖南岳试律师事务所")
    told, untold = persons.create(name="长委员", user=committee), persons.create(name="岳管理", user=manager)
    assert signed_in(Client(), committee).get(f"/coverage/bulletins/{draft.public_id}/").status_code == 404
    assert release(releaser, draft) == 302
    notice = Notice.objects.get(person=told)
    assert notice.path == f"/coverage/bulletins/{draft.public_id}/"
    assert not Notice.objects.filter(person=untold).exists()
    assert AuditEntry.objects.filter(act=AuditAct.DECIDED, by=releaser, about__contains=draft.title).exists()
    assert signed_in(Client(), committee).get(notice.path).status_code == 200
    assert signed_in(Client(), manager).get(notice.path).status_code == 404


@pytest.mark.both_sides("postgresql")
def test_what_was_released_can_be_neither_changed_nor_deleted(
    client: Client, draft: Bulletin, writer: User, releaser: User
) -> None:
    assert release(releaser, draft) == 302
    kept = BulletinRelease.objects.get()
    assert bulletin_form.digest(kept.content) == kept.digest
    for change in (
        lambda: BulletinRelease.objects.update(told=9),
        lambda: BulletinRelease.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    Bulletin.objects.update(title="另一个标题", text="另一段话")
    page = signed_in(client, writer).get(f"/coverage/bulletins/{draft.public_id}/")
    assert "另一段话" not in page.content.decode()
    assert page.context["digest_holds"]
    assert client.post(f"/coverage/bulletins/{draft.public_id}/", {"act": "write"}).status_code == 404


def test_a_release_of_what_changed_meanwhile_is_refused(
    draft: Bulletin, writer: User, releaser: User
) -> None:
    reader = signed_in(Client(), releaser)
    seen = reader.get(f"/coverage/bulletins/{draft.public_id}/").context["digest"]
    bulletins.write(draft, bulletins.Words(draft.number, draft.title, "别的话"), by=writer)
    answer = reader.post(f"/coverage/bulletins/{draft.public_id}/", {"act": "release", "seen": seen})
    assert answer.status_code == 409
    assert not BulletinRelease.objects.exists()


def test_its_papers_carry_number_text_and_annex(client: Client, draft: Bulletin, writer: User) -> None:
    signed_in(client, writer)
    paper = client.get(f"/coverage/bulletins/{draft.public_id}.pdf")
    with pikepdf.open(BytesIO(paper.content)) as document:
        assert len(document.pages) >= 2
    office = docx.Document(BytesIO(client.get(f"/coverage/bulletins/{draft.public_id}.docx").content))
    text = [each.text for each in office.paragraphs]
    assert {draft.number, draft.title, PROVINCE} <= set(text)
    rows = [[cell.text for cell in row.cells] for row in office.tables[0].rows]
    assert rows[0][:4] == ["单位", "应完成", "已完成", "覆盖率"]
    assert rows[-1][:4] == ["合计", "3", "2", "66.6%"]
    assert len(office.inline_shapes) == 1


@pytest.mark.both_sides("postgresql")
def test_rankings_are_off_until_the_province_switches_them_on_with_a_reason(
    client: Client, draft: Bulletin, world: World, writer: User
) -> None:
    city = signed_in(Client(), world.reader("city", Role.CITY_COMMITTEE, CHANGSHA))
    assert city.get("/coverage/bulletins/rankings/").status_code == 404
    signed_in(client, writer)
    assert client.post("/coverage/bulletins/rankings/", {"cities": "on", "reason": " "}).status_code == 422
    sent = {"cities": "on", "persons": "on", "reason": "常务理事会决定"}
    assert client.post("/coverage/bulletins/rankings/", sent).status_code == 302
    assert AuditEntry.objects.filter(reason="常务理事会决定").exists()
    content = bulletins.content_of(draft)
    assert [(each["name"], each["place"]) for each in content["units"]] == [(HENGYANG, 1), (CHANGSHA, 2)]
    assert [each["completed_on"] for each in content["persons"]] == [
        (today() - dt.timedelta(days=days)).isoformat() for days in (9, 5)
    ]
    assert "蒋已完" not in str(content)
    assert "蒋已完" in client.get(f"/coverage/bulletins/{draft.public_id}/").content.decode()


@pytest.mark.both_sides("postgresql")
def test_a_schedule_fixes_the_report_of_the_day_before_and_leaves_the_rest_to_two_persons(
    client: Client, requirement: Requirement, world: World, writer: User, releaser: User
) -> None:
    signed_in(client, writer)
    where = f"/coverage/bulletins/schedules/new/?of={requirement.public_id}"
    assert client.post(where, {"level": "associations", "interval": "1"}).status_code == 302
    planned = BulletinSchedule.objects.get()
    assert planned.next_on == bulletin_schedules.first_after(today(), Interval.MONTH)
    assert bulletin_schedules.run_due(today()) == 0
    BulletinSchedule.objects.update(next_on=today())
    assert bulletin_schedules.run_due(today()) == 1
    assert bulletin_schedules.run_due(today()) == 0
    made = Bulletin.objects.get()
    assert made.snapshot.day == today() - dt.timedelta(days=1)
    assert (made.state, made.edited_by) == (BulletinState.DRAFT, None)
    Bulletin.objects.update(number="湘律协〔2026〕13号")
    assert release(releaser, made) == 409
    client.post(f"/coverage/bulletins/schedules/{planned.public_id}/stop/")
    planned.refresh_from_db()
    assert not planned.is_active


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (dt.date(2026, 12, 31), 1, dt.date(2027, 1, 1)),
        (dt.date(2026, 11, 27), 3, dt.date(2027, 1, 1)),
        (dt.date(2026, 7, 1), 6, dt.date(2027, 1, 1)),
        (dt.date(2026, 6, 30), 6, dt.date(2026, 7, 1)),
    ],
)
def test_an_interval_begins_with_its_first_day(day: dt.date, months: int, first: dt.date) -> None:
    assert bulletin_schedules.first_after(day, months) == first


def test_another_citys_committee_has_no_draft_of_it(draft: Bulletin, world: World, writer: User) -> None:
    other: Any = signed_in(Client(), world.reader("hengyang", Role.CITY_COMMITTEE, HENGYANG))
    for ending in ("/", ".pdf", ".docx"):
        assert other.get(f"/coverage/bulletins/{draft.public_id}{ending}").status_code == 404
    assert bulletins.draft(draft.snapshot, BulletinLevel.FIRMS, by=writer).text.startswith("各律师事务所")
