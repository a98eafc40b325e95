"""Search through the API: the same function as the page's."""

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from ninja import Query, Router, Schema
from pydantic import Field

from search import find, suggest, texts
from search.engines.base import Order
from search.facets import Option
from search.find import Results
from search.found import Found, FoundLecture, FoundMoment
from search.found_texts import FoundText
from search.kinds import Kind

router = Router(tags=["search"])


class Question(Schema):
    """What is asked, and what to narrow it by: public id of a course or a lecture, keys of a lecturer and of a statute,
    year of publication, kind (video, audio, reading or article). Sorted by relevance, or by date, the latest first."""

    q: str
    course: Annotated[str, Field(max_length=40)] = ""
    lecturer: Annotated[str, Field(max_length=20)] = ""
    lecture: Annotated[str, Field(max_length=40)] = ""
    statute: Annotated[str, Field(max_length=60)] = ""
    year: Annotated[str, Field(max_length=4)] = ""
    kind: Annotated[str, Field(max_length=10)] = ""
    sort: Order = Order.RELEVANCE
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    offset: Annotated[int, Field(ge=0, le=1000)] = 0


@router.get("", auth=None)
def search(request: HttpRequest, question: Query[Question]) -> JsonResponse:
    """What answers: lectures, each with the seconds at which to start playing; readings with their paragraphs; statutes
    with their articles.

    `attempt` says how the query was read: citation, exact, all, sound (words that sound like the term and were probably
    misheard), any, or null where nothing was found. `facets` count
    everything that answers, by what they may be narrowed by.
    """
    narrowing = find.Narrowing(
        course=question.course,
        lecturer=question.lecturer,
        lecture=question.lecture,
        statute=question.statute,
        year=question.year,
        kind=question.kind,
    )
    results = find.search(
        question.q, narrowing, question.limit, user=request.user, offset=question.offset, order=question.sort
    )
    return JsonResponse(as_json(results), json_dumps_params={"ensure_ascii": False})


class Typed(Schema):
    """What stands in the search field so far."""

    q: Annotated[str, Field(max_length=200)] = ""


@router.get("/suggestions", auth=None)
def suggestions(request: HttpRequest, typed: Query[Typed]) -> JsonResponse:
    """What may be meant: courses, lecturers, headings of statutes and terms, by writing, pinyin or its initials."""
    found = suggest.suggest(typed.q, user=request.user)
    answer = JsonResponse(
        {
            "suggestions": [
                {
                    "kind": each.kind.value,
                    "label": each.kind.label,
                    "text": each.text,
                    "note": each.note,
                    "url": each.url,
                }
                for each in found
            ]
        },
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(answer, private=True, max_age=60)
    return answer


def as_json(results: Results) -> dict[str, Any]:
    """The results as programs read them; the API and `manage.py find` answer alike."""
    return {
        "query": results.text,
        "attempt": results.attempt.value if results.attempt else None,
        "total": results.total,
        "is_limited": results.is_limited,
        "offset": results.offset,
        "sort": results.order.value,
        "facets": {
            facet.name.value: [_option(option) for option in facet.options] for facet in results.facets
        },
        "nearest": [{"text": each.text, "sounds_alike": each.sounds_alike} for each in results.nearest],
        "led_on": [
            {"statute": key, "article": article, "url": texts.address(key, article)}
            for key, article in results.led_on
        ],
        "hits": [_hit(each) for each in results.found],
        "law": [_hit(each) for each in results.law],
        "law_total": results.law_total,
    }


def _option(option: Option) -> dict[str, Any]:
    return {"value": option.value, "label": option.label, "count": option.count}


def _hit(found: Found) -> dict[str, Any]:
    return _lecture(found) if isinstance(found, FoundLecture) else _text(found)


def _lecture(found: FoundLecture) -> dict[str, Any]:
    lecture = found.lecture
    return {
        "kind": found.kind.value,
        "lecture": str(lecture.public_id),
        "title": lecture.title,
        "lecturer": lecture.lecturer.title if lecture.lecturer else None,
        "courses": [{"id": public_id, "title": title} for public_id, title in found.courses],
        "url": found.url,
        "score": round(found.score, 4),
        "moments": [_moment(found, moment) for moment in found.moments],
    }


def _text(found: FoundText) -> dict[str, Any]:
    return {
        "kind": found.kind.value,
        "reading" if found.kind is Kind.READING else "statute": found.id,
        "title": found.name,
        "courses": [{"id": public_id, "title": title} for public_id, title in found.courses],
        "url": found.url,
        "score": round(found.score, 4),
        "passages": [
            {
                "label": passage.label,
                "text": passage.text,
                "marks": passage.marks,
                "url": passage.url,
                "score": round(passage.score, 4),
            }
            for passage in found.passages
        ],
    }


def _moment(found: FoundLecture, moment: FoundMoment) -> dict[str, Any]:
    return {
        "start_ms": moment.start_ms,
        "end_ms": moment.end_ms,
        "text": moment.text,
        "marks": moment.marks,
        "url": f"{found.url}?t={moment.seconds}",
        "score": round(moment.score, 4),
    }
