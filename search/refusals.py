"""The named refusals of search: a code for programs, a status, a sentence for the person."""

from django.utils.translation import gettext_lazy as _


class SearchRefused(Exception):
    """A search was not answered. `code` never changes once published; the text says what to do."""

    code = "search_refused"
    status = 400
    text = _("This cannot be searched for.")

    def __str__(self) -> str:
        return str(self.text)


class QuestionTooLong(SearchRefused):
    code = "query_too_long"
    text = _("Please ask in at most 200 characters.")


class SearchUnavailable(SearchRefused):
    code = "search_unavailable"
    status = 503
    text = _(
        "Search is not available at the moment. Everything else works; please try again in a few minutes."
    )


class UnreadableCorpus(SearchRefused):
    """A line of a file of texts is no text; `line` is its number."""

    code = "unreadable_corpus"
    text = _("A line of the file is not a text with an id.")

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class StatuteRefused(Exception):
    """A statute cannot be imported as it is. `code` never changes once published; the text says what to do."""

    code = "statute_refused"
    text = _("This statute cannot be imported.")

    def __str__(self) -> str:
        return str(self.text)


class NoFirstDay(StatuteRefused):
    code = "no_first_day"
    text = _("The text does not say from when it is in force. Give the day.")


class NotLater(StatuteRefused):
    code = "not_later"
    text = _("A later text of this statute is known already. A new text begins after it, or on the same day.")


class NameTaken(StatuteRefused):
    code = "name_taken"
    text = _("Another statute is already known by this name or key.")


class UnknownSuccessor(StatuteRefused):
    """A concordance leads to a law or an article that is not known; `words` say which."""

    code = "unknown_successor"
    text = _("The successor %(words)s is not known here. Import that law first, or correct the table.")

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return str(self.text) % {"words": self.words}


class NoRepeal(StatuteRefused):
    code = "no_repeal"
    text = _("Nothing says from when the law is repealed. Give the day.")


class StillInForce(StatuteRefused):
    """A law would be repealed before it came into force; `words` say which."""

    code = "still_in_force"
    text = _("%(words)s came into force after that day.")

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return str(self.text) % {"words": self.words}


class Overtaken(StatuteRefused):
    code = "overtaken"
    text = _("This statute has changed since the plan was made. Make the plan again.")


class AmendmentRefused(Exception):
    """A finding about a changed article cannot be entered. `code` never changes once published."""

    code = "amendment_refused"
    text = _("This cannot be entered.")

    def __str__(self) -> str:
        return str(self.text)


class UnknownVerdict(AmendmentRefused):
    code = "unknown_verdict"
    text = _("Choose whether it is still right or to be revised.")


class NoteTooLong(AmendmentRefused):
    code = "note_too_long"
    text = _("A note has at most 300 characters.")


class ToldAlready(AmendmentRefused):
    code = "told_already"
    text = _("Those who completed it were told already; once it is revised, mark it as right.")
