"""The way out of seeing the site as somebody else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from people import seeing_as


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """/seeing-as/end/: back to the page of the person at the support desk."""
    seen = seeing_as.end(request.session)
    return redirect(f"/desk/support/{seen}/" if seen else "people:landing")
