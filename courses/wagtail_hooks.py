"""What courses add to Wagtail's admin, and what they take from its menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.models import register_snippet

from courses import requirements
from courses.access import may_mark
from courses.admin.activities import AssessmentGroup, ReadingViewSet
from courses.admin.choosers import CourseChooser
from courses.admin.course_terms import CourseTermsViewSet, EquivalenceGroupViewSet
from courses.admin.curricula import CurriculumViewSet
from courses.admin.lectures import LectureViewSet
from courses.admin.pages import CoursePages, LecturerPages
from courses.admin.regulations import RegulationViewSet
from courses.models import EquivalenceGroup

register_snippet(LectureViewSet)
register_snippet(CurriculumViewSet)
register_snippet(CourseTermsViewSet)
register_snippet(EquivalenceGroupViewSet)
register_snippet(ReadingViewSet)
register_snippet(AssessmentGroup)
register_snippet(RegulationViewSet)


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [CoursePages(), LecturerPages(), CourseChooser("course_chooser")]


class MarkingItem(MenuItem):
    """The way to the answers that wait for a person, for whoever may judge them."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_mark(request.user)


@hooks.register("register_admin_menu_item")
def answers_to_mark() -> MenuItem:
    return MarkingItem(
        _("Answers to mark"), reverse_lazy("courses:marking"), name="marking", icon_name="edit", order=171
    )


@hooks.register("after_delete_snippet")
def courses_no_longer_the_same(request: HttpRequest, instances: list[Any]) -> None:
    """What curricula ask for follows a group that is deleted, as it follows one that is saved."""
    if any(isinstance(each, EquivalenceGroup) for each in instances):
        requirements.refresh_courses()


# Wagtail's own help links outside, and its reports speak of a site's upkeep, which is not an editor's.
_NOT_FOR_EDITORS = {"help", "reports"}


@hooks.register("construct_main_menu")
def plain_menu(request: HttpRequest, menu_items: list[Any]) -> None:
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in _NOT_FOR_EDITORS]


@hooks.register("construct_page_action_menu")
@hooks.register("construct_snippet_action_menu")
def reviewers_act_first(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Whoever opens a text in order to review it sees "approve" as the button, not "save draft"."""
    approve = next((item for item in menu_items if item.name == "approve"), None)
    if approve:
        menu_items.remove(approve)
        menu_items.insert(0, approve)
