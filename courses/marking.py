"""Marking: whether an answer to a question is right, judged on the server; pure.

A question's content is what courses.models.QuestionVersion keeps. Its `key`:

single: an option's id · multiple: a list of ids, in any order · true_false: a boolean · ordering: the ids in their
order · short: the accepted answers, normalised; an empty list leaves the judgement to a person.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

Content = dict[str, Any]
MAX_SHORT = 500

_NOT_MEANT = re.compile(r"[\s\W_]+")


class BadAnswer(Exception):
    """An answer that no page of ours could have sent."""

    code = "bad_answer"


def normalised(text: str) -> str:
    """A short answer as it is compared: width and case do not matter, nor spaces and punctuation."""
    return _NOT_MEANT.sub("", unicodedata.normalize("NFKC", text).casefold())


def option_ids(content: Content) -> list[str]:
    return [option["id"] for option in content["options"]]


def checked(content: Content, given: Sequence[str]) -> Any:
    """What a form's values for a question mean, or None for no answer. Raises BadAnswer."""
    values = [value for value in given if value.strip()]
    kind = content["kind"]
    if not values:
        return None
    if kind == "short":
        if len(values) > 1 or len(values[0]) > MAX_SHORT:
            raise BadAnswer
        return values[0].strip()
    if kind == "true_false":
        if len(values) > 1 or values[0] not in ("true", "false"):
            raise BadAnswer
        return values[0] == "true"
    ids = option_ids(content)
    if any(value not in ids for value in values):
        raise BadAnswer
    if kind == "single":
        if len(values) > 1:
            raise BadAnswer
        return values[0]
    if kind == "multiple":
        return sorted(set(values), key=ids.index)
    # An order that names an option twice, or not all, is no answer yet, but is kept as it stands.
    return values[: len(ids)]


def is_right(content: Content, answer: Any) -> bool | None:
    """Whether the answer is right; None where a person has to say. No answer is a wrong one."""
    kind, key = content["kind"], content["key"]
    if answer is None or answer == []:
        return False
    if kind == "short":
        return normalised(answer) in key if key else None
    if kind == "multiple":
        return set(answer) == set(key)
    return bool(answer == key)


def is_answered(content: Content, answer: Any) -> bool:
    """Whether there is an answer to judge: an order counts once every item stands in it, and none twice."""
    if answer is None or answer in ([], ""):
        return False
    return content["kind"] != "ordering" or sorted(answer) == sorted(option_ids(content))


def problems(content: Content) -> list[str]:
    """Codes of what keeps a question from being asked."""
    kind, options, key = content["kind"], content["options"], content["key"]
    found = []
    if kind in ("single", "multiple", "ordering") and len(options) < 2:
        found.append("too_few_options")
    if kind == "single" and not key:
        found.append("one_right")
    if kind == "multiple" and not key:
        found.append("some_right")
    return found
