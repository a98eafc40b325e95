"""The upload page, and the address that takes the file itself."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from media.models import Recording
from media.probe import EXTENSIONS
from media.recordings import CHUNK_BYTES, receive_upload
from media.refusals import RecordingRefused, message_of, say
from media.tasks import announce


class UploadPage(WagtailAdminTemplateMixin, PermissionCheckedMixin, TemplateView):
    """Where files are dropped; the script on it sends each to `Upload`."""

    model = Recording
    permission_required = "add"
    template_name = "media/recordings/upload.html"
    header_icon = "media"

    def get_page_title(self) -> str:
        return _("Upload recordings")

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("recordings:index"), "label": _("Recordings")},
            {"url": "", "label": _("Upload")},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endings = sorted(EXTENSIONS)
        return {
            **super().get_context_data(**kwargs),
            "endings": endings,
            "accept": ",".join(f".{ending}" for ending in endings),
            "max_bytes": settings.MEDIA_UPLOAD_MAX_BYTES,
            "words": {
                "waiting": _("Waiting"),
                "checking": _("Checking the file…"),
                "done": _("Received. Packaging begins by itself."),
                "interrupted": _("The connection broke off. Please upload the file again."),
                "signed_out": _("You are no longer signed in. Sign in again in another window, then retry."),
                "cancelled": _("Upload cancelled."),
                "leave": _("Files are still being uploaded."),
                **{code: message_of(code) for code in ("empty", "too_large", "extension", "internal")},
            },
        }


class Upload(PermissionCheckedMixin, View):
    """Takes one file as the raw body of a POST, its name and title in the query.

    A raw body is written to the disk as it arrives: a multipart form would be copied twice and parsed first.
    """

    model = Recording
    permission_required = "add"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> JsonResponse:
        try:
            recording, job = receive_upload(
                _chunks(request),
                name=request.GET.get("name", ""),
                title=request.GET.get("title", ""),
                uploaded_by=request.user,
                expected_bytes=int(request.META.get("CONTENT_LENGTH") or 0),
            )
        except RecordingRefused as refusal:
            return JsonResponse({"code": refusal.code, "message": say(refusal)}, status=refusal.status)
        except UnreadablePostError:
            return JsonResponse({"code": "incomplete", "message": message_of("incomplete")}, status=400)
        announce(job.pk)
        return JsonResponse({"url": reverse("recordings:edit", args=[recording.pk])}, status=201)


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(CHUNK_BYTES):
        yield chunk
