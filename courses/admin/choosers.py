"""Choosing a lecture or a course in a form; found by any part of the title."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.views.chooser import ChooseResultsView as SnippetResultsView
from wagtail.snippets.views.chooser import ChooseView as SnippetChooseView
from wagtail.snippets.views.chooser import SnippetChooserViewSet

from courses.models import Course, CourseState, Lecture, Question
from people.admin.choosers import NothingMade


class TitleForm(BaseFilterForm):
    """A search field over titles: Wagtail's search finds no part of a Chinese word."""

    q = forms.CharField(
        label=_("Search term"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Part of the title")}),
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data.get("q", "").strip()
        if wanted:
            objects = objects.filter(title__icontains=wanted)
            self.is_searching = True
            self.search_query = wanted
        return objects


class Titled:
    filter_form_class = TitleForm


class OfLectures:
    filter_form_class = TitleForm

    def get_object_list(self) -> QuerySet[Lecture]:
        return Lecture.objects.select_related("lecturer", "recording")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("lecturer", label=_("Lecturer"), accessor="lecturer.title"),
        ]


class PlainChooser(NothingMade, SnippetChooserViewSet):
    """What is chosen as Wagtail shows it."""


class LectureChooser(NothingMade, SnippetChooserViewSet):
    choose_view_class = type("ChooseLecture", (OfLectures, SnippetChooseView), {})
    choose_results_view_class = type("FindLecture", (OfLectures, SnippetResultsView), {})


class TitledChooser(NothingMade, SnippetChooserViewSet):
    """Readings and assessments."""

    choose_view_class = type("ChooseTitled", (Titled, SnippetChooseView), {})
    choose_results_view_class = type("FindTitled", (Titled, SnippetResultsView), {})


class QuestionForm(TitleForm):
    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data.get("q", "").strip()
        return objects.filter(text__icontains=wanted) if wanted else objects


class OfQuestions:
    filter_form_class = QuestionForm

    def get_object_list(self) -> QuerySet[Question]:
        return Question.objects.select_related("topic")

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("topic", label=_("Topic"), accessor="topic")]  # type: ignore[misc]


class QuestionChooser(NothingMade, SnippetChooserViewSet):
    choose_view_class = type("ChooseQuestion", (OfQuestions, SnippetChooseView), {})
    choose_results_view_class = type("FindQuestion", (OfQuestions, SnippetResultsView), {})


class OfCourses:
    filter_form_class = TitleForm
    ordering = "-created_at"

    def get_object_list(self) -> QuerySet[Course]:
        return Course.objects.filter(state=CourseState.OPEN, current_version__isnull=False).select_related(
            "audience_organisation"
        )

    @property
    def columns(self) -> list[Column]:
        return [
            self.title_column,  # type: ignore[attr-defined]
            Column("access", label=_("Access"), accessor="get_access_display"),
            Column("audience", label=_("Audience"), accessor="audience_organisation"),
        ]


class CourseChooser(NothingMade, ChooserViewSet):
    """Published courses; a draft cannot be required of anybody."""

    model = Course
    icon = "openquote"
    per_page = 15
    choose_one_text = _("Choose a course")
    choose_another_text = _("Choose another course")
    choose_view_class = type("ChooseCourse", (OfCourses, ChooseView), {})
    choose_results_view_class = type("FindCourse", (OfCourses, ChooseResultsView), {})
