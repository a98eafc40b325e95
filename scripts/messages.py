#!/usr/bin/env python
"""Keep the one translation catalogue: extract, apply, compile and check its messages.

    scripts/messages.py                    extract the sources' messages into the catalogue and compile it
    scripts/messages.py --apply FILE.json  also fill in {"msgid": "text" or ["text"]}; "context\\u0004msgid"
    scripts/messages.py --missing [PATH…]  print the untranslated msgids as JSON, of these files or folders
    scripts/messages.py --check            fail when one is missing, or when extracting would change the file
    scripts/messages.py --compile          compile alone (both catalogues); needs no gettext installed

The catalogue carries no line numbers and no dates and is sorted, so that two branches merge without a
quarrel; the glossary stands first. Extraction is Django's own `makemessages` (GNU gettext) into a temporary
folder: nothing is guessed from similar messages, and a message that left the sources leaves the catalogue.
"""

import argparse
import contextlib
import fcntl
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.commands import makemessages

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "zh_Hans"
CATALOGUE = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
# For the scripts of Wagtail's admin, which lack some Chinese; no source of ours names these, so it is kept by hand.
ADMIN_SCRIPTS = CATALOGUE.with_name("djangojs.po")
SOURCES = ("platform", "courses", "media", "search", "templates")
SUFFIXES = {".py", ".html", ".txt"}
SKIPPED_FOLDERS = {"migrations", "__pycache__", "assets", "node_modules"}
GLOSSARY_CONTEXT = "glossary"
CONTEXT_SEPARATOR = "\x04"
HEADER = "Simplified Chinese of Lüxuetang. Written by scripts/messages.py: edit through it, not by hand."
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]|%[sd]|\{(\w*)\}")


class ExtractionFailed(Exception):
    """A source file could not be read for messages."""


class ScratchFile(makemessages.BuildFile):
    """A template's Python rendering, written to a temporary folder and not beside the template."""

    def __init__(
        self, command: "Extractor", domain: str, translatable: makemessages.TranslatableFile
    ) -> None:
        super().__init__(command, domain, translatable)
        if self.is_templatized:
            target = command.scratch / "templates" / f"{self.path}.py"
            target.parent.mkdir(parents=True, exist_ok=True)
            self.__dict__["work_path"] = str(target)

    def postprocess_messages(self, msgs: str) -> str:
        return msgs


class Extractor(makemessages.Command):
    """Django's extraction over our source folders, into a folder of its own."""

    build_file_class = ScratchFile

    def __init__(self, scratch: Path) -> None:
        super().__init__()
        self.scratch = scratch

    def find_files(self, root: str) -> list[makemessages.TranslatableFile]:
        files = (path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
        kept = [path for path in files if path.is_file() and not SKIPPED_FOLDERS & set(path.parts)]
        target = str(self.scratch / "locale")
        return sorted(
            makemessages.TranslatableFile(str(path.parent.relative_to(ROOT)), path.name, target)
            for path in kept
        )


def extract() -> polib.POFile:
    """The sources' messages, untranslated, with where they occur; raises ExtractionFailed."""
    from django.core.management import CommandError, call_command
    from django.template import TemplateSyntaxError

    if not shutil.which("xgettext"):
        raise ExtractionFailed("GNU gettext is not installed (Debian: apt-get install gettext)")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if not settings.configured:
            settings.configure(LOCALE_PATHS=[str(scratch / "locale")], MEDIA_ROOT="", STATIC_ROOT="")
        settings.LOCALE_PATHS = [str(scratch / "locale")]
        try:
            with contextlib.chdir(ROOT):  # the command speaks of files relative to where it stands
                call_command(Extractor(scratch), locale=[LANGUAGE], verbosity=0)
        except (CommandError, TemplateSyntaxError, SyntaxError) as error:
            raise ExtractionFailed(str(error)) from error
        extracted = polib.pofile(str(scratch / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"))
        prefix = f"{scratch / 'templates'}/"
    for entry in extracted:
        entry.occurrences = [
            (path.removeprefix(prefix).removesuffix(".py") if path.startswith(prefix) else path, line)
            for path, line in entry.occurrences
        ]
    return extracted


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def merge(extracted: polib.POFile, old: polib.POFile) -> polib.POFile:
    """These messages as a catalogue, with the old one's translation where context and msgid are the same."""
    known = {key_of(entry): entry for entry in old}
    merged = polib.POFile(wrapwidth=0)
    merged.header = HEADER
    merged.metadata = {
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for source in sorted(
        extracted, key=lambda entry: (entry.msgctxt != GLOSSARY_CONTEXT, entry.msgid, entry.msgctxt or "")
    ):
        if source.obsolete:
            continue
        entry = polib.POEntry(
            msgid=source.msgid,
            msgctxt=source.msgctxt,
            comment=source.comment,
            flags=sorted(flag for flag in source.flags if flag != "fuzzy"),
        )
        before = known.get(key_of(source))
        if source.msgid_plural:
            entry.msgid_plural = source.msgid_plural
            text = before.msgstr_plural.get(0, "") if before and before.msgid_plural else ""
            entry.msgstr_plural = {0: text}
        else:
            entry.msgstr = before.msgstr if before and not before.msgid_plural else ""
        merged.append(entry)
    return merged


def text_of(entry: polib.POEntry) -> str:
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def fill(catalogue: polib.POFile, translations: dict[str, str | list[str]]) -> list[str]:
    """Put the translations in; returns what was refused, each with its reason."""
    entries = {key_of(entry): entry for entry in catalogue}
    refused = []
    for name, given in translations.items():
        context, _, msgid = name.rpartition(CONTEXT_SEPARATOR)
        text = given if isinstance(given, str) else given[0]
        entry = entries.get((context, msgid))
        if entry is None:
            refused.append(f"unknown msgid: {name!r}")
        elif problem := placeholder_problem(entry, text):
            refused.append(f"{problem}: {name!r}")
        elif entry.msgid_plural:
            entry.msgstr_plural = {0: text}
        else:
            entry.msgstr = text
    return refused


def placeholder_problem(entry: polib.POEntry, text: str) -> str:
    """What is wrong with the translation's placeholders, or an empty string."""
    allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
    stray = set(PLACEHOLDER.findall(text)) - allowed
    if stray:
        return "placeholder not in the original"
    if not entry.msgid_plural and set(PLACEHOLDER.findall(entry.msgid)) - set(PLACEHOLDER.findall(text)):
        return "placeholder of the original is missing"
    return ""


def missing(catalogue: polib.POFile) -> list[polib.POEntry]:
    return [entry for entry in catalogue if not text_of(entry) or "fuzzy" in entry.flags]


def read_catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), wrapwidth=0) if CATALOGUE.exists() else polib.POFile(wrapwidth=0)


def write_catalogue(catalogue: polib.POFile) -> None:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    written = f"{catalogue}\n".replace("\r\n", "\n").rstrip("\n") + "\n"
    if not CATALOGUE.exists() or CATALOGUE.read_text(encoding="utf-8") != written:
        CATALOGUE.write_text(written, encoding="utf-8")
    compile_catalogue(catalogue)


def compile_catalogue(catalogue: polib.POFile, path: Path = CATALOGUE) -> None:
    """Write the .mo beside the .po, in one step, so that a running site never reads half of it."""
    target = path.with_suffix(".mo")
    scratch = target.with_suffix(".mo.part")
    catalogue.save_as_mofile(str(scratch))
    scratch.replace(target)


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """One run at a time in this checkout."""
    with (ROOT / "scripts" / "messages.py").open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def check() -> int:
    """0 when the catalogue is whole and up to date."""
    current = read_catalogue()
    problems = [f"not translated: {entry.msgid!r}" for entry in missing(current)]
    problems += [
        f"{problem}: {entry.msgid!r}"
        for entry in current
        if (problem := placeholder_problem(entry, text_of(entry) or entry.msgid))
    ]
    merged = merge(extract(), current)
    have, want = {key_of(entry) for entry in current}, {key_of(entry) for entry in merged}
    problems += [f"not in the catalogue yet: {msgid!r}" for _, msgid in sorted(want - have)]
    problems += [f"no longer in the sources: {msgid!r}" for _, msgid in sorted(have - want)]
    if not problems and str(merged).strip() != CATALOGUE.read_text(encoding="utf-8").strip():
        problems.append("extracting again would change the catalogue: run scripts/messages.py")
    print("\n".join(problems) if problems else f"{len(current)} messages, all translated")
    return 1 if problems else 0


def print_missing(paths: list[Path]) -> int:
    """Print {"msgid": ""} of what has no translation; with paths, of what occurs in them."""
    extracted = extract()
    where = {key_of(entry): [ROOT / path for path, _ in entry.occurrences] for entry in extracted}
    wanted = [path.resolve() for path in paths]
    found: dict[str, str | list[str]] = {}
    for entry in missing(merge(extracted, read_catalogue())):
        places = where[key_of(entry)]
        if wanted and not any(place.is_relative_to(path) for place in places for path in wanted):
            continue
        name = f"{entry.msgctxt}{CONTEXT_SEPARATOR}{entry.msgid}" if entry.msgctxt else entry.msgid
        found[name] = [""] if entry.msgid_plural else ""
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


def update(translations: dict[str, str | list[str]]) -> int:
    """Extract, fill in, write, compile; 1 when some translation was refused."""
    catalogue = merge(extract(), read_catalogue())
    refused = fill(catalogue, translations)
    write_catalogue(catalogue)
    for reason in refused:
        print(reason, file=sys.stderr)
    print(f"{len(catalogue)} messages, {len(missing(catalogue))} not translated, {len(refused)} refused")
    return 1 if refused else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--apply", metavar="FILE.json", type=Path)
    action.add_argument("--missing", metavar="PATH", type=Path, nargs="*")
    action.add_argument("--check", action="store_true")
    action.add_argument("--compile", action="store_true")
    chosen = parser.parse_args()
    try:
        with locked():
            if chosen.check:
                return check()
            if chosen.missing is not None:
                return print_missing(chosen.missing)
            if chosen.compile:
                compile_catalogue(read_catalogue())
                compile_catalogue(polib.pofile(str(ADMIN_SCRIPTS)), ADMIN_SCRIPTS)
                return 0
            return update(json.loads(chosen.apply.read_text(encoding="utf-8")) if chosen.apply else {})
    except ExtractionFailed as error:
        print(f"Messages were not extracted: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
