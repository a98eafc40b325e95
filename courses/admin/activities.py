"""Readings, the question bank and assessments in Wagtail's admin."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from courses import attempts
from courses.admin.activity_forms import AssessmentForm, QuestionForm
from courses.admin.choosers import PlainChooser, QuestionChooser, TitledChooser
from courses.admin.states import StateColumn, with_states
from courses.models import MAX_OPTIONS, Assessment, Question, QuestionTopic, Reading


class ReadingViewSet(SnippetViewSet):
    model = Reading
    icon = "doc-full"
    url_prefix = "readings"
    menu_label = _("Readings")
    add_to_admin_menu = True
    menu_order = 165
    list_per_page = 20
    list_display = [
        "title",
        Column("minimum_minutes", label=_("Least time (min)")),
        StateColumn(),
        UpdatedAtColumn(),
    ]
    list_filter = ["category"]
    search_backend_name = None
    search_fields = ["title"]
    copy_view_enabled = False
    chooser_viewset_class = TitledChooser
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("title"), FieldPanel("summary")], _("Reading")),
            FieldPanel("body"),
            FieldPanel("attachment"),
            MultiFieldPanel([FieldPanel("minimum_minutes"), FieldPanel("category")], _("Credit")),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_states(Reading.objects.all())


class QuestionIndex(IndexView):
    """The list of questions, with how many have answered each rightly; one statement for the page."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        rows = list(context["object_list"])
        counts = attempts.right_counts([row.pk for row in rows])
        for row in rows:
            row.right_count, row.judged_count = counts.get(row.pk, (0, 0))
        context["object_list"] = rows
        context["table"].data = rows
        return context


def right_share(question: Any) -> str:
    """12 / 20 (60%); a dash where nobody was asked yet."""
    judged = getattr(question, "judged_count", 0)
    if not judged:
        return "—"
    return f"{question.right_count} / {judged} ({question.right_count * 100 // judged}%)"


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    url_prefix = "questions"
    menu_label = _("Questions")
    list_per_page = 20
    index_view_class = QuestionIndex
    list_display = [
        "__str__",
        Column("topic", label=_("Topic"), accessor="topic"),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("right", label=_("Answered rightly"), accessor=right_share),
        StateColumn(),
    ]
    list_filter = ["topic", "kind"]
    search_backend_name = None
    search_fields = ["text", "tags"]
    copy_view_enabled = True
    chooser_viewset_class = QuestionChooser
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("topic"), FieldPanel("kind")]),
                    FieldPanel("tags"),
                    FieldPanel("text"),
                ],
                _("Question"),
            ),
            InlinePanel("options", heading=_("Options"), label=_("Option"), max_num=MAX_OPTIONS),
            MultiFieldPanel([FieldPanel("is_true"), FieldPanel("accepted")], _("Without options")),
            MultiFieldPanel(
                [
                    FieldPanel("explanation"),
                    FieldRowPanel([FieldPanel("lecture"), FieldPanel("lecture_second")]),
                ],
                _("Explanation"),
            ),
        ],
        base_form_class=QuestionForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_states(Question.objects.select_related("topic"))


class TopicViewSet(SnippetViewSet):
    model = QuestionTopic
    icon = "tag"
    chooser_viewset_class = PlainChooser
    url_prefix = "question-topics"
    menu_label = _("Question topics")
    list_per_page = 50
    search_backend_name = None
    search_fields = ["name"]
    edit_handler = ObjectList([FieldPanel("name")])


class AssessmentViewSet(SnippetViewSet):
    model = Assessment
    icon = "clipboard-list"
    url_prefix = "assessments"
    menu_label = _("Assessments")
    list_per_page = 20
    list_display = [
        "title",
        Column("pass_percent", label=_("Pass mark (%)")),
        StateColumn(),
        UpdatedAtColumn(),
    ]
    search_backend_name = None
    search_fields = ["title"]
    copy_view_enabled = False
    chooser_viewset_class = TitledChooser
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("title"), FieldPanel("summary")], _("Assessment")),
            InlinePanel("draws", heading=_("What is drawn"), label=_("Topic"), min_num=1, max_num=30),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("pass_percent"), FieldPanel("limit_minutes")]),
                    FieldRowPanel([FieldPanel("max_attempts"), FieldPanel("cooldown_minutes")]),
                    FieldPanel("shuffles"),
                ],
                _("Conditions"),
            ),
            MultiFieldPanel([FieldPanel("credit_minutes"), FieldPanel("category")], _("Credit")),
        ],
        base_form_class=AssessmentForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_states(Assessment.objects.all())


class AssessmentGroup(SnippetViewSetGroup):
    """Assessments with what they are drawn from, under one entry of the menu."""

    items = (AssessmentViewSet, QuestionViewSet, TopicViewSet)
    menu_label = _("Assessments")
    menu_name = "assessment_group"
    menu_icon = "clipboard-list"
    menu_order = 170
