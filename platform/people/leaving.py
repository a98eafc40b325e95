"""When somebody has left the profession, he is reduced to what the duty to keep training records needs.

Law: Personal Information Protection Law of the PRC, articles 19 and 47. What goes and what stays is each line of
people.personal_data; the ledger, completions, certificates and memberships stay, so that every figure still adds up.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from people import audit_log
from people.days import today
from people.models import AuditAct, Membership, Person, PersonMerge, RoleGrant
from people.personal_data import holdings

# Between two firms, or between a trainee's year and a licence, nobody has left.
WAITING_DAYS = 180
BATCH = 500


def reducible(day: dt.date | None = None) -> QuerySet[Person]:
    """Who left WAITING_DAYS ago or earlier, holds no role, and still has more on record than is needed."""
    last_day = (day or today()) - dt.timedelta(days=WAITING_DAYS)
    places = Membership.objects.filter(person=OuterRef("pk"), superseded_at__isnull=True)
    grants = RoleGrant.objects.filter(user=OuterRef("user"), revoked_at__isnull=True).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    )
    merges = PersonMerge.objects.filter(merged=OuterRef("pk"), undone_at__isnull=True)
    has_more = (
        ~Q(phone="")
        | Q(user__is_active=True)
        | Q(birth_date__isnull=False) & ~Q(birth_date__month=1, birth_date__day=1)
    )
    return (
        Person.objects.filter(Exists(places), has_more)
        .exclude(Exists(places.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day))))
        .exclude(Exists(grants))
        # A record that leads to another has not left; its sign-in may still be used.
        .exclude(Exists(merges))
        .exclude(user__is_superuser=True)
        .order_by("pk")
    )


@transaction.atomic
def reduce(person: Person) -> dict[str, int]:
    """Forget what is not needed of one person; the rows emptied or deleted, by model."""
    forgotten = {each.model: each.forget(person) for each in holdings() if each.forget is not None}
    audit_log.record(AuditAct.REDUCED, by=None, person=person)
    return {model: count for model, count in forgotten.items() if count}


def reduce_all(day: dt.date | None = None) -> int:
    """Reduce whoever is due, BATCH at most; how many there were. May run twice."""
    found = list(reducible(day)[:BATCH])
    for person in found:
        reduce(person)
    return len(found)
