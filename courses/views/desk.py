"""The desks' first page: what waits for this user, desk by desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import attempts, desk_access, shared_devices
from courses.access import may_mark
from courses.models import CorrectionState, DeclarationState, DisputeState, ExtensionState, RecognitionState
from courses.views.desk_doors import for_desks, user_of
from people import rectifying
from people.models import RectificationState


@for_desks
def home(request: HttpRequest) -> HttpResponse:
    """/desk/: a figure for each list, that leads to it."""
    user = user_of(request)
    waiting = [
        (
            _("Declarations"),
            _("wait for a decision"),
            reverse("courses:desk_declarations"),
            desk_access.desk_declarations(user).filter(state=DeclarationState.SUBMITTED).count(),
        ),
        (
            _("Disputes"),
            _("wait for a decision"),
            reverse("courses:desk_disputes"),
            desk_access.desk_disputes(user).filter(state=DisputeState.OPEN).count(),
        ),
        (
            _("Extensions"),
            _("wait for a decision"),
            reverse("courses:desk_extensions"),
            desk_access.desk_extensions(user).filter(state=ExtensionState.OPEN).count(),
        ),
        (
            _("Lists"),
            _("wait for a second person"),
            f"{reverse('courses:desk_lists')}?state={RecognitionState.SUBMITTED}",
            desk_access.accessible_recognitions(user).filter(state=RecognitionState.SUBMITTED).count(),
        ),
        (
            _("Corrections"),
            _("wait for a second person"),
            reverse("courses:desk_corrections"),
            desk_access.accessible_corrections(user).filter(state=CorrectionState.SUBMITTED).count(),
        ),
    ]
    if rectifying.is_concerned(user):
        asked = rectifying.accessible_rectifications(user).filter(state=RectificationState.OPEN)
        waiting.append(
            (
                _("Corrections of data"),
                _("wait for a decision"),
                reverse("people:rectifications"),
                asked.count(),
            )
        )
    if may_mark(user):
        waiting.append(
            (
                _("Answers to mark"),
                _("wait for a person"),
                reverse("courses:marking"),
                attempts.to_mark().count(),
            )
        )
    if shared_devices.may_look(user):
        flagged = shared_devices.flagged(user, timezone.now()).count()
        waiting.append(
            (_("Shared devices"), _("to have a look at"), reverse("courses:desk_devices"), flagged)
        )
    return render(request, "courses/desk/home.html", {"waiting": waiting})
