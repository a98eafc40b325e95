"""The question bank's deeds: each publication of a question makes a version; the one writer of QuestionVersion."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses import marking
from courses.models import Question, QuestionKind, QuestionVersion


def publish(question: Question) -> QuestionVersion:
    """Make a new version where the content has changed. Idempotent."""
    content = content_of(question)
    with transaction.atomic():
        Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        latest = question.versions.first()
        if latest is not None and latest.content == content:
            return latest
        version: QuestionVersion = QuestionVersion.objects.create(
            question=question,
            number=latest.number + 1 if latest else 1,
            content=content,
            published_at=timezone.now(),
        )
        return version


def content_of(question: Question) -> dict[str, Any]:
    """The question as courses.marking reads it."""
    options = list(question.options.all())
    places = _places(question, [option.text for option in options])
    shown = [{"id": f"o{place}", "text": option.text} for place, option in zip(places, options, strict=True)]
    right = [line["id"] for line, option in zip(shown, options, strict=True) if option.is_right]
    keys: dict[str, Any] = {
        QuestionKind.SINGLE: right[0] if len(right) == 1 else "",
        QuestionKind.MULTIPLE: right,
        QuestionKind.TRUE_FALSE: question.is_true,
        QuestionKind.ORDERING: [line["id"] for line in shown],
        QuestionKind.SHORT: sorted(
            {marking.normalised(line) for line in question.accepted.splitlines()} - {""}
        ),
    }
    has_options = question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.ORDERING)
    return {
        "kind": str(question.kind),
        "text": question.text,
        "options": shown if has_options else [],
        "key": keys[question.kind],
        "explanation": question.explanation,
        "lecture": str(question.lecture.public_id) if question.lecture else None,
        "second": question.lecture_second or 0,
    }


def _places(question: Question, texts: Sequence[str]) -> list[int]:
    """The options' numbers. Those of an order are dealt by their texts: a page names the options by their numbers,
    and would tell the right order by them."""
    numbers = list(range(1, len(texts) + 1))
    if question.kind != QuestionKind.ORDERING:
        return numbers
    dealt = sorted(numbers, key=lambda number: hashlib.sha256(texts[number - 1].encode()).digest())
    return [dealt.index(number) + 1 for number in numbers]
