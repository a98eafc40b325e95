"""While somebody sees the site as somebody else: whose pages they are, and that nothing can be done or kept."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from people import seeing_as
from people.models import User

SAFE = {"GET", "HEAD"}
END = "/seeing-as/end/"


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


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "people/seeing_as_refused.html", status=HTTPStatus.FORBIDDEN)
