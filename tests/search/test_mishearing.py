"""What a machine misheard of a known term is found as the last but one resort, and said to be that."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Access
from search import find
from search.mishearing import Ear, Heard, house_ear
from search.terms import terms
from tests.courses.stage import published_course
from tests.search.conftest import both_engines
from tests.search.test_statute_import import imported


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("这叫缔约过是责任，要赔", [Heard("缔约过失责任", 2, 8, False)]),
        ("這叫締約過失責任", [Heard("缔约过失责任", 2, 8, True)]),
        ("不可抗利与不可抗力", [Heard("不可抗力", 0, 4, False), Heard("不可抗力", 5, 9, True)]),
        ("所有全部的房子", []),
        ("缔约过，是责任", []),
        ("情事变更", [Heard("情事变更", 0, 4, True)]),
    ],
)
def test_a_term_is_heard_where_other_characters_of_its_sound_stand(text, heard):
    assert house_ear().heard(text) == heard


def test_a_known_term_that_sounds_like_another_was_heard_rightly():
    ear = Ear(["抚养费用", "扶养费用", "短语"])
    assert ear.terms == {"抚养费用", "扶养费用"}
    assert ear.heard("扶养费用") == [Heard("扶养费用", 0, 4, True)]
    assert [each.is_written for each in ear.heard("服养费用")] == [False]


@given(st.sampled_from([each for each in terms() if each in house_ear().terms]), st.text(max_size=20))
def test_every_term_is_heard_in_itself_whatever_stands_before_it(term, before):
    found = house_ear().heard(f"{before}。{term}")
    assert any(each.is_written and each.end == len(before) + 1 + len(term) for each in found)


@pytest.fixture
def shelf(captioned, indexed):
    misheard = captioned("缔约阶段", "合同没有签成，", "对方要负缔约过", "是责任，赔信赖利益。")
    published_course("合同课", misheard, access=Access.PUBLIC)
    indexed()


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.usefixtures("engine_in_force", "shelf")
@both_engines
def test_a_misheard_term_is_found_across_two_cues_and_marked_as_probably_misheard(client, indexed):
    results = find.search("缔约过失责任", user=AnonymousUser())
    (moment,) = results.lectures[0].moments
    assert (results.attempt, moment.seconds) == ("sound", 4)
    assert [moment.text[start:end] for start, end in moment.marks] == ["缔约过是责任"]
    page = client.get("/search/", {"q": "缔约过失责任"}).content.decode()
    assert "疑似同音误识" in page
    assert find.search("缔约过失责任 信赖利益", user=AnonymousUser()).attempt == "any"
    imported("中华人民共和国约法\n第一条 缔约过失责任，依照本法。\n自2020年1月1日起施行。\n")
    indexed()
    with_law = find.search("缔约过失责任", user=AnonymousUser())
    assert (with_law.attempt, len(with_law.found), len(with_law.law)) == ("sound", 1, 1)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.usefixtures("engine_in_force", "shelf")
def test_where_a_lecture_writes_the_term_nothing_is_called_misheard(captioned, indexed):
    right = captioned("另一讲", "这里讲缔约过失责任。")
    published_course("另一课", right, access=Access.PUBLIC)
    indexed()
    results = find.search("缔约过失责任", user=AnonymousUser())
    assert (results.attempt, [each.lecture for each in results.lectures]) == ("exact", [right])
