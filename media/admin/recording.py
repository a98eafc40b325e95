"""The page of one recording: how its packaging stands, a preview, its captions; and the acts on it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from media import captions, jobs, playback, recordings
from media.admin.forms import CaptionsForm, TitleForm
from media.caption_files import MAX_BYTES
from media.models import CaptionTrack, Cue, Recording
from media.playback_views import content_type_of, ranged
from media.refusals import WORTH_RETRYING, CaptionRefused, JobRefused, RecordingRefused, message_of, say
from media.storage import store
from media.tasks import announce

PREVIEW_SECONDS = 4 * 3600
CUES_A_PAGE = 50


class RecordingPageMixin(PermissionCheckedMixin):
    """A view about one recording that the user may see."""

    model = Recording
    any_permission_required: list[str] | None = ["add", "change", "view"]
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def recording(self) -> Recording:
        visible = recordings.accessible_recordings(self.request.user)
        return get_object_or_404(
            visible.select_related("current_generation", "uploaded_by__person"), pk=self.kwargs["pk"]
        )

    def live_context(self) -> dict[str, Any]:
        """What the part that updates itself shows."""
        recording = self.recording
        job = jobs.latest(recording)
        context = {
            "recording": recording,
            "job": job,
            "error": message_of(job.error_code) if job and job.error_code else "",
            "is_worth_retrying": bool(job and job.error_code in WORTH_RETRYING),
            "can_change": self.user_has_permission("change"),
        }
        if recording.is_ready:
            token = playback.playback_token(
                recording, subject=f"editor:{self.request.user.pk}", expires_in=PREVIEW_SECONDS
            )
            context |= {
                "playlist": playback.playlist_url(recording, token),
                "poster": playback.poster_url(recording, token),
                "captions_url": playback.captions_url(recording, token),
            }
        return context


class RecordingPage(RecordingPageMixin, WagtailAdminTemplateMixin, TemplateView):
    template_name = "media/recordings/recording.html"
    header_icon = "media"

    def get_page_title(self) -> str:
        return self.recording.title

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("recordings:index"), "label": _("Recordings")},
            {"url": "", "label": self.recording.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tracks = list(self.recording.caption_tracks.order_by("-language"))
        shown = next((t for t in tracks if t.language == self.request.GET.get("language")), None)
        shown = shown or (tracks[0] if tracks else None)
        return {
            **super().get_context_data(**kwargs),
            **self.live_context(),
            "tracks": tracks,
            "shown_track": shown,
            "cues": self._cues(shown) if shown else None,
            "title_form": TitleForm(instance=self.recording),
            "captions_form": CaptionsForm(),
        }

    def _cues(self, track: CaptionTrack) -> Page[Cue]:
        pages: Paginator[Cue] = Paginator(captions.current_cues(track), CUES_A_PAGE)
        return pages.get_page(self.request.GET.get("p"))


class Live(RecordingPageMixin, View):
    """The part that asks for itself every two seconds, as long as a job is active."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        response = render(request, "media/recordings/live.html", self.live_context())
        response["Cache-Control"] = "no-store"
        return response


class Original(RecordingPageMixin, View):
    """The file as it was uploaded."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        recording = self.recording
        elsewhere = store().original_url(recording.original_key, name=recording.original_name)
        if elsewhere:
            return HttpResponseRedirect(elsewhere)
        try:
            with store().original(recording.original_key) as path:
                content_type = content_type_of(recording.original_name)
                return ranged(request, path, content_type, name=recording.original_name)
        except FileNotFoundError as error:
            raise Http404 from error


class RecordingAct(RecordingPageMixin, View):
    """A POST that does one deed and returns to the recording's page with a word about it."""

    permission_required = "change"
    any_permission_required = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.act())
        except (JobRefused, RecordingRefused, CaptionRefused) as refusal:
            messages.error(request, say(refusal))
        return redirect(reverse("recordings:edit", args=[self.recording.pk]) + self.anchor)

    anchor = ""

    def act(self) -> str:
        raise NotImplementedError


class Rename(RecordingAct):
    def act(self) -> str:
        recordings.rename(self.recording, self.request.POST.get("title", ""))
        return _("The title was changed.")


class PackageAgain(RecordingAct):
    def act(self) -> str:
        job = jobs.retry(self.recording)
        announce(job.pk)
        return _("Packaging starts again.")


class Cancel(RecordingAct):
    def act(self) -> str:
        job = jobs.latest(self.recording)
        if job is None:
            raise JobRefused("not_active")
        jobs.cancel(job)
        return _("Packaging was cancelled. The uploaded file was kept.")


class AttachCaptions(RecordingAct):
    anchor = "#captions-section"

    def act(self) -> str:
        form = CaptionsForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            raise CaptionRefused("empty" if "file" in form.errors else "language")
        file = form.cleaned_data["file"]
        # One byte more than is accepted tells too large from just right without reading further.
        data = file.read(MAX_BYTES + 1)
        track = captions.attach(self.recording, data, form.cleaned_data["language"], name=file.name)
        count = captions.current_cues(track).count()
        return _("%(count)d captions were read. Look through them, then publish.") % {"count": count}


class PublishCaptions(RecordingAct):
    anchor = "#captions-section"

    def act(self) -> str:
        track = get_object_or_404(self.recording.caption_tracks, language=self.kwargs["language"])
        captions.publish(track)
        return _("The captions are published: learners see them, and search will find them.")
