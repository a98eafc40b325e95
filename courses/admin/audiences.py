"""The audience in a curriculum's form: its fields, and whom it holds, counted and sampled while it is filled in."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.panels import FieldPanel, Panel

from courses import audience_rules, audiences, persons_shown, spans
from courses.audience_rules import Audience
from courses.models import Curriculum
from courses.models.curricula import MAX_YEARS
from people.access import accessible_persons
from people.admin.choosers import organisations_of
from people.days import today
from people.guarded import with_permission
from people.licence_numbers import LENGTH, mask, normalise
from people.models import Licence, PracticeType, User
from people.models.periods import valid_on

MAX_NAMED = 500
SAMPLE = 10
PANELS = [
    "audience_organisation",
    "audience_practice_types",
    "audience_admitted_from",
    "audience_admitted_until",
    "audience_years_from",
    "audience_years_until",
    "audience_age_from",
    "audience_age_until",
    "audience_party",
    "audience_named",
    "audience_is_named_only",
]


class NamedPersonsField(forms.CharField):
    """Licence numbers, one a line, as the keys of their persons. Editors see no persons, so there is no chooser."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Named persons"),
            required=False,
            max_length=MAX_NAMED * (LENGTH + 40),
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_(
                "One licence number a line, at most 500; what follows a number is ignored. They count as long as "
                "they are lawyers of the organisation above."
            ),
            **kwargs,
        )

    def clean(self, value: Any) -> list[int]:
        numbers = self._numbers(str(super().clean(value)))
        owners: dict[str, set[int]] = {}
        held = Licence.objects.current().filter(number__in=numbers)
        for number, person_id in held.values_list("number", "person_id"):
            owners.setdefault(number, set()).add(person_id)
        for number, line in numbers.items():
            if len(owners.get(number, ())) != 1:
                raise forms.ValidationError(
                    gettext("Line %(n)s: no lawyer, or more than one, has this licence number.") % {"n": line}
                )
        return sorted(set().union(*owners.values()))

    def _numbers(self, text: str) -> dict[str, int]:
        """Number → line."""
        found: dict[str, int] = {}
        for line, written in enumerate(text.splitlines(), 1):
            if not written.strip():
                continue
            number = re.split(r"[\s,;，；、]", normalise(written), maxsplit=1)[0]
            if len(number) != LENGTH or not (number.isascii() and number.isdigit()):
                raise forms.ValidationError(
                    gettext("Line %(n)s does not begin with a licence number of 17 digits.") % {"n": line}
                )
            found.setdefault(number, line)
        if len(found) > MAX_NAMED:
            raise forms.ValidationError(gettext("At most 500 persons can be named."))
        return found

    @staticmethod
    def as_text(person_ids: Iterable[int]) -> str:
        """The numbers of these persons, the present one of each or his last."""
        rows = Licence.objects.current().filter(person__in=list(person_ids)).order_by("valid_from", "pk")
        return "\n".join(sorted(dict(rows.values_list("person_id", "number")).values()))


class AudienceFields(forms.Form):
    """The fields that Django's own would not give as wanted."""

    audience_practice_types = forms.MultipleChoiceField(
        label=_("Practice types"),
        choices=PracticeType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
    )
    audience_named = NamedPersonsField()


class AudienceForm(AudienceFields):
    """What the count needs of the half-filled form."""

    audience_organisation = forms.IntegerField(min_value=1)
    audience_admitted_from = forms.DateField(required=False)
    audience_admitted_until = forms.DateField(required=False)
    audience_years_from = forms.IntegerField(required=False, min_value=0, max_value=MAX_YEARS)
    audience_years_until = forms.IntegerField(required=False, min_value=0, max_value=MAX_YEARS)
    audience_age_from = forms.IntegerField(required=False, min_value=0, max_value=MAX_YEARS)
    audience_age_until = forms.IntegerField(required=False, min_value=0, max_value=MAX_YEARS)
    audience_party = forms.ChoiceField(
        required=False, choices=Curriculum._meta.get_field("audience_party").flatchoices
    )
    audience_is_named_only = forms.BooleanField(required=False)
    opens_on = forms.DateField()
    due_on = forms.DateField()

    def audience(self) -> Audience:
        asked = {key.removeprefix("audience_"): value for key, value in self.cleaned_data.items()}
        return Audience(
            organisation_id=asked["organisation"],
            practice_types=tuple(asked["practice_types"]),
            admitted_from=asked["admitted_from"],
            admitted_until=asked["admitted_until"],
            years_from=asked["years_from"],
            years_until=asked["years_until"],
            age_from=asked["age_from"],
            age_until=asked["age_until"],
            party=asked["party"],
            named_ids=frozenset(asked["named"]),
            is_named_only=asked["is_named_only"],
        )


@with_permission("courses.change_curriculum")
@require_POST
def count_audience(request: HttpRequest) -> JsonResponse:
    """Whom the posted audience holds: {"text": "这段时间内适用 1,234 人……", "sample": [{"name", "note"}, …]}.

    Both are empty while audience or window are incomplete. Posted, because the numbers of named persons belong
    into no address. Nine statements, whatever the size.
    """
    form, user = AudienceForm(request.POST), request.user
    nothing = JsonResponse({"text": "", "sample": []})
    if not isinstance(user, User) or not form.is_valid():
        return nothing
    asked = form.cleaned_data
    if not organisations_of(user).filter(pk=asked["audience_organisation"]).exists():
        return nothing
    audience, opens_on, due_on = form.audience(), asked["opens_on"], asked["due_on"]
    facts = audiences.facts_of([audience])
    found = {
        key: days
        for key, each in facts.items()
        if (days := spans.required(audience_rules.belonging(audience, each), opens_on, due_on))
    }
    day = min(max(today(), opens_on), due_on)
    present = [key for key, days in found.items() if spans.holds(days, day)]
    sentences = [_window_sentence(len(found)), _day_sentence(len(present), day)]
    if audience.asks_for_age and not audience.is_named_only:
        ageless = replace(audience, age_from=None, age_until=None)
        unknown = sum(
            each.birth_date is None
            and key not in audience.named_ids
            and bool(spans.required(audience_rules.belonging(ageless, each), opens_on, due_on))
            for key, each in facts.items()
        )
        if unknown:
            sentences.append(_unknown_sentence(unknown))
    return JsonResponse({"text": " ".join(sentences), "sample": _sample(user, sorted(present), day)})


def _window_sentence(count: int) -> str:
    # More than on any one day: who joins later counts, too, and who leaves before the end.
    text = ngettext(
        "Between these days it applies to %(n)s lawyer.",
        "Between these days it applies to %(n)s lawyers.",
        count,
    )
    return text % {"n": f"{count:,}"}


def _day_sentence(count: int, day: dt.date) -> str:
    text = ngettext("On %(day)s that is %(n)s.", "On %(day)s that is %(n)s.", count)
    return text % {"n": f"{count:,}", "day": f"{day.year}年{day.month}月{day.day}日"}


def _unknown_sentence(count: int) -> str:
    text = ngettext(
        "%(n)s lawyer is left out because no birth date is on record.",
        "%(n)s lawyers are left out because no birth date is on record.",
        count,
    )
    return text % {"n": f"{count:,}"}


def _sample(user: User, person_ids: Sequence[int], day: dt.date) -> list[dict[str, str]]:
    """Ten of them, evenly spread. Who answers for texts and not for people reads numbers, masked, without names."""
    if not person_ids:
        return []
    count = min(SAMPLE, len(person_ids))
    chosen = [person_ids[index * len(person_ids) // count] for index in range(count)]
    shown = persons_shown.shown(chosen)
    numbers = dict(
        Licence.objects.current().filter(valid_on(day), person__in=chosen).values_list("person_id", "number")
    )
    may_see = set(accessible_persons(user).filter(pk__in=chosen).values_list("pk", flat=True))
    return [
        {
            "name": shown[key].name if key in may_see else "",
            "note": " · ".join(
                part
                for part in (
                    shown[key].organisation,
                    mask(numbers[key]) if key in numbers else gettext("no licence"),
                )
                if part
            ),
        }
        for key in chosen
    ]


class AudienceCountPanel(Panel):
    """Where the count of the audience and its sample stand; audience.ts asks for them as the form changes."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/admin/audience_count.html"


def panels() -> list[Panel]:
    return [*(FieldPanel(name) for name in PANELS), AudienceCountPanel()]


def named_initial(instance: Curriculum) -> str:
    """What the field of named persons begins with."""
    return NamedPersonsField.as_text(instance.audience_named) if instance.audience_named else ""
