"""The page of search: the box, what it finds, and what may narrow it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from search import articles, facets, find, misses, statutes, texts
from search.engines.base import DEEPEST_RESULT, Order
from search.facets import Facet
from search.query import LONGEST_QUERY, AttemptKind
from search.refusals import SearchRefused

PAGE_SIZE = 10
# What the demonstration's lectures and any Civil Code lecture answer; Chinese, as the lectures are.
EXAMPLES = ("民法典第577条", "格式条款", "高空抛物", "遗嘱怎样才有效")


def search_page(request: HttpRequest) -> HttpResponse:
    """The search box and what it finds; only the results for htmx."""
    number = _page_number(request.GET.get("page", ""))
    narrowing = _narrowing(request)
    order = Order.DATE if request.GET.get("sort") == Order.DATE else Order.RELEVANCE
    asked = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"q": asked[:LONGEST_QUERY], "narrowing": narrowing, "longest": LONGEST_QUERY}
    if narrowing.course:
        context["within"] = facets.course_title(narrowing.course, request.user)
    status = 200
    if asked:
        try:
            results = find.search(
                asked,
                narrowing,
                PAGE_SIZE,
                user=request.user,
                offset=(number - 1) * PAGE_SIZE,
                order=order,
            )
            context |= _shown(request, results, number)
            is_answered = results.is_taught and results.attempt is not AttemptKind.ANY
            is_whole = number == 1 and not narrowing.is_narrowed
            if is_whole and not is_answered and _asks_anew(request, asked):
                misses.note(asked, partly=results.is_taught)
        except SearchRefused as refusal:
            context["refusal"] = refusal
            status = refusal.status
    context["examples"] = EXAMPLES
    context["orders"] = _orders(request, order)
    if request.headers.get("HX-Request"):
        # htmx leaves the page alone on a 5xx; the sentence about it is part of the results.
        answer = render(request, "search/results.html", context, status=status if status < 500 else 200)
    else:
        answer = render(request, "search/search_page.html", context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _asks_anew(request: HttpRequest, asked: str) -> bool:
    """Visitors always do: they are given no session for this, which would be the only trace that they were here."""
    return not request.user.is_authenticated or misses.is_first_today(request.session, asked)


def _shown(request: HttpRequest, results: find.Results, number: int) -> dict[str, Any]:
    paginator = Paginator(range(min(results.total, DEEPEST_RESULT)), PAGE_SIZE)
    return {
        "results": results,
        "page": paginator.get_page(number),
        "how": _how(results.attempt),
        "offered": [_offered(request, facet) for facet in results.facets if facet.is_worth_offering],
        "chosen": [
            {"label": facet.label, "value": facet.chosen.label, "url": _address(request, facet.name.value)}
            for facet in results.facets
            if facet.chosen
        ],
        "articles": [
            {
                "label": f"{citation.statute_name}{statutes.article_label(citation.article)}",
                "url": texts.address(citation.statute_key, citation.article),
            }
            for citation in articles.named(results.cited)
        ],
        "unheld": [name.strip("《》") for name in results.unheld],
        "beyond": articles.beyond(results.beyond),
        "successors": [
            {
                "label": f"{each.statute_name}{statutes.article_label(each.article)}",
                "url": texts.address(each.statute_key, each.article),
            }
            for each in articles.named_pages(results.led_on)
        ],
    }


def _how(attempt: AttemptKind | None) -> dict[str, str]:
    """What the chip above the results says: which reading of the query answered."""
    return (
        {
            AttemptKind.CITATION: {
                "label": _("Cited article"),
                "note": _("What cites this article."),
            },
            AttemptKind.EXACT: {"label": _("Exact words"), "note": _("These words, as you typed them.")},
            AttemptKind.ALL: {"label": _("All words"), "note": _("All of your words, not side by side.")},
            AttemptKind.SOUND: {
                "label": _("Sounds the same"),
                "note": _(
                    "No lecture has these words in writing; here the transcript seems to have misheard them."
                ),
            },
            AttemptKind.ANY: {
                "label": _("Some words"),
                "note": _("Nothing holds all of your words; these come nearest."),
            },
        }.get(attempt, {})
        if attempt
        else {}
    )


def _narrowing(request: HttpRequest) -> find.Narrowing:
    def given(name: str, longest: int) -> str:
        return request.GET.get(name, "")[:longest]

    return find.Narrowing(
        course=given("course", 40),
        lecturer=given("lecturer", 20),
        lecture=given("lecture", 40),
        statute=given("statute", 60),
        year=given("year", 4),
        kind=given("kind", 10),
    )


def _offered(request: HttpRequest, facet: Facet) -> dict[str, Any]:
    return {
        "name": facet.name.value,
        "label": facet.label,
        "options": [
            {
                "label": option.label,
                "count": option.count,
                "url": _address(request, facet.name.value, option.value),
            }
            for option in facet.options
        ],
    }


def _address(request: HttpRequest, name: str, value: str = "") -> str:
    """This search with another value of one parameter, or without it; from its first page."""
    asked = request.GET.copy()
    for each in ("page", name):
        asked.pop(each, None)
    if value:
        asked[name] = value
    return f"?{asked.urlencode()}"


def _orders(request: HttpRequest, order: Order) -> list[dict[str, Any]]:
    """What may come first; relevance is no parameter, so that an address has one form."""
    return [
        {"url": _address(request, "sort", value), "label": label, "is_current": order is each}
        for each, value, label in (
            (Order.RELEVANCE, "", _("Best answer first")),
            (Order.DATE, Order.DATE.value, _("Latest first")),
        )
    ]


def _page_number(text: str) -> int:
    return max(1, min(int(text), DEEPEST_RESULT // PAGE_SIZE)) if text.isascii() and text.isdigit() else 1
