"""The named errors of the credit engine: a document that is none, and facts that a regulation cannot judge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document: its line (from 1), the path of keys to it, a code and what it names."""

    line: int
    path: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        about = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"line {self.line}: {self.path or 'document'}: {self.code}" + (f" ({about})" if about else "")


class InvalidDocument(ValueError):
    """The text is no regulation; `problems` are all that were found, by line."""

    code = "invalid_document"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.line, each.path)))
        super().__init__("\n".join(str(each) for each in self.problems))


class EngineError(Exception):
    """A situation cannot be judged. `code` never changes once published; `rule` is the rule that was at work."""

    code = "engine_error"

    def __init__(self, detail: str, rule: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" + (f" (rule {self.rule})" if self.rule else "")


class MissingFact(EngineError):
    """A rule needs a fact that the situation does not give."""

    code = "missing_fact"


class FormulaFailed(EngineError):
    """A formula has no value for these facts (a division by zero, a day where a number belongs)."""

    code = "formula_failed"


class ConditionFailed(EngineError):
    """A condition cannot be decided for these facts."""

    code = "condition_failed"


class UnknownWord(EngineError):
    """A fact, format, category or unit that the regulation's vocabulary does not have, or of another type."""

    code = "unknown_word"


class ActTwice(EngineError):
    """Two acts of one situation bear the same id, so that one would hide the other."""

    code = "act_twice"


class NoCycle(EngineError):
    """The regulation's cycle cannot be told for this person and day."""

    code = "no_cycle"


class TooManyReadings(EngineError):
    """More open readings meet in one situation than can be laid side by side."""

    code = "too_many_readings"


class UnknownAssumption(EngineError):
    """An assumption that the regulation does not name."""

    code = "unknown_assumption"
