"""Notes at a second of a lecture: written, changed, deleted, found and taken along, by their writer alone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses import note_text, notes
from courses.models import Lecture, Note
from tests.courses.stage import Watcher, new_lawyer, published_course, published_lecture

pytestmark = pytest.mark.slow


@pytest.fixture
def lecture(db: None) -> Lecture:
    made = published_lecture("违约责任", duration_ms=600_000)
    published_course("合同编", made)
    return made


@pytest.fixture
def client_of(lecture: Lecture) -> Client:
    return Watcher(new_lawyer()).client


def write(client: Client, lecture: Lecture, text: str = "看第577条", position_ms: int | str = 83_500) -> str:
    answer = client.post(
        f"/lectures/{lecture.public_id}/notes/",
        {"text": text, "position_ms": position_ms},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.both_sides
def test_a_note_is_bound_to_a_millisecond_of_the_recording(client_of: Client, lecture: Lecture) -> None:
    shown = write(client_of, lecture)
    note = Note.objects.get()
    assert (note.recording_id, note.position_ms, note.text) == (lecture.recording_id, 83_500, "看第577条")
    assert "看第577条" in shown
    assert 'data-note-ms="83500"' in client_of.get(f"/lectures/{lecture.public_id}/").content.decode()


def test_another_lecture_that_shows_the_recording_shows_its_notes(
    client_of: Client, lecture: Lecture
) -> None:
    write(client_of, lecture)
    other = Lecture.objects.create(title="另一讲", recording=lecture.recording, live=False)
    other.save_revision().publish()
    published_course("另一门", other)
    assert "看第577条" in client_of.get(f"/lectures/{other.public_id}/").content.decode()


def test_nobody_elses_door_leads_to_a_note(client_of: Client, lecture: Lecture) -> None:
    write(client_of, lecture)
    note = Note.objects.get()
    other = Watcher(new_lawyer("乙试")).client
    for deed in ("", "delete/", "restore/"):
        assert other.post(f"/notes/{note.public_id}/{deed}", {"text": "改"}).status_code == 404
        assert Client().post(f"/notes/{note.public_id}/{deed}").status_code == 302
    note.refresh_from_db()
    assert (note.text, note.deleted_at) == ("看第577条", None)
    for address in (
        f"/lectures/{lecture.public_id}/",
        "/my/notes/",
        f"/my/notes/export/?lecture={lecture.public_id}",
    ):
        assert "看第577条" not in other.get(address).content.decode()


def test_a_note_is_changed_deleted_and_brought_back(client_of: Client, lecture: Lecture) -> None:
    write(client_of, lecture)
    note = Note.objects.get()
    htmx = {"HX-Request": "true"}
    changed = client_of.post(f"/notes/{note.public_id}/", {"text": "看第584条"}, headers=htmx)
    assert "看第584条" in changed.content.decode()
    gone = client_of.post(f"/notes/{note.public_id}/delete/", headers=htmx).content.decode()
    assert "撤销" in gone
    assert "看第584条" not in gone
    assert "看第584条" not in client_of.get("/my/notes/").content.decode()
    back = client_of.post(f"/notes/{note.public_id}/restore/", headers=htmx).content.decode()
    assert "看第584条" in back
    assert "看第584条" in client_of.get("/my/notes/").content.decode()


@pytest.mark.parametrize(
    ("text", "position_ms", "reason"),
    [
        (" \n ", 0, "请先写点内容"),
        ("字" * 2001, 0, "最多 2000 字"),
        ("看", 600_001, "不在讲座之内"),
        ("看", -5, "不在讲座之内"),
        ("看", "abc", "不在讲座之内"),
        ("看", "9" * 30, "不在讲座之内"),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused_with_the_reason_and_its_words_stay(
    client_of: Client, lecture: Lecture, text: str, position_ms: int | str, reason: str
) -> None:
    shown = write(client_of, lecture, text, position_ms)
    assert reason in shown
    assert text.strip() in shown
    assert not Note.objects.exists()


def test_a_change_that_cannot_be_kept_leaves_the_note_as_it_was(client_of: Client, lecture: Lecture) -> None:
    write(client_of, lecture)
    note = Note.objects.get()
    answer = client_of.post(
        f"/notes/{note.public_id}/", {"text": "字" * 2001}, headers={"HX-Request": "true"}
    )
    assert "最多 2000 字" in answer.content.decode()
    note.refresh_from_db()
    assert note.text == "看第577条"


def test_a_lecture_holds_so_many_notes(client_of: Client, lecture: Lecture) -> None:
    write(client_of, lecture)
    first = Note.objects.get()
    Note.objects.bulk_create(
        Note(
            person=first.person,
            recording=first.recording,
            lecture=lecture,
            position_ms=place,
            text="看",
            created_at=first.created_at,
            updated_at=first.updated_at,
        )
        for place in range(notes.MAX_OF_LECTURE - 1)
    )
    assert "最多记 300 条" in write(client_of, lecture)
    assert Note.objects.count() == notes.MAX_OF_LECTURE


def test_who_may_not_watch_a_lecture_writes_no_note_on_it(lecture: Lecture, client_of: Client) -> None:
    hidden = published_lecture("未入课")
    answer = client_of.post(f"/lectures/{hidden.public_id}/notes/", {"text": "看", "position_ms": 0})
    assert answer.status_code == 404


def test_notes_are_found_by_their_words_and_listed_by_course(client_of: Client, lecture: Lecture) -> None:
    write(client_of, lecture, "违约金过高可以请求适当减少")
    write(client_of, lecture, "定金罚则", 10_000)
    shown = client_of.get("/my/notes/").content.decode()
    assert shown.index("合同编") < shown.index("定金罚则") < shown.index("违约金过高")
    found = client_of.get("/my/notes/", {"q": "定金"}).content.decode()
    assert "定金罚则" in found
    assert "违约金过高" not in found
    assert "没有含" in client_of.get("/my/notes/", {"q": "100%_'"}).content.decode()


def test_notes_are_exported_as_markdown(client_of: Client, lecture: Lecture) -> None:
    write(client_of, lecture, "# 标题\n- *要点* <b>")
    other = published_lecture("侵权", duration_ms=600_000)
    published_course("侵权编", other)
    write(client_of, other, "过错责任")
    whole = client_of.get("/my/notes/export/")
    assert whole["Content-Type"] == "text/markdown; charset=utf-8"
    text = whole.content.decode()
    assert "## 合同编" in text
    assert "### 违约责任" in text
    assert "[1:24](http" in text
    assert f"/lectures/{lecture.public_id}/?t=84)" in text
    assert r"\# 标题" in text
    assert "过错责任" in text
    alone = client_of.get("/my/notes/export/", {"lecture": str(lecture.public_id)}).content.decode()
    assert "过错责任" not in alone
    assert client_of.get("/my/notes/export/", {"lecture": "abc"}).status_code == 404


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=80))
def test_escaping_keeps_every_character(text: str) -> None:
    assert note_text.unescape(note_text.escape(text)) == text


def test_what_was_deleted_goes_after_a_week(client_of: Client, lecture: Lecture) -> None:
    write(client_of, lecture)
    now = timezone.now()
    notes.delete(Note.objects.get(), now)
    assert notes.sweep(now + dt.timedelta(days=6)) == 0
    assert notes.sweep(now + dt.timedelta(days=8)) == 1


def test_the_statements_of_all_notes_do_not_grow_with_them(
    client_of: Client, lecture: Lecture, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for place in range(12):
        write(client_of, lecture, f"要点{place}", place * 1000)
    with django_assert_max_num_queries(14):
        client_of.get("/my/notes/")
