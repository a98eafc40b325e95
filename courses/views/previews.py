"""Lectures and questions as their editors preview them: a watch page that earns nothing, a question with its answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses import announcing, marking, questions, watching
from courses.models import Lecture, Question
from courses.views.watch import player_data
from media import captions


def lecture(request: HttpRequest, item: Lecture, *, is_preview: bool) -> HttpResponse:
    standing = watching.progress_for(None, [item])[item.pk]
    is_ready = item.recording is not None and item.recording.is_ready
    return render(
        request,
        "courses/lecture.html",
        {
            "lecture": item,
            "course": None,
            "crumbs": [],
            "outline": None,
            "next_line": None,
            "standing": standing,
            "earns": False,
            "is_ready": is_ready,
            "is_preview": is_preview,
            "worth": announcing.promised(None, item, standing.duration_ms // 1000),
            "cues": list(captions.cues(item.recording)) if is_ready and item.recording else [],
            "player": player_data(request, item, None, None, standing) if is_ready else None,
        },
    )


def question(request: HttpRequest, item: Question, *, is_preview: bool) -> HttpResponse:
    """A question with its answer and explanation, as its editor checks it."""
    content = questions.content_of(item)
    return render(
        request,
        "courses/question_preview.html",
        {"question": item, "content": content, "problems": marking.problems(content)},
    )
