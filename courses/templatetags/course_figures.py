"""Lengths of time as a reader of Chinese writes them."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.lengths import clock, length

register = template.Library()


@register.filter
def duration(milliseconds: int | None) -> str:
    """45分钟, 1小时20分钟, and 50秒 below a minute; minutes are rounded."""
    seconds = round((milliseconds or 0) / 1000)
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if not rest:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def exact_length(milliseconds: int | None) -> str:
    """47秒, 12分5秒: for minutes that somebody has, as the timeline says them."""
    return length(milliseconds or 0)


@register.filter
def minutes_and_seconds(milliseconds: int | None) -> str:
    """12:03, for a lecture in a list."""
    minutes, seconds = divmod(round((milliseconds or 0) / 1000), 60)
    return f"{minutes}:{seconds:02d}"


@register.filter
def instant(milliseconds: int | None) -> str:
    """12:03, for where in a lecture something is said: the second in which it begins."""
    return clock(milliseconds or 0)


@register.filter
def seconds_clock(seconds: int | None) -> str:
    """12:03, for a second of a lecture."""
    return minutes_and_seconds((seconds or 0) * 1000)


@register.filter
def minutes_of_seconds(seconds: int) -> str:
    """The ledger's seconds in minutes, to one place where they are not whole: 45, 12.5, -45."""
    tenths = round(seconds / 6)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"
