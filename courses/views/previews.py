"""A lecture as its editor previews it: the watch page, with the video once it is packaged, earning nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses import credit, watching
from courses.models import Lecture
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
            "credit": credit.as_decimal(credit.credit_of(standing.duration_ms // 1000)),
            "cues": list(captions.cues(item.recording)) if is_ready and item.recording else [],
            "player": player_data(request, item, None, None, standing) if is_ready else None,
        },
    )
