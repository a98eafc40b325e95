"""`manage.py regulation check FILE` and `manage.py regulation evaluate FILE CASES`: a regulation held to its cases."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from courses import examples, problem_texts
from courses.engine import case_files, cases, documents
from courses.engine.case_files import BadCases
from courses.engine.cases import Verdict
from courses.engine.errors import InvalidDocument
from courses.engine.language import Regulation


class Command(BaseCommand):
    help = "Checks a regulation's document, or evaluates worked cases under it. FILE is a path or an example's id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        check = deeds.add_parser("check", help="validate a document; problems are named with their lines")
        check.add_argument("file")
        evaluate = deeds.add_parser(
            "evaluate", help="one line a case, and a summary; fails on any difference"
        )
        evaluate.add_argument("file")
        evaluate.add_argument("cases", type=Path)

    def handle(self, *args: Any, deed: str, file: str, **options: Any) -> None:
        regulation = self._regulation(file)
        if deed == "check":
            self.stdout.write(f"{regulation.id}: {regulation.title}: valid")
            return
        self._evaluate(regulation, options["cases"])

    def _evaluate(self, regulation: Regulation, path: Path) -> None:
        try:
            found = case_files.read(_text(path))
        except (BadCases, InvalidDocument) as error:
            raise CommandError(_sentences(str(path), error)) from error
        verdicts = [cases.judge(regulation, case) for case in found]
        for verdict in verdicts:
            self.stdout.write(_line(verdict))
        agreed = sum(1 for each in verdicts if each.judged and not each.differences)
        differed = sum(1 for each in verdicts if each.differences)
        self.stdout.write(
            f"{agreed} agreed, {differed} differed, {len(verdicts) - agreed - differed} not judged"
        )
        if differed:
            raise CommandError(f"{differed} of {len(verdicts)} cases differed")

    def _regulation(self, file: str) -> Regulation:
        try:
            return documents.parse(examples.text(file) if file in examples.ids() else _text(Path(file)))
        except InvalidDocument as error:
            raise CommandError(_sentences(file, error)) from error


def _sentences(file: str, error: BadCases | InvalidDocument) -> str:
    """What is wrong with the file, a line for each problem, in the words of the administration's editor."""
    return "\n".join([f"{file}:", *(f"  {problem_texts.with_line(each)}" for each in error.problems)])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8") from error


def _line(verdict: Verdict) -> str:
    case = verdict.case
    result = "differed" if verdict.differences else "agreed" if verdict.judged else "not judged"
    about = f": {'; '.join(verdict.differences)}" if verdict.differences else ""
    return f"{case.id} {result} ({case.status or 'no status'}){about}"
