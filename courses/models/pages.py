"""The catalogue's pages, edited and reviewed in Wagtail; history never refers to them but to Course."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, Panel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from courses.models.assessments import Assessment
from courses.models.base_pages import BasePage
from courses.models.courses import Access, CourseRule, UnderWay
from courses.models.enrolments import Enrolment
from courses.models.lectures import Lecture
from courses.models.publication import AtomicPublication
from courses.models.readings import Reading
from courses.models.rendering import Rendered

_PLAIN_FEATURES = ["h3", "bold", "ol", "ul", "link"]


class HomePage(Rendered, BasePage):
    """The public front page; a signed-in person is led to what he came for instead."""

    introduction = models.TextField(_("introduction"), blank=True, max_length=500)

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]
    template = "courses/home_page.html"
    max_count = 1
    subpage_types = ["courses.CourseIndexPage", "courses.LecturerIndexPage"]

    class Meta:
        verbose_name = _("home page")


class CourseIndexPage(Rendered, BasePage):
    """All courses that the reader may see."""

    template = "courses/course_index_page.html"
    max_count = 1
    parent_page_types = ["courses.HomePage"]
    subpage_types = ["courses.CoursePage"]

    class Meta:
        verbose_name = _("course index")


class LecturerIndexPage(Rendered, BasePage):
    """The lecturer group."""

    template = "courses/lecturer_index_page.html"
    max_count = 1
    parent_page_types = ["courses.HomePage"]
    subpage_types = ["courses.LecturerPage"]

    class Meta:
        verbose_name = _("lecturer index")


class LecturerPage(Rendered, BasePage):
    """One lecturer of the lecturer group; the page's title is the lecturer's name."""

    position = models.CharField(_("position"), max_length=120, blank=True)
    fields_of_law = models.CharField(_("fields of law"), max_length=200, blank=True)
    biography = RichTextField(_("biography"), blank=True, features=_PLAIN_FEATURES)
    portrait = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        related_name="+",
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("position"),
        FieldPanel("fields_of_law"),
        FieldPanel("biography"),
        FieldPanel("portrait"),
    ]
    template = "courses/lecturer_page.html"
    parent_page_types = ["courses.LecturerIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("lecturer")
        verbose_name_plural = _("lecturers")


class UnderWayPanel(Panel):
    """Says how many are under way in the course that this page has published."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/under_way.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["under_way_count"] = Enrolment.objects.filter(
                course__page=self.instance.pk, ended_at__isnull=True
            ).count()
            return context


class CoursePage(AtomicPublication, Rendered, BasePage):
    """What an editor writes of a course; each publication makes an immutable CourseVersion of it."""

    summary = models.TextField(_("summary"), blank=True, max_length=500)
    description = RichTextField(_("description"), blank=True, features=_PLAIN_FEATURES)
    cover = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        verbose_name=_("cover"),
        null=True,
        blank=True,
        related_name="+",
    )
    access = models.CharField(_("access"), max_length=20, choices=Access, default=Access.MEMBERS)
    audience_organisation = models.ForeignKey(
        "people.Organisation",
        models.PROTECT,
        verbose_name=_("audience"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("With access for an audience: the organisation whose people, at every level, may watch."),
    )

    rule_kind = models.CharField(
        _("complete when"), max_length=20, choices=CourseRule, default=CourseRule.ALL_REQUIRED
    )
    rule_number = models.PositiveSmallIntegerField(
        _("number or percentage"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How many, or which percentage, where the line above asks for it."),
    )
    under_way = models.CharField(
        _("who is under way"),
        max_length=10,
        choices=UnderWay,
        default=UnderWay.MOVE,
        help_text=_("What this publication does to those who have begun and not finished the course."),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("description"),
        FieldPanel("cover"),
        InlinePanel("outline", heading=_("Outline"), label=_("Activity"), min_num=0, max_num=100),
        MultiFieldPanel([FieldPanel("rule_kind"), FieldPanel("rule_number")], _("Completion")),
        MultiFieldPanel([UnderWayPanel(), FieldPanel("under_way")], _("When this is published")),
        MultiFieldPanel([FieldPanel("access"), FieldPanel("audience_organisation")], _("Access")),
    ]
    template = "courses/course_page.html"
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def clean(self) -> None:
        super().clean()
        if self.access == Access.AUDIENCE and self.audience_organisation_id is None:
            raise ValidationError(
                {"audience_organisation": _("Choose the organisation that this course is for.")}
            )
        if self.rule_kind != CourseRule.ALL_REQUIRED and self.rule_number is None:
            raise ValidationError({"rule_number": _("This rule needs a number.")})

    @property
    def rule(self) -> dict[str, Any]:
        """The rule of completion as courses.rules reads it."""
        if self.rule_kind == CourseRule.ALL_REQUIRED:
            return {"kind": CourseRule.ALL_REQUIRED.value}
        name = "percent" if self.rule_kind == CourseRule.LECTURE_SHARE else "count"
        return {"kind": str(self.rule_kind), name: self.rule_number or 1}


class CoursePageActivity(Orderable):
    """One line of a course's outline in the editor: a lecture, a reading or an assessment."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="outline")
    chapter = models.CharField(
        _("chapter"), max_length=120, blank=True, help_text=_("Starts a new chapter when filled in.")
    )
    lecture = models.ForeignKey(
        "courses.Lecture", models.PROTECT, verbose_name=_("lecture"), null=True, blank=True, related_name="+"
    )
    reading = models.ForeignKey(
        "courses.Reading", models.PROTECT, verbose_name=_("reading"), null=True, blank=True, related_name="+"
    )
    assessment = models.ForeignKey(
        "courses.Assessment",
        models.PROTECT,
        verbose_name=_("assessment"),
        null=True,
        blank=True,
        related_name="+",
    )
    is_required = models.BooleanField(_("required for completion"), default=True)

    panels = [
        FieldPanel("chapter"),
        MultiFieldPanel(
            [FieldPanel("lecture"), FieldPanel("reading"), FieldPanel("assessment")],
            _("Choose one of the three"),
        ),
        FieldPanel("is_required"),
    ]

    class Meta(Orderable.Meta):
        constraints = [
            # The same lecture twice in a course would be completed twice by one watching.
            models.UniqueConstraint(fields=["page", "lecture"], name="outline_lecture_once"),
            models.UniqueConstraint(fields=["page", "reading"], name="outline_reading_once"),
            models.UniqueConstraint(fields=["page", "assessment"], name="outline_assessment_once"),
            # A line is one thing.
            models.CheckConstraint(
                condition=Q(lecture__isnull=False, reading__isnull=True, assessment__isnull=True)
                | Q(lecture__isnull=True, reading__isnull=False, assessment__isnull=True)
                | Q(lecture__isnull=True, reading__isnull=True, assessment__isnull=False),
                name="outline_line_is_one_thing",
            ),
        ]

    @property
    def item(self) -> Lecture | Reading | Assessment | None:
        """What the line names."""
        return self.lecture or self.reading or self.assessment

    def clean(self) -> None:
        super().clean()
        chosen = [key for key in (self.lecture_id, self.reading_id, self.assessment_id) if key is not None]
        if len(chosen) != 1:
            raise ValidationError(
                _("Choose exactly one for each line: a lecture, a reading or an assessment.")
            )
