"""The design system's living page: every component, drawn by the same partials that the product uses."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

COLOURS = (
    "paper", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "accent-strong",
    "accent-soft", "good", "good-soft", "attention", "attention-soft", "refused", "refused-soft", "mark",
)  # fmt: skip
ICONS = (
    "search", "home", "learning", "course", "record", "law", "coverage", "admin", "good", "attention", "refused",
    "info", "pending", "working", "play", "pause", "video", "audio", "captions", "transcript", "clock", "calendar",
    "download", "upload", "file", "copy", "print", "projector", "filter", "sort", "organisation", "people",
    "lecturer", "user", "award", "bell", "lock", "mail", "key", "edit", "delete", "undo", "retry", "external",
)  # fmt: skip


class SpecimenForm(forms.Form):
    """One field of each kind, as forms of the product show them."""

    name = forms.CharField(label="姓名", help_text="与律师执业证一致。")
    password = forms.CharField(label="密码", widget=forms.PasswordInput)
    practice = forms.ChoiceField(
        label="执业类别", choices=[("", "请选择"), ("1", "专职律师"), ("2", "公职律师")]
    )
    due_on = forms.DateField(label="截止日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    reach = forms.ChoiceField(
        label="培训对象",
        choices=[("all", "全体执业律师"), ("new", "首次执业满一年以内的律师")],
        widget=forms.RadioSelect,
        initial="all",
    )
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(
        label="发布后通知培训对象", help_text="每人一条，可在发送前预览。", required=False
    )


def _refused_form() -> SpecimenForm:
    form = SpecimenForm({"name": "", "practice": "1", "reach": "all", "password": "x"}, prefix="refused")
    form.is_valid()
    form.add_error(None, _("Check the fields marked below."))
    return form


def specimens() -> dict[str, Any]:
    """What the partials of the living page are given: invented figures, people and firms."""
    return {
        "colours": COLOURS,
        "icons": ICONS,
        "crumbs": [{"label": "覆盖率", "url": "#"}, {"label": "湖南省律师协会", "url": "#"}],
        "segments": [
            {"state": "good", "start": 0, "share": 62.5},
            {"state": "working", "start": 62.5, "share": 21},
            {"state": "attention", "start": 83.5, "share": 7.5},
        ],
        "page_of_list": Paginator(range(240), 20).page(5),
        "form": SpecimenForm(prefix="empty"),
        "refused_form": _refused_form(),
        "coverage_rows": [
            ("长沙市律师协会", 6102, 3814, 458, "62.5%", "good"),
            ("湘西土家族苗族自治州律师协会", 214, 61, 97, "28.5%", "attention"),
            ("省直律师事务所", 873, 540, 12, "61.9%", "good"),
        ],
        "cues": [
            ("12:03", "当事人一方不履行合同义务，应当承担违约责任。", False),
            ("12:11", "这里的“不履行”，既包括完全没有履行，也包括履行不符合约定。", True),
            ("12:24", "守约方可以在继续履行、采取补救措施和赔偿损失之间选择。", False),
        ],
    }


def living_page(request: HttpRequest) -> HttpResponse:
    return render(request, "design/living_page.html", specimens())
