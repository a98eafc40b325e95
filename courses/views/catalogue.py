"""The catalogue's pages: home, courses, a course, lecturers, a lecturer; Wagtail routes to them."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from courses import locks, outlines
from courses.access import accessible_courses, accessible_lectures
from courses.models import (
    Course,
    CourseIndexPage,
    CoursePage,
    CourseState,
    CourseVersionActivity,
    CreditCategory,
    HomePage,
    LecturerIndexPage,
    LecturerPage,
)
from courses.watching import progress_for
from people.access import person_of
from people.landing import ADMIN, landing

CARDS_A_PAGE = 12
CARDS_AT_HOME = 6
LECTURERS_AT_HOME = 3


def home(request: HttpRequest, page: HomePage, *, is_preview: bool = False) -> HttpResponse:
    """The public face: what may be watched, and by whom it is taught. Who is signed in goes where he works."""
    if request.user.is_authenticated and not is_preview:
        place = landing(request.user)
        if place != ADMIN:  # editors look at the page that they edit
            return redirect(place)
    courses = list(_shelf(request)[:CARDS_AT_HOME])
    return _render(
        request, page, is_preview, cards=_cards(request, courses), lecturers=_lecturers()[:LECTURERS_AT_HOME]
    )


def course_index(request: HttpRequest, page: CourseIndexPage, *, is_preview: bool = False) -> HttpResponse:
    shelf = _shelf(request)
    category, lecturer = request.GET.get("category", ""), request.GET.get("lecturer", "")
    lecturers = _lecturers()
    if category in CreditCategory.values:
        shelf = shelf.filter(_holds(lecture__category=category))
    chosen = next((each for each in lecturers if each.slug == lecturer), None)
    if chosen is not None:
        shelf = shelf.filter(_holds(lecture__lecturer=chosen))
    courses: Page[Course] = Paginator(shelf, CARDS_A_PAGE).get_page(request.GET.get("page"))
    return _render(
        request,
        page,
        is_preview,
        courses=courses,
        cards=_cards(request, list(courses)),
        categories=CreditCategory.choices,
        category=category,
        lecturers=lecturers,
        lecturer=lecturer,
        is_filtered=bool(category or lecturer),
    )


def course(request: HttpRequest, page: CoursePage, *, is_preview: bool = False) -> HttpResponse:
    """One course; 404 for whom it is not, as if it were not there."""
    person = person_of(request.user)
    if is_preview:
        lines = [(line.chapter, line.item, line.is_required) for line in page.outline.all() if line.item]
        outline = outlines.draft_outline(lines, person, page.rule)
        return _render(request, page, is_preview, outline=outline, course=None)
    found = accessible_courses(request.user).filter(page=page).first()
    if found is None:
        raise Http404
    outline = outlines.outlines_of([found], person).get(found.pk, outlines.Outline())
    lock = locks.locks_of(request.user, [found]).get(found.pk)
    return _render(request, page, is_preview, course=found, outline=outline, person=person, lock=lock)


def lecturer_index(
    request: HttpRequest, page: LecturerIndexPage, *, is_preview: bool = False
) -> HttpResponse:
    return _render(request, page, is_preview, lecturers=_lecturers())


def lecturer(request: HttpRequest, page: LecturerPage, *, is_preview: bool = False) -> HttpResponse:
    """A lecturer with those of his lectures that the reader may see."""
    lectures = list(
        accessible_lectures(request.user)
        .filter(lecturer=page, live=True)
        .select_related("recording")
        .order_by("pk")
    )
    progress = progress_for(person_of(request.user), lectures)
    return _render(request, page, is_preview, lines=[(lecture, progress[lecture.pk]) for lecture in lectures])


def _render(request: HttpRequest, page: Any, is_preview: bool, **context: Any) -> HttpResponse:
    return TemplateResponse(
        request, page.template, {"page": page, "is_preview": is_preview, "self": page, **context}
    )


def _shelf(request: HttpRequest) -> QuerySet[Course]:
    """Open courses that the reader may see, the latest first."""
    return (
        accessible_courses(request.user)
        .filter(state=CourseState.OPEN, page__live=True)
        .select_related("page__cover", "audience_organisation")
        .order_by("-page__first_published_at", "-pk")
    )


def _holds(**condition: Any) -> Q:
    rows = CourseVersionActivity.objects.filter(
        **{f"activity__{key}": value for key, value in condition.items()}
    )
    return Q(current_version__in=rows.values("version_id"))


def _cards(request: HttpRequest, courses: list[Course]) -> list[dict[str, Any]]:
    found = outlines.outlines_of(courses, person_of(request.user))
    return [
        {"course": each, "page": each.page, "outline": found.get(each.pk, outlines.Outline())}
        for each in courses
    ]


def _lecturers() -> QuerySet[LecturerPage]:
    """The lecturer group, those with most lectures first."""
    return (
        LecturerPage.objects.live()
        .select_related("portrait")
        .annotate(lecture_count=Count("lectures", filter=Q(lectures__live=True)))
        .order_by("-lecture_count", "path")
    )
