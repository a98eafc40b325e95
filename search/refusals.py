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
