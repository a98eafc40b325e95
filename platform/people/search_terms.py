"""What is typed into a search box for people: kept in the session, never in an address.

A name, a phone or a licence number in an address would reach logs, browser histories and whoever is sent the link.
So these boxes are posted, with the term as `search_term`; `people.middleware.SearchTerms` keeps it and leads to the
same page, in whose address `q` only names it. What somebody writes into `q` by hand is taken for a term as long as
it can be no number of anybody.
"""

import re
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import get_random_string

FIELD = "search_term"
MAX_LENGTH = 60
MOST_KEPT = 20
_KEY = "search_terms"
_MARK = "~"
# Shorter runs of digits name nobody; four are what tells two lawyers of one name apart.
_NUMBER = re.compile(r"\d{5,}")
# What belongs to the request that was posted, and not to the page that it leads to.
_LEFT_OUT = frozenset({FIELD, "csrfmiddlewaretoken", "q", "page", "p"})


def asked(request: HttpRequest) -> str:
    """The term that the page's `q` names; empty for none, and for one that the session does not hold any more."""
    given = request.GET.get("q", "").replace("\0", "")
    if given.startswith(_MARK):
        return str(request.session.get(_KEY, {}).get(given, ""))
    return "" if _NUMBER.search(given) else given.strip()[:MAX_LENGTH]


def address(request: HttpRequest) -> str:
    """Where a posted search leads: the same page with its other fields, and a `q` that names the term kept."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _LEFT_OUT
        for value in values
        if isinstance(value, str)
    ]
    term = request.POST.get(FIELD, "").replace("\0", "").strip()[:MAX_LENGTH]
    if term:
        fields.append(("q", _keep(request.session, term)))
    return f"{request.path}?{urlencode(fields)}" if fields else request.path


def _keep(session: SessionBase, term: str) -> str:
    terms = dict(session.get(_KEY, {}))
    name = next((name for name, held in terms.items() if held == term), "")
    name = name or _MARK + get_random_string(10)
    terms.pop(name, None)
    terms[name] = term
    session[_KEY] = dict(list(terms.items())[-MOST_KEPT:])
    return name
