"""A bulletin's content on paper: as a PDF to send, and as a DOCX with which an office goes on. Made when asked for.

The words of the frame stand in the layouts and not in the catalogue of messages: a bulletin looks the same whatever the
site says by then. Names of persons, where there are any, join here.
"""

import datetime as dt
import io
from pathlib import Path
from typing import Any

from django.utils.formats import date_format

from courses import certificate_files
from courses.certificates import typesetting
from people.models import Organisation, Person
from reports import bulletin_docx, chart_svg
from reports.figures import Figures
from reports.trend import Point, Trend

LAYOUT = Path(__file__).with_name("bulletin.typ")
CHART_LAYOUT = Path(__file__).with_name("chart.typ")
CHART_PPI = 200


def pdf(content: dict[str, Any], digest: str) -> bytes:
    """Raises typesetting.FontsMissing, typesetting.SheetFailed."""
    return typesetting.pdf(
        LAYOUT,
        _shown(content) | {"digest": digest},
        fonts=certificate_files.fonts(),
        issued_at=_instant(content),
    )


def docx(content: dict[str, Any], digest: str) -> bytes:
    """Raises typesetting.FontsMissing, typesetting.SheetFailed."""
    shown = _shown(content)
    chart = None
    if shown["picture"]:
        chart = typesetting.picture(
            CHART_LAYOUT,
            shown,
            fonts=certificate_files.fonts(),
            issued_at=_instant(content),
            ppi=CHART_PPI,
        )
    made = io.BytesIO()
    bulletin_docx.write(made, shown, chart=chart, digest=digest)
    return made.getvalue()


def line_of(content: dict[str, Any]) -> Trend:
    """The line over time that the content holds."""
    return Trend(
        [
            Point(dt.date.fromisoformat(day), Figures(required=required, in_time=completed))
            for day, required, completed in content["line"]
        ],
        dt.date.fromisoformat(content["question"]["due_on"]),
    )


def persons_of(content: dict[str, Any]) -> list[dict[str, str]]:
    """The persons that the content names, as they are called now."""
    rows = content["persons"]
    persons = dict(
        Person.objects.filter(public_id__in=[each["person"] for each in rows]).values_list(
            "public_id", "name"
        )
    )
    places = dict(
        Organisation.objects.filter(public_id__in=[each["place"] for each in rows]).values_list(
            "public_id", "name"
        )
    )
    names = {str(key): name for key, name in persons.items()}
    units = {str(key): name for key, name in places.items()}
    return [
        {
            "name": names.get(each["person"], ""),
            "organisation": units.get(each["place"], ""),
            "completed_on": each["completed_on"],
        }
        for each in rows
    ]


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    line = line_of(content)
    return content | {
        "issued": _day(content["issued_on"]),
        "as_of": _day(content["day"]),
        "due": _day(content["question"]["due_on"]),
        "picture": chart_svg.drawn(line),
        "first": _day(content["line"][0][0]),
        "has_due": line.due_x is not None,
        "is_ranked": any(each["place"] for each in content["units"]),
        "named": persons_of(content),
    }


def _instant(content: dict[str, Any]) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(content["issued_on"]), dt.time(4), tzinfo=dt.UTC)


def _day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "Y年n月j日")
