"""A length in words that says no less than it is: minutes and seconds, never "0 minutes" for half of one."""

from django.utils.translation import gettext as _


def length(milliseconds: int) -> str:
    """47秒, 12分钟, 12分5秒; what is less than a second is left out."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    if not minutes:
        return _("%(seconds)d seconds") % {"seconds": seconds}
    if not seconds:
        return _("%(minutes)d minutes") % {"minutes": minutes}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
