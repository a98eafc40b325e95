"""Whether bulletins rank: off until the province switches it on, with a reason; the one writer of its table.

Coverage says who was reached; set in an order it becomes a contest, which not every association wants.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit_log, grants
from people.days import today
from people.models import AuditAct, Organisation, OrganisationClosure, Role, User
from reports.bulletin_refusals import NotYourBulletin, RankingReasonMissing
from reports.models import RankingChoice


@dataclass(frozen=True, slots=True)
class Ranked:
    """What may be ranked."""

    cities: bool = False
    persons: bool = False


def ranked_in(organisation: Organisation) -> Ranked:
    """What holds for an organisation: the latest choice made for it or above it, the nearest first."""
    above = list(
        OrganisationClosure.objects.on(today())
        .filter(descendant=organisation)
        .order_by("depth")
        .values_list("ancestor_id", flat=True)
    )
    chosen: dict[int, RankingChoice] = {}
    for each in RankingChoice.objects.filter(organisation__in=above).order_by("pk"):
        chosen[each.organisation_id] = each
    for key in above:
        if key in chosen:
            return Ranked(chosen[key].ranks_cities, chosen[key].ranks_persons)
    return Ranked()


def may_choose(user: User, organisation: Organisation) -> bool:
    """Whether the user is of the provincial committee there."""
    return grants.scopes(user, [Role.PROVINCIAL_COMMITTEE]).filter(pk=organisation.pk).exists()


def choose(
    organisation: Organisation, *, cities: bool, persons: bool, reason: str, by: User
) -> RankingChoice:
    """Switch rankings on or off from now on; what was released stays. Raises NotYourBulletin, RankingReasonMissing."""
    if not may_choose(by, organisation):
        raise NotYourBulletin
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise RankingReasonMissing
    with transaction.atomic():
        made = RankingChoice.objects.create(
            organisation=organisation,
            ranks_cities=cities,
            ranks_persons=persons,
            reason=reason,
            chosen_by=by,
            chosen_at=timezone.now(),
        )
        words = [_("on") if each else _("off") for each in (cities, persons)]
        audit_log.record(
            AuditAct.DECIDED,
            by=by,
            organisation=organisation,
            about=_("Rankings in bulletins: of cities %(cities)s, of persons %(persons)s")
            % {"cities": words[0], "persons": words[1]},
            reason=reason,
        )
    return made
