"""Lengths and amounts in words that say no less than they are: never "0 minutes" for half of one."""

from decimal import Decimal

from django.utils.translation import gettext as _

from courses.amounts import Amount, plain


def length(milliseconds: int) -> str:
    """47秒, 12分钟, 12分5秒; what is less than a second is left out."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    if not minutes:
        return _("%(seconds)d seconds") % {"seconds": seconds}
    if not seconds:
        return _("%(minutes)d minutes") % {"minutes": minutes}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}


def amount(unit: str, seconds: int, quantity_milli: int | None) -> str:
    """An amount of the ledger in words, with its sign: 120分钟, 1.5天, −2学时."""
    found = Amount(unit, seconds, quantity_milli)
    return measure(found.number, found.written_unit)


def measure(number: Decimal, written_unit: str) -> str:
    """A number in a unit that people write, in words."""
    words = {
        "minute": _("%(n)s minutes"),
        "credit": _("%(n)s credits"),
        "item": _("%(n)s pieces"),
        "half_day": _("%(n)s half days"),
        "day": _("%(n)s days"),
        "word": _("%(n)s words"),
    }
    return words.get(written_unit, "%(n)s") % {"n": plain(number)}


def clock(milliseconds: int) -> str:
    """The second of a lecture in which an instant lies, as players show it: 0:20, 12:03 or 1:02:03."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
