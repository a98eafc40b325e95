"""The page beside a lecture on which an editor says what of its old recording stands where in the new one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages as wagtail_messages
from wagtail.admin.panels import Panel
from wagtail.snippets.views.snippets import EditView, WorkflowActionView

from courses import carrying, recuts, tasks
from courses.clock_fields import ClockField
from courses.models import Lecture
from courses.recuts import Piece
from media.models import Recording
from people.guarded import with_permission
from people.models import User

PERMISSION = "courses.change_lecture"
ROWS_OFFERED = 5
SHOWN = 20  # stretches and earlier tables that a page lists

PROBLEMS: dict[str, Promise] = {
    "none": gettext_lazy("Enter at least one stretch."),
    "too_many": gettext_lazy("These are too many stretches; a table has at most 50."),
    "empty": gettext_lazy("This stretch ends before it begins."),
    "beyond_old": gettext_lazy("This stretch reaches beyond the end of the old recording."),
    "beyond_new": gettext_lazy("There the new recording would have to be longer than it is."),
    "overlaps_old": gettext_lazy("Part of this stretch of the old recording stands in another row already."),
    "overlaps_new": gettext_lazy("In the new recording this stretch overlaps that of another row."),
    "no_recording": gettext_lazy("One of the two recordings is not ready."),
    "replaced_again": gettext_lazy(
        "The recording was replaced again meanwhile: look at the table once more."
    ),
}


class PieceForm(forms.Form):
    """One row of the table."""

    from_ms = ClockField(label=gettext_lazy("Old: from"))
    to_ms = ClockField(label=gettext_lazy("Old: to"))
    new_from_ms = ClockField(label=gettext_lazy("New: from"))


PieceForms = forms.formset_factory(
    PieceForm, extra=ROWS_OFFERED, max_num=recuts.MAX_PIECES, absolute_max=recuts.MAX_PIECES
)


class RecutLink(Panel):
    """Below the recording: leads to the table, once the lecture is published in another one than before."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/recut_link.html"

        def is_shown(self) -> bool:
            return self.instance.pk is not None and (self.has_former or bool(self.announced))

        @cached_property
        def has_former(self) -> bool:
            return bool(carrying.former_recordings(self.instance.pk))

        @cached_property
        def announced(self) -> str:
            return said_of_draft(self.instance)

        @cached_property
        def warning(self) -> str:
            return said_of(carrying.left_behind(self.instance.pk))


def said_of_draft(lecture: Lecture) -> str:
    """What an editor is told whose draft names another recording than the published lecture; empty elsewhere."""
    replacing = carrying.replacing(lecture)
    if replacing is None:
        return ""
    text = ngettext(
        "This draft names another recording than the published lecture (“%(recording)s”). %(n)d person is under way in"
        " that one. Once the draft is published, you can say here what is to be carried over.",
        "This draft names another recording than the published lecture (“%(recording)s”). %(n)d persons are under way"
        " in that one. Once the draft is published, you can say here what is to be carried over.",
        replacing.persons,
    )
    return text % {"n": replacing.persons, "recording": replacing.recording.title}


def said_of(left: carrying.LeftBehind | None) -> str:
    """What an editor is told of a replaced recording; empty where there is nothing to tell."""
    if left is None:
        return ""
    text = ngettext(
        "The recording was replaced: what %(n)d person had watched of “%(recording)s” does not count until you say"
        " what of it stands in the new one.",
        "The recording was replaced: what %(n)d persons had watched of “%(recording)s” does not count until you say"
        " what of it stands in the new one.",
        left.persons,
    )
    return text % {"n": left.persons, "recording": left.recording.title}


def warn(request: HttpRequest, lecture_id: int) -> None:
    """Tell whoever has just published a lecture with another recording, and show him the way."""
    text = said_of(carrying.left_behind(lecture_id))
    if text:
        address = reverse("wagtailsnippets_courses_lecture:recut", args=[lecture_id])
        wagtail_messages.warning(
            request, text, buttons=[wagtail_messages.button(address, _("Carry over what was watched"))]
        )


class LectureEdit(EditView):
    """The lecture's form; publishing it warns of what a new recording leaves behind."""

    def form_valid(self, form: Any) -> Any:
        response = super().form_valid(form)
        if self.action in {"publish", "workflow-action"}:
            warn(self.request, self.object.pk)
        return response


class LectureReview(WorkflowActionView):
    """A review's decision without the form; the approval that publishes warns too."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().post(request, *args, **kwargs)
        warn(request, self.object.pk)
        return response


@with_permission(PERMISSION)
def recut(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the table and the earlier ones. POST: what it would do; with "confirm", do it."""
    lecture = get_object_or_404(Lecture.objects.select_related("recording"), pk=pk)
    former = carrying.former_recordings(lecture.pk)
    source = _chosen(former, request.POST.get("source") or request.GET.get("source", ""))
    rows = PieceForms(request.POST if "form-TOTAL_FORMS" in request.POST else None)
    preview = None
    if request.method == "POST" and source is not None and rows.is_valid():
        filled = [place for place, row in enumerate(rows.forms) if row.has_changed()]
        pieces = [Piece(**rows.forms[place].cleaned_data) for place in filled]
        try:
            _check_target(lecture, request.POST.get("target", ""))
            if "nothing" in request.POST and isinstance(request.user, User):
                return _make_none(request, request.user, source, lecture)
            preview = carrying.preview(source, lecture, pieces)
            if "confirm" in request.POST and isinstance(request.user, User):
                return _make(request, request.user, source, lecture, pieces)
        except carrying.RecutRefused as refused:
            _say(rows, filled, refused.problems)
    return render(
        request,
        "courses/admin/recut.html",
        {
            "lecture": lecture,
            "former": former,
            "source": source,
            "rows": rows,
            "preview": preview,
            "shown": SHOWN,
            "left": carrying.left_behind(lecture.pk),
            "earlier": carrying.recuts_of(lecture)[:SHOWN],
            "edit_url": reverse("wagtailsnippets_courses_lecture:edit", args=[lecture.pk]),
        },
    )


def _check_target(lecture: Lecture, public_id: str) -> None:
    """The table was written for the recording that the page showed."""
    if public_id and (lecture.recording is None or str(lecture.recording.public_id) != public_id):
        raise carrying.RecutRefused([recuts.Problem(0, "replaced_again")])


def _make(
    request: HttpRequest, user: User, source: Recording, lecture: Lecture, pieces: Sequence[Piece]
) -> HttpResponse:
    made = carrying.make(source, lecture, pieces, by=user, now=timezone.now())
    transaction.on_commit(lambda: tasks.carry_watching.delay(made.pk))
    messages.success(request, _("What was watched is being carried over to the new recording."))
    return redirect(reverse("wagtailsnippets_courses_lecture:recut", args=[lecture.pk]))


def _make_none(request: HttpRequest, user: User, source: Recording, lecture: Lecture) -> HttpResponse:
    made = carrying.make_none(source, lecture, by=user, now=timezone.now())
    transaction.on_commit(lambda: tasks.carry_watching.delay(made.pk))
    messages.success(
        request, _("Nothing is carried over; whoever had watched it is told on the lecture's page.")
    )
    return redirect(reverse("wagtailsnippets_courses_lecture:edit", args=[lecture.pk]))


def _chosen(former: Sequence[Recording], public_id: str) -> Recording | None:
    """The old recording that was asked for, or the newest; None where there is none."""
    asked = next((each for each in former if str(each.public_id) == public_id), None)
    return asked or next(iter(former), None)


def _say(rows: Any, filled: Sequence[int], problems: Sequence[recuts.Problem]) -> None:
    """Each problem beside its row; what concerns no row above the table."""
    for problem in problems:
        text = str(PROBLEMS[problem.code])
        if filled and problem.code not in {"none", "too_many", "no_recording", "replaced_again"}:
            rows.forms[filled[problem.place]].add_error(None, text)
        else:
            rows.non_form_errors().append(text)
