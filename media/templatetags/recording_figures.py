"""How lengths and moments of recordings are written on pages."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def clock(milliseconds: int | None) -> str:
    """A moment in a recording: 05:09, or 1:05:09 from the first hour on; '' where it is unknown."""
    if milliseconds is None:
        return ""
    seconds = milliseconds // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


@register.filter
def moment(milliseconds: int) -> str:
    """The same to a tenth of a second, for captions: 05:09.3."""
    return f"{clock(milliseconds)}.{milliseconds // 100 % 10}"


@register.filter
def length(milliseconds: int | None) -> str:
    """A recording's length in words: 45分钟, 1小时5分钟, 40秒; '' where it is unknown."""
    if milliseconds is None:
        return ""
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": max(1, seconds)}
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes % 60 == 0:
        return _("%(hours)d h") % {"hours": minutes // 60}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
