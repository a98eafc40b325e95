"""What every page of the desks does first: sign-in, no caching, lists in pages, and refusals said in the form."""

from collections.abc import Callable, Sequence
from functools import reduce, wraps
from operator import or_
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, TextChoices
from django.forms import Form
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from courses import desk_access, persons_shown
from courses.refusals import Refusal
from people import search_terms
from people.access import person_of
from people.models import Person, User

LINES_A_PAGE = 30
View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """For whoever is signed in; nothing of it is kept by a browser or a proxy."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @login_required
    @cache_control(private=True, no_store=True)
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return door


def for_desks(view: View) -> View:
    """For whoever has a desk; to all others the page is missing."""

    @signed_in
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not desk_access.has_desk(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return door


def user_of(request: HttpRequest) -> User:
    """The signed-in user behind a door."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def own_person(request: HttpRequest) -> Person:
    """The person of the signed-in user; 404 for an account without a record."""
    person = person_of(request.user)
    if person is None:
        raise Http404
    return person


def page_of(request: HttpRequest, rows: QuerySet[Any], lines: int = LINES_A_PAGE) -> Page:
    """The page that ?page= asks for; the nearest one where it asks for none that exists."""
    return Paginator(rows, lines).get_page(request.GET.get("page"))


def status_of(form: Form) -> int:
    """422 for a form that comes back with errors, 200 otherwise."""
    return 422 if form.is_bound and form.errors else 200


def refuse(form: Form, refusal: Refusal) -> None:
    """Say a refusal in the form that asked."""
    form.add_error(None, str(refusal))


def waiting_list(
    request: HttpRequest,
    allowed: QuerySet[Any],
    states: type[TextChoices],
    *,
    since: str,
    searched: Sequence[str],
) -> dict[str, Any]:
    """What persons ask of a desk, for its page: ?state=&q=, the longest waiting first, others the latest first.

    `states` has OPEN, `since` is the instant of asking, `searched` are the columns in which words of q are looked for.
    """
    is_open = states["OPEN"]
    state = request.GET.get("state", is_open)
    rows = allowed
    q = search_terms.asked(request)
    for word in q.split()[:5]:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in searched)))
    if state in states.values:
        rows = rows.filter(state=state)
    page = page_of(request, rows.order_by(since if state == is_open else f"-{since}", "pk"))
    people = persons_shown.shown(each.person_id for each in page)
    counts = dict(allowed.order_by().values_list("state").annotate(n=Count("pk")))
    return {
        "page": page,
        "rows": [(each, people[each.person_id]) for each in page],
        "state": state,
        "states": [(value, label, counts.get(value, 0)) for value, label in states.choices],
        "q": q,
    }
