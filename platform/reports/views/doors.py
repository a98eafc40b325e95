"""What every page of coverage does first: who reads, which question, which organisation; and the room's screen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from people import search_terms
from people.days import today
from people.models import Organisation, Tree, User
from reports import access, keeping
from reports.questions import Question, read_question

PROJECTOR_COOKIE = "projector"
YEAR_SECONDS = 365 * 24 * 3600

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in user with something to read: `scopes` is never empty, `chain` leads from one of them to the unit."""

    user: User
    scopes: list[Organisation]
    chain: list[Organisation]
    question: Question

    @property
    def unit(self) -> Organisation:
        return self.chain[-1]

    @property
    def tree(self) -> Tree:
        return access.tree_of(self.unit)

    def crumbs(self) -> list[dict[str, str]]:
        """The way to the unit: the overview, then from the top of the reader's scope down, as it was that day."""
        overview = {"label": _("Coverage"), "url": reverse("reports:overview")}
        return [overview, *({"label": each.label, "url": self._address(each)} for each in self.chain[:-1])]

    def _address(self, unit: Organisation) -> str:
        asked = {"org": str(unit.public_id)}
        if self.question.day != today():
            asked["on"] = self.question.day.isoformat()
        return "?" + urlencode(asked)


def for_readers(view: View) -> View:
    """Call `view(request, reader, …)`; visitors sign in first, what is not theirs is missing (404)."""

    @require_safe
    @login_required
    @cache_control(private=True, no_store=True)
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if PROJECTOR_COOKIE in request.GET:
            return _switch_projector(request)
        try:
            reader = reader_of(request.user, read_question(request.GET, text=search_terms.asked(request)))
            with keeping.reading():
                return view(request, reader, *args, **kwargs)
        except access.NotReadable as error:
            raise Http404 from error

    return door


def reader_of(user: User | AnonymousUser, question: Question) -> Reader:
    """Who asks, and the way to the organisation that he asks about; raises NotReadable."""
    if not isinstance(user, User):
        raise access.NotReadable
    scopes = access.report_scopes(user)
    return Reader(
        user, scopes, access.accessible_chain(scopes, question.organisation_id, question.day), question
    )


def _switch_projector(request: HttpRequest) -> HttpResponseRedirect:
    """Remember the choice as the page's own script does, and show the same page without the parameter."""
    rest = request.GET.copy()
    is_on = rest.pop(PROJECTOR_COOKIE)[-1] == "1"
    query = rest.urlencode()
    response = HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)
    if is_on:
        response.set_cookie(PROJECTOR_COOKIE, "1", max_age=YEAR_SECONDS, samesite="Lax")
    else:
        response.delete_cookie(PROJECTOR_COOKIE, samesite="Lax")
    return response
