"""The page on which an editor takes back what a table of a new cut has carried over."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import tasks, uncarrying
from courses.admin.recuts import PERMISSION
from courses.models import Recut
from people.guarded import with_permission
from people.models import User

REFUSED: dict[str, Promise] = {
    "no_reason": gettext_lazy("Give a reason."),
    "reversed": gettext_lazy("This table was taken back already."),
    "later": gettext_lazy("What this table carried was carried on by a later one. Take that one back first."),
}


class ReasonForm(forms.Form):
    """Why; the persons concerned read it."""

    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=uncarrying.MAX_WHY,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=gettext_lazy("Everybody for whom something is taken back reads this."),
    )


@with_permission(PERMISSION)
def take_back(request: HttpRequest, pk: int, public_id: UUID) -> HttpResponse:
    """GET: what taking the table back would do. POST: do it, for the reason that is given."""
    recuts = Recut.objects.select_related("lecture", "source", "target")
    recut = get_object_or_404(recuts, lecture=pk, public_id=public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    preview, refused = None, ""
    try:
        preview = uncarrying.preview(recut)
        if form.is_valid() and isinstance(request.user, User):
            return _take_back(request, request.user, recut, form.cleaned_data["why"])
    except uncarrying.ReversalRefused as refusal:
        refused = str(REFUSED[refusal.code])
    return render(
        request,
        "courses/admin/recut_reversal.html",
        {
            "recut": recut,
            "form": form,
            "preview": preview,
            "refused": refused,
            "back_url": reverse("wagtailsnippets_courses_lecture:recut", args=[pk]),
        },
    )


def _take_back(request: HttpRequest, user: User, recut: Recut, why: str) -> HttpResponse:
    uncarrying.take_back(recut.pk, why=why, by=user, now=timezone.now())
    transaction.on_commit(lambda: tasks.take_back_carried.delay(recut.pk))
    messages.success(request, _("What was carried over is being taken back; whoever is concerned is told."))
    return redirect(reverse("wagtailsnippets_courses_lecture:recut", args=[recut.lecture_id]))
