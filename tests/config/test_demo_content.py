"""The demonstration's lectures: their texts, and the video and captions that are made of them."""

import itertools
from pathlib import Path

import pytest

from config.demo import content, slides
from config.demo.slides import Script, Slide
from media import caption_files
from media.probe import examine

TEXTS = [content._read(name) for name in content.COURSES]
LECTURES = [lecture for text in TEXTS for lecture in text["lecture"]]


def slides_of(lecture: dict) -> list[Slide]:
    return [
        Slide(each["heading"], each["points"], each["says"].strip().splitlines()) for each in lecture["slide"]
    ]


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda each: each["title"])
def test_a_lecture_is_short_and_its_captions_are_in_time_with_it(lecture: dict) -> None:
    timing = slides.timing_of(slides_of(lecture))
    assert 60_000 <= timing.duration_ms <= 120_000
    kind, cues = caption_files.parse(slides.captions_of(slides_of(lecture)), duration_ms=timing.duration_ms)
    assert kind == "vtt"
    assert cues == timing.cues
    assert all(one.end_ms <= other.start_ms for one, other in itertools.pairwise(cues))


def test_articles_are_cited_in_every_way_that_lecturers_say_them() -> None:
    spoken = "".join(line for each in LECTURES for slide in each["slide"] for line in slide["says"])
    for form in (
        "民法典第577条",
        "民法典第五百七十七条",
        "《民法典》第五百八十条第一款",
        "第585条第二款",
        "第一千零八十九条",
    ):
        assert form in spoken


def test_every_lecturer_and_course_that_a_text_names_exists() -> None:
    lecturers = {each["slug"] for each in content._read("lecturers")["lecturer"]}
    assert len(lecturers) == 5
    assert {each["lecturer"] for each in LECTURES} <= lecturers
    courses = {text["slug"] for text in TEXTS}
    assert all(set(each["courses"]) <= courses for each in content._read("curricula")["curriculum"])


def test_the_video_is_real_and_as_long_as_its_captions(tmp_path: Path) -> None:
    short = [
        Slide("第577条", ["继续履行"], ["这是一句话。"]),
        Slide("第578条", ["预期违约"], ["这是另一句话。"]),
    ]
    path = tmp_path / "lecture.mp4"
    slides.make_video(Script("违约责任", "刘岳衡", "合同编通则", "演示视频", short), path)
    probe = examine(path, name=path.name)
    assert probe.picture is not None
    assert (probe.picture.width, probe.picture.height) == slides.SIZE
    assert probe.sound is not None
    assert probe.duration_ms is not None
    assert abs(probe.duration_ms - slides.timing_of(short).duration_ms) < 100
