"""Answers to the questions that stop a lecture."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses import announcing, completion, lecture_questions
from courses.access import accessible_lectures
from courses.refusals import NoPerson, Refusal
from courses.views.told import refused
from people.access import person_of

# Of an order, one value an option.
MAX_VALUES = 20


@require_POST
def answer(request: HttpRequest, public_id: UUID, question_id: UUID) -> HttpResponse:
    """/lectures/<uuid>/questions/<uuid>/: judged here; what is right is told once nothing can be changed."""
    lecture = get_object_or_404(accessible_lectures(request.user).distinct(), public_id=public_id)
    person = person_of(request.user)
    if person is None:
        return refused(NoPerson())
    now = timezone.now()
    try:
        asked, told = lecture_questions.answer(
            person, lecture, question_id, request.POST.getlist("answer")[:MAX_VALUES], now
        )
    except Refusal as refusal:
        return refused(refusal)
    settled = completion.settle_watched(person.pk, lecture, now) if asked.is_over else None
    return JsonResponse({**told, "completed": announcing.completed(settled)})
