"""The desk's list of devices on which many persons have watched."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courses import desk_access, shared_devices
from courses.views.desk_doors import page_of, signed_in, user_of

DEVICES_A_PAGE = 20


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """/desk/devices/, for committees, auditors and support."""
    user = user_of(request)
    if not shared_devices.may_look(user):
        raise Http404
    now = timezone.now()
    page = page_of(request, shared_devices.flagged(user, now), DEVICES_A_PAGE)
    return render(
        request,
        "courses/desk/devices.html",
        {
            "page": page,
            "devices": shared_devices.devices(user, list(page.object_list), now),
            "has_desk": desk_access.has_desk(user),
            "days": settings.SHARED_DEVICE_DAYS,
            "least": settings.SHARED_DEVICE_PERSONS,
        },
    )
