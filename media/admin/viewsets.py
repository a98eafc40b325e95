"""The recordings' list and chooser in Wagtail's admin, and the addresses of their pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, UserColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic import chooser as generic_chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from media.admin import recording, uploading
from media.models import Recording
from media.recordings import accessible_recordings, find
from media.templatetags.recording_figures import length


def _length_of(row: Recording) -> str:
    return length(row.duration_ms) or "—"


class RecordingsList(IndexView):
    """All recordings, newest first, found by any part of their title or file name."""

    is_searchable = True
    add_item_label = _("Upload recordings")
    any_permission_required = ["add", "change", "view"]

    def get_base_queryset(self) -> QuerySet[Recording]:
        visible = accessible_recordings(self.request.user)
        # What the uploader's cell shows: his avatar, and his name, which is the person's.
        return visible.select_related("uploaded_by__wagtail_userprofile", "uploaded_by__person")

    def search_queryset(self, queryset: QuerySet[Recording]) -> QuerySet[Recording]:
        return find(queryset, self.search_query) if self.is_searching else queryset

    def get_edit_url(self, instance: Recording) -> str | None:
        # Whoever may see the list may open its rows; acts are checked where they are done.
        return reverse("recordings:edit", args=[instance.pk])

    def get_list_more_buttons(self, instance: Recording) -> list[Any]:
        return []  # the title leads to everything that can be done


class RecordingViewSet(ModelViewSet):
    model = Recording
    name = "recordings"
    icon = "media"
    menu_label = _("Recordings")
    menu_order = 200
    add_to_admin_menu = True
    list_per_page = 20
    copy_view_enabled = False
    index_view_class = RecordingsList
    list_display = [
        "title",
        StatusTagColumn(
            "get_state_display", label=_("State"), sort_key="state", primary=lambda row: row.is_ready
        ),
        Column(_length_of, label=_("Duration"), sort_key="duration_ms"),
        UserColumn("uploaded_by", label=_("Uploaded by")),
        DateColumn("uploaded_at", label=_("Uploaded"), sort_key="uploaded_at"),
    ]
    form_fields = ["title"]

    def get_urlpatterns(self) -> list[Any]:
        """Our own pages; recordings are never deleted or copied here."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", uploading.UploadPage.as_view(), name="add"),
            path("upload/", uploading.Upload.as_view(), name="upload"),
            path("<int:pk>/", recording.RecordingPage.as_view(), name="edit"),
            path("<int:pk>/live/", recording.Live.as_view(), name="live"),
            path("<int:pk>/original/", recording.Original.as_view(), name="original"),
            path("<int:pk>/rename/", recording.Rename.as_view(), name="rename"),
            path("<int:pk>/package/", recording.PackageAgain.as_view(), name="package"),
            path("<int:pk>/cancel/", recording.Cancel.as_view(), name="cancel"),
            path("<int:pk>/captions/", recording.AttachCaptions.as_view(), name="attach_captions"),
            path(
                "<int:pk>/captions/<str:language>/publish/",
                recording.PublishCaptions.as_view(),
                name="publish_captions",
            ),
        ]


class RecordingFilter(SearchFilterMixin, BaseFilterForm):
    """The chooser's search box, with the list's way of finding Chinese."""

    def filter(self, objects: QuerySet[Recording]) -> QuerySet[Recording]:
        words = self.cleaned_data.get("q")
        if not words:
            return objects
        self.is_searching, self.search_query = True, words
        return find(objects, words)


class RecordingChoicesMixin(generic_chooser.BaseChooseView):
    filter_form_class = RecordingFilter

    def get_object_list(self) -> QuerySet[Recording]:
        return accessible_recordings(self.request.user)

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            StatusTagColumn("get_state_display", label=_("State"), primary=lambda row: row.is_ready),
            Column(_length_of, label=_("Duration")),
            DateColumn("uploaded_at", label=_("Uploaded")),
        ]


class ChooseRecording(
    generic_chooser.ChooseViewMixin, generic_chooser.CreationFormMixin, RecordingChoicesMixin
):
    pass


class ChooseRecordingResults(
    generic_chooser.ChooseResultsViewMixin, generic_chooser.CreationFormMixin, RecordingChoicesMixin
):
    pass


class ChosenRecording(generic_chooser.ChosenView):
    def get_object(self, pk: Any) -> Recording:
        try:
            return accessible_recordings(self.request.user).get(pk=pk)
        except (Recording.DoesNotExist, ValueError) as error:
            raise Http404 from error


class RecordingChooserViewSet(ChooserViewSet):
    model = Recording
    name = "recording_chooser"
    icon = "media"
    choose_one_text = _("Choose a recording")
    choose_another_text = _("Choose another recording")
    edit_item_text = _("Open this recording")
    choose_view_class = ChooseRecording
    choose_results_view_class = ChooseRecordingResults
    chosen_view_class = ChosenRecording
    per_page = 10

    def get_urlpatterns(self) -> list[URLPattern]:
        """Without Wagtail's "create", which answers with an error where no form is given."""
        return [each for each in super().get_urlpatterns() if each.name != "create"]
