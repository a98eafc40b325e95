"""The editors' road through the admin: upload, follow, correct, publish; and who is kept out."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from media import captions, jobs, packaging
from media.models import JobState, Language, PackagingJob, Recording, RecordingState
from media.recordings import receive_upload
from media.refusals import RecordingRefused, message_of
from tests.media.conftest import SAMPLE, user_with

pytestmark = pytest.mark.slow

UPLOAD = "/admin/recordings/upload/"
SRT = "1\n00:00:00,000 --> 00:00:01,000\n合同编通则\n"


@pytest.fixture
def as_editor(client: Client, editor) -> Client:
    client.force_login(editor)
    return client


def _upload(client: Client, data: bytes, name: str, **extra: str):
    return client.post(f"{UPLOAD}?name={name}", data=data, content_type="application/octet-stream", **extra)


def _page(recording: Recording) -> str:
    return reverse("recordings:edit", args=[recording.pk])


def test_an_uploaded_file_becomes_a_recording_with_a_waiting_job(
    as_editor: Client, editor, media_file
) -> None:
    data = media_file(SAMPLE).read_bytes()
    response = _upload(as_editor, data, "合同编通则 讲座.mp4")
    assert response.status_code == 201
    recording = Recording.objects.get()
    assert response.json() == {"url": _page(recording)}
    assert (recording.title, recording.original_name) == ("合同编通则 讲座", "合同编通则 讲座.mp4")
    assert (recording.uploaded_by, recording.size_bytes) == (editor, len(data))
    assert recording.jobs.get().state == JobState.QUEUED
    assert (settings.RECORDINGS_ROOT / recording.original_key).read_bytes() == data
    messages = list((settings.DATA_DIR / "queue" / "messages").glob("*"))
    assert any("media.tasks.package" in path.read_text() for path in messages)


BAD = [
    ("讲座.mp4", b"", "empty"),
    ("讲座.mp4", b"this is a letter, not a film\n" * 50, "not_media"),
    ("讲座.mp4", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "not_media"),
    ("讲座.exe", b"MZ", "extension"),
    ("讲座", b"MZ", "extension"),
    ("讲座.mp4", b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "not_media"),
    ("讲座.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n", "not_media"),
]


@pytest.mark.parametrize(("name", "data", "code"), BAD)
def test_what_is_not_a_recording_is_refused_in_chinese_and_not_kept(
    as_editor: Client, name: str, data: bytes, code: str
) -> None:
    response = _upload(as_editor, data, name)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert response.json()["message"] == message_of(code)
    assert any("\u4e00" <= character <= "\u9fff" for character in response.json()["message"])
    assert not Recording.objects.exists()
    assert not list((settings.RECORDINGS_ROOT / ".incoming").iterdir())


def test_a_wrong_ending_is_refused(as_editor: Client, media_file) -> None:
    response = _upload(as_editor, media_file(SAMPLE).read_bytes(), "讲座.mp3")
    assert (response.status_code, response.json()["code"]) == (422, "wrong_extension")


def test_a_beheaded_file_is_refused(as_editor: Client, media_file) -> None:
    # The index of this MP4 stands at its end: without it nothing can be read.
    data = media_file("WyattBlue+auto-editor/resources/testsrc.mp4").read_bytes()
    response = _upload(as_editor, data[: len(data) // 2], "截断.mp4")
    assert response.json()["code"] in {"not_media", "no_streams"}


def test_a_file_over_the_limit_is_refused_before_it_is_read(as_editor: Client, settings) -> None:
    settings.MEDIA_UPLOAD_MAX_BYTES = 100
    response = _upload(as_editor, b"x" * 101, "大.mp4")
    assert (response.status_code, response.json()["code"]) == (422, "too_large")


def test_an_upload_that_breaks_off_leaves_nothing(db: None, media_file) -> None:
    data = media_file(SAMPLE).read_bytes()
    with pytest.raises(RecordingRefused) as refusal:
        receive_upload([data[:1000]], name="断.mp4", title="", uploaded_by=None, expected_bytes=len(data))
    assert refusal.value.code == "incomplete"
    assert not Recording.objects.exists()
    assert not list((settings.RECORDINGS_ROOT / ".incoming").iterdir())


def test_names_from_outside_are_only_names(as_editor: Client, media_file) -> None:
    name = "../../..%5c..%5cetc/%00%e2%80%ae讲座" + "长" * 300 + ".mp4"
    assert _upload(as_editor, media_file(SAMPLE).read_bytes(), name).status_code == 201
    recording = Recording.objects.get()
    assert recording.original_key == f"{recording.public_id}/original.mp4"
    assert recording.original_name.startswith("讲座长")
    assert recording.original_name.endswith(".mp4")
    assert len(recording.original_name) <= 255
    assert len(recording.title) <= 200


def test_nobody_without_the_permission_uploads_or_sees_recordings(
    client: Client, stranger, received: Callable
) -> None:
    recording, _job = received()
    client.force_login(stranger)
    for url in [
        reverse("recordings:index"),
        reverse("recordings:add"),
        _page(recording),
        reverse("recordings:live", args=[recording.pk]),
        reverse("recordings:original", args=[recording.pk]),
    ]:
        response = client.get(url)
        assert response.status_code in {302, 403}, url
        assert "合同编通则" not in response.content.decode()
    assert _upload(client, b"x", "a.mp4").status_code in {302, 403}
    assert Recording.objects.count() == 1


def test_a_viewer_may_look_but_not_act(client: Client, received: Callable) -> None:
    recording, job = received()
    client.force_login(user_with("viewer", "wagtailadmin.access_admin", "media.view_recording"))
    page = client.get(_page(recording)).content.decode()
    assert "合同编通则讲座" in page
    assert "recordings/1/cancel" not in page
    for name in ("rename", "package", "cancel", "attach_captions"):
        response = client.post(reverse(f"recordings:{name}", args=[recording.pk]), {"title": "改"})
        assert response.status_code in {302, 403}
    job.refresh_from_db()
    recording.refresh_from_db()
    assert (job.state, recording.title) == (JobState.QUEUED, "合同编通则讲座")


def test_an_anonymous_visitor_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(reverse("recordings:index")).status_code == 302
    assert _upload(client, b"x", "a.mp4").status_code == 302


def test_the_live_part_asks_again_only_while_a_job_is_active(as_editor: Client, received: Callable) -> None:
    recording, job = received()
    live = reverse("recordings:live", args=[recording.pk])
    waiting = as_editor.get(live).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "排队等待转码" in waiting
    jobs.claim(job.pk).renew("encoding", 42)
    assert "42%" in as_editor.get(live).content.decode()
    jobs.cancel(job)
    retried = jobs.retry(recording)
    assert packaging.run(retried)
    done = as_editor.get(live).content.decode()
    assert "hx-trigger" not in done
    assert "data-preview" in done
    assert "可以观看" in done


def test_a_failed_job_says_why_and_offers_a_way_out(as_editor: Client, received: Callable) -> None:
    recording, job = received("webmproject+libwebm/testing/testdata/discard_padding.webm")
    packaging.run(job)
    page = as_editor.get(_page(recording)).content.decode()
    assert message_of("too_short") in page
    assert reverse("recordings:package", args=[recording.pk]) in page
    response = as_editor.post(reverse("recordings:package", args=[recording.pk]), follow=True)
    assert "已重新开始转码" in response.content.decode()
    assert PackagingJob.objects.filter(recording=recording, state=JobState.QUEUED).count() == 1


def test_a_job_is_cancelled_from_its_page(as_editor: Client, received: Callable) -> None:
    recording, job = received()
    as_editor.post(reverse("recordings:cancel", args=[recording.pk]))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    response = as_editor.post(reverse("recordings:cancel", args=[recording.pk]), follow=True)
    assert message_of("not_active") in response.content.decode()


def test_captions_are_attached_looked_through_and_published(as_editor: Client, received: Callable) -> None:
    recording, _job = received()
    file = BytesIO(SRT.encode("gbk"))
    file.name = "讲座.srt"
    form = {"file": file, "language": "zh-Hans"}
    response = as_editor.post(reverse("recordings:attach_captions", args=[recording.pk]), form, follow=True)
    page = response.content.decode()
    assert "已读取 1 条字幕" in page
    assert "合同编通则" in page
    assert "尚未发布" in page
    assert not captions.cues(recording).exists()
    as_editor.post(reverse("recordings:publish_captions", args=[recording.pk, "zh-Hans"]))
    assert captions.cues(recording).count() == 1
    assert "已发布" in as_editor.get(_page(recording)).content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (SRT.replace("00:00:01,000", "00:00:0x,000").encode(), "第 2 行："),
        (b"", "字幕文件是空的"),
        (b"x" * (5 * 1024 * 1024 + 1), "超过 5 MB"),
    ],
)
def test_a_refused_caption_file_is_answered_with_its_line(
    as_editor: Client, received: Callable, content: bytes, message: str
) -> None:
    recording, _job = received()
    file = BytesIO(content)
    file.name = "坏.srt"
    form = {"file": file, "language": "zh-Hans"}
    response = as_editor.post(reverse("recordings:attach_captions", args=[recording.pk]), form, follow=True)
    assert message in response.content.decode()
    assert not recording.caption_tracks.exists()


def test_hostile_captions_are_shown_as_text(as_editor: Client, received: Callable, shared_data: Path) -> None:
    recording, _job = received()
    data = (shared_data / "hostile/derived/xss.vtt").read_bytes()
    captions.attach(recording, data, Language.SIMPLIFIED_CHINESE, name='"><script>alert(1)</script>.vtt')
    page = as_editor.get(_page(recording)).content.decode()
    assert "<script>alert" not in page
    assert "onerror=alert" not in page.replace("&lt;", "<").split("cue-table")[0]


def test_the_list_finds_chinese_anywhere_in_a_title_with_few_statements(
    as_editor: Client, editor, django_assert_max_num_queries
) -> None:
    for number in range(30):
        Recording.objects.create(
            title=f"第{number}讲 违约责任与合同编通则",
            original_key=f"{number}",
            original_name=f"{number}.mp4",
            size_bytes=1,
            sha256="",
            uploaded_by=editor,
            state=RecordingState.RECEIVED,
        )
    as_editor.get(reverse("recordings:index"))
    with django_assert_max_num_queries(16):
        page = as_editor.get(reverse("recordings:index")).content.decode()
    assert page.count("违约责任与合同编") >= 20
    assert "第9讲" not in page  # the second page's
    found = as_editor.get(reverse("recordings:index_results"), {"q": "9讲 合同编"}).content.decode()
    assert "第9讲" in found
    assert "第29讲" in found
    assert "第8讲" not in found
    none = as_editor.get(reverse("recordings:index_results"), {"q": "'; DROP TABLE --"})
    assert none.status_code == 200


def test_the_chooser_shows_and_finds_recordings(as_editor: Client, received: Callable) -> None:
    received(title="担保制度解释")
    received(title="民法典总则")
    url = reverse("recording_chooser:choose")
    assert "担保制度解释" in json.loads(as_editor.get(url).content)["html"]
    results = as_editor.get(reverse("recording_chooser:choose_results"), {"q": "总则"}).content.decode()
    assert "民法典总则" in results
    assert "担保制度解释" not in results
    chosen = Recording.objects.get(title="民法典总则")
    data = json.loads(as_editor.get(reverse("recording_chooser:chosen", args=[chosen.pk])).content)
    assert data["result"]["title"] == "民法典总则"
    assert data["result"]["edit_url"] == _page(chosen)


def test_a_stranger_chooses_nothing(client: Client, stranger, received: Callable) -> None:
    recording, _job = received()
    client.force_login(stranger)
    html = json.loads(client.get(reverse("recording_chooser:choose")).content)["html"]
    assert recording.title not in html
    assert client.get(reverse("recording_chooser:chosen", args=[recording.pk])).status_code == 404


def test_the_original_is_downloaded_under_its_own_name(
    as_editor: Client, received: Callable, media_file
) -> None:
    recording, _job = received()
    Recording.objects.filter(pk=recording.pk).update(original_name="合同编 讲座.mp4")
    response = as_editor.get(reverse("recordings:original", args=[recording.pk]))
    assert b"".join(response) == media_file(SAMPLE).read_bytes()
    assert "filename*=utf-8''" in response["Content-Disposition"]
    part = as_editor.get(reverse("recordings:original", args=[recording.pk]), headers={"range": "bytes=0-9"})
    assert (part.status_code, len(b"".join(part))) == (206, 10)
