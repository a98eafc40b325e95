"""Signed claims as text: what stands in the code of a certificate, and whether its signature holds.

The bytes are a version (1), the key's id (4 bytes), the claim (see `claims`) and the Ed25519 signature (64
bytes) over all before it behind `CONTEXT`. As text they are Base32 without padding, behind the address of the
verification page: capitals and digits alone, which a QR code packs into five and a half bits each. Nothing
unsigned is interpreted: the signature is checked before the claim is read.
"""

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from courses.certificates.claims import Claim, ClaimMalformed, decode, encode

VERSION = 1
CONTEXT = b"luxuetang certificate\x00"
KEY_ID_BYTES, SIGNATURE_BYTES = 4, 64
HEAD = 1 + KEY_ID_BYTES
MAX_CODE_LENGTH = 2400
MIN_CODE_LENGTH = 120
_IN_ADDRESS = re.compile(rf"/(?:V|VERIFY)/([A-Z2-7]{{{MIN_CODE_LENGTH},{MAX_CODE_LENGTH}}})(?![A-Z0-9])")
_DARK = re.compile(rb"\x00+")
_ALONE = re.compile(rf"[A-Z2-7]{{{MIN_CODE_LENGTH},{MAX_CODE_LENGTH}}}")


class CodeInvalid(Exception):
    """No certificate of ours. `code`: "no_code" (nothing like one in the text), "malformed" (torn or misread),
    "unknown_version", "unknown_key" (of another site, or newer than these keys), "bad_signature" (changed)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Signed:
    """A claim with the key that signed it."""

    claim: Claim
    key_id: str
    body: bytes
    signature: bytes

    @property
    def text(self) -> str:
        return code_of(self.body, self.signature)


def key_id_of(public: bytes) -> str:
    """Eight hexadecimal digits that name a public key."""
    return hashlib.sha256(public).hexdigest()[: 2 * KEY_ID_BYTES]


def sign(claim: Claim, key: Ed25519PrivateKey) -> Signed:
    """The claim, signed. Ed25519 is deterministic: the same claim and key give the same code."""
    key_id = key_id_of(key.public_key().public_bytes_raw())
    body = bytes([VERSION]) + bytes.fromhex(key_id) + encode(claim)
    return Signed(claim, key_id, body, key.sign(CONTEXT + body))


def code_of(body: bytes, signature: bytes) -> str:
    """The text of a signed body."""
    return base64.b32encode(body + signature).decode().rstrip("=")


def verify(text: str, keys: Mapping[str, bytes]) -> Signed:
    """The claim in this text (a code, or an address or a message that holds one), if one of these public keys
    (by their ids) signed it. Raises CodeInvalid. Says nothing about revocation."""
    body, signature = _parts(find_code(text))
    if body[0] != VERSION:
        raise CodeInvalid("unknown_version")
    key_id = body[1:HEAD].hex()
    public = keys.get(key_id)
    if public is None:
        raise CodeInvalid("unknown_key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, CONTEXT + body)
    except InvalidSignature as error:
        raise CodeInvalid("bad_signature") from error
    try:
        return Signed(decode(body[HEAD:]), key_id, body, signature)
    except ClaimMalformed as error:
        raise CodeInvalid("malformed") from error


def find_code(text: str) -> str:
    """The code in a text, broken into lines or not. Raises CodeInvalid("no_code")."""
    squeezed = "".join(text[: 4 * MAX_CODE_LENGTH].split()).upper()
    found = _IN_ADDRESS.search(squeezed)
    if found:
        return found[1]
    if _ALONE.fullmatch(squeezed):
        return squeezed
    raise CodeInvalid("no_code")


def address_of(site: str, code: str) -> str:
    """What the QR code says: a link that any phone opens, in capitals so that it stays small."""
    return f"{site.rstrip('/').upper()}/V/{code}"


def qr_svg(text: str) -> str:
    """The QR code of a text, as SVG without a frame; errors in a seventh of it can be mended."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    # A byte a module; the library's own SVG takes three times as long as the code itself.
    modules = memoryview(code.to_image(add_quiet_zones=False)).tobytes()
    side = math.isqrt(len(modules))
    lines = (
        f"M{run.start()} {row}.5h{run.end() - run.start()}"
        for row in range(side)
        for run in _DARK.finditer(modules[row * side : (row + 1) * side])
    )
    path = f'<path stroke="#000" d="{"".join(lines)}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}">{path}</svg>'


def _parts(code: str) -> tuple[bytes, bytes]:
    try:
        raw = base64.b32decode(code + "=" * (-len(code) % 8))
    except binascii.Error as error:
        raise CodeInvalid("malformed") from error
    # Left-over bits of the last character must be nothing, or two texts would be one certificate.
    if len(raw) <= HEAD + SIGNATURE_BYTES or base64.b32encode(raw).decode().rstrip("=") != code:
        raise CodeInvalid("malformed")
    return raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
