"""Hours earned elsewhere: declared with proof, decided by the association that answers, entered in the ledger."""

import datetime as dt
import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image

from courses import declarations, desk_refusals
from courses.declarations import Claim
from courses.engine import documents
from courses.engine.errors import InvalidDocument
from courses.models import Declaration, DeclarationState, DeskStep, LedgerEntry, ProofFile
from people import grants, memberships, organisations, persons
from people.days import today
from people.models import Role, User
from tests.courses.regulations import DOCUMENT, regulation  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow

YESTERDAY = today() - dt.timedelta(days=1)


def photograph(name="签到表.jpg", kind="JPEG"):
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def pdf(name="证书.pdf"):
    return SimpleUploadedFile(
        name, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", content_type="application/pdf"
    )


@pytest.fixture(autouse=True)
def _proofs_apart(settings, tmp_path):
    settings.PROOFS_ROOT = tmp_path / "proofs"


@pytest.fixture
def declarant(province, lawyer):
    return lawyer("林试", province.yuelu)


@pytest.fixture
def changsha(province, account):
    return account("changsha", Role.CITY_COMMITTEE, province.changsha)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(**changed):
    return {
        "kind": "seminar",
        "title": "公司法修订研讨会",
        "organiser_name": "岳麓法学会",
        "day": YESTERDAY.isoformat(),
        "number": "2",
        "unit": "hour",
        "category": "law",
        "course_minutes": "120",
        "absent_minutes": "10",
    } | changed


def declared(person, **changed):
    claim = {
        "kind": "seminar",
        "title": "研讨会",
        "day": YESTERDAY,
        "category": "law",
        "seconds": 7200,
    } | changed
    return declarations.submit(person, Claim(**claim), [photograph()], by=person.user)


def test_a_lawyer_declares_a_seminar_with_a_photograph_and_sees_its_state(declarant, province):
    client = signed_in(declarant.user)
    answer = client.post("/my/declarations/new/", fields(proof_files=[photograph(), pdf()]), follow=True)
    assert answer.status_code == 200
    made = Declaration.objects.get()
    assert (made.seconds, made.unit, made.decider) == (7200, "second", province.changsha)
    assert made.facts == {"absent_minutes": 10, "course_minutes": 120}
    assert [each.media_type for each in made.proofs.all()] == ["image/jpeg", "application/pdf"]
    assert "公司法修订研讨会" in client.get("/my/declarations/").content.decode()
    assert not LedgerEntry.objects.exists()


def test_the_city_accepts_with_a_corrected_amount_and_the_ledger_has_its_fact(declarant, changsha):
    made = declared(declarant, facts={"role": "sole"})
    desk = signed_in(changsha)
    assert "研讨会" in desk.get("/desk/declarations/").content.decode()
    address = f"/desk/declarations/{made.public_id}/"
    given = {
        "decision": "accept",
        "number": "90",
        "unit": "minute",
        "category": "ethics",
        "text": "按签到时间",
    }
    assert desk.post(address, given).status_code == 302
    entry = LedgerEntry.objects.get()
    assert (entry.seconds, entry.category, entry.format, entry.facts) == (
        5400,
        "ethics",
        "onsite",
        {"role": "sole"},
    )
    assert entry.completion.evidence["declaration"] == str(made.public_id)
    made.refresh_from_db()
    assert (made.state, made.seconds, made.entry) == (DeclarationState.ACCEPTED, 7200, entry)
    page = signed_in(declarant.user).get(f"/my/declarations/{made.public_id}/").content.decode()
    assert "按签到时间" in page
    assert "按签到时间" in signed_in(declarant.user).get("/inbox/").content.decode()


def test_another_amount_without_a_word_is_refused(declarant, changsha):
    made = declared(declarant)
    answer = signed_in(changsha).post(
        f"/desk/declarations/{made.public_id}/",
        {"decision": "accept", "number": "90", "unit": "minute", "category": "law", "text": ""},
    )
    assert answer.status_code == 422
    assert not LedgerEntry.objects.exists()


def test_what_is_asked_back_is_changed_and_submitted_again_and_what_is_refused_has_a_reason(
    declarant, changsha
):
    made = declared(declarant)
    desk, lawyer = signed_in(changsha), signed_in(declarant.user)
    address = f"/desk/declarations/{made.public_id}/"
    assert desk.post(address, {"decision": "ask_back", "why-text": ""}).status_code == 422
    assert desk.post(address, {"decision": "ask_back", "why-text": "请补充议程"}).status_code == 302
    assert "请补充议程" in lawyer.get(f"/my/declarations/{made.public_id}/change/").content.decode()
    again = fields(title="研讨会（附议程）", number="90", unit="minute", proof_files=[pdf()])
    assert lawyer.post(f"/my/declarations/{made.public_id}/change/", again).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.seconds, made.proofs.count()) == (DeclarationState.SUBMITTED, 5400, 2)
    assert desk.post(address, {"decision": "refuse", "why-text": "不属于培训"}).status_code == 302
    assert "不属于培训" in lawyer.get(f"/my/declarations/{made.public_id}/").content.decode()
    assert list(DeskStep.objects.values_list("act", flat=True)) == [
        "submitted",
        "asked_back",
        "changed",
        "refused",
    ]


def test_a_withdrawn_declaration_is_decided_by_nobody(declarant, changsha):
    made = declared(declarant)
    assert signed_in(declarant.user).post(f"/my/declarations/{made.public_id}/withdraw/").status_code == 302
    with pytest.raises(desk_refusals.NotOpen):
        declarations.accept(made, by=changsha)
    assert not LedgerEntry.objects.exists()


def test_nobody_decides_his_own(declarant, province):
    grants.grant(declarant.user, Role.CITY_COMMITTEE, province.changsha, by=None, reason="委员")
    made = declared(declarant)
    desk = signed_in(declarant.user)
    address = f"/desk/declarations/{made.public_id}/"
    assert "本人" in desk.get(address).content.decode() or desk.get(address).status_code == 200
    desk.post(address, {"decision": "accept", "number": "120", "unit": "minute", "category": "law"})
    with pytest.raises(desk_refusals.NotYours):
        declarations.accept(made, by=declarant.user)
    assert not LedgerEntry.objects.exists()


def test_a_desk_sees_nothing_of_another_city_by_list_address_or_file(declarant, province, account, changsha):
    made = declared(declarant)
    proof = made.proofs.get()
    outside = signed_in(account("hengyang", Role.CITY_COMMITTEE, province.hengyang))
    assert "研讨会" not in outside.get("/desk/declarations/").content.decode()
    assert outside.get(f"/desk/declarations/{made.public_id}/").status_code == 404
    assert outside.post(f"/desk/declarations/{made.public_id}/", {"decision": "accept"}).status_code == 404
    assert outside.get(f"/proofs/{proof.public_id}/").status_code == 404
    inside = signed_in(changsha)
    above = signed_in(account("province", Role.PROVINCIAL_COMMITTEE, province.province))
    for client in (inside, above, signed_in(declarant.user)):
        assert client.get(f"/proofs/{proof.public_id}/").status_code == 200
    assert Client().get(f"/proofs/{proof.public_id}/").status_code == 302


def test_the_firm_of_the_lawyer_has_no_say_where_the_city_decides(declarant, province, account):
    made = declared(declarant)
    firm = signed_in(account("firm", Role.FIRM_MANAGER, province.yuelu))
    assert firm.get(f"/desk/declarations/{made.public_id}/").status_code == 404


def test_the_association_may_let_the_province_or_the_firm_decide(declarant, province, settings):
    settings.DECLARATIONS_DECIDED_BY = {"default": "province", "service": "firm"}
    assert declared(declarant).decider == province.province
    assert declared(declarant, kind="service").decider == province.yuelu


def test_the_regulation_in_force_names_who_decides_before_any_setting(
    declarant,
    province,
    settings,
    regulation,  # noqa: F811
):
    settings.DECLARATIONS_DECIDED_BY = {"default": "city"}
    regulation(
        province.province,
        document=DOCUMENT + "decided_by: {default: province, service: firm}\n",
        effective_from=dt.date(2020, 1, 1),
    )
    assert declared(declarant).decider == province.province
    assert declared(declarant, kind="service").decider == province.yuelu


def test_a_regulation_that_names_nobody_there_is_is_no_document():
    with pytest.raises(InvalidDocument):
        documents.parse(DOCUMENT + "decided_by: {default: minister}\n")


def test_an_auditor_reads_and_does_not_decide(declarant, province, account):
    made = declared(declarant)
    auditor = signed_in(account("auditor", Role.AUDITOR, province.province))
    address = f"/desk/declarations/{made.public_id}/"
    assert auditor.get(address).status_code == 200
    auditor.post(address, {"decision": "refuse", "why-text": "不行"})
    made.refresh_from_db()
    assert made.state == DeclarationState.SUBMITTED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.png", b"GIF89a" + b"\0" * 100),
        ("a.jpg", b""),
        ("a.pdf", b"%PDF-1.7 cut off"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50),
        ("a.exe", b"MZ" + b"\0" * 100),
    ],
)
def test_what_is_no_photograph_and_no_pdf_is_refused_whatever_it_is_called(declarant, name, content):
    answer = signed_in(declarant.user).post(
        "/my/declarations/new/", fields(proof_files=[SimpleUploadedFile(name, content)])
    )
    assert answer.status_code == 422
    assert not Declaration.objects.exists()
    assert not ProofFile.objects.exists()


def test_a_bomb_of_pixels_is_refused_by_its_header(declarant):
    content = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(content, "PNG")
    with pytest.raises(desk_refusals.FileBroken):
        declarations.submit(
            declarant,
            Claim("seminar", "研讨会", YESTERDAY, "law", seconds=60),
            [SimpleUploadedFile("a.png", content.getvalue())],
            by=declarant.user,
        )


def test_a_proof_too_large_or_one_too_many_is_refused(declarant):
    claim = Claim("seminar", "研讨会", YESTERDAY, "law", seconds=60)
    large = SimpleUploadedFile("a.pdf", b"%PDF-1.7" + b"\0" * (10 * 1024 * 1024) + b"%%EOF")
    with pytest.raises(desk_refusals.FileTooLarge):
        declarations.submit(declarant, claim, [large], by=declarant.user)
    with pytest.raises(desk_refusals.TooManyFiles):
        declarations.submit(declarant, claim, [photograph()] * 7, by=declarant.user)
    with pytest.raises(desk_refusals.ProofMissing):
        declarations.submit(declarant, claim, [], by=declarant.user)


def test_a_proof_is_handed_out_so_that_nothing_in_it_can_run(declarant):
    made = declarations.submit(
        declarant,
        Claim("paper", "论文", YESTERDAY, "law", unit="item", quantity_milli=1000),
        [photograph("../../<b>x</b>\r\n.jpg"), pdf()],
        by=declarant.user,
    )
    client = signed_in(declarant.user)
    picture, document = made.proofs.all()
    shown = client.get(f"/proofs/{picture.public_id}/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in shown["Cache-Control"]
    assert "attachment" in client.get(f"/proofs/{document.public_id}/")["Content-Disposition"]
    assert "/" not in picture.original_name
    assert ".." not in picture.key


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"day": today() + dt.timedelta(days=1)}, desk_refusals.DayRefused),
        ({"day": dt.date(2001, 1, 1)}, desk_refusals.DayRefused),
        ({"seconds": 0}, desk_refusals.AmountRefused),
        ({"seconds": 10**9}, desk_refusals.AmountRefused),
        ({"unit": "day", "seconds": 0, "quantity_milli": 10**9}, desk_refusals.AmountRefused),
        ({"unit": "day", "seconds": 60, "quantity_milli": 1000}, desk_refusals.AmountRefused),
    ],
)
def test_an_impossible_claim_is_refused_by_name(declarant, changed, refusal):
    with pytest.raises(refusal):
        declared(declarant, **changed)


def test_who_belongs_nowhere_is_told_so(db):
    person = persons.create(name="贺试", user=User.objects.create_user("heshi"))
    with pytest.raises(desk_refusals.NoDecider):
        declared(person)


def test_the_database_keeps_an_acceptance_whole(declarant):
    made = declared(declarant)
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.filter(pk=made.pk).update(state="accepted")


def test_the_list_of_the_desk_costs_the_same_however_long_it_is(
    declarant, changsha, django_assert_max_num_queries
):
    for number in range(35):
        declared(declarant, title=f"研讨会{number}")
    desk = signed_in(changsha)
    desk.get("/desk/declarations/")
    with django_assert_max_num_queries(22):
        page = desk.get("/desk/declarations/").content.decode()
    assert page.count("<tr>") == 31


@pytest.mark.both_sides("postgresql")
def test_of_two_who_accept_at_once_one_is_told_that_it_is_decided(committed_db):
    top = organisations.create(kind="association", name="湖南省律师协会", opened_on=dt.date(2010, 1, 1))
    firm = organisations.create(
        kind="firm", name="湖南岳试律师事务所", opened_on=dt.date(2010, 1, 1), parent=top
    )
    person = persons.create(name="林试", user=User.objects.create_user("lawyer"))
    memberships.join(person, firm, on=dt.date(2010, 1, 1))
    made = declared(person)
    deciders = [User.objects.create_user(f"d{number}") for number in range(4)]
    outcomes: list[str] = []
    start = threading.Barrier(len(deciders))

    def decide(user):
        try:
            start.wait()
            declarations.accept(Declaration.objects.get(pk=made.pk), by=user)
            outcomes.append("accepted")
        except desk_refusals.NotOpen:
            outcomes.append("not open")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[user]) for user in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", "not open", "not open", "not open"]
    assert LedgerEntry.objects.count() == 1
