"""`manage.py verify_certificate TEXT|FILE`: checks a certificate's signature on this machine, without network.

A file may be a PDF, a picture or a text; `-` reads a text from the standard input. With `--keys FILE` (as
`certificate_keys export-public` or /verify/keys.json give it) not even the database is asked.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses import signing_keys, verifying
from courses.certificate_refusals import Unreadable
from courses.certificates import codes, reading
from courses.certificates.claims import Kind
from courses.certificates.codes import Signed


class Command(BaseCommand):
    help = (
        "Verify a certificate from its code's text, or from a PDF, a picture or a text file; works offline."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", help="the text or link of the code, or a file that holds it, or -")
        parser.add_argument("--keys", type=Path, help="public keys to verify with, instead of the database's")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            signed = verifying.signature_of(_text(options["what"]), _keys(options["keys"]))
        except Unreadable as error:
            raise CommandError(f"NOT VERIFIED ({error.code}): {error}") from error
        self._tell(signed)

    def _tell(self, signed: Signed) -> None:
        claim = signed.claim
        self.stdout.write(self.style.SUCCESS(f"GENUINE: valid as of {claim.issued_on.isoformat()}"))
        self.stdout.write("Whether it was revoked since is known only online.")
        identity = " · ".join(part for part in (claim.organisation, claim.licence_end) if part)
        rows = [
            ("number", claim.number),
            ("name", claim.name),
            ("organisation", identity),
            ("course" if claim.kind is Kind.COMPLETION else "regulation", claim.subject),
            ("year", str(claim.year) if claim.year else ""),
            ("day", claim.day.isoformat()),
            ("credits", f"{claim.credit.normalize():f}"),
            ("required", "" if claim.required is None else f"{claim.required.normalize():f}"),
            *((f"  {label}", f"{milli / 1000:g}") for label, milli in claim.categories),
            ("issuer", claim.issuer),
            ("key", signed.key_id),
        ]
        for name, value in rows:
            if value:
                self.stdout.write(f"{name}: {value}")


def _text(what: str) -> str:
    if what == "-":
        return sys.stdin.read(4 * codes.MAX_CODE_LENGTH)
    try:
        path = Path(what)
        is_file = len(what) < 1000 and path.is_file()
    except OSError:
        is_file = False
    if not is_file:
        return what
    if path.stat().st_size > reading.MAX_BYTES:
        raise Unreadable("file_unreadable")
    return verifying.code_in_file(path.read_bytes())


def _keys(path: Path | None) -> dict[str, bytes]:
    if path is None:
        return signing_keys.public_keys()
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["keys"]
        return {row["id"]: bytes.fromhex(row["public"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} holds no public keys: {error}") from error
