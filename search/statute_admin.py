"""The administration of statutes: a text is handed in, planned and imported; what cites changed articles is checked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminDateInput

from courses.access import EDITOR_PERMISSION
from people.guarded import with_permission
from people.models import User
from search import amendments, article_changes, concordance_admin, statute_import, statute_text
from search.models import AmendmentReview, ReviewState, Statute
from search.refusals import AmendmentRefused, Overtaken, StatuteRefused
from search.statute_import import ChangeKind, Plan
from search.statute_text import Problem, UnreadableStatute

MAX_BYTES = 4 * statute_text.MAX_CHARACTERS
CHANGES_SHOWN, PROBLEMS_SHOWN, REVIEWS_A_PAGE, STATUTES_A_PAGE = 200, 40, 20, 50

KINDS = {
    ChangeKind.ADDED: pgettext_lazy("in a comparison", "New"),
    ChangeKind.CHANGED: gettext_lazy("Changed"),
    ChangeKind.CORRECTED: gettext_lazy("Corrected"),
    ChangeKind.REPEALED: gettext_lazy("Repealed"),
}
PROBLEMS = {
    "no_articles": gettext_lazy("No article was found."),
    "bad_number": gettext_lazy("This number cannot be read."),
    "out_of_order": gettext_lazy("This article is out of order."),
    "missing_before": gettext_lazy("An article before this one is missing."),
    "empty_article": gettext_lazy("This article has no words."),
    "empty_division": gettext_lazy("This part holds no article."),
    "too_many_articles": gettext_lazy("These are more articles than any statute has."),
    "too_long": gettext_lazy("The text is longer than any statute."),
}


class StatuteForm(forms.Form):
    """A text as a file or pasted, and from when it is in force where it does not say so itself."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("Plain text or Markdown, UTF-8 or GB 18030."),
        widget=forms.FileInput(attrs={"accept": ".txt,.md"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or the text itself"),
        required=False,
        max_length=statute_text.MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy(
            "Only where the text does not say it, or where an amendment takes effect later."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        file = data.get("file")
        if file is not None:
            data["text"] = _decoded(file)
        if not data.get("text", "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste the text."))
        return data


def _decoded(file: Any) -> str:
    if file.size > MAX_BYTES:
        raise forms.ValidationError(_("The file is larger than any statute."))
    text = statute_text.decoded(file.read())
    if text is None:
        raise forms.ValidationError(_("The file is neither UTF-8 nor GB 18030."))
    return text


@with_permission(EDITOR_PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """The statutes that are known; a text that is handed in is planned, and nothing is written."""
    form = StatuteForm(request.POST or None, request.FILES or None)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            planned = statute_import.plan(
                form.cleaned_data["text"], valid_from=form.cleaned_data["valid_from"]
            )
        except UnreadableStatute as unreadable:
            problems = unreadable.problems
        except StatuteRefused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "search/admin/statute_plan.html", _as_context(planned, form.cleaned_data))
    page = Paginator(Statute.objects.order_by("kind", "key"), STATUTES_A_PAGE).get_page(request.GET.get("p"))
    return render(
        request,
        "search/admin/statutes.html",
        {
            "form": form,
            "page": page,
            "problems": [(each.line, PROBLEMS[each.code], each.words) for each in problems[:PROBLEMS_SHOWN]],
            "more_problems": max(0, len(problems) - PROBLEMS_SHOWN),
            "open": amendments.counts().get(ReviewState.OPEN, 0),
        },
    )


def _as_context(planned: Plan, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "plan": planned,
        "counts": [(KINDS[kind], count) for kind, count in planned.counts.items()],
        "changes": _rows(planned),
        "more": max(0, len(planned.changes) - CHANGES_SHOWN),
        "text": given["text"],
        "valid_from": given["valid_from"],
    }


def _rows(planned: Plan) -> list[dict[str, Any]]:
    """The first changes: what is said of each, both texts with what differs marked, and what cites the article."""
    changes = planned.changes[:CHANGES_SHOWN]
    numbers = {each.number.article for each in changes if not each.number.insert}
    cited = amendments.citing_counts(planned.statute, numbers) if planned.statute else {}
    return [
        {
            "label": KINDS[each.kind],
            "change": each,
            "compared": article_changes.compared(each.before, each.after),
            "cited": [] if each.number.insert else cited.get(each.number.article, []),
        }
        for each in changes
    ]


@with_permission(EDITOR_PERMISSION)
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Import the text whose plan was agreed to, unless the statute has changed since."""
    form = StatuteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The text did not arrive whole; hand it in once more."))
        return redirect("statutes:index")
    try:
        planned = statute_import.plan(form.cleaned_data["text"], valid_from=form.cleaned_data["valid_from"])
        if str(planned.last_import or "") != request.POST.get("last_import", ""):
            raise Overtaken
        statute = statute_import.apply(planned, by=_user(request))
    except (StatuteRefused, UnreadableStatute) as refused:
        messages.error(request, str(refused))
        return redirect("statutes:index")
    messages.success(
        request,
        _("%(title)s was imported: %(n)s articles.") % {"title": statute.short_name, "n": planned.articles},
    )
    return redirect("statutes:changes" if planned.rewritten else "statutes:index")


@with_permission(EDITOR_PERMISSION)
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What cites articles that have changed, with the sentences to judge by."""
    state = request.GET.get("state", ReviewState.OPEN)
    if state not in ReviewState.values:
        state = ReviewState.OPEN
    counts = amendments.counts()
    page = Paginator(amendments.reviews(state), REVIEWS_A_PAGE).get_page(request.GET.get("p"))
    return render(
        request,
        "search/admin/changes.html",
        {
            "tabs": [
                {"code": code, "label": label, "count": counts.get(code, 0)}
                for code, label in ReviewState.choices
            ],
            "state": state,
            "page": page,
            "rows": amendments.shown(list(page)),
            "longest_note": amendments.LONGEST_NOTE,
        },
    )


@with_permission(EDITOR_PERMISSION)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(AmendmentReview, pk=pk)
    try:
        amendments.decide(
            review, request.POST.get("verdict", ""), note=request.POST.get("note", ""), by=_user(request)
        )
    except AmendmentRefused as refused:
        messages.error(request, str(refused))
    state = request.POST.get("state", "")
    asked = f"?state={state}" if state in ReviewState.values else ""
    return redirect(f"{request.path.rsplit('/', 2)[0]}/{asked}")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin's door has seen to it
    return request.user


class EditorsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(EDITOR_PERMISSION))


class StatuteViewSet(ViewSet):
    """The pages' addresses and their entry in the menu."""

    name = "statutes"
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Statutes")
    menu_order = 180
    menu_item_class = EditorsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("import/", enter, name="enter"),
            path("concordance/", concordance_admin.index, name="concordance"),
            path("concordance/import/", concordance_admin.enter, name="concordance_enter"),
            path("changes/", changes, name="changes"),
            path("changes/<int:pk>/", decide, name="decide"),
        ]
