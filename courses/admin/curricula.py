"""Curricula in Wagtail's admin: the list, and the form with what it refuses."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from courses import asked_courses, fulfilment, sameness
from courses.admin import audiences
from courses.admin.audiences import AudienceFields
from courses.admin.choosers import PlainChooser
from courses.admin.course_terms import lines_of
from courses.admin.states import StateColumn, with_states
from courses.amounts import MILLI
from courses.fulfilment import Asked, Demand
from courses.models import Access, Course, Curriculum
from people.models import OrganisationClosure


class CurriculumForm(AudienceFields, WagtailAdminModelForm):
    """Refuses courses that part of the audience could not open, and what nobody could complete."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["audience_named"] = audiences.named_initial(self.instance)

    def is_valid(self) -> bool:
        """The lines of courses are clean only after the form itself is, so they are judged here."""
        organisation = self.cleaned_data.get("audience_organisation") if super().is_valid() else None
        if organisation is None:
            return False
        lines = lines_of(self, "courses")
        for line in lines:
            try:
                refuse_closed_course(line.cleaned_data["course"], organisation.pk)
            except ValidationError as error:
                self.add_error("audience_organisation", error)
        try:
            refuse_impossible(self.cleaned_data, [line.cleaned_data for line in lines])
        except ValidationError as error:
            self.add_error("minimum_electives", error)
        # Last: a line that is marked loses its course from the clean data.
        return not refuse_same_courses(lines) and not self.errors


def refuse_same_courses(lines: list[Any]) -> bool:
    """Mark each line whose course counts as the same as an earlier one's; whether there was any."""
    classes_of = asked_courses.classes_now()
    taken: dict[int, str] = {}
    is_twice = False
    for line in lines:
        course: Course = line.cleaned_data["course"]
        earlier = taken.get(course.pk)
        if earlier is not None:
            is_twice = True
            line.add_error(
                "course",
                gettext("It counts as the same as “%(course)s”, which is in this curriculum already.")
                % {"course": earlier},
            )
        taken |= dict.fromkeys(sameness.same_as(course.pk, classes_of), course.title)
    return is_twice


def refuse_impossible(asked: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    """Raises ValidationError when nobody could complete the curriculum, whatever he completes."""
    lengths = asked_courses.milli_by_length(line["course"].pk for line in lines)
    demand = Demand(
        [
            Asked(
                line["course"].pk,
                {line["course"].pk},
                is_elective=line["is_elective"],
                credit_milli=int(line["elective_credits"] * MILLI)
                if line["elective_credits"] is not None
                else lengths.get(line["course"].pk, 0),
            )
            for line in lines
        ],
        minimum_electives=asked["minimum_electives"],
        minimum_milli=int(asked["minimum_elective_credits"] * MILLI),
    )
    if fulfilment.is_possible(demand):
        return
    if demand.minimum_electives or demand.minimum_milli:
        electives = [each for each in demand.asked if each.is_elective]
        raise ValidationError(
            gettext(
                "The electives together are %(count)s with %(credit)s credits: nobody could reach what is asked."
            )
            % {
                "count": len(electives),
                "credit": (Decimal(sum(each.credit_milli for each in electives)) / MILLI).normalize(),
            }
        )
    raise ValidationError(
        gettext("Every course is an elective and none is asked for: say how many, or how much.")
    )


def refuse_closed_course(course: Course, organisation_id: int) -> None:
    """Raises ValidationError when the course is for an audience that does not hold this one."""
    if course.access != Access.AUDIENCE:
        return
    above = OrganisationClosure.objects.filter(
        ancestor_id=course.audience_organisation_id, descendant_id=organisation_id
    )
    if not above.exists():
        raise ValidationError(
            gettext("The course “%(course)s” is only open to %(organisation)s, not to the whole audience.")
            % {"course": course.title, "organisation": course.audience_organisation}
        )


def _day(name: str) -> Callable[[Curriculum], str]:
    """A day as such: Wagtail's own column would say how long ago it is."""
    return lambda row: date_format(getattr(row, name), "Y年n月j日")


class CurriculumViewSet(SnippetViewSet):
    model = Curriculum
    icon = "list-ul"
    chooser_viewset_class = PlainChooser
    url_prefix = "curricula"
    menu_label = _("Curricula")
    add_to_admin_menu = True
    menu_order = 170
    list_per_page = 20
    list_display = [
        "title",
        Column("owner", label=_("Set by")),
        Column("audience_organisation", label=_("Audience")),
        Column(_day("opens_on"), label=_("Opens on"), sort_key="opens_on"),
        Column(_day("due_on"), label=_("Due on"), sort_key="due_on"),
        StateColumn(),
    ]
    search_backend_name = None
    search_fields = ["title"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("title", required_on_save=True), FieldPanel("summary"), FieldPanel("owner")],
                _("Curriculum"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("opens_on"),
                    FieldPanel("due_on"),
                    FieldPanel("entry_days"),
                    FieldPanel("closes_on"),
                ],
                _("Window"),
            ),
            MultiFieldPanel(
                audiences.panels(),
                _("Audience"),
            ),
            InlinePanel("courses", heading=_("Courses"), label=_("Course"), min_num=1, max_num=50),
            MultiFieldPanel(
                [FieldPanel("minimum_electives"), FieldPanel("minimum_elective_credits")], _("Electives")
            ),
        ],
        base_form_class=CurriculumForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_states(Curriculum.objects.select_related("owner", "audience_organisation"))

    def get_urlpatterns(self) -> list[Any]:
        # The first pattern is where the menu leads.
        return [*super().get_urlpatterns(), path("audience/", audiences.count_audience, name="audience")]
