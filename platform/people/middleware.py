"""What stands before every page: searches for people, and whose pages they are while somebody is seen as."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from people import search_terms, seeing_as
from people.models import User

SAFE = {"GET", "HEAD"}
END = "/seeing-as/end/"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class SeeingAs:
    """Stands behind the sign-in: the user becomes the one who is seen, and everything unsafe is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.SIGNED_PATHS):
            return self.get_response(request)
        if seeing_as.KEY not in request.session or request.path == END:
            return self.get_response(request)
        by = request.user
        person = seeing_as.current(request.session, by) if isinstance(by, User) else None
        if person is None or not isinstance(by, User):
            return self.get_response(request)
        request.user = person.user  # type: ignore[assignment]
        request.seen_by = by  # type: ignore[attr-defined]
        request.seen_person = person  # type: ignore[attr-defined]
        if request.method not in SAFE or request.path.startswith(seeing_as.HIDDEN):
            return _refused(request)
        seeing_as.note_page(person, request.path, by=by)
        # A page may write as it is read (a notice that is now read): nothing of that is kept.
        with transaction.atomic():
            response = self.get_response(request)
            if isinstance(response, HttpResponse) and hasattr(response, "render"):
                response = response.render()
            transaction.set_rollback(True)
        return response


class SearchTerms:
    """A search for people is posted; what was typed stays in the session, and the same page is asked for by GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        # The body of an upload is no form, and for its own view to read.
        if request.method != "POST" or request.content_type not in FORMS:
            return None
        if request.path.startswith(settings.SIGNED_PATHS) or search_terms.FIELD not in request.POST:
            return None
        return HttpResponseRedirect(search_terms.address(request)) if request.user.is_authenticated else None


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "people/seeing_as_refused.html", status=HTTPStatus.FORBIDDEN)
