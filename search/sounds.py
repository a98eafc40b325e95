"""How titles and terms sound, in pinyin without tones, so that letters find them and homophones are known.

Never used on transcripts: a sentence costs a hundred times what cutting it into tokens does. Pure.
"""

import re
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from pypinyin import lazy_pinyin

from search.analysis import normalise

# The sounds of the titles and terms that a house has; beyond it the oldest are worked out again.
_KEPT = 20_000
_LETTERS = re.compile(r"[a-z0-9]+")


class Sound(NamedTuple):
    """The syllables of a text: wei yue jin; a run of Latin letters or digits is a syllable of its own.

    `starts` are the places of the syllables in the `whole`.
    """

    syllables: tuple[str, ...]
    initials: str
    whole: str
    starts: tuple[int, ...]


@lru_cache(maxsize=_KEPT)
def of(text: str) -> Sound:
    """How the text sounds; punctuation is silent, traditional characters sound as simplified ones."""
    spoken = lazy_pinyin(normalise(text).text, v_to_u=False)
    syllables = tuple(run for part in spoken for run in _LETTERS.findall(part))
    starts = (0, *accumulate(map(len, syllables)))[:-1]
    return Sound(syllables, "".join(each[0] for each in syllables), "".join(syllables), starts)


def is_typed(text: str) -> bool:
    """Whether the text may be pinyin: two letters or more, and nothing but letters, spaces and apostrophes."""
    letters = typed(text)
    return len(letters) > 1 and letters.isalpha() and letters.isascii()


def typed(text: str) -> str:
    """Pinyin as a person types it (wei yue'jin, lü, lv) in the form of `Sound.whole`."""
    return re.sub(r"[\s'’]", "", text.lower().replace("ü", "v"))


def match(letters: str, sound: Sound) -> int | None:
    """Where the letters begin in the sound: the number of the syllable, by initials or in full; None where nowhere.

    `letters` are as `typed` gives them. The last syllable need not be finished: weiy begins wei yue jin.
    """
    by_initials = sound.initials.find(letters)
    if by_initials == 0:
        return 0
    if letters in sound.whole:
        for syllable, place in enumerate(sound.starts):
            if sound.whole.startswith(letters, place):
                return syllable
    return by_initials if by_initials > 0 else None
