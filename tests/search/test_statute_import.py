"""Statutes come in by plan and apply: once, again without change, corrected, and amended from a later day."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from search import citations, refusals, statute_import, statutes
from search.models import (
    Article,
    ArticleCitation,
    ArticleVersion,
    Statute,
    StatuteImport,
    TextIndexing,
)
from search.statute_import import ChangeKind

pytestmark = pytest.mark.django_db

FIRST = """中华人民共和国测试法
（2020年1月1日通过，自2021年1月1日起施行）
第一章 总则
第一条 甲。
第二条 依照民法典第五百七十七条处理。
第二章 分则
第三条 丙。
"""
SECOND = FIRST.replace("丙", "丁").replace("自2021年", "自2026年") + "第三条之一 戊。\n"


def imported(text: str) -> Statute:
    return statute_import.apply(statute_import.plan(text))


def texts_on(statute: Statute, day: dt.date) -> dict[str, str]:
    rows = ArticleVersion.objects.filter(article__statute=statute).filter(statutes.in_force_on(day))
    return {str(row.article): row.paragraphs[0]["text"] for row in rows.select_related("article")}


def test_a_plan_writes_nothing_and_applying_it_writes_every_article() -> None:
    planned = statute_import.plan(FIRST)
    assert not Article.objects.exists()
    assert planned.statute is None
    assert planned.counts == {ChangeKind.ADDED: 3}
    statute = statute_import.apply(planned)
    assert (statute.key, statute.short_name, statute.articles) == ("ce-shi-fa", "测试法", 3)
    assert [division.label for division in statute.divisions.all()] == ["第一章 总则", "第二章 分则"]
    assert texts_on(statute, dt.date(2021, 1, 1)) == {
        "第一条": "甲。",
        "第二条": "依照民法典第五百七十七条处理。",
        "第三条": "丙。",
    }
    assert not texts_on(statute, dt.date(2020, 12, 31))


def test_the_same_text_again_changes_nothing() -> None:
    imported(FIRST)
    again = statute_import.plan(FIRST)
    assert (again.changes, again.unchanged) == ((), 3)
    statute_import.apply(again)
    assert StatuteImport.objects.count() == 1


def test_an_amendment_keeps_the_former_text_for_its_days() -> None:
    imported(FIRST)
    planned = statute_import.plan(SECOND)
    assert {str(change.number): change.kind for change in planned.changes} == {
        "第三条": ChangeKind.CHANGED,
        "第三条之一": ChangeKind.ADDED,
    }
    statute = statute_import.apply(planned)
    assert texts_on(statute, dt.date(2025, 12, 31))["第三条"] == "丙。"
    assert texts_on(statute, dt.date(2026, 1, 1)) == texts_on(statute, dt.date(2030, 1, 1))
    assert texts_on(statute, dt.date(2026, 1, 1))["第三条"] == "丁。"
    assert texts_on(statute, dt.date(2026, 1, 1))["第三条之一"] == "戊。"


def test_an_article_that_a_new_text_lacks_ends_with_it() -> None:
    imported(FIRST.replace("第三条", "第三条 丙。\n第四条"))
    statute = imported(FIRST.replace("自2021年", "自2022年"))
    assert set(texts_on(statute, dt.date(2021, 6, 1))) == {"第一条", "第二条", "第三条", "第四条"}
    assert set(texts_on(statute, dt.date(2022, 6, 1))) == {"第一条", "第二条", "第三条"}


def test_a_text_of_the_same_day_corrects_and_an_earlier_one_is_refused() -> None:
    imported(FIRST)
    planned = statute_import.plan(FIRST.replace("丙", "乙"))
    assert [change.kind for change in planned.changes] == [ChangeKind.CORRECTED]
    statute = statute_import.apply(planned)
    assert texts_on(statute, dt.date(2021, 1, 1))["第三条"] == "乙。"
    assert ArticleVersion.objects.filter(article__number=3).count() == 1
    with pytest.raises(refusals.NotLater):
        statute_import.plan(FIRST, valid_from=dt.date(2020, 1, 1))


def test_a_plan_made_before_another_import_is_refused() -> None:
    imported(FIRST)
    stale = statute_import.plan(SECOND)
    imported(SECOND)
    with pytest.raises(refusals.Overtaken):
        statute_import.apply(stale)


def test_a_text_without_a_first_day_asks_for_it() -> None:
    text = "某某办法\n第一条 甲。"
    with pytest.raises(refusals.NoFirstDay):
        statute_import.plan(text)
    assert statute_import.plan(text, valid_from=dt.date(2026, 1, 1)).articles == 1


def test_a_key_that_another_statute_has_is_refused() -> None:
    with pytest.raises(refusals.NameTaken):
        statute_import.plan(FIRST, key=citations.CIVIL_CODE)


def test_what_a_text_cites_is_known_to_the_cited_article() -> None:
    statute = imported(FIRST)
    (row,) = ArticleCitation.objects.all()
    assert (row.statute.key, row.article) == (citations.CIVIL_CODE, 577)
    assert row.version.article.statute == statute


def test_what_a_text_cites_is_known_when_the_cited_statute_comes_later() -> None:
    name = "最高人民法院关于适用《中华人民共和国测试法》有关担保制度的解释（一）"
    written = name.replace("《", "〈").replace("》", "〉")
    citing = FIRST.replace("测试法", "前行法").replace("丙", f"依照《{written}》第六条处理")
    citing_statute = imported(citing)
    TextIndexing.objects.all().delete()
    articles = "\n".join(f"第{numeral}条 文。" for numeral in "一二三四五六")
    later = imported(f"{name}\n（2020年1月1日通过，自2021年1月1日起施行）\n{articles}\n")
    (row,) = ArticleCitation.objects.filter(statute=later)
    assert (row.version.article.statute, row.article) == (citing_statute, 6)
    assert TextIndexing.objects.filter(group=f"statute:{citing_statute.key}").exists()


def test_the_database_refuses_two_texts_of_one_article_on_a_day() -> None:
    imported(FIRST)
    version = ArticleVersion.objects.first()
    assert version is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        ArticleVersion.objects.create(
            article=version.article,
            valid_from=dt.date(2024, 1, 1),
            paragraphs=[],
            came_with=version.came_with,
        )


def test_the_command_plans_and_applies_and_counts_the_articles_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "law.txt"
    file.write_bytes(FIRST.encode("gb18030"))
    call_command("statute", "plan", str(file))
    assert not Article.objects.exists()
    call_command("statute", "apply", str(file))
    assert Article.objects.count() == 3
    assert capsys.readouterr().out.splitlines()[-1] == "3 articles"


def test_the_command_names_the_lines_of_a_broken_text(tmp_path: Path) -> None:
    file = tmp_path / "law.md"
    file.write_text(FIRST.replace("第二条 ", "第五条 "), encoding="utf-8")
    with pytest.raises(CommandError, match="line 5: missing_before 第五条"):
        call_command("statute", "apply", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("statute", "plan", str(tmp_path / "none.md"))


def test_every_real_statute_is_imported_whole(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted((shared_data / "law").rglob("*.md"), key=lambda each: "interpretations" in str(each)):
        call_command("statute", "apply", str(path))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.endswith(" articles")]
    assert lines[0] == "1260 articles"
    assert sorted(int(line.split()[0]) for line in lines[1:]) == [21, 23, 26, 28, 39, 45, 69, 71, 91]
    assert Article.objects.count() == 1260 + 413
    code = Statute.objects.get(key=citations.CIVIL_CODE)
    assert code.divisions.count() == 137
    about = ArticleCitation.objects.filter(statute=code, article=584).values_list(
        "version__article__statute__short_name", "version__article__number"
    )
    assert ("民法典合同编通则解释", 65) in set(about)
