"""Captions come in versions; learners see what was published, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from media import captions
from media.captions import CaptionRefused
from media.models import Cue, Language, Recording
from media.refusals import say
from media.signals import captions_published

ZH = Language.SIMPLIFIED_CHINESE
SRT = "1\n00:00:00,000 --> 00:00:00,900\n合同编通则\n\n2\n00:00:01,000 --> 00:00:01,900\n违约责任\n"


@pytest.fixture
def recording(received: Callable) -> Recording:
    return received()[0]


@pytest.mark.both_sides
def test_attached_captions_are_seen_only_after_publishing(
    recording: Recording, django_capture_on_commit_callbacks
) -> None:
    heard = []

    def listen(sender, track, **_more):
        heard.append((track.pk, track.published_version))

    captions_published.connect(listen)
    track = captions.attach(recording, SRT.encode("gbk"), ZH, name="讲座.srt")
    assert [cue.text for cue in captions.current_cues(track)] == ["合同编通则", "违约责任"]
    assert list(captions.cues(recording)) == []
    with django_capture_on_commit_callbacks(execute=True):
        captions.publish(track)
    captions_published.disconnect(listen)
    assert [cue.text for cue in captions.cues(recording)] == ["合同编通则", "违约责任"]
    assert heard == [(track.pk, 1)]
    assert track.published_version == 1


def test_a_corrected_version_keeps_the_ids_of_the_same_moments(recording: Recording) -> None:
    track = captions.attach(recording, SRT.encode(), ZH)
    captions.publish(track)
    before = list(captions.cues(recording))
    corrected = SRT.replace("违约责任", "违约的责任").replace("00:00:00,000", "00:00:00,100")
    track = captions.attach(recording, corrected.encode(), ZH)
    assert [cue.text for cue in captions.cues(recording)] == ["合同编通则", "违约责任"]
    captions.publish(track)
    after = list(captions.cues(recording))
    assert [cue.version for cue in after] == [2, 2]
    assert after[1].public_id == before[1].public_id
    assert after[0].public_id != before[0].public_id


def test_publishing_twice_is_refused(recording: Recording) -> None:
    track = captions.attach(recording, SRT.encode(), ZH)
    captions.publish(track)
    with pytest.raises(CaptionRefused) as refusal:
        captions.publish(track)
    assert refusal.value.code == "nothing_to_publish"


def test_a_refused_file_changes_nothing_and_names_its_line(recording: Recording) -> None:
    track = captions.attach(recording, SRT.encode(), ZH)
    with pytest.raises(CaptionRefused) as refusal:
        captions.attach(recording, SRT.replace("00:00:01,900", "00:00:00,100").encode(), ZH)
    assert refusal.value.line == 6
    assert "6" in say(refusal.value)
    track.refresh_from_db()
    assert track.current_version == 1
    assert Cue.objects.filter(track=track).count() == 2


def test_captions_of_a_longer_recording_are_refused_when_its_length_becomes_known(packaged: Callable) -> None:
    recording = packaged()
    late = SRT.replace("00:00:01,000 --> 00:00:01,900", "00:05:00,000 --> 00:05:02,000").encode()
    with pytest.raises(CaptionRefused) as refusal:
        captions.attach(recording, late, ZH)
    assert (refusal.value.code, refusal.value.line) == ("past_the_end", 6)
    Recording.objects.filter(pk=recording.pk).update(duration_ms=600_000)
    recording.refresh_from_db()
    track = captions.attach(recording, late, ZH)
    Recording.objects.filter(pk=recording.pk).update(duration_ms=2_000)
    with pytest.raises(CaptionRefused) as refusal:
        captions.publish(track)
    assert refusal.value.code == "past_the_end"


def test_an_unknown_language_is_refused(recording: Recording) -> None:
    with pytest.raises(CaptionRefused) as refusal:
        captions.attach(recording, SRT.encode(), "tlh")
    assert refusal.value.code == "language"


@pytest.mark.both_sides
def test_a_lecture_of_a_thousand_cues_costs_few_statements(
    recording: Recording, shared_data: Path, django_assert_max_num_queries
) -> None:
    folder = shared_data / "captions" / "liu-qingyuan+POLYU-COMP5521-Bilingual-subtitles"
    largest = max(folder.glob("*dual-double.srt"), key=lambda path: path.stat().st_size)
    with django_assert_max_num_queries(18):
        track = captions.attach(recording, largest.read_bytes(), ZH)
    assert captions.current_cues(track).count() > 1000


@pytest.mark.both_sides
def test_the_database_refuses_a_cue_that_ends_before_it_begins(recording: Recording) -> None:
    track = captions.attach(recording, SRT.encode(), ZH)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cue.objects.create(track=track, version=9, position=0, start_ms=5, end_ms=4, text="倒着")


def test_hostile_caption_files_leave_text_that_runs_nowhere(recording: Recording, shared_data: Path) -> None:
    for name in ("xss.srt", "xss.vtt", "caption-attacks-reported.srt"):
        data = (shared_data / "hostile" / "derived" / name).read_bytes()
        track = captions.attach(recording, data, ZH)
        captions.publish(track)
        served = captions.as_vtt(recording.public_id, ZH, track.published_version)
        body = served.split("\n\n", 1)[1].replace(" --> ", " ")
        assert "<" not in body
        assert ">" not in body
