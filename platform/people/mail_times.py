"""When an e-mail may come: within the hours that a person likes. Pure."""

import datetime as dt
from dataclasses import dataclass

from people.days import ZONE


@dataclass(frozen=True, slots=True)
class Hours:
    """From one hour of the day to before another, in Asia/Shanghai; a digest comes once a day, at the first."""

    first: int = 9
    until: int = 20
    is_digest: bool = False


def next_time(now: dt.datetime, hours: Hours) -> dt.datetime:
    """The first instant from now on at which an e-mail may be sent."""
    local = now.astimezone(ZONE)
    opening = local.replace(hour=hours.first, minute=0, second=0, microsecond=0)
    if local < opening:
        return opening.astimezone(dt.UTC)
    if not hours.is_digest and local.hour < hours.until:
        return now.astimezone(dt.UTC)
    return (opening + dt.timedelta(days=1)).astimezone(dt.UTC)
