"""The facts of an act that a regulation may ask for: coded names with codes, whole numbers or booleans.

They go into the ledger, which only grows and knows no persons: text that somebody typed has no place here.
"""

import re
from collections.abc import Mapping
from typing import Any

Facts = dict[str, bool | int | str]

MAX_FACTS = 24
MAX_NUMBER = 10**9
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")


class FactsRefused(ValueError):
    """The facts are not codes and whole numbers, or too many."""


def checked(facts: Mapping[str, Any]) -> Facts:
    """The same facts, in the order of their names. Raises FactsRefused.

    >>> checked({"role": "sole", "co_teachers": 2})
    {'co_teachers': 2, 'role': 'sole'}
    """
    if len(facts) > MAX_FACTS:
        raise FactsRefused(f"more than {MAX_FACTS} facts")
    found: Facts = {}
    for name in sorted(facts):
        value = facts[name]
        if not NAME.fullmatch(name):
            raise FactsRefused(f"{name!r} is no name of a fact")
        is_number = isinstance(value, bool) or (isinstance(value, int) and abs(value) <= MAX_NUMBER)
        is_code = isinstance(value, str) and CODE.fullmatch(value)
        if not (is_number or is_code):
            raise FactsRefused(f"{name} is neither a code nor a whole number")
        found[name] = value
    return found
