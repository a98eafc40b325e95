"""What is suggested while one types: by writing, by sound, and never what the reader may not see."""

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import Access, LecturerIndexPage, LecturerPage
from search import sounds, suggest
from tests.courses.stage import new_lawyer, published_course

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def texts(typed, user=None):
    return [each.text for each in suggest.suggest(typed, user=user or AnonymousUser())]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("违约金", "违约金"),
        ("違約金", "违约金"),
        ("wyj", "违约金"),
        ("WYJ", "违约金"),
        ("weiyuej", "违约金"),
        ("wei yue jin", "违约金"),
        ("wei'yue'jin", "违约金"),
        ("budangdeli", "不当得利"),
        ("lvshizhiye", "律师执业"),
        ("lüshizhiye", "律师执业"),
        ("过高", "违约金过高"),
        ("guogao", "违约金过高"),
    ],
)
def test_a_term_is_suggested_by_its_characters_its_pinyin_and_its_initials(typed, expected):
    assert expected in texts(typed)


def test_after_warming_no_term_needs_to_be_worked_out_when_somebody_types():
    sounds.of.cache_clear()
    assert "违约金" in texts("wyj")
    cold = sounds.of.cache_info().misses
    sounds.of.cache_clear()
    suggest.warm()
    warmed = sounds.of.cache_info().misses
    assert "违约金" in texts("wyj")
    assert cold - (sounds.of.cache_info().misses - warmed) == len(suggest.terms())


def test_what_begins_with_the_words_comes_before_what_holds_them():
    assert texts("抵押权")[0] == "抵押权"
    assert texts("抵押")[0] == "抵押权"
    found = texts("hetong")
    assert found[0].startswith("合同")


def test_a_heading_leads_to_its_first_article_and_says_of_which_statute():
    found = {each.text: each for each in suggest.suggest("合同的履行", user=AnonymousUser())}
    assert found["合同的履行"].url == "/laws/civil-code/509/"
    assert (found["合同的履行"].kind.label, found["合同的履行"].note) == ("法律章节", "民法典")


def test_a_course_is_suggested_to_those_who_may_see_it_alone():
    course = published_course("特别会员课程", access=Access.MEMBERS)
    assert texts("特别会员") == []
    assert texts("tbhykc") == []
    lawyer = new_lawyer().user
    (found,) = suggest.suggest("tbhykc", user=lawyer)
    assert (found.text, found.url) == ("特别会员课程", course.page.url)


def test_a_lecturer_is_suggested_by_the_initials_of_the_name():
    parent = LecturerIndexPage.objects.first()
    page = parent.add_child(instance=LecturerPage(title="欧阳示例"))
    (found,) = suggest.suggest("oysl", user=AnonymousUser())
    assert (found.text, found.url, found.kind.label) == ("欧阳示例", page.url, "主讲人")
    page.unpublish()
    assert texts("oysl") == []


@pytest.mark.parametrize("typed", ["", "  ", "违" * 41, "\x00", "\ud800", "%", "<b>", "w", "()", "'" * 40])
def test_what_means_nothing_suggests_little_and_is_no_error(typed):
    assert len(texts(typed)) <= suggest.MOST_SUGGESTIONS


def test_a_keystroke_costs_the_same_few_statements_however_many_courses_there_are(
    client, django_assert_max_num_queries
):
    for number in range(12):
        published_course(f"违约专题第{number}期", access=Access.PUBLIC)
    with django_assert_max_num_queries(9):
        answer = client.get("/api/v1/search/suggestions", {"q": "违约"})
    assert len(answer.json()["suggestions"]) == suggest.MOST_SUGGESTIONS
    assert "private" in answer.headers["Cache-Control"]


def test_words_beyond_any_question_are_refused_by_the_api(client):
    assert client.get("/api/v1/search/suggestions", {"q": "违" * 201}).status_code == 422


def test_every_search_field_asks_for_suggestions_and_is_a_plain_form_without_script(client):
    for address in ("/", "/search/"):
        page = client.get(address).content.decode()
        assert 'data-suggest="/api/v1/search/suggestions"' in page
        assert 'action="/search/" method="get" role="search"' in page
        assert 'role="combobox"' not in page


@pytest.mark.parametrize(
    ("letters", "text", "expected"),
    [
        ("wy", "违约金", 0),
        ("yj", "违约金", 1),
        ("yuejin", "违约金", 1),
        ("eiyue", "违约金", None),
        ("wx", "违约金", None),
        ("gb18030", "GB 18030", 0),
    ],
)
def test_letters_match_at_the_beginning_of_a_syllable_alone(letters, text, expected):
    assert sounds.match(letters, sounds.of(text)) == expected
