"""The one API, /api/v1: the apps' routers, and every error as a problem document."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from config.problems import coded_refusal, problem
from courses.refusals import Refusal as CoursesRefusal
from reports.access import NotReadable
from search.refusals import SearchRefused

api = NinjaAPI(title="Lüxuetang", version="1", urls_namespace="api", docs_url="/docs")


@api.exception_handler(NotReadable)
@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem("not_found", _("There is nothing here, or you may not see it."), status=404)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [".".join(str(part) for part in item["loc"]) for item in error.errors]
    return problem("invalid", _("The request is not of the expected form."), status=422, fields=fields)


@api.exception_handler(AuthenticationError)
def signed_out(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem("signed_out", _("Please sign in first."), status=401)


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == HTTPStatus.BAD_REQUEST:  # ninja's own: a body that is no JSON, or not UTF-8
        return problem("malformed", _("The request is not of the expected form."), status=400)
    return problem("refused", error.message, status=error.status_code)


api.exception_handler(CoursesRefusal)(coded_refusal)
api.exception_handler(SearchRefused)(coded_refusal)
api.add_router("", "courses.api.router")
api.add_router("", "courses.certificate_api.router")
api.add_router("/coverage", "reports.api.router")
api.add_router("/search", "search.api.router")
