"""Credit regulations in Wagtail's admin: the list, the form with the document, and the pages beside it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from courses import problem_texts, regulating, usual_shape
from courses.admin import regulation_pages
from courses.admin.choosers import PlainChooser
from courses.admin.states import StateColumn, with_states
from courses.engine.errors import InvalidDocument
from courses.models import CreditRegulation

# More problems than these are not read one by one: the first ones have to be mended anyhow.
PROBLEMS_SHOWN = 20
# Wagtail's buttons that lead to publication, at once or by way of reviewers.
BEYOND_A_DRAFT = ("action-publish", "action-submit", "action-restart-workflow", "action-workflow-action")


class RegulationForm(WagtailAdminModelForm):
    """Refuses, with its lines, a document that is no regulation. A draft may be saved broken, never published."""

    def clean_document(self) -> str:
        document: str = self.cleaned_data["document"].replace("\r\n", "\n")
        if self.is_only_a_draft():
            return document
        try:
            regulating.read(document)
        except InvalidDocument as error:
            raise ValidationError(
                [problem_texts.with_line(each) for each in error.problems[:PROBLEMS_SHOWN]]
            ) from error
        return document

    def is_only_a_draft(self) -> bool:
        """Whether nothing but a draft is saved that nobody has been asked to review: what is under review is whole."""
        asks_for_more = any(name in self.data for name in BEYOND_A_DRAFT)
        return not asks_for_more and not (self.instance.pk and self.instance.workflow_in_progress)


class DocumentTools(Panel):
    """Above the document: the form for the usual shape, trying it, its history, and an example to start from."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/regulation_tools.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "examples": regulation_pages.example_titles()}


def _days(row: CreditRegulation) -> str:
    """From when, and until when where that is known."""
    first = date_format(row.effective_from, "Y年n月j日")
    return f"{first}—{date_format(row.effective_to, 'Y年n月j日')}" if row.effective_to else f"{first}—"


class AddRegulation(CreateView):
    """An empty form, or one with the document that the form for the usual shape has just written."""

    def get_initial_form_instance(self) -> CreditRegulation:
        document = (
            self.request.session.pop(regulation_pages.DRAFT, "") if self.request.method == "GET" else ""
        )
        shape = usual_shape.read(document) if document else None
        return CreditRegulation(document=document, title=shape.title if shape else "")


class RegulationViewSet(SnippetViewSet):
    model = CreditRegulation
    icon = "list-ol"
    chooser_viewset_class = PlainChooser
    url_prefix = "regulations"
    menu_label = _("Credit regulations")
    add_to_admin_menu = True
    menu_order = 175
    list_per_page = 20
    list_display = [
        "title",
        Column("owner", label=_("Set by")),
        Column(_days, label=_("In force"), sort_key="effective_from"),
        StateColumn(),
    ]
    search_backend_name = None
    search_fields = ["title"]
    copy_view_enabled = False
    add_view_class = AddRegulation
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("title", required_on_save=True),
                    FieldPanel("owner"),
                    FieldRowPanel([FieldPanel("effective_from"), FieldPanel("effective_to")]),
                    FieldPanel("change_note"),
                ],
                _("Regulation"),
            ),
            MultiFieldPanel(
                [DocumentTools(), FieldPanel("document", widget=forms.Textarea(attrs={"rows": 30}))],
                pgettext_lazy("of a regulation", "Document"),
            ),
        ],
        base_form_class=RegulationForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_states(CreditRegulation.objects.select_related("owner"))

    def get_urlpatterns(self) -> list[Any]:
        # The first pattern is where the menu leads.
        return [
            *super().get_urlpatterns(),
            path("check/", regulation_pages.check, name="check"),
            path("examples/<slug:example>/", regulation_pages.example, name="example"),
            path("form/", regulation_pages.new_form, name="new_form"),
            path("<int:pk>/form/", regulation_pages.form, name="form"),
            path("<int:pk>/trial/", regulation_pages.trial, name="trial"),
            path("<int:pk>/trial/<uuid:public_id>/", regulation_pages.trial_result, name="trial_result"),
            path(
                "<int:pk>/trial/<uuid:public_id>/cancel/", regulation_pages.trial_cancel, name="trial_cancel"
            ),
            path("<int:pk>/trial/<uuid:public_id>/table/", regulation_pages.trial_table, name="trial_table"),
            path("<int:pk>/versions/", regulation_pages.versions, name="versions"),
        ]
