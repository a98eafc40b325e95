"""The points of charts as JSON for a page's attribute; the same figures as the table beside each."""

import json
from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.formats import date_format

from reports.coverage import Line
from reports.trend import Trend

register = template.Library()

# From so few organisations on, a chart says more than its table.
MIN_UNITS = 2


@register.simple_tag(takes_context=True)
def unit_points(context: Context, lines: Iterable[Line]) -> str:
    """The organisations of a table in its own order; nothing where there are too few to look at."""
    address = reverse("reports:curriculum", args=[context["requirement"].public_id])
    day = context["question"].day.isoformat()
    points = [
        {
            "name": line.organisation.label,
            "required": line.figures.required,
            "inTime": line.figures.in_time,
            "late": line.figures.late,
            "started": line.figures.started,
            "percent": line.figures.percent,
            "url": f"{address}?org={line.organisation.public_id}&on={day}",
        }
        for line in lines
        if line.organisation is not None and line.figures.required
    ]
    return json.dumps(points, ensure_ascii=False) if len(points) >= MIN_UNITS else ""


@register.filter
def line_points(trend: Trend) -> str:
    """The days of a line over time."""
    return json.dumps(
        [
            {
                "day": each.day.isoformat(),
                "label": date_format(each.day, "DATE_FORMAT"),
                "permille": each.figures.permille,
                "completed": each.figures.completed,
                "required": each.figures.required,
                "percent": each.figures.percent,
            }
            for each in trend.points
        ],
        ensure_ascii=False,
    )


@register.filter
def chart_height(points: str) -> str:
    """Which of the heights fits so many bars, so that nothing jumps when they are drawn."""
    count = points.count('"name"')
    return "short" if count <= 6 else "medium" if count <= 16 else "tall"
