"""Curricula in Wagtail's admin: the list, and a form that counts its audience while it is filled in."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from courses import asked_courses, fulfilment, requirements, sameness
from courses.admin.choosers import PlainChooser
from courses.admin.course_terms import lines_of
from courses.admin.states import StateColumn, with_states
from courses.amounts import MILLI
from courses.fulfilment import Asked, Demand
from courses.models import Access, Course, Curriculum
from courses.requirements import Audience
from people.admin.choosers import organisations_of
from people.models import OrganisationClosure, PracticeType, User


class CurriculumForm(WagtailAdminModelForm):
    """Practice types as boxes; refuses courses that part of the audience could not open."""

    audience_practice_types = forms.MultipleChoiceField(
        label=_("Practice types"),
        choices=PracticeType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
    )

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


class AudienceForm(forms.Form):
    """What the count needs of the half-filled form."""

    organisation = forms.IntegerField(min_value=1)
    practice_types = forms.MultipleChoiceField(choices=PracticeType.choices, required=False)
    admitted_from = forms.DateField(required=False)
    admitted_until = forms.DateField(required=False)
    opens_on = forms.DateField()
    due_on = forms.DateField()


def count_audience(request: HttpRequest) -> JsonResponse:
    """{"text": "这段时间内适用 1,234 人"} for the query's audience and window; empty while they are incomplete."""
    form, user = AudienceForm(request.GET), request.user
    if not isinstance(user, User) or not user.has_perm("courses.change_curriculum"):
        raise Http404
    if not form.is_valid():
        return JsonResponse({"text": ""})
    asked = form.cleaned_data
    if not organisations_of(user).filter(pk=asked["organisation"]).exists():
        return JsonResponse({"text": ""})
    found = requirements.required_spans(
        Audience(
            organisation_id=asked["organisation"],
            practice_types=tuple(asked["practice_types"]),
            admitted_from=asked["admitted_from"],
            admitted_until=asked["admitted_until"],
        ),
        asked["opens_on"],
        asked["due_on"],
    )
    # More than on any one day: who joins later counts, too, and who leaves before the end.
    text = ngettext(
        "Between these days it applies to %(n)s lawyer",
        "Between these days it applies to %(n)s lawyers",
        len(found),
    )
    return JsonResponse({"text": text % {"n": f"{len(found):,}"}})


class AudienceCountPanel(Panel):
    """Where the count of the audience stands; audience.ts asks for it as the form changes."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/audience_count.html"


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
                [FieldPanel("opens_on"), FieldPanel("due_on"), FieldPanel("closes_on")], _("Window")
            ),
            MultiFieldPanel(
                [
                    FieldPanel("audience_organisation"),
                    FieldPanel("audience_practice_types"),
                    FieldPanel("audience_admitted_from"),
                    FieldPanel("audience_admitted_until"),
                    AudienceCountPanel(),
                ],
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
        return [*super().get_urlpatterns(), path("audience/", count_audience, name="audience")]
