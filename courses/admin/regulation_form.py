"""The form for a regulation of the usual Chinese shape, for whoever will never write YAML."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models.lectures import CreditCategory
from courses.models.ledger import LearningFormat
from courses.usual_shape import CATEGORIES, FORMATS, PRACTICE_TYPES, UsualShape
from people.models import PracticeType

BANDS = 3  # rows for ages and for parts of a year


def _credits(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=1000, decimal_places=2, max_digits=6, **options
    )


class UsualShapeForm(forms.Form):
    """Every row left empty is a rule that the regulation does not have."""

    title = forms.CharField(label=gettext_lazy("Title of the regulation"), max_length=200)
    issuer = forms.CharField(label=gettext_lazy("Issued by"), max_length=200)
    unit = forms.ChoiceField(
        label=gettext_lazy("Its word for a credit"),
        choices=[("学时", "学时"), ("课时", "课时"), ("学分", "学分")],
    )
    credits = _credits(gettext_lazy("Credits a year"))
    article_credits = forms.CharField(label=gettext_lazy("Article"), max_length=40, required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of one credit"), min_value=1, max_value=600, initial=45
    )
    half_day = _credits(gettext_lazy("Credits of a half day (if counted so)"), required=False)
    article_conversion = forms.CharField(label=gettext_lazy("Article"), max_length=40, required=False)
    article_minimums = forms.CharField(label=gettext_lazy("Article"), max_length=40, required=False)
    article_caps = forms.CharField(label=gettext_lazy("Article"), max_length=40, required=False)
    article_reductions = forms.CharField(label=gettext_lazy("Article"), max_length=40, required=False)
    make_up_month = forms.IntegerField(
        label=gettext_lazy("Month of the next year"), min_value=1, max_value=12, required=False
    )
    make_up_day = forms.IntegerField(label=gettext_lazy("Day"), min_value=1, max_value=31, required=False)
    online_until_make_up = forms.BooleanField(
        label=gettext_lazy(
            "Online learning counts for the year that ended until that day, and only after it for the new one"
        ),
        required=False,
    )
    article_make_up = forms.CharField(label=gettext_lazy("Article"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CATEGORIES:
            self.fields[f"minimum_{name}"] = _credits(CreditCategory(name).label, required=False)
        for name in FORMATS:
            self.fields[f"cap_{name}"] = _credits(LearningFormat(name).label, required=False)
        for name in PRACTICE_TYPES:
            self.fields[f"practice_{name}"] = _credits(PracticeType(name).label, required=False)
        for kind, label, most in (
            ("age", gettext_lazy("Aged at least (years)"), 120),
            ("months", gettext_lazy("Practised fewer months than"), 12),
        ):
            for row in range(1, BANDS + 1):
                self.fields[f"{kind}_{row}"] = forms.IntegerField(
                    label=label, min_value=1, max_value=most, required=False
                )
                self.fields[f"{kind}_{row}_credits"] = _credits(gettext_lazy("Credits"), required=False)

    @classmethod
    def of(cls, shape: UsualShape | None) -> Self:
        """The form filled from a document's fields; the usual figures where there is none."""
        if shape is None:
            return cls(initial={"unit": "学时", "minutes": 45})
        initial: dict[str, Any] = {
            name: getattr(shape, name) for name in UsualShape.__dataclass_fields__ if name in cls.base_fields
        }
        initial |= {"credits": _shown(shape.credits), "half_day": _shown(shape.half_day)}
        for kind, rows in (("minimum", shape.minimums), ("cap", shape.caps), ("practice", shape.practice)):
            initial |= {f"{kind}_{name}": _shown(value) for name, value in rows}
        for kind, bands in (("age", shape.ages), ("months", shape.months)):
            for row, (limit, value) in enumerate(bands, start=1):
                initial |= {f"{kind}_{row}": limit, f"{kind}_{row}_credits": _shown(value)}
        if shape.make_up:
            initial["make_up_month"], initial["make_up_day"] = shape.make_up
        return cls(initial=initial)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        for kind in ("age", "months"):
            rows: dict[int, int] = {}
            for row in range(1, BANDS + 1):
                limit, value = asked.get(f"{kind}_{row}"), asked.get(f"{kind}_{row}_credits")
                if (limit is None) != (value is None):
                    self.add_error(f"{kind}_{row}", _("Fill in both, or neither."))
                elif limit in rows:
                    told = _("Row %(row)s has the same number already: keep one of the two.")
                    self.add_error(f"{kind}_{row}", told % {"row": rows[limit]})
                elif limit is not None:
                    rows[limit] = row
        month, day = asked.get("make_up_month"), asked.get("make_up_day")
        if (month is None) != (day is None):
            self.add_error("make_up_month", _("Fill in both, or neither."))
        elif month and day and not _is_day(month, day):
            self.add_error("make_up_day", _("There is no such day in every year."))
        return asked

    def shape(self) -> UsualShape:
        """The fields of a valid form."""
        asked = self.cleaned_data
        month, day = asked["make_up_month"], asked["make_up_day"]
        return UsualShape(
            id="regulation",
            title=" ".join(asked["title"].split()),
            issuer=" ".join(asked["issuer"].split()),
            unit=asked["unit"],
            credits=Fraction(asked["credits"]),
            minutes=asked["minutes"],
            half_day=None if asked["half_day"] is None else Fraction(asked["half_day"]),
            minimums=self._rows("minimum", CATEGORIES),
            caps=self._rows("cap", FORMATS),
            practice=self._rows("practice", PRACTICE_TYPES),
            # The narrowest band decides first.
            ages=tuple(sorted(self._bands("age"), reverse=True)),
            months=tuple(sorted(self._bands("months"))),
            make_up=(month, day) if month else None,
            online_until_make_up=bool(month and asked["online_until_make_up"]),
            **{name: asked[name] for name in asked if name.startswith("article_")},
        )

    def minimum_fields(self) -> list[Any]:
        return [self[f"minimum_{name}"] for name in CATEGORIES]

    def cap_fields(self) -> list[Any]:
        return [self[f"cap_{name}"] for name in FORMATS]

    def practice_fields(self) -> list[Any]:
        return [self[f"practice_{name}"] for name in PRACTICE_TYPES]

    def age_rows(self) -> list[tuple[Any, Any]]:
        return self._band_fields("age")

    def months_rows(self) -> list[tuple[Any, Any]]:
        return self._band_fields("months")

    def _band_fields(self, kind: str) -> list[tuple[Any, Any]]:
        return [(self[f"{kind}_{row}"], self[f"{kind}_{row}_credits"]) for row in range(1, BANDS + 1)]

    def _rows(self, kind: str, names: Any) -> tuple[tuple[str, Fraction], ...]:
        return tuple(
            (name, Fraction(value))
            for name in names
            if (value := self.cleaned_data[f"{kind}_{name}"]) is not None
        )

    def _bands(self, kind: str) -> list[tuple[int, Fraction]]:
        asked = self.cleaned_data
        found = {
            asked[f"{kind}_{row}"]: Fraction(asked[f"{kind}_{row}_credits"])
            for row in range(1, BANDS + 1)
            if asked[f"{kind}_{row}"] is not None
        }
        return list(found.items())


def _shown(value: Fraction | None) -> Decimal | None:
    if value is None:
        return None
    return Decimal(value.numerator) / Decimal(value.denominator)


def _is_day(month: int, day: int) -> bool:
    try:
        dt.date(2025, month, day)
    except ValueError:
        return False
    return True
