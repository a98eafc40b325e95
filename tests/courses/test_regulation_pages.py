"""Pages of a regulation: the record's sentence, the text for everybody, and the admin's form, trial and history."""

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses import regulating, trials, usual_shape
from courses.models import Course, CreditRegulation, Lecture, RegulationTrial, TrialState
from people import grants, licences
from people.days import today
from people.models import Person, PracticeType, Role, User
from tests.courses.regulations import ACT, DOCUMENT
from tests.provinces import OPENED, Province

pytestmark = pytest.mark.slow

ADMIN = "wagtailsnippets_courses_creditregulation"


def signed_in(client: Client, user: User | None) -> Client:
    assert user is not None
    client.force_login(user)
    return client


@pytest.fixture
def year() -> int:
    return today().year


@pytest.fixture
def final(account: Callable[..., User], province: Province) -> User:
    return account("zhongshen", Role.FINAL_REVIEWER, province.province)


def test_the_record_says_in_one_sentence_what_is_lacking_and_by_when(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    regulation(province.province, effective_from=dt.date(year, 1, 1))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(year, 1, 5), minutes=14 * 45)
    page = signed_in(client, wang.user).get("/my/record/").content.decode()
    assert f"{year}年度还差 6 学时，其中职业道德 4 学时，请在{year}年12月31日前补齐。" in page
    assert "45分钟为1学时" in page
    assert "第三条" in page
    assert f"{year}年度还差 6 学时" in client.get("/my/").content.decode()


def test_a_category_that_fills_the_whole_as_well_is_named_alone(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    regulation(province.province, effective_from=dt.date(year, 1, 1))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(year, 1, 5), minutes=19 * 45 + 1)
    page = signed_in(client, wang.user).get("/my/record/").content.decode()
    assert f"{year}年度还差 职业道德 4 学时，请在{year}年12月31日前补齐。" in page


def test_the_record_says_when_it_is_enough(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    regulation(province.province, effective_from=dt.date(year, 1, 1))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(year, 1, 5), minutes=20 * 45, category="ethics")
    page = signed_in(client, wang.user).get("/my/record/").content.decode()
    assert f"{year}年度已达标：20 / 20 学时。" in page


def test_an_open_reading_is_shown_both_ways_with_whom_to_ask(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    either = "{either: [{if: 按二十学时, is: 20}, {if: 按十学时, is: 10}]}"
    document = DOCUMENT.replace("credit: 20", f"credit: {either}")
    regulation(province.province, document=document, effective_from=dt.date(year, 1, 1))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(year, 1, 5), minutes=15 * 45, category="ethics")
    page = signed_in(client, wang.user).get("/my/record/").content.decode()
    assert "是否达标，取决于对规定的理解" in page
    assert "按二十学时" in page
    assert "按十学时" in page
    assert "请向湖南省律师协会询问" in page


def test_courses_of_the_category_that_is_lacking_are_suggested(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    lecture: Callable[..., Lecture],
    course: Callable[..., Course],
    regulation: Callable[..., CreditRegulation],
    year: int,
) -> None:
    regulation(province.province, effective_from=dt.date(year, 1, 1))
    course("律师职业道德", lecture("利益冲突", category="ethics"))
    course("合同法新讲", lecture("违约责任", category="law"))
    wang = lawyer("wang", province.yuelu)
    page = signed_in(client, wang.user).get("/my/record/").content.decode()
    suggested = page[page.index("怎样补齐") :]
    assert suggested.index("律师职业道德") < suggested.index("可补职业道德") < suggested.index("合同法新讲")


def test_only_courses_of_the_category_are_suggested_where_it_fills_the_whole_as_well(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    lecture: Callable[..., Lecture],
    course: Callable[..., Course],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    regulation(province.province, effective_from=dt.date(year, 1, 1))
    course("律师职业道德", lecture("利益冲突", category="ethics"))
    course("合同法新讲", lecture("违约责任", category="law"))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(year, 1, 5), minutes=16 * 45)
    page = signed_in(client, wang.user).get("/my/record/").content.decode()
    suggested = page[page.index("怎样补齐") :]
    assert "律师职业道德" in suggested
    assert "合同法新讲" not in suggested


def test_the_year_stands_by_category_with_what_each_lacks_and_until_when_each_way_counts(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    document = usual_shape.write(
        usual_shape.UsualShape(
            id="usual",
            title="办法",
            issuer="协会",
            unit="学时",
            credits=Fraction(20),
            minutes=45,
            minimums=(("ethics", Fraction(2)),),
            make_up=(3, 31),
            online_until_make_up=True,
        )
    )
    regulation(province.province, document=document, effective_from=dt.date(year, 1, 1))
    wang = lawyer("wang", province.yuelu)
    act(wang, dt.date(year, 1, 5), minutes=12 * 45, format="onsite")
    page = signed_in(client, wang.user).get("/my/record/").content.decode()
    assert "12 / 20 学时，还差 8" in page
    assert "0 / 2 学时，还差 2" in page
    assert f"{year + 1}年3月31日前仍计入；其他学习方式：{year}年12月31日前仍计入。" in page


@pytest.mark.both_sides("postgresql")
def test_the_record_costs_no_more_statements_with_more_entries(
    client: Client,
    province: Province,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    regulation(province.province, effective_from=dt.date(year, 1, 1))
    wang = lawyer("wang", province.yuelu)
    signed_in(client, wang.user)
    counts = []
    for _round in range(2):
        for number in range(5):
            act(wang, dt.date(year, 1, 1 + number), minutes=45)
        with CaptureQueriesContext(connection) as queries:
            client.get("/my/record/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 23


def test_the_regulation_is_shown_as_text_with_its_articles_to_everybody(
    client: Client, province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province)
    page = client.get("/regulation/").content.decode()
    for text in (
        "继续教育办法（测试）",
        "每年20学时",
        "其中职业道德不少于4学时",
        "第五条",
        "45分钟为1学时",
        "2026年1月1日",
    ):
        assert text in page
    version = made.versions.get()
    assert "每年20学时" in client.get(f"/regulation/{version.public_id}/").content.decode()


def test_without_a_regulation_its_page_is_calm(client: Client, province: Province) -> None:
    page = client.get("/regulation/").content.decode()
    assert "目前还没有施行的学时规定" in page


# --- Admin --------------------------------------------------------------------------------------------


def test_a_broken_document_is_named_with_its_line(client: Client, editor: User) -> None:
    signed_in(client, editor)
    document = DOCUMENT.replace("credit: 20", "credit: 20 +")
    found = client.post(reverse(f"{ADMIN}:check"), {"document": document}).json()
    line = DOCUMENT[: DOCUMENT.index("credit: 20")].count("\n") + 1
    assert [each["line"] for each in found["problems"]] == [line]
    assert "无法读懂" in found["problems"][0]["text"]
    assert client.post(reverse(f"{ADMIN}:check"), {"document": DOCUMENT}).json()["problems"] == []


def test_the_admin_refuses_to_publish_a_broken_document_and_keeps_it_as_a_draft(
    client: Client, final: User, province: Province
) -> None:
    signed_in(client, final)
    made = CreditRegulation.objects.create(
        owner=province.province,
        title="办法",
        document="language: 1",
        effective_from=dt.date(2026, 1, 1),
        live=False,
    )
    fields = {
        "title": "办法",
        "owner": province.province.pk,
        "effective_from": "2026-01-01",
        "effective_to": "",
    }
    fields |= {"change_note": "", "document": "language: 1\nid: x\n"}
    url = reverse(f"{ADMIN}:edit", args=[made.pk])
    refused = client.post(url, fields | {"action-publish": "1"})
    assert "第 1 行" in refused.content.decode()
    made.refresh_from_db()
    assert not made.live
    assert client.post(url, fields).status_code == 302
    assert client.post(url, fields | {"document": DOCUMENT, "action-publish": "1"}).status_code == 302
    made.refresh_from_db()
    assert made.live
    assert regulating.periods_of(province.province.pk)


def test_what_is_under_review_cannot_be_broken_even_as_a_draft(
    client: Client, editor: User, final: User, province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province, live=False)
    made.get_workflow().start(made, editor)
    fields = {
        "title": "办法",
        "owner": province.province.pk,
        "effective_from": "2026-01-01",
        "effective_to": "",
    }
    fields |= {"change_note": "", "document": "language: 1\nid: x\n"}
    refused = signed_in(client, final).post(reverse(f"{ADMIN}:edit", args=[made.pk]), fields)
    assert "第 1 行" in refused.content.decode()


def test_the_form_changes_nothing_while_others_review(
    client: Client, editor: User, province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province, live=False)
    made.get_workflow().start(made, editor)
    fields = {"title": "湖南办法", "issuer": "协会", "unit": "学时", "credits": "40", "minutes": "45"}
    url = reverse(f"{ADMIN}:form", args=[made.pk])
    page = signed_in(client, editor).post(url, fields, follow=True).content.decode()
    assert "已锁定或正在审核" in page
    assert CreditRegulation.objects.get().get_latest_revision_as_object().document == DOCUMENT


def test_the_form_writes_the_document_and_reads_it_back(
    client: Client, editor: User, province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province, live=False)
    signed_in(client, editor)
    url = reverse(f"{ADMIN}:form", args=[made.pk])
    assert "表单没有的内容" in client.get(url).content.decode()
    fields = {
        "title": "湖南办法",
        "issuer": "湖南省律师协会",
        "unit": "学时",
        "credits": "40",
        "minutes": "45",
    }
    fields |= {"minimum_ethics": "4", "cap_reading": "5.5", "age_1": "65", "age_1_credits": "0"}
    fields |= {"make_up_month": "3", "make_up_day": "31", "article_credits": "第五条"}
    assert client.post(url, fields).status_code == 302
    latest = CreditRegulation.objects.get().get_latest_revision_as_object()
    shape = usual_shape.read(latest.document)
    assert shape is not None
    assert (shape.credits, shape.minimums, shape.ages) == (40, (("ethics", 4),), ((65, 0),))
    page = client.get(url).content.decode()
    assert "表单没有的内容" not in page
    assert 'value="5.5"' in page


def test_a_new_regulation_begins_with_what_the_form_wrote(client: Client, editor: User) -> None:
    signed_in(client, editor)
    fields = {
        "title": "湖南办法",
        "issuer": "湖南省律师协会",
        "unit": "学时",
        "credits": "40",
        "minutes": "45",
    }
    page = client.post(reverse(f"{ADMIN}:new_form"), fields, follow=True).content.decode()
    assert "每年40学时" in page
    assert 'value="湖南办法"' in page
    assert "每年40学时" not in client.get(reverse(f"{ADMIN}:add")).content.decode()


def test_the_form_refuses_half_a_row(client: Client, editor: User) -> None:
    signed_in(client, editor)
    fields = {
        "title": "办法",
        "issuer": "协会",
        "unit": "学时",
        "credits": "40",
        "minutes": "45",
        "age_1": "65",
    }
    page = client.post(reverse(f"{ADMIN}:new_form"), fields).content.decode()
    assert "两项都填，或者都不填。" in page


@pytest.mark.parametrize("kind", ["age", "months"])
def test_the_form_refuses_two_rows_of_one_number_by_name(client: Client, editor: User, kind: str) -> None:
    signed_in(client, editor)
    fields = {"title": "办法", "issuer": "协会", "unit": "学时", "credits": "40", "minutes": "45"}
    fields |= {f"{kind}_1": "6", f"{kind}_1_credits": "20", f"{kind}_3": "6", f"{kind}_3_credits": "0"}
    page = client.post(reverse(f"{ADMIN}:new_form"), fields).content.decode()
    assert "与第1行的数字相同，请只保留一行。" in page


def test_a_trial_says_for_whom_a_draft_would_change_something_and_enters_nothing(
    client: Client,
    province: Province,
    account: Callable[..., User],
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    act: ACT,
    year: int,
) -> None:
    made = regulation(province.province, effective_from=dt.date(year, 1, 1))
    wang, li = lawyer("wang", province.yuelu), lawyer("li", province.shigu)
    act(wang, dt.date(year, 1, 2), minutes=20 * 45, category="ethics")
    made.document = DOCUMENT.replace("credit: 20", "credit: 30")
    made.save_revision()
    user = account("sheng", Role.EDITOR, province.province)
    signed_in(client, user)
    url = reverse(f"{ADMIN}:trial", args=[made.pk])
    asked = {"organisation": province.province.pk, "most": trials.AT_ONCE, "year": year}
    page = client.post(url, asked, follow=True).content.decode()
    trial = RegulationTrial.objects.get()
    assert trial.state == TrialState.DONE
    assert (trial.judged, trial.changed) == (2, 2)
    assert "2 名律师中，2 名的结果会不同。" in page
    # An editor answers for texts, not for people: he sees figures and no names.
    assert "wang" not in page
    assert "（姓名不显示）" in page
    table = client.get(reverse(f"{ADMIN}:trial_table", args=[made.pk, trial.public_id]))
    assert table["Content-Type"].startswith("text/csv")
    assert made.versions.count() == 1
    assert li.ledger_entries.count() == 0


def test_a_trial_of_named_lawyers_judges_them_alone_and_names_a_number_of_nobody(
    client: Client,
    province: Province,
    account: Callable[..., User],
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    year: int,
) -> None:
    made = regulation(province.province, effective_from=dt.date(year, 1, 1))
    wang, _li = lawyer("wang", province.yuelu), lawyer("li", province.shigu)
    licences.issue(wang, number="14301201011234567", practice_type=PracticeType.FULL_TIME, on=OPENED)
    user = account("sheng", Role.EDITOR, province.province)
    signed_in(client, user)
    url = reverse(f"{ADMIN}:trial", args=[made.pk])
    asked = {"organisation": province.province.pk, "most": trials.AT_ONCE, "year": year}
    assert "只试算这些律师" not in client.get(url).content.decode()
    grants.grant(
        user, Role.PROVINCIAL_COMMITTEE, province.province, by=None, reason="委员", valid_from=OPENED
    )
    page = client.post(url, asked | {"licences": "14301201011234567\n14301201017654321"}).content.decode()
    assert "本单位没有执业证号为 14301201017654321 的律师，或者您无权查看。" in page
    page = client.post(url, asked | {"licences": " 14301201011234567\n"}, follow=True).content.decode()
    assert "1 名律师中，0 名的结果会不同。" in page
    trial = RegulationTrial.objects.get()
    assert (trial.people, trial.chosen, trial.changed) == (1, [wang.pk], 0)
    assert [row[0] for row in trial.result["rows"]] == [wang.pk]
    assert "wang" in page


def test_who_may_see_nobody_learns_no_named_persons_figures(
    client: Client,
    province: Province,
    editor: User,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    year: int,
) -> None:
    made = regulation(province.province, effective_from=dt.date(year, 1, 1))
    wang = lawyer("wang", province.yuelu)
    licences.issue(wang, number="14301201011234567", practice_type=PracticeType.FULL_TIME, on=OPENED)
    with pytest.raises(trials.TrialRefused):
        trials.start(
            made, DOCUMENT, province.province, most=10, year=year, by=editor, licences=["14301201011234567"]
        )
    assert not RegulationTrial.objects.exists()


def test_a_cancelled_trial_is_not_judged_any_more(
    client: Client,
    province: Province,
    editor: User,
    lawyer: Callable[..., Person],
    regulation: Callable[..., CreditRegulation],
    year: int,
) -> None:
    made = regulation(province.province)
    lawyer("wang", province.yuelu)
    trial = trials.start(made, DOCUMENT, province.province, most=10, year=year, by=editor)
    signed_in(client, editor).post(reverse(f"{ADMIN}:trial_cancel", args=[made.pk, trial.public_id]))
    trials.run(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.judged) == (TrialState.CANCELLED, 0)


def test_the_history_shows_what_a_version_changed(
    client: Client, editor: User, province: Province, regulation: Callable[..., CreditRegulation]
) -> None:
    made = regulation(province.province)
    made.document = DOCUMENT.replace("credit: 20", "credit: 25")
    made.save_revision().publish()
    page = signed_in(client, editor).get(reverse(f"{ADMIN}:versions", args=[made.pk])).content.decode()
    assert "credit: 25" in page
    assert "regulation-diff__line--removed" in page


def test_who_may_not_edit_regulations_finds_nothing(
    client: Client,
    province: Province,
    account: Callable[..., User],
    regulation: Callable[..., CreditRegulation],
) -> None:
    made = regulation(province.province)
    signed_in(client, account("zhu", Role.CITY_COMMITTEE, province.changsha))
    for name in ("trial", "form", "versions"):
        assert client.get(reverse(f"{ADMIN}:{name}", args=[made.pk])).status_code in {302, 404}
