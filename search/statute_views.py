"""The pages of statutes: which there are, how one is divided, and what an article says and who explains it."""

import datetime as dt
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from people.days import today
from search import amendment_news, article_changes, articles, concordance, readings, statutes, texts
from search.models import Statute


def statute_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "search/statute_list.html",
        {"statutes": Statute.objects.order_by(F("in_force_to").desc(nulls_first=True), "-kind", "pk")},
    )


def statute_page(request: HttpRequest, key: str) -> HttpResponse:
    statute = get_object_or_404(Statute, key=key)
    cited = articles.cited_counts(statute, request.user)
    divisions = statutes.structure(statute, cited)
    context = {
        "statute": statute,
        "divisions": divisions,
        "numbers": [] if divisions else statutes.article_numbers(1, statute.articles, cited),
        "crumbs": [_statutes_crumb()],
    }
    return render(request, "search/statute_page.html", context)


def article_page(request: HttpRequest, key: str, article: int, insert: int = 0) -> HttpResponse:
    """An article on the day that `on` names, today without one."""
    statute = get_object_or_404(Statute, key=key)
    if not 1 <= article <= statute.articles:
        raise Http404
    versions = texts.versions(statute, article, insert)
    if insert and not versions:
        raise Http404
    day, is_day_refused = _day(request.GET.get("on", ""))
    version = texts.version_on(versions, day)
    history = texts.shown(versions)
    changes = article_changes.changes(versions)
    asked = _parsed(request.GET.get("changed", ""))
    revised_lectures, revised_readings = (
        (set(), set()) if insert else amendment_news.under_revision(statute, article)
    )
    interpretations = [] if insert else texts.shown(texts.interpreting(statute, article, day))
    context = {
        "statute": statute,
        "article": article,
        "label": texts.label(article, insert),
        "day": day,
        "is_today": day == today(),
        "is_day_refused": is_day_refused,
        "shown": history[versions.index(version)] if version else None,
        "history": history,
        "changes": changes,
        "compared": next((each for each in changes if each.on == asked), None),
        "revised_lectures": revised_lectures,
        "revised_readings": revised_readings,
        "interpretations": interpretations,
        "repealed_on": statute.in_force_to if statute.in_force_to and statute.in_force_to <= day else None,
        "following": [] if insert else concordance.following(statute, article),
        "preceding": [] if insert else concordance.preceding(statute, article),
        "inserted": [] if insert else texts.inserted(statute, article),
        "place": statutes.place_of(statute, article),
        "readings": [] if insert else readings.citing(statute, article, request.user),
        "lectures": [] if insert else articles.lectures_citing(statute, article, request.user),
        **_neighbours(statute, article, insert),
        "crumbs": [
            _statutes_crumb(),
            {"label": statute.short_name, "url": reverse("search:statute", args=[statute.key])},
        ],
    }
    return render(request, "search/article_page.html", context)


def _day(asked: str) -> tuple[dt.date, bool]:
    """The day asked for, today where none is; and whether what was asked is no day."""
    if not asked:
        return today(), False
    day = _parsed(asked)
    return day or today(), day is None


def _parsed(asked: str) -> dt.date | None:
    try:
        return parse_date(asked)
    except ValueError:
        return None


def _neighbours(statute: Statute, article: int, insert: int) -> dict[str, Any]:
    before = article if insert else article - 1
    after = article + 1 if article < statute.articles else None
    return {
        "previous": before or None,
        "previous_label": texts.label(before) if before else "",
        "next": after,
        "next_label": texts.label(after) if after else "",
    }


def _statutes_crumb() -> dict[str, str]:
    return {"label": _("Statutes"), "url": reverse("search:statutes")}
