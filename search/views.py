"""The page of search: the box, what it finds, and what may narrow it."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from courses.access import accessible_courses, accessible_lectures
from courses.models import LecturerPage
from search import articles, find, statutes, texts
from search.engines.base import DEEPEST_RESULT
from search.query import LONGEST_QUERY, AttemptKind
from search.refusals import SearchRefused

PAGE_SIZE = 10
# What the demonstration's lectures and any Civil Code lecture answer; Chinese, as the lectures are.
EXAMPLES = ("民法典第577条", "格式条款", "高空抛物", "遗嘱怎样才有效")


def search_page(request: HttpRequest) -> HttpResponse:
    """The search box and what it finds; only the results for htmx."""
    number = _page_number(request.GET.get("page", ""))
    narrowing = find.Narrowing(
        course=request.GET.get("course", "")[:40],
        lecturer=request.GET.get("lecturer", "")[:20],
        lecture=request.GET.get("lecture", "")[:40],
    )
    asked = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"q": asked[:LONGEST_QUERY], "narrowing": narrowing, "longest": LONGEST_QUERY}
    status = 200
    if asked:
        try:
            results = find.search(
                asked, narrowing, PAGE_SIZE, user=request.user, offset=(number - 1) * PAGE_SIZE
            )
            context |= _shown(results, number)
            context["choices"] = _choices(request, narrowing)
        except SearchRefused as refusal:
            context["refusal"] = refusal
            status = refusal.status
    context["examples"] = EXAMPLES
    if request.headers.get("HX-Request"):
        # htmx leaves the page alone on a 5xx; the sentence about it is part of the results.
        answer = render(request, "search/results.html", context, status=status if status < 500 else 200)
    else:
        answer = render(request, "search/search_page.html", context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _shown(results: find.Results, number: int) -> dict[str, Any]:
    paginator = Paginator(range(min(results.total, DEEPEST_RESULT)), PAGE_SIZE)
    return {
        "results": results,
        "page": paginator.get_page(number),
        "how": _how(results.attempt),
        "articles": [
            {
                "label": f"{citation.statute_name}{statutes.article_label(citation.article)}",
                "url": texts.address(citation.statute_key, citation.article),
            }
            for citation in articles.named(results.cited)
        ],
    }


def _how(attempt: AttemptKind | None) -> dict[str, str]:
    """What the chip above the results says: which reading of the query answered."""
    return (
        {
            AttemptKind.CITATION: {
                "label": _("Cited article"),
                "note": _("Lectures that cite this article."),
            },
            AttemptKind.EXACT: {"label": _("Exact words"), "note": _("These words, as you typed them.")},
            AttemptKind.ALL: {"label": _("All words"), "note": _("All of your words, not side by side.")},
            AttemptKind.ANY: {
                "label": _("Some words"),
                "note": _("Nothing holds all of your words; these come nearest."),
            },
        }.get(attempt, {})
        if attempt
        else {}
    )


def _choices(request: HttpRequest, narrowing: find.Narrowing) -> list[dict[str, Any]]:
    """What the results may be narrowed by: the courses and lecturers that the reader may see."""
    courses = accessible_courses(request.user).order_by("title").values_list("public_id", "title")
    lecturers = (
        LecturerPage.objects.live()
        .filter(lectures__in=accessible_lectures(request.user))
        .order_by("title")
        .distinct()
        .values_list("pk", "title")
    )
    return [
        _choice("course", _("Course"), _("All courses"), courses, narrowing.course),
        _choice("lecturer", _("Lecturer"), _("All lecturers"), lecturers, narrowing.lecturer),
    ]


def _choice(
    name: str, label: str, every: str, rows: Iterable[tuple[Any, str]], chosen: str
) -> dict[str, Any]:
    options = [{"value": str(key), "label": title, "is_chosen": str(key) == chosen} for key, title in rows]
    return {"name": name, "label": label, "all": every, "options": options}


def _page_number(text: str) -> int:
    return max(1, min(int(text), DEEPEST_RESULT // PAGE_SIZE)) if text.isascii() and text.isdigit() else 1
