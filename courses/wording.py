"""From the product's words to a regulation's: its vocabulary says which of ours each of its words means.

A word of a document names the product's words with `from`; without that it means the product's word of its own
name. Whatever a document has no word for is not guessed: it stays unplaced, and the statement says so.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from courses.engine.language import FactType, FactWord, Regulation, Word
from courses.engine.numbers import Number

# Short words that documents use for some of the ledger's formats.
ALSO_CALLED = {"live_online": ("live",)}
SECOND = "second"


def word_for(words: Mapping[str, Word], ours: str) -> str:
    """The regulation's word that means ours; empty where it has none."""
    names = (ours, *ALSO_CALLED.get(ours, ()))
    for word in words.values():
        if any(name in word.sources for name in names):
            return word.name
    return next((name for name in names if name in words), "")


def measure(regulation: Regulation, unit: str, amount: Fraction) -> tuple[str, Number] | None:
    """So many of the regulation's unit; None where it counts in nothing of the kind.

    `amount` are seconds where `unit` is "second". Of several units of time the shortest is taken.
    """
    units = regulation.vocabulary.units
    if unit == SECOND:
        timed = [(word.seconds, word.name) for word in units.values() if word.seconds]
        if not timed:
            return None
        seconds, name = min(timed)
        return name, _plain(amount / seconds)
    name = word_for(units, unit)
    return (name, _plain(amount)) if name else None


def facts(words: Mapping[str, FactWord], known: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the known facts for which the regulation has a word, in its type; what does not fit is left out."""
    found = {}
    for word in words.values():
        value = known.get(word.source or word.name)
        if value is not None and _fits(word, value):
            found[word.name] = value
    return found


def needed(regulations: Iterable[Regulation]) -> frozenset[str]:
    """The product's facts that these regulations ask of a person or an act."""
    return frozenset(
        word.source or word.name
        for regulation in regulations
        for words in (regulation.vocabulary.person, regulation.vocabulary.act)
        for word in words.values()
    )


def _fits(word: FactWord, value: Any) -> bool:
    is_flag = isinstance(value, bool)
    fits = {
        FactType.TEXT: isinstance(value, str),
        FactType.INTEGER: isinstance(value, int) and not is_flag,
        FactType.NUMBER: isinstance(value, int | Fraction) and not is_flag,
        FactType.BOOLEAN: is_flag,
        FactType.DAY: isinstance(value, dt.date),
        FactType.SPANS: isinstance(value, list | tuple),
    }[word.type]
    return fits and (not word.values or value in word.values)


def _plain(amount: Fraction) -> Number:
    return amount.numerator if amount.denominator == 1 else amount
