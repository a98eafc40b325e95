"""Searches in the admin that find people: posted, so that no term stands in an address."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people import search_terms


class TermForm(forms.Form):
    """The box in a list's header; templates/wagtailadmin/shared/headers/slim_header.html posts it."""

    is_posted = True

    search_term = forms.CharField(
        label=_("Search term"),
        required=False,
        max_length=search_terms.MAX_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": _("Search…"), "autocomplete": "off"}),
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__({search_terms.FIELD: search_terms.asked(request)})
        self.request = request

    @cached_property
    def csrf(self) -> str:
        return get_token(self.request)

    @property
    def named(self) -> str:
        """What names the present term in addresses."""
        return self.request.GET.get("q", "")

    @property
    def others(self) -> list[tuple[str, str]]:
        """The address's other parameters, so that a search keeps filters and order."""
        given = self.request.GET
        return [(name, value) for name in given if name not in {"q", "p"} for value in given.getlist(name)]


class PostedSearch:
    """A list's view whose search box is posted."""

    search_kwarg = search_terms.FIELD
    is_searchable: Any
    request: Any

    def get_search_form(self) -> TermForm | None:
        return TermForm(self.request) if self.is_searchable else None
