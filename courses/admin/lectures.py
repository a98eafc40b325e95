"""Lectures in Wagtail's admin: a list that says what is missing for watching, and the form."""

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.admin import recut_reversals, recuts
from courses.admin.activity_forms import LectureForm
from courses.admin.choosers import LectureChooser
from courses.admin.states import StateColumn, with_states
from courses.models import Lecture
from media.models import CaptionTrack


def recording_state(lecture: Lecture) -> str:
    return str(lecture.recording.get_state_display() if lecture.recording else _("No recording"))


def is_playable(lecture: Lecture) -> bool:
    return lecture.recording is not None and lecture.recording.is_ready


def caption_tracks(lecture: Lecture) -> list[CaptionTrack]:
    return list(lecture.recording.caption_tracks.all()) if lecture.recording else []


def has_captions(lecture: Lecture) -> bool:
    return any(track.is_published for track in caption_tracks(lecture))


def captions_state(lecture: Lecture) -> str:
    if has_captions(lecture):
        return str(_("Published"))
    return str(_("Not published") if caption_tracks(lecture) else _("No captions"))


class LectureViewSet(SnippetViewSet):
    model = Lecture
    icon = "openquote"
    url_prefix = "lectures"
    menu_label = _("Lectures")
    add_to_admin_menu = True
    menu_order = 160
    list_per_page = 20
    list_display = [
        "title",
        Column("lecturer", label=_("Lecturer"), accessor="lecturer.title"),
        StatusTagColumn(recording_state, label=_("Recording"), primary=is_playable),
        StatusTagColumn(captions_state, label=_("Captions"), primary=has_captions),
        StateColumn(),
        UpdatedAtColumn(),
    ]
    list_filter = ["category"]
    # Wagtail's own search finds nothing in Chinese but whole titles: plain containment does.
    search_backend_name = None
    search_fields = ["title", "lecturer__title"]
    copy_view_enabled = False
    edit_view_class = recuts.LectureEdit
    workflow_action_view_class = recuts.LectureReview
    chooser_viewset_class = LectureChooser
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("title", required_on_save=True),
                    FieldPanel("summary"),
                    FieldPanel("lecturer", widget=forms.Select),
                ],
                _("Lecture"),
            ),
            MultiFieldPanel(
                [FieldPanel("recording"), recuts.RecutLink()],
                _("Recording"),
                help_text=_("Upload it under Recordings first; captions are attached there too."),
            ),
            InlinePanel(
                "questions",
                heading=_("Questions in the lecture"),
                label=_("Question"),
                help_text=_("Each stops the video at its second. Questions come from the bank."),
                max_num=50,
            ),
            MultiFieldPanel([FieldPanel("category"), FieldPanel("completion_share_percent")], _("Credit")),
        ],
        base_form_class=LectureForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        tracks = Prefetch("recording__caption_tracks", CaptionTrack.objects.order_by("language"))
        return with_states(Lecture.objects.select_related("recording", "lecturer")).prefetch_related(tracks)

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/recut/", recuts.recut, name="recut"),
            path(
                "<int:pk>/recut/<uuid:public_id>/take-back/",
                recut_reversals.take_back,
                name="recut_take_back",
            ),
        ]
