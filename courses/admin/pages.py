"""Flat lists of course and lecturer pages, beside the tree of Wagtail's explorer."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.ui.tables.pages import ParentPageColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet

from courses.models import CoursePage, LecturerPage


class TitleSearch(IndexView):
    """Found by any part of the title: Wagtail's search finds no part of a Chinese word."""

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(title__icontains=self.search_query) if self.is_searching else queryset


# All pages of a kind stand under one index: naming it costs a statement a row and says nothing.
_COLUMNS = [column for column in TitleSearch.base_columns if not isinstance(column, ParentPageColumn)]


class CoursePages(PageListingViewSet):
    model = CoursePage
    name = "course_pages"
    icon = "folder-open-inverse"
    menu_label = _("Courses")
    menu_order = 150
    add_to_admin_menu = True
    list_per_page = 20
    index_view_class = TitleSearch
    columns = [
        *_COLUMNS[:2],
        Column("access", label=_("Access"), accessor="get_access_display"),
        *_COLUMNS[2:],
    ]


class LecturerPages(PageListingViewSet):
    model = LecturerPage
    name = "lecturer_pages"
    icon = "user"
    menu_label = _("Lecturers")
    menu_order = 180
    add_to_admin_menu = True
    list_per_page = 20
    index_view_class = TitleSearch
    columns = _COLUMNS
