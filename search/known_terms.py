"""All terms that may be misheard: those that the house knows by heart, and the headings of statutes that it holds."""

from search import mishearing
from search.mishearing import Ear
from search.models import StatuteDivision
from search.terms import terms

_MOST_HEADINGS = 5_000


def ear() -> Ear:
    """An ear for all of them. One statement."""
    titles = StatuteDivision.objects.order_by("pk").values_list("title", flat=True)[:_MOST_HEADINGS]
    return mishearing.ear_for(frozenset({*terms(), *titles}))


class Known:
    """Whether words are one of them; at most one statement for each that is asked about."""

    def __contains__(self, words: object) -> bool:
        if words in mishearing.house_ear().terms:
            return True
        is_long = isinstance(words, str) and mishearing.SHORTEST <= len(words) <= mishearing.LONGEST
        return is_long and StatuteDivision.objects.filter(title=words).exists()
