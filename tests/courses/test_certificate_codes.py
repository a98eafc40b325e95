"""Numbers, signed codes and sheets: what they promise without a database."""

import datetime as dt
import io
import re

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from courses.certificates import claims, codes, key_files, numbers, reading, sheet, typesetting
from courses.certificates.claims import Claim, Kind

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
KEYS = {codes.key_id_of(PUBLIC): PUBLIC}
FONTS = settings.BASE_DIR / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
AT = dt.datetime(2026, 11, 26, 3, 4, 5, tzinfo=dt.UTC)
RARE = "䶮㛃𬀩𣲗𬱖𬭎"

drawn = st.text(alphabet=numbers.ALPHABET, min_size=numbers.DRAWN, max_size=numbers.DRAWN)
days = st.dates(dt.date(2000, 1, 1), dt.date(2999, 12, 31))
milli = st.integers(0, claims.MAX_MILLI)


def texts(most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=least, max_size=most)


@st.composite
def any_claim(draw) -> Claim:
    kind = draw(st.sampled_from(Kind))
    return Claim(
        kind=kind,
        number=numbers.complete(draw(st.integers(2000, 9999)), draw(drawn)),
        issuer=draw(texts(claims.MAX_ISSUER)),
        issued_on=draw(days),
        name=draw(texts(claims.MAX_NAME, 1)),
        organisation=draw(texts(claims.MAX_ORGANISATION)),
        licence_end=draw(texts(4)),
        subject=draw(texts(claims.MAX_SUBJECT)),
        day=draw(days),
        year=0 if kind is Kind.COMPLETION else draw(st.integers(2000, 9999)),
        milli_credits=draw(milli),
        required_milli=draw(st.none() | milli),
        categories=tuple(draw(st.lists(st.tuples(texts(claims.MAX_CATEGORY), milli), max_size=8))),
    )


def a_claim(**changes: object) -> Claim:
    given_ = {
        "kind": Kind.COMPLETION,
        "number": numbers.complete(2026, "K7QF3MXA9TR"),
        "issuer": "湖南省律师协会",
        "issued_on": dt.date(2026, 11, 26),
        "name": "林试",
        "organisation": "湖南岳试律师事务所",
        "licence_end": "1234",
        "subject": "民法典合同编通则",
        "day": dt.date(2026, 11, 20),
        "year": 0,
        "milli_credits": 6500,
        "required_milli": None,
        "categories": (("法律与实务", 5500), ("职业道德", 1000)),
    }
    return Claim(**(given_ | changes))


def figures(**changes: object) -> dict:
    signed = codes.sign(a_claim(), KEY)
    return {
        "kind": "completion",
        "title": "学时证明",
        "subtitle": "课程完成",
        "number": signed.claim.number,
        "issuer": "湖南省律师协会",
        "issued_on": "2026年11月26日",
        "issued": [2026, 11, 26, 11, 4, 5],
        "name": f"林{RARE}",
        "identity": "湖南岳试律师事务所",
        "year": "",
        "day": "2026年11月20日",
        "course": "民法典合同编通则",
        "credit": "6.5",
        "unit": "学时",
        "facts": [["完成日期", "2026年11月20日"]],
        "categories": [{"label": "法律与实务", "credit": "6.5"}],
        "entries": [],
        "has_articles": False,
        "left_out": 0,
        "notes": [],
        "qr": codes.qr_svg(codes.address_of("https://example.cn", signed.text)),
        "code": signed.text,
        "key_id": signed.key_id,
        "verify_at": "https://example.cn/verify/",
        **changes,
    }


def entries(count: int) -> list[dict[str, str]]:
    return [
        {
            "day": "2026-03-01",
            "title": f"第{number}讲：违约金的调整",
            "category": "法律与实务",
            "minutes": "45分钟",
            "raw": "1",
            "counted": "1",
            "article": "第十二条",
        }
        for number in range(count)
    ]


def render(**changes: object) -> bytes:
    return sheet.pdf(figures(**changes), layout=1, issued_at=AT, fonts=FONTS)


# --- Numbers ------------------------------------------------------------------------------------------


@given(st.integers(2000, 9999), drawn)
def test_a_number_is_read_back_from_what_people_type(year, characters) -> None:
    number = numbers.complete(year, characters)
    assert numbers.normalise(number) == number
    assert numbers.normalise(f" {number.lower().replace('-', ' ')} ") == number
    wide = "".join(chr(ord(each) + 0xFEE0) for each in number)
    assert numbers.normalise(wide) == number


@given(drawn, st.integers(0, 11), st.sampled_from(numbers.ALPHABET))
def test_one_wrong_character_is_noticed(characters, place, wrong) -> None:
    number = numbers.complete(2026, characters).replace("-", "")
    slipped = number[: 4 + place] + wrong + number[5 + place :]
    if slipped != number:
        with pytest.raises(numbers.NumberInvalid, match="number_check"):
            numbers.normalise(slipped)


@given(drawn, st.integers(0, 10))
def test_two_characters_that_changed_places_are_noticed(characters, place) -> None:
    number = numbers.complete(2026, characters).replace("-", "")
    at = 4 + place
    slipped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if slipped != number:
        with pytest.raises(numbers.NumberInvalid, match="number_check"):
            numbers.normalise(slipped)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_named_as_none(text) -> None:
    try:
        assert re.fullmatch(r"\d{4}(-[0-9A-Z]{4}){3}", numbers.normalise(text))
    except numbers.NumberInvalid as error:
        assert error.code in {"number_shape", "number_check"}


# --- Claims and codes ---------------------------------------------------------------------------------


@given(any_claim())
def test_a_claim_is_read_back_as_it_was_written(claim) -> None:
    assert claims.decode(claims.encode(claim)) == claim


@given(any_claim())
def test_a_signed_claim_verifies_and_reads_back(claim) -> None:
    signed = codes.sign(claim, KEY)
    assert codes.verify(signed.text, KEYS) == signed
    assert codes.verify(codes.address_of("https://example.cn/", signed.text), KEYS).claim == claim


def test_a_claim_signed_twice_gives_the_same_code() -> None:
    assert codes.sign(a_claim(), KEY).text == codes.sign(a_claim(), KEY).text


def test_every_single_flipped_bit_fails() -> None:
    signed = codes.sign(a_claim(), KEY)
    whole = signed.body + signed.signature
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(codes.CodeInvalid):
            codes.verify(codes.code_of(bytes(flipped[:-64]), bytes(flipped[-64:])), KEYS)


def test_every_changed_character_of_a_code_fails() -> None:
    text = codes.sign(a_claim(), KEY).text
    for place, character in enumerate(text):
        other = "A" if character != "A" else "B"
        with pytest.raises(codes.CodeInvalid):
            codes.verify(text[:place] + other + text[place + 1 :], KEYS)


@given(st.binary(max_size=400))
def test_bytes_that_nobody_signed_are_refused_by_name(raw) -> None:
    with pytest.raises(codes.CodeInvalid) as caught:
        codes.verify(codes.code_of(b"\x01" + raw, b"\x00" * 64), KEYS)
    assert caught.value.code in {"no_code", "malformed", "unknown_key", "bad_signature"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_code"),
        ("你好", "no_code"),
        ("A" * 152, "unknown_version"),
        ("https://example.cn/verify/", "no_code"),
    ],
)
def test_what_is_no_code_is_named(text, code) -> None:
    with pytest.raises(codes.CodeInvalid, match=code):
        codes.verify(text, KEYS)


def test_a_key_of_another_site_is_unknown() -> None:
    signed = codes.sign(a_claim(), Ed25519PrivateKey.generate())
    with pytest.raises(codes.CodeInvalid, match="unknown_key"):
        codes.verify(signed.text, KEYS)


def test_a_code_broken_into_lines_is_still_read() -> None:
    address = codes.address_of("https://example.cn", codes.sign(a_claim(), KEY).text)
    broken = "\n".join(address[at : at + 60] for at in range(0, len(address), 60))
    assert codes.verify(broken.lower(), KEYS).claim == a_claim()


def test_the_usual_code_stays_small_enough_for_a_photo_of_paper() -> None:
    address = codes.address_of("https://peixun.hnlx.example.cn", codes.sign(a_claim(), KEY).text)
    assert len(address) <= 419  # version 12 with correction M: 65 modules on 40 mm


# --- Keys on disk -------------------------------------------------------------------------------------


def test_a_key_file_is_for_its_owner_alone(tmp_path) -> None:
    folder = tmp_path / "keys"
    key_id = codes.key_id_of(key_files.make(folder))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert key_files.path_of(folder, key_id).stat().st_mode & 0o777 == 0o600
    assert key_files.is_private(folder, key_id)
    assert codes.key_id_of(key_files.load(folder, key_id).public_key().public_bytes_raw()) == key_id


def test_a_missing_a_broken_and_an_exchanged_key_are_named(tmp_path) -> None:
    one, other = (codes.key_id_of(key_files.make(tmp_path)) for _ in range(2))
    with pytest.raises(key_files.KeyUnusable, match="key_missing"):
        key_files.load(tmp_path, "00000000")
    key_files.path_of(tmp_path, one).replace(key_files.path_of(tmp_path, other))
    with pytest.raises(key_files.KeyUnusable, match="key_exchanged"):
        key_files.load(tmp_path, other)
    key_files.path_of(tmp_path, other).write_text("no key")
    with pytest.raises(key_files.KeyUnusable, match="key_unreadable"):
        key_files.load(tmp_path, other)


# --- The sheet ----------------------------------------------------------------------------------------


def test_the_same_figures_give_the_same_bytes_also_in_another_compiler() -> None:
    first = render()
    typesetting._compiler.cache_clear()
    assert render() == first
    assert render(name="别人") != first


def test_the_pdf_says_that_it_is_pdf_a_and_carries_its_fonts_and_rare_characters() -> None:
    with pikepdf.open(io.BytesIO(render())) as pdf:
        metadata = pdf.open_metadata()
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "B"
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert fonts
        text = b""
        for font in fonts:
            descendant = font.DescendantFonts[0]
            assert any(key in descendant.FontDescriptor for key in ("/FontFile2", "/FontFile3"))
            assert "NotoSansSC" in str(descendant.BaseFont)
            text += font.ToUnicode.read_bytes()
    for character in RARE:
        assert character.encode("utf-16-be").hex().upper().encode() in text.upper(), character


def test_a_character_that_no_font_has_is_replaced_and_not_refused() -> None:
    assert render(course="合同编🎉\x00") == render(course="合同编〓〓")


def test_a_name_with_a_character_that_no_font_has_says_where_it_stands_whole() -> None:
    def text(name: str) -> str:
        document = pypdfium2.PdfDocument(render(name=name))
        try:
            return document[0].get_textpage().get_text_range()
        finally:
            document.close()

    assert "林〓" in text("林\U00020bb7")
    assert "扫码核验可见完整姓名" in text("林\U00020bb7")
    assert "扫码核验可见完整姓名" not in text(f"林{RARE}")


def test_a_long_statement_takes_as_many_pages_as_it_needs() -> None:
    long = render(kind="statement", year="2026", entries=entries(200), has_articles=True)
    with pikepdf.open(io.BytesIO(long)) as pdf:
        assert len(pdf.pages) > 4


def test_the_code_is_found_in_the_pdf_and_in_the_picture() -> None:
    found = reading.code_in(render())
    assert codes.verify(found, KEYS).claim == a_claim()
    picture = sheet.picture(figures(), layout=1, issued_at=AT, fonts=FONTS)
    assert reading.code_in(picture) == found
    with Image.open(io.BytesIO(picture)) as image:
        assert image.width == 1080


def test_the_code_is_found_in_a_blurred_turned_and_pressed_photo() -> None:
    with Image.open(io.BytesIO(sheet.picture(figures(), layout=1, issued_at=AT, fonts=FONTS))) as image:
        photo = image.convert("L").rotate(4, expand=True, fillcolor=180)
    photo = photo.resize((photo.width * 3 // 4, photo.height * 3 // 4)).filter(ImageFilter.GaussianBlur(0.8))
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=60)
    assert codes.verify(reading.code_in(kept.getvalue()), KEYS).claim == a_claim()


def test_the_picture_of_a_long_statement_says_how_much_it_leaves_out() -> None:
    long = figures(kind="statement", year="2026", entries=entries(200))
    picture = sheet.picture(long, layout=1, issued_at=AT, fonts=FONTS)
    assert len(picture) < 4_000_000
    assert codes.verify(reading.code_in(picture), KEYS).claim == a_claim()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.7 broken", "file_unreadable"), (b"\xff\xfe\x00", "file_unreadable"), (b"nothing", "no_code")],
)
def test_a_file_without_a_code_is_named(content, code) -> None:
    with pytest.raises((reading.FileUnreadable, codes.CodeInvalid)) as caught:
        reading.code_in(content)
    assert caught.value.code == code
