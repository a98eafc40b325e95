"""The catalogue's pages, edited and reviewed in Wagtail; history never refers to them but to Course."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from courses.models.base_pages import BasePage
from courses.models.courses import Access
from courses.models.publication import AtomicPublication
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

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("description"),
        FieldPanel("cover"),
        InlinePanel("outline", heading=_("Outline"), label=_("Activity"), min_num=0, max_num=100),
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


class CoursePageActivity(Orderable):
    """One line of a course's outline in the editor."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="outline")
    chapter = models.CharField(
        _("chapter"), max_length=120, blank=True, help_text=_("Starts a new chapter when filled in.")
    )
    lecture = models.ForeignKey(
        "courses.Lecture", models.PROTECT, verbose_name=_("lecture"), related_name="+"
    )
    is_required = models.BooleanField(_("required for completion"), default=True)

    panels = [FieldPanel("chapter"), FieldPanel("lecture"), FieldPanel("is_required")]

    class Meta(Orderable.Meta):
        constraints = [
            # The same lecture twice in a course would be completed twice by one watching.
            models.UniqueConstraint(fields=["page", "lecture"], name="outline_lecture_once")
        ]
