"""An article of a repealed law leads to those that follow it: on its page, in search and in what cites it."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Access
from search import concordance, concordance_text, find, index, numerals, refusals
from search.concordance_text import Row, UnreadableConcordance
from search.models import SpokenCitation, Statute, Succession
from tests.courses.stage import published_course

TABLE = """原法律,原条,新法律,新条,说明
《中华人民共和国合同法》,第五十二条,民法典,146、153;154,
合同法,107,民法典,577,文字相同
合同法,428,民法典,,附则
担保法,十八,民法典,688,
"""


def test_a_table_is_read_with_numbers_in_either_writing_and_each_succession_once():
    rows = concordance_text.read("\ufeff" + TABLE + "合同法,52,民法典,146,又一次\n\n")
    assert [(row.law, row.article, row.successor_article) for row in rows] == [
        ("合同法", 52, 146),
        ("合同法", 52, 153),
        ("合同法", 52, 154),
        ("合同法", 107, 577),
        ("合同法", 428, None),
        ("担保法", 18, 688),
    ]
    assert rows[3] == Row("合同法", 107, "民法典", 577, "文字相同")


@given(st.integers(1, 428), st.lists(st.integers(1, 1260), unique=True, max_size=9))
def test_a_line_says_what_was_written_in_it(article, successors):
    cells = "、".join(f"第{numerals.written(each)}条" for each in successors)
    rows = concordance_text.read(f"law,article,successor,successor_articles\n合同法,{article},民法典,{cells}")
    assert {row.successor_article for row in rows} == set(successors or [None])


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("一,二\n", (1, "no_columns")),
        ("原法律,原条,新法律,新条\n", (1, "no_rows")),
        ("原法律,原条,新法律,新条\n合同法,第五十二款,民法典,1", (2, "bad_article")),
        ("原法律,原条,新法律,新条\n合同法,1,,1", (2, "no_law")),
        ("原法律,原条,新法律,新条\n合同法,1,民法典,0", (2, "bad_article")),
    ],
)
def test_a_table_that_cannot_be_read_says_in_which_line_and_why(table, problem):
    with pytest.raises(UnreadableConcordance) as refused:
        concordance_text.read(table)
    assert [(each.line, each.code) for each in refused.value.problems] == [problem]


def applied(table=TABLE):
    return concordance.apply(concordance.plan(table))


@pytest.mark.django_db
def test_a_plan_writes_nothing_and_applying_makes_the_law_known_and_repealed():
    planned = concordance.plan(TABLE)
    assert not Succession.objects.exists()
    assert [(law.name, str(law.repealed_on), law.articles, law.added) for law in planned.laws] == [
        ("中华人民共和国合同法", "2021-01-01", 428, 5),
        ("中华人民共和国担保法", "2021-01-01", 96, 1),
    ]
    concordance.apply(planned)
    assert Statute.objects.get(key="he-tong-fa").short_name == "合同法"
    again = concordance.plan(TABLE)
    assert again.changes_nothing
    applied(TABLE.replace("、153", ""))
    assert Succession.objects.filter(statute__key="he-tong-fa", article=52).count() == 2
    assert Statute.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("合同法,1,没有的法,1", refusals.UnknownSuccessor),
        ("合同法,1,民法典,1261", refusals.UnknownSuccessor),
        ("民法典,1,民法典,2", refusals.UnknownSuccessor),
    ],
)
def test_a_table_that_leads_nowhere_is_refused(line, refusal):
    with pytest.raises(refusal):
        concordance.plan(f"原法律,原条,新法律,新条\n{line}")


@pytest.mark.django_db
def test_the_command_plans_and_applies_a_csv(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(TABLE, encoding="gb18030")
    out = io.StringIO()
    call_command("statute", "plan", str(file), stdout=out)
    assert not Succession.objects.exists()
    call_command("statute", "apply", str(file), stdout=out)
    assert out.getvalue().splitlines()[-1] == "6 successions"
    file.write_text("一,二", encoding="utf-8")
    with pytest.raises(CommandError, match="line 1: no_columns"):
        call_command("statute", "plan", str(file))


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.usefixtures("engine_in_force")
def test_who_asks_for_a_repealed_article_finds_those_who_explain_what_follows_it(client, captioned, indexed):
    new = captioned("现行规定", "民法典第一百五十三条说的是强制性规定。")
    old = captioned("旧法讲座", "原合同法第52条是这样写的。")
    published_course("课", new, old, access=Access.PUBLIC)
    indexed()
    applied()
    index.index_waiting()
    assert SpokenCitation.objects.get(lecture=old).statute.key == "he-tong-fa"
    results = find.search("原合同法第52条", user=AnonymousUser())
    assert {each.lecture for each in results.lectures} == {new, old}
    marked = {
        moment.text[start:end]
        for each in results.lectures
        for moment in each.moments
        for start, end in moment.marks
    }
    assert marked == {"民法典第一百五十三条", "合同法第52条"}
    page = client.get("/search/", {"q": "原合同法第52条"}).content.decode()
    assert "已废止，现为" in page
    assert 'href="/laws/civil-code/153/"' in page
    led_on = client.get("/api/v1/search", {"q": "合同法52条"}).json()["led_on"]
    assert [each["article"] for each in led_on] == [146, 153, 154]
    assert [each.lecture for each in find.search("民法典第153条", user=AnonymousUser()).lectures] == [new]


@pytest.mark.django_db
def test_the_pages_of_both_articles_lead_to_each_other_by_the_day_that_is_asked_for(client):
    applied()
    old = client.get("/laws/he-tong-fa/107/").content.decode()
    assert "自2021年1月1日起废止" in old
    assert '现为 <a href="/laws/civil-code/577/">民法典第五百七十七条</a>' in old
    assert "文字相同" in old
    assert "没有对应条文" in client.get("/laws/he-tong-fa/428/").content.decode()
    assert "对照表没有说明本条" in client.get("/laws/he-tong-fa/1/").content.decode()
    assert "废止" not in client.get("/laws/he-tong-fa/107/?on=2020-12-31").content.decode()
    assert (
        '<a href="/laws/he-tong-fa/107/">合同法第一百零七条</a>'
        in client.get("/laws/civil-code/577/").content.decode()
    )
    assert client.get("/laws/").content.decode().index("民法典") < client.get(
        "/laws/"
    ).content.decode().index("合同法")


@pytest.mark.django_db
def test_an_editor_hands_a_table_in_sees_the_plan_and_agrees_to_it(admin_client):
    page = admin_client.post("/admin/statutes/concordance/", {"text": TABLE}).content.decode()
    assert "中华人民共和国合同法" in page
    assert not Succession.objects.exists()
    assert admin_client.post("/admin/statutes/concordance/import/", {"text": TABLE}).status_code == 302
    assert Succession.objects.count() == 6
    page = admin_client.post("/admin/statutes/concordance/", {"text": "一,二"}).content.decode()
    assert "首行须写明各列名称" in page
