"""Every address of the site as the URL configuration has it, and real addresses made from objects."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
_NAMED_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")

# Wagtail's own last pattern, behind which all pages of the catalogue stand.
_CATALOGUE = {r"^((?:[\w\-]+/)*)$"}


def routes() -> list[str]:
    """Every route, once, as its patterns are written; several names on one route are one address."""
    return list(dict.fromkeys(_walk(get_resolver().url_patterns, "")))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for each in patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, here)
        else:
            yield here


def arguments(route: str) -> list[str]:
    """The names of what stands in the route's gaps."""
    return _CONVERTED.findall(_NAMED_GROUP.sub(r"<\1>", route))


def address(route: str, values: Mapping[str, Any]) -> str:
    """The route with its gaps filled. Raises KeyError for a gap of which nothing is known."""
    if route in _CATALOGUE:
        return f"/courses/{values['page_slug']}/"
    plain = _NAMED_GROUP.sub(r"<\1>", route).replace(r"\.\.\.", "...")
    filled = _CONVERTED.sub(lambda gap: str(values[gap.group(1)]), plain)
    filled = filled.removesuffix("/?$").replace("^", "").replace("$", "")
    return "/" + filled.replace("(?:V|verify)", "V")
