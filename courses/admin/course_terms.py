"""Dates and prerequisites of courses, and courses that count as the same, in Wagtail's admin."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from courses import asked_courses, precedence, requirements, sameness
from courses.admin.choosers import PlainChooser
from courses.models import Course, CourseTerms, EquivalenceGroup, EquivalentCourse, Prerequisite

MAX_COURSES = 20


def lines_of(form: Any, name: str) -> list[Any]:
    """The forms of an inline panel that name a course and stay."""
    return [
        line
        for line in form.formsets[name].forms
        if line.cleaned_data.get("course") is not None and not line.cleaned_data.get("DELETE")
    ]


def refuse_cycle(before: dict[int, set[int]], classes_of: sameness.Classes) -> None:
    """Raises ValidationError that names the courses which wait for each other."""
    found = precedence.cycle(before, classes_of)
    if found:
        titles = Course.objects.in_bulk(found)
        raise ValidationError(
            gettext("These courses would wait for each other, and nobody could begin any: %(courses)s.")
            % {"courses": " → ".join(titles[key].title for key in [*found, found[0]])}
        )


def prerequisites_now(*, without: int | None = None) -> dict[int, set[int]]:
    """Each course's prerequisites, leaving out those of one CourseTerms."""
    before: dict[int, set[int]] = defaultdict(set)
    rows = Prerequisite.objects.exclude(terms=without) if without else Prerequisite.objects.all()
    for course, needed in rows.values_list("terms__course_id", "course_id"):
        before[course].add(needed)
    return before


class CourseTermsForm(WagtailAdminModelForm):
    """Refuses prerequisites that lead back to the course itself."""

    def is_valid(self) -> bool:
        """The lines are clean only after the form itself is, so they are judged here."""
        course = self.cleaned_data.get("course") if super().is_valid() else None
        if course is None:
            return False
        before = prerequisites_now(without=self.instance.pk)
        before[course.pk] = {line.cleaned_data["course"].pk for line in lines_of(self, "prerequisites")}
        try:
            refuse_cycle(before, asked_courses.classes_now())
        except ValidationError as error:
            self.add_error("course", error)
        return not self.errors


class EquivalenceGroupForm(WagtailAdminModelForm):
    """Refuses a group that makes a course wait for itself; what curricula ask for follows the group."""

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        courses = {line.cleaned_data["course"].pk for line in lines_of(self, "courses")}
        try:
            if len(courses) < 2:
                raise ValidationError(gettext("Please name at least two courses that count as the same."))
            refuse_cycle(prerequisites_now(), self._classes_with(courses))
        except ValidationError as error:
            self.add_error("title", error)
        return not self.errors

    def save(self, commit: bool = True) -> EquivalenceGroup:
        group: EquivalenceGroup = super().save(commit)
        if commit:
            requirements.refresh_courses()
        return group

    def _classes_with(self, courses: set[int]) -> dict[int, frozenset[int]]:
        groups: dict[int, set[int]] = defaultdict(set)
        others = EquivalentCourse.objects.exclude(group=self.instance.pk)
        for group_id, course_id in others.values_list("group_id", "course_id"):
            groups[group_id].add(course_id)
        return sameness.classes([*groups.values(), courses])


def _day(name: str) -> Any:
    return lambda row: date_format(day, "Y年n月j日") if (day := getattr(row, name)) else ""


def _titles(rows: Iterable[Any]) -> str:
    return "、".join(row.course.title for row in rows)


class CourseTermsViewSet(SnippetViewSet):
    model = CourseTerms
    icon = "calendar-alt"
    chooser_viewset_class = PlainChooser
    url_prefix = "course-terms"
    menu_label = _("Dates and prerequisites")
    add_to_admin_menu = True
    menu_order = 171
    list_per_page = 20
    list_display = [
        Column("course", label=_("Course")),
        Column(_day("opens_on"), label=_("Opens on"), sort_key="opens_on"),
        Column(_day("closes_on"), label=_("Closes on"), sort_key="closes_on"),
        Column(lambda row: _titles(row.prerequisites.all()), label=_("To complete first")),
    ]
    search_backend_name = None
    search_fields = ["course__title"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("course"),
            MultiFieldPanel([FieldPanel("opens_on"), FieldPanel("closes_on")], _("Window")),
            InlinePanel(
                "prerequisites", heading=_("To complete first"), label=_("Course"), max_num=MAX_COURSES
            ),
        ],
        base_form_class=CourseTermsForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return CourseTerms.objects.select_related("course").prefetch_related("prerequisites__course")


class EquivalenceGroupViewSet(SnippetViewSet):
    model = EquivalenceGroup
    icon = "link"
    chooser_viewset_class = PlainChooser
    url_prefix = "same-courses"
    menu_label = _("Same courses")
    add_to_admin_menu = True
    menu_order = 172
    list_per_page = 20
    list_display = [
        "title",
        Column(lambda row: _titles(row.courses.all()), label=_("Courses")),
        Column("reason", label=_("Reason")),
    ]
    search_backend_name = None
    search_fields = ["title"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("reason"),
            InlinePanel("courses", heading=_("Courses"), label=_("Course"), min_num=2, max_num=MAX_COURSES),
        ],
        base_form_class=EquivalenceGroupForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return EquivalenceGroup.objects.prefetch_related("courses__course")
