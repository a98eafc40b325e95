"""Credits of a signed claim as pages show them."""

from decimal import Decimal

from django import template

from courses.amounts import plain

register = template.Library()


@register.filter
def plain_credit(credits: Decimal) -> str:
    """40, 6.5, 0.33."""
    return plain(credits)


@register.filter
def milli_credit(milli: int) -> str:
    """Thousandths of a credit as credits."""
    return plain(Decimal(milli) / 1000)
