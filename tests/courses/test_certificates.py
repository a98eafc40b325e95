"""Certificates through their pages: asked for, issued once, verified by anybody, superseded, revoked, in batches."""

import datetime as dt
import io
import json
import re
import zipfile

import pikepdf
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from courses import (
    certificate_batches,
    certificate_files,
    certified,
    corrections,
    issuing,
    ledger,
    signing_keys,
)
from courses.certificates import codes
from courses.models import (
    BatchState,
    Certificate,
    CertificateBatch,
    CertificateKey,
    Completion,
    LedgerEntry,
    RevocationReason,
)
from courses.signals import ledger_corrected
from people import grants, licences, memberships, persons
from people.days import start_of_day
from people.models import Notice, NoticeKind, PracticeType, Role, User
from tests.courses.certified import DAY, completed
from tests.courses.regulations import DOCUMENT
from tests.courses.stage import OPENED, association, firm, new_lawyer, published_course, published_lecture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path) -> None:
    settings.CERTIFICATE_KEYS_DIR = tmp_path / "keys"
    settings.CERTIFICATES_ROOT = tmp_path / "certificates"
    settings.SITE_URL = "https://peixun.example.cn"
    cache.clear()


@pytest.fixture
def lecture():
    return published_lecture("违约金的调整", duration_ms=45 * 60_000)


@pytest.fixture
def course(lecture):
    return published_course("合同编通则", lecture)


@pytest.fixture
def lawyer(course, lecture):
    person = new_lawyer("林䶮")
    completed(person, lecture)
    return person


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def committee(role: str = Role.PROVINCIAL_COMMITTEE, organisation=None, name: str = "weiyuan") -> User:
    user = User.objects.create_user(name, password="岳麓山下读书声 2026")
    grants.grant(user, role, organisation or association(), by=None, reason="试验", valid_from=OPENED)
    return user


def ask(person, **data) -> Certificate:
    answer = signed_in(person.user).post("/my/certificates/issue/", data)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Certificate.objects.get(public_id=answer["Location"].split("/")[-2])


# --- Issued once --------------------------------------------------------------------------------------


def test_a_completed_course_gives_a_certificate_over_its_credit(lawyer, course) -> None:
    certificate = ask(lawyer, course=course.public_id)
    assert certificate.milli_credits == 1000
    assert certificate.figures["course"] == "合同编通则"
    claim = codes.verify(certificate_files.link(certificate), signing_keys.public_keys()).claim
    assert (claim.name, claim.organisation, claim.day) == ("林䶮", "湖南岳试律师事务所", DAY)
    assert claim.categories
    assert sum(milli for _label, milli in claim.categories) == 1000


def test_asking_again_gives_the_same_certificate_and_the_same_bytes(lawyer, course) -> None:
    first = ask(lawyer, course=course.public_id)
    client = signed_in(lawyer.user)
    kept = client.get(f"/certificates/{first.public_id}.pdf").content
    assert kept.startswith(b"%PDF")
    memberships.transfer(lawyer, association(), on=dt.date(2026, 11, 1))
    assert ask(lawyer, course=course.public_id) == first
    assert client.get(f"/certificates/{first.public_id}.pdf").content == kept
    certificate_files.storage().delete(certificate_files.pdf_name(first))
    assert client.get(f"/certificates/{first.public_id}.pdf").content == kept


def test_a_year_gives_one_statement_until_it_grows(lawyer, lecture) -> None:
    first = ask(lawyer, year=2026)
    assert [entry["title"] for entry in first.figures["entries"]] == ["违约金的调整"]
    assert ask(lawyer, year=2026) == first
    second_lecture = published_lecture("定金", duration_ms=90 * 60_000)
    completed(lawyer, second_lecture)
    second = ask(lawyer, year=2026)
    first.refresh_from_db()
    assert (second.milli_credits, second.replaces) == (3000, first)
    assert (first.state, first.superseded_reason) == ("superseded", "newer")


def test_a_year_without_credit_is_refused_in_words(lawyer) -> None:
    answer = signed_in(lawyer.user).post("/my/certificates/issue/", {"year": 2025})
    assert answer.status_code == 409
    assert "没有可以出具证明的学时" in answer.content.decode()


@pytest.mark.parametrize("data", [{"year": "20x6"}, {"course": "x"}, {}])
def test_nonsense_asked_for_is_missing(lawyer, data) -> None:
    assert signed_in(lawyer.user).post("/my/certificates/issue/", data).status_code == 404


def test_the_database_keeps_what_was_issued(lawyer) -> None:
    certificate = ask(lawyer, year=2026)
    for change in ({"milli_credits": 99}, {"figures": {}}, {"number": "x"}):
        with pytest.raises(IntegrityError, match="certificate_as_issued"), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)
    with pytest.raises(IntegrityError, match="certificate_as_issued"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).delete()
    with pytest.raises(IntegrityError, match="certificate_key_kept"), transaction.atomic():
        CertificateKey.objects.update(public_key=b"other")


def test_under_a_regulation_a_statement_says_what_counts_and_by_which_article(regulation, act) -> None:
    regulation(association())
    person = new_lawyer("王试")
    act(person, dt.date(2026, 3, 1), minutes=450)
    act(person, dt.date(2026, 4, 1), minutes=90, category="ethics")
    certificate = ask(person, year=2026)
    claim = codes.verify(certificate_files.link(certificate), signing_keys.public_keys()).claim
    assert (claim.milli_credits, claim.required_milli) == (12_000, 20_000)
    assert claim.subject == "继续教育办法（测试）"
    assert [entry["counted"] for entry in certificate.figures["entries"]] == ["10", "2"]
    assert {entry["article"] for entry in certificate.figures["entries"]} == {"第三条"}
    assert ["职业道德", "2（至少4）"] in certificate.figures["facts"]
    assert certificate_files.pdf(certificate).startswith(b"%PDF")
    assert ask(person, year=2026) == certificate
    assert "继续教育办法" in Client().get(f"/verify/?number={certificate.number}").content.decode()


def test_a_course_is_certified_as_the_regulation_in_force_converts_it(regulation, lawyer, course) -> None:
    of_fifty = DOCUMENT.replace("45分钟为1学时", "50分钟为1课时").replace("per: 45", "per: 50")
    regulation(association(), document=of_fifty.replace("unit: 学时", "unit: 课时"))
    certificate = ask(lawyer, course=course.public_id)
    claim = codes.verify(certificate_files.link(certificate), signing_keys.public_keys()).claim
    assert claim.milli_credits == 900
    assert claim.categories == (("法律实务", 900),)
    assert (certificate.figures["credit"], certificate.figures["unit"]) == ("0.9", "课时")
    assert ["规定", "继续教育办法（测试）"] in certificate.figures["facts"]
    assert ["依据", "第三条"] in certificate.figures["facts"]
    assert not any("45" in note for note in certificate.figures["notes"])


def test_a_course_that_the_regulation_does_not_recognise_says_so_in_its_credit(
    regulation, lawyer, course
) -> None:
    declared = "  act: {noted: {type: boolean, label: 登记在册, default: false}}\ncycle:"
    rule = "recognition:\n  - {id: noted, article: 第六条, says: 只认登记在册的, must: fact.noted}\n"
    regulation(association(), document=DOCUMENT.replace("cycle:", declared) + rule)
    certificate = ask(lawyer, course=course.public_id)
    assert certificate.milli_credits == 0
    assert ["依据", "第三条，第六条"] in certificate.figures["facts"]


def test_a_course_that_the_regulation_has_no_words_for_keeps_its_hours_and_says_why(
    regulation, lawyer, course
) -> None:
    without_online = DOCUMENT.replace("    online: {label: 网络培训, from: recorded}\n", "")
    regulation(association(), document=without_online)
    certificate = ask(lawyer, course=course.public_id)
    assert certificate.milli_credits == 1000
    assert any("未作折算" in note for note in certificate.figures["notes"])


def test_the_file_says_the_instant_of_its_issue(lawyer, course) -> None:
    certificate = ask(lawyer, course=course.public_id)
    with pikepdf.open(io.BytesIO(certificate_files.pdf(certificate))) as pdf:
        said = pdf.open_metadata()["xmp:CreateDate"]
    assert dt.datetime.fromisoformat(said) == certificate.issued_at


def test_the_signed_amount_is_the_one_on_paper(regulation, act) -> None:
    regulation(association())
    person = new_lawyer("王试")
    act(person, dt.date(2026, 3, 1), minutes=100)
    certificate = ask(person, year=2026)
    assert (certificate.milli_credits, certificate.figures["credit"]) == (2_220, "2.22")
    claim = codes.verify(certificate_files.link(certificate), signing_keys.public_keys()).claim
    assert [milli for _label, milli in claim.categories] == [2_220]


# --- Who sees it --------------------------------------------------------------------------------------


def test_pages_and_files_are_the_owners_and_his_committees_alone(lawyer, course) -> None:
    certificate = ask(lawyer, course=course.public_id)
    addresses = [f"/certificates/{certificate.public_id}{end}" for end in ("/", ".pdf", ".png")]
    stranger = new_lawyer("王试")
    for client, status in (
        (signed_in(lawyer.user), 200),
        (signed_in(committee()), 200),
        (signed_in(stranger.user), 404),
        (Client(), 302),
    ):
        assert [client.get(address).status_code for address in addresses] == [status] * 3


def test_a_committee_elsewhere_finds_nothing_of_it(lawyer, course, province) -> None:
    certificate = ask(lawyer, course=course.public_id)
    other = signed_in(committee(Role.CITY_COMMITTEE, province.hengyang, "hengyang"))
    assert other.get(f"/certificates/{certificate.public_id}/").status_code == 404
    assert certificate.number not in other.get("/desk/certificates/").content.decode()


def test_lists_have_pages_and_few_statements(lawyer, django_assert_max_num_queries) -> None:
    for year in range(2001, 2027):
        when = dt.date(year, 3, 1)
        completed(lawyer, published_lecture(f"{year}年的讲座", duration_ms=45 * 60_000), day=when)
        issuing.issue_statement(lawyer, year)
    client = signed_in(lawyer.user)
    with django_assert_max_num_queries(12):
        first = client.get("/my/certificates/").content.decode()
    assert first.count('class="row row--link') == 20
    assert client.get("/my/certificates/?page=2").content.decode().count('class="row row--link') == 6
    desk = signed_in(committee())
    with django_assert_max_num_queries(25):
        assert desk.get("/desk/certificates/?q=林").content.decode().count('class="row row--link') == 26
    assert "还没有证明" in signed_in(new_lawyer("陈试").user).get("/my/certificates/").content.decode()


# --- Verified by anybody ------------------------------------------------------------------------------


def test_anybody_verifies_by_number_and_by_the_link_of_the_code(lawyer, course) -> None:
    certificate = ask(lawyer, course=course.public_id)
    path = "/" + certificate_files.link(certificate).split("/", 3)[3]
    assert path.startswith("/V/")
    for address in (
        f"/verify/?number={certificate.number.lower()}",
        path,
        path.replace("/V/", "/verify/"),
    ):
        answer = Client().get(address)
        assert answer.status_code == 200
        page = answer.content.decode()
        for shown in (
            "真实有效",
            "林䶮",
            "合同编通则",
            "2026年3月5日",
            certificate.number,
            "湖南岳试律师事务所",
        ):
            assert shown in page, shown


def test_the_public_page_tells_no_more_of_the_person_than_the_certificate(lawyer, course) -> None:
    number = "14301202010123456"
    licences.issue(lawyer, number=number, practice_type=PracticeType.FULL_TIME, on=OPENED)
    certificate = ask(lawyer, course=course.public_id)
    page = Client().get(f"/verify/?number={certificate.number}").content.decode()
    assert number[-4:] in page
    for hidden in (
        number,
        number[:12],
        str(lawyer.public_id),
        lawyer.user.username,
        str(certificate.public_id),
    ):
        assert hidden not in page


def test_the_api_says_the_same(lawyer, course) -> None:
    certificate = ask(lawyer, course=course.public_id)
    told = Client().get(f"/api/v1/certificates/{certificate.number}").json()
    assert (told["state"], told["name"], told["credits"], told["course"]) == (
        "valid",
        "林䶮",
        "1",
        "合同编通则",
    )
    by_code = Client().post(
        "/api/v1/certificates/verify",
        {"code": certificate_files.code(certificate)},
        content_type="application/json",
    )
    assert by_code.json()["number"] == certificate.number
    missing = Client().get("/api/v1/certificates/2026-2222-2222-2222")
    assert (missing.status_code, missing.json()["code"]) in {
        (404, "no_such_certificate"),
        (422, "number_check"),
    }


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        ("2026-K7QF", 422, "不是证明编号"),
        ("2026-2222-2222-2223", 422, "有误"),
    ],
)
def test_a_wrong_number_is_explained(number, status, words) -> None:
    answer = Client().get("/verify/", {"number": number})
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_number_that_was_never_issued_is_said_plainly() -> None:
    from courses.certificates import numbers

    answer = Client().get("/verify/", {"number": numbers.complete(2026, "K7QF3MXA9TR")})
    assert answer.status_code == 404
    assert "没有这个编号的证明" in answer.content.decode()


def test_a_changed_code_is_called_forged(lawyer) -> None:
    certificate = ask(lawyer, year=2026)
    code = certificate_files.code(certificate)
    changed = code[:60] + ("A" if code[60] != "A" else "B") + code[61:]
    answer = Client().get(f"/V/{changed}")
    assert answer.status_code == 422
    assert "签名不符" in answer.content.decode()


def test_a_right_signature_that_the_register_does_not_know_is_said_so(lawyer) -> None:
    matter = certified.of_years([lawyer.pk], 2026, DAY)[0]
    row, private = signing_keys.current()
    made = issuing._certificate(matter, start_of_day(DAY), row.pk, private, replaces=None)
    answer = Client().get(f"/V/{codes.code_of(made.body, made.signature)}")
    assert "不在登记" in answer.content.decode()


def test_whoever_tries_numbers_is_slowed_down() -> None:
    client = Client()
    statuses = [client.get("/verify/", {"number": "2026-2222-2222-2222"}).status_code for _ in range(70)]
    assert 429 in statuses
    assert statuses[0] != 429
    assert client.get("/api/v1/certificates/2026-2222-2222-2222").status_code == 429


# --- What becomes of it -------------------------------------------------------------------------------


def test_a_committee_revokes_with_a_reason_and_everybody_sees_that(lawyer, course) -> None:
    certificate = ask(lawyer, course=course.public_id)
    client = signed_in(committee())
    address = f"/desk/certificates/{certificate.public_id}/revoke/"
    assert "无法恢复" in client.get(address).content.decode()
    assert client.post(address, {"note": "x"}).status_code == 422
    assert client.post(address, {"reason": "misuse", "note": "出借他人"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    public = Client().get(f"/verify/?number={certificate.number}").content.decode()
    assert "已被撤销" in public
    assert "出借他人" not in public
    assert (
        "出借他人" in signed_in(lawyer.user).get(f"/certificates/{certificate.public_id}/").content.decode()
    )
    again = signed_in(lawyer.user).post("/my/certificates/issue/", {"course": course.public_id})
    assert again.status_code == 409
    assert client.post(address, {"reason": "error"}).status_code == 422


def test_what_was_issued_in_error_may_be_issued_anew(lawyer, course) -> None:
    first = ask(lawyer, course=course.public_id)
    issuing.revoke(first, by=committee(), reason=RevocationReason.ERROR, note="")
    second = ask(lawyer, course=course.public_id)
    assert second.replaces == first
    assert second.number != first.number


def test_whose_certificate_was_revoked_in_error_finds_the_way_to_a_new_one_on_its_page(
    lawyer, course
) -> None:
    for data in ({"course": course.public_id}, {"year": 2026}):
        first = ask(lawyer, **data)
        page = f"/certificates/{first.public_id}/"
        assert "/my/certificates/issue/" not in signed_in(lawyer.user).get(page).content.decode()
        by = User.objects.filter(username="weiyuan").first() or committee()
        issuing.revoke(first, by=by, reason=RevocationReason.ERROR, note="")
        assert "/my/certificates/issue/" in signed_in(lawyer.user).get(page).content.decode()
        second = ask(lawyer, **data)
        assert str(second.public_id) in signed_in(lawyer.user).get(page).content.decode()


def test_nobody_revokes_outside_his_subtree_or_his_own(lawyer, course, province) -> None:
    certificate = ask(lawyer, course=course.public_id)
    grants.grant(
        lawyer.user, Role.PROVINCIAL_COMMITTEE, association(), by=None, reason="试验", valid_from=OPENED
    )
    for user in (
        lawyer.user,
        committee(Role.CITY_COMMITTEE, province.hengyang, "hengyang"),
        committee(Role.FIRM_MANAGER, firm(), "firm"),
    ):
        client = signed_in(user)
        answer = client.post(f"/desk/certificates/{certificate.public_id}/revoke/", {"reason": "error"})
        assert answer.status_code == 404
    certificate.refresh_from_db()
    assert certificate.state == "valid"


def test_a_corrected_ledger_marks_what_rests_on_it(lawyer, course) -> None:
    of_course, of_year = ask(lawyer, course=course.public_id), ask(lawyer, year=2026)
    entry = LedgerEntry.objects.get(person=lawyer)
    ledger.reverse(entry, reason="mistyped")
    ledger_corrected.send(sender="test", reversed_ids=[entry.pk], award_ids=[])
    for certificate in (of_course, of_year):
        certificate.refresh_from_db()
        assert (certificate.state, certificate.superseded_reason) == ("superseded", "corrected")
        page = Client().get(f"/verify/?number={certificate.number}").content.decode()
        assert "学时记录已更正" in page
    assert "重新出具" in signed_in(lawyer.user).get(f"/certificates/{of_year.public_id}/").content.decode()


def test_hours_put_right_leave_the_course_complete_and_its_certificate_to_be_issued_anew(
    lawyer, course, lecture, django_capture_on_commit_callbacks
) -> None:
    old = ask(lawyer, course=course.public_id)
    writer, second = committee(name="jia"), committee(name="yi")
    order = corrections.Order("amend", "typing_error", "误录", seconds=600)
    batch = corrections.prepare(association(), lecture.activity, order, by=writer)
    corrections.submit(batch, by=writer)
    corrections.approve(batch, by=second)
    with django_capture_on_commit_callbacks(execute=True):
        while corrections.work(batch.pk):
            pass
    old.refresh_from_db()
    assert old.completion.revoked_at, "the completion was made anew"
    assert Completion.objects.filter(person=lawyer, course=course, revoked_at__isnull=True).exists()
    assert (old.state, old.superseded_reason) == ("superseded", "corrected")
    said = Client().get(f"/verify/?number={old.number}").content.decode()
    assert "学时记录已更正" in said
    assert "课程完成已" not in said
    assert "已被替代" not in said, "nothing has taken its place yet"
    assert "已失效" in said
    assert "重新出具" in signed_in(lawyer.user).get(f"/certificates/{old.public_id}/").content.decode()
    new = ask(lawyer, course=course.public_id)
    assert new.replaces == old
    assert (
        str(new.public_id) in signed_in(lawyer.user).get(f"/certificates/{old.public_id}/").content.decode()
    )


def test_whose_certificate_lapses_by_a_correction_is_told_once_and_is_not_offered_to_send_it(
    lawyer, course
) -> None:
    of_course, of_year = ask(lawyer, course=course.public_id), ask(lawyer, year=2026)
    client = signed_in(lawyer.user)
    assert "保存或发送" in client.get(f"/certificates/{of_year.public_id}/").content.decode()
    entry = LedgerEntry.objects.get(person=lawyer)
    ledger.reverse(entry, reason="mistyped")
    for _ in range(2):
        ledger_corrected.send(sender="test", reversed_ids=[entry.pk], award_ids=[])
    told = {each.path: each for each in Notice.objects.filter(person=lawyer, title__contains="失效")}
    assert set(told) == {f"/certificates/{each.public_id}/" for each in (of_course, of_year)}
    assert Notice.objects.filter(title__contains="失效").count() == 2
    for certificate in (of_course, of_year):
        notice = told[f"/certificates/{certificate.public_id}/"]
        assert certificate.number in notice.title
        assert notice.kind == NoticeKind.RECORD, "what changes the record also comes by e-mail at first"
        page = client.get(notice.path).content.decode()
        assert "保存或发送" not in page
        assert "保存为PDF" not in page
        assert "请勿再发送" in page


def test_a_correction_of_another_year_or_person_marks_nothing(lawyer, lecture) -> None:
    certificate = ask(lawyer, year=2026)
    other = new_lawyer("王试")
    completed(other, lecture)
    completed(lawyer, published_lecture("旧讲座", duration_ms=60_000), day=dt.date(2025, 3, 1))
    ids = list(LedgerEntry.objects.exclude(person=lawyer, day__year=2026).values_list("pk", flat=True))
    assert issuing.supersede_corrected(ids) == 0
    certificate.refresh_from_db()
    assert certificate.state == "valid"


# --- Keys ---------------------------------------------------------------------------------------------


def test_a_rotated_key_still_verifies_what_it_signed(lawyer, course, lecture) -> None:
    old = ask(lawyer, course=course.public_id)
    call_command("certificate_keys", "rotate", stdout=io.StringIO())
    new = ask(lawyer, year=2026)
    assert old.figures["key_id"] != new.figures["key_id"]
    for certificate in (old, new):
        assert Client().get(f"/V/{certificate_files.code(certificate)}").status_code == 200
    published = Client().get("/verify/keys.json").json()["keys"]
    assert [row["id"] for row in published] == [old.figures["key_id"], new.figures["key_id"]]
    listed = io.StringIO()
    call_command("certificate_keys", "list", stdout=listed)
    assert "signs" in listed.getvalue()
    assert "retired" in listed.getvalue()


def test_a_lost_key_is_reported_and_refuses_new_certificates_only(lawyer, course, settings, tmp_path) -> None:
    old = ask(lawyer, course=course.public_id)
    settings.CERTIFICATE_KEYS_DIR = tmp_path / "elsewhere"
    assert signed_in(lawyer.user).post("/my/certificates/issue/", {"year": 2026}).status_code == 503
    assert Client().get(f"/V/{certificate_files.code(old)}").status_code == 200
    part = Client().get("/health/").json()["parts"]["certificates"]
    assert part["state"] == "attention"


def test_the_private_key_is_neither_in_the_database_nor_published(lawyer, settings) -> None:
    ask(lawyer, year=2026)
    [path] = settings.CERTIFICATE_KEYS_DIR.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    body = re.sub(r"-----[^-]+-----|\s", "", path.read_text())
    assert body not in Client().get("/verify/keys.json").content.decode()


# --- The command --------------------------------------------------------------------------------------


def test_the_command_verifies_pdf_picture_and_text_without_the_database(lawyer, course, tmp_path) -> None:
    certificate = ask(lawyer, course=course.public_id)
    keys = tmp_path / "keys.json"
    keys.write_bytes(Client().get("/verify/keys.json").content)
    (tmp_path / "a.pdf").write_bytes(certificate_files.pdf(certificate))
    (tmp_path / "a.png").write_bytes(certificate_files.picture(certificate))
    (tmp_path / "a.txt").write_text(certificate_files.link(certificate))
    for what in (
        tmp_path / "a.pdf",
        tmp_path / "a.png",
        tmp_path / "a.txt",
        certificate_files.code(certificate),
    ):
        told = io.StringIO()
        call_command("verify_certificate", str(what), "--keys", str(keys), stdout=told)
        assert "GENUINE" in told.getvalue()
        assert "林䶮" in told.getvalue()
        assert "revoked since is known only online" in told.getvalue()


def test_the_command_fails_by_name(lawyer, tmp_path) -> None:
    certificate = ask(lawyer, year=2026)
    code = certificate_files.code(certificate)
    with pytest.raises(CommandError, match="bad_signature"):
        call_command("verify_certificate", code[:70] + ("A" if code[70] != "A" else "B") + code[71:])
    with pytest.raises(CommandError, match="no_code"):
        call_command("verify_certificate", "nothing")
    keys = tmp_path / "none.json"
    keys.write_text(json.dumps({"keys": []}))
    with pytest.raises(CommandError, match="unknown_key"):
        call_command("verify_certificate", code, "--keys", str(keys))


# --- Batches ------------------------------------------------------------------------------------------


def several(lecture, count: int = 5) -> list:
    people = [new_lawyer(f"林试{number}") for number in range(count)]
    for person in people:
        completed(person, lecture)
    return people


def test_a_batch_gives_everybody_one_and_packs_them(lawyer, course, lecture, monkeypatch) -> None:
    monkeypatch.setattr(certificate_batches, "CHUNK", 2)
    several(lecture)
    own = ask(lawyer, course=course.public_id)
    user = committee()
    client = signed_in(user)
    answer = client.post(
        "/desk/certificates/batches/",
        {"organisation": association().pk, "what": f"course:{course.pk}"},
    )
    assert answer.status_code == 302
    batch = CertificateBatch.objects.get()
    assert batch.total == 6
    while certificate_batches.work(batch.pk, seconds=0):
        assert client.get(f"/desk/certificates/batches/{batch.public_id}/progress/").status_code == 200
    batch.refresh_from_db()
    assert (batch.state, batch.issued, batch.existing, batch.refused) == (BatchState.DONE, 5, 1, 0)
    page = client.get(f"/desk/certificates/batches/{batch.public_id}/").content.decode()
    assert "全部 PDF" in page
    answer = client.get(f"/desk/certificates/batches/{batch.public_id}/archive/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert len(packed.namelist()) == 6
        [name] = [each for each in packed.namelist() if own.number in each]
        assert packed.read(name) == certificate_files.pdf(own)


def test_a_batch_can_be_stopped_and_goes_on_where_it_stopped(course, lecture, monkeypatch) -> None:
    monkeypatch.setattr(certificate_batches, "CHUNK", 2)
    several(lecture)
    user = committee()
    batch = certificate_batches.start(user, association(), year=2026)
    assert certificate_batches.work(batch.pk, seconds=0)
    client = signed_in(user)
    address = f"/desk/certificates/batches/{batch.public_id}/"
    assert client.post(address, {"act": "cancel"}).status_code == 302
    assert not certificate_batches.work(batch.pk, seconds=60)
    assert Certificate.objects.count() == 2
    assert client.post(address, {"act": "cancel"}).status_code == 409
    assert client.post(address, {"act": "retry"}).status_code == 302
    certificate_batches.work(batch.pk, seconds=60)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.issued) == (BatchState.DONE, 5, 5)


def test_a_batch_stopped_in_the_middle_of_a_slice_counts_nobody_twice(course, lecture) -> None:
    several(lecture)
    batch = certificate_batches.start(committee(), association(), year=2026)

    def stop_once_persons_are_read(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if (
            "courses_ledgerentry" in sql
            and CertificateBatch.objects.filter(state=BatchState.RUNNING).exists()
        ):
            certificate_batches.cancel(batch)
        return found

    with connection.execute_wrapper(stop_once_persons_are_read):
        assert not certificate_batches.work(batch.pk)
    assert not Certificate.objects.exists()
    certificate_batches.retry(batch)
    certificate_batches.work(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.issued, batch.existing) == (BatchState.DONE, 5, 0)


def test_who_gets_one_by_a_batch_finds_it_in_his_inbox_once_and_only_if_it_is_new(course, lecture) -> None:
    first, *others = several(lecture, 3)
    own = ask(first, year=2026)
    batch = certificate_batches.start(committee(), association(), year=2026)
    certificate_batches.work(batch.pk)
    told = Notice.objects.filter(kind=NoticeKind.CERTIFICATE)
    assert {notice.person_id for notice in told} == {person.pk for person in others}
    assert all(notice.title == "已为您出具证明：2026年度学时证明" for notice in told)
    assert {notice.path for notice in told} == {
        f"/certificates/{each.public_id}/" for each in Certificate.objects.exclude(pk=own.pk)
    }
    again = certificate_batches.start(User.objects.get(username="weiyuan"), association(), year=2026)
    certificate_batches.work(again.pk)
    assert told.count() == 2


def test_a_batch_whose_worker_fell_silent_is_announced_again(course, lecture) -> None:
    several(lecture, 2)
    batch = certificate_batches.start(committee(), association(), year=2026)
    CertificateBatch.objects.update(state=BatchState.RUNNING, lease_until=start_of_day(DAY))
    assert certificate_batches.sweep() == [batch.pk]
    certificate_batches.work(batch.pk, seconds=60)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_nobody_issues_for_organisations_that_are_not_his(course, lecture, province) -> None:
    several(lecture, 1)
    client = signed_in(committee(Role.CITY_COMMITTEE, province.hengyang, "hengyang"))
    answer = client.post("/desk/certificates/batches/", {"organisation": firm().pk, "what": "year:2026"})
    assert answer.status_code == 422
    assert not CertificateBatch.objects.exists()


def test_issuing_for_many_takes_the_same_statements_as_for_few(
    course, lecture, django_assert_max_num_queries
) -> None:
    people = several(lecture, 12)
    signing_keys.current()
    with django_assert_max_num_queries(16):
        matters = certified.of_years([person.pk for person in people], 2026, DAY)
        assert len(issuing.issue(matters, start_of_day(DAY))) == 12


def test_two_of_one_name_are_told_apart(course, lecture) -> None:
    one, two = (new_lawyer("林试") for _ in range(2))
    licences.issue(one, number="14301202010123456", practice_type=PracticeType.FULL_TIME, on=OPENED)
    for person in (one, two):
        completed(person, lecture)
    assert "3456" in ask(one, year=2026).figures["identity"]
    assert "3456" not in ask(two, year=2026).figures["identity"]
    assert persons.create(name="x").pk
