"""What every list and form of people shares: bounded to the user's subtrees, written through deeds, no deleting."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from people import audit_log
from people.admin.private_search import PostedSearch
from people.models import AuditAct, Organisation, Person, User
from people.refusals import Refused


class DeedForm(WagtailAdminModelForm):
    """A form whose saving is one deed; a refusal becomes the form's error.

    `logged_as` is what the audit log calls it, where the deed does not write it down itself.
    """

    logged_as: AuditAct | None = None

    def perform(self, by: User) -> Model:
        """Call the deed with the cleaned data, on behalf of `by`."""
        raise NotImplementedError


class BoundedIndex(PostedSearch, IndexView):
    """A paged list of what the viewset lets this user see."""

    visible: Any = None

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.visible(self.request.user)


class ByDeed:
    """A form view that performs its form's deed in one transaction and shows a refusal beside the form."""

    request: HttpRequest
    form: Any
    error_message: Any
    produced_error_code: str
    produced_error_message: Any

    def save_instance(self) -> Model:
        by: Any = self.request.user
        with transaction.atomic():
            made: Model = self.form.perform(by)
            if self.form.logged_as:
                audit_log.record(
                    self.form.logged_as,
                    by=by,
                    person=made if isinstance(made, Person) else getattr(made, "person", None),
                    organisation=made if isinstance(made, Organisation) else None,
                    about=str(made._meta.verbose_name),
                )
        return made

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return response
        self.produced_error_code = "validation_error"
        self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
        refused: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
        return refused


class DeedCreate(ByDeed, CreateView):
    """A new row through a deed."""


class DeedEdit(ByDeed, EditView):
    """A change through a deed, of a row that this user may see; any other is not found."""

    visible: Any = None

    def get_queryset(self) -> QuerySet[Any]:
        return self.visible(self.request.user)


class PeopleViewSet(ModelViewSet):
    """List, new and edit; no deleting, copying, history or usage, which the tables keep themselves."""

    index_view_class = BoundedIndex
    add_view_class = DeedCreate
    edit_view_class = DeedEdit
    copy_view_enabled = False
    add_to_reference_index = False
    add_to_admin_menu = False
    search_backend_name = None
    list_per_page = 25
    create_form: type[DeedForm]
    edit_form: type[DeedForm]

    def visible(self, user: User) -> QuerySet[Any]:
        """The rows that this user may see, with all that the list shows of them."""
        raise NotImplementedError

    def get_form_class(self, for_update: bool = False) -> type[DeedForm]:
        return self.edit_form if for_update else self.create_form

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        without = {"history_url_name": None, "usage_url_name": None, "delete_url_name": None}
        return super().get_common_view_kwargs(**without, visible=self.visible, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.add_view, name="add"),
            path("edit/<int:pk>/", self.edit_view, name="edit"),
        ]
