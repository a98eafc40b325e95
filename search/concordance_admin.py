"""The administration of concordances: a table is handed in, planned, and applied once it was agreed to."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.widgets import AdminDateInput

from courses.access import EDITOR_PERMISSION
from people.guarded import with_permission
from search import concordance, concordance_text, statute_text
from search.concordance_text import UnreadableConcordance
from search.refusals import StatuteRefused

MAX_BYTES = 4 * concordance_text.MAX_CHARACTERS
PROBLEMS_SHOWN, ROWS_SHOWN = 40, 200
PROBLEMS = {
    "no_columns": gettext_lazy(
        "The first line names the columns: 原法律, 原条, 新法律, 新条 and, if you like, 说明."
    ),
    "no_rows": gettext_lazy("The table has no line."),
    "no_law": gettext_lazy("This line does not name both laws."),
    "bad_article": gettext_lazy("This is no number of an article."),
    "many_successors": gettext_lazy("These are more articles than one line may lead to."),
    "long_note": gettext_lazy("The note has more than 200 characters."),
    "too_long": gettext_lazy("The table is longer than any concordance."),
}


class ConcordanceForm(forms.Form):
    """A table as a file or pasted, and the day of the repeal where it is not that on which the successor began."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("CSV, UTF-8 or GB 18030."),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or the table itself"),
        required=False,
        max_length=concordance_text.MAX_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "原法律,原条,新法律,新条,说明"}),
    )
    repealed_on = forms.DateField(
        label=gettext_lazy("Repealed from"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("Only where it is not the day on which the successor came into force."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        file = data.get("file")
        if file is not None:
            if file.size > MAX_BYTES:
                raise forms.ValidationError(_("The table is longer than any concordance."))
            text = statute_text.decoded(file.read())
            if text is None:
                raise forms.ValidationError(_("The file is neither UTF-8 nor GB 18030."))
            data["text"] = text
        if not data.get("text", "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste the table."))
        return data


@with_permission(EDITOR_PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """A table that is handed in is planned, and nothing is written."""
    form = ConcordanceForm(request.POST or None, request.FILES or None)
    problems: list[tuple[int, object, str]] = []
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            planned = _planned(form)
        except UnreadableConcordance as unreadable:
            problems = [(each.line, PROBLEMS[each.code], each.words) for each in unreadable.problems]
        except StatuteRefused as refused:
            form.add_error(None, str(refused))
        else:
            context = {
                "plan": planned,
                "rows": planned.rows[:ROWS_SHOWN],
                "more": max(0, len(planned.rows) - ROWS_SHOWN),
                "text": form.cleaned_data["text"],
                "repealed_on": form.cleaned_data["repealed_on"],
            }
    context |= {
        "form": form,
        "problems": problems[:PROBLEMS_SHOWN],
        "more_problems": max(0, len(problems) - PROBLEMS_SHOWN),
    }
    return render(request, "search/admin/concordance.html", context)


@with_permission(EDITOR_PERMISSION)
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Apply the table whose plan was agreed to."""
    form = ConcordanceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The text did not arrive whole; hand it in once more."))
        return redirect("statutes:concordance")
    try:
        laws = concordance.apply(_planned(form))
    except (StatuteRefused, UnreadableConcordance) as refused:
        messages.error(request, str(refused))
        return redirect("statutes:concordance")
    messages.success(
        request,
        _("The concordance of %(laws)s is in force; what cites them leads on to the articles that follow.")
        % {"laws": "、".join(law.short_name for law in laws)},
    )
    return redirect("statutes:index")


def _planned(form: ConcordanceForm) -> concordance.Plan:
    return concordance.plan(form.cleaned_data["text"], repealed_on=form.cleaned_data["repealed_on"])
