"""What a user may see and decide of declarations, lists, corrections, disputes and their proofs: the one door.

Everybody sees his own. A desk sees what concerns its own subtree and nothing else: a declaration or dispute by the
organisation that decides it, a list or correction by the one that owns it. What is forbidden is missing.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Correction, Declaration, Dispute, Extension, LedgerEntry, ProofFile, Recognition
from people.days import today
from people.grants import scopes
from people.models import (
    Membership,
    Organisation,
    OrganisationClosure,
    OrganisationKind,
    Person,
    Role,
    Tree,
    User,
)

Visitor = User | AnonymousUser

DECIDERS = frozenset({Role.FIRM_MANAGER, Role.CITY_COMMITTEE, Role.PROVINCIAL_COMMITTEE})
READERS = DECIDERS | {Role.AUDITOR}
# A firm's manager prepares lists for his people; an association's committee approves them.
APPROVERS = frozenset({Role.CITY_COMMITTEE, Role.PROVINCIAL_COMMITTEE})


def _reach(user: Visitor, roles: frozenset[Role]) -> QuerySet[Organisation]:
    return scopes(user, roles) if isinstance(user, User) else Organisation.objects.none()


def has_desk(user: Visitor) -> bool:
    """Whether there is anything for this user at the desks."""
    return _reach(user, READERS).exists()


def is_of(user: Visitor, organisation: Organisation, roles: frozenset[Role] = DECIDERS) -> bool:
    """Whether the user holds one of the roles on the organisation, or above it."""
    return _reach(user, roles).filter(pk=organisation.pk).exists()


def desk_organisations(user: Visitor) -> list[Organisation]:
    """The tops of what the user may prepare lists for; empty for who prepares none."""
    reached = _reach(user, DECIDERS)
    closure = OrganisationClosure.objects.on(today()).filter(tree=Tree.PROFESSION, descendant=OuterRef("pk"))
    return list(
        reached.filter(
            Exists(closure.filter(depth=0)),
            ~Exists(closure.filter(depth=1, ancestor__in=reached.values("pk"))),
        )
        .exclude(kind=OrganisationKind.PARTY_BRANCH)
        .order_by("pk")[:50]
    )


def persons_below(organisation: Organisation) -> QuerySet[Person]:
    """Who stands in the organisation's professional subtree today."""
    day = today()
    below = OrganisationClosure.objects.on(day).filter(tree=Tree.PROFESSION, ancestor=organisation)
    return Person.objects.filter(
        Exists(
            Membership.objects.on(day).filter(
                person=OuterRef("pk"), tree=Tree.PROFESSION, organisation__in=below.values("descendant_id")
            )
        )
    )


def accessible_declarations(user: Visitor) -> QuerySet[Declaration]:
    """His own declarations, and those that the user's desks decide or read."""
    if not isinstance(user, User) or not user.is_active:
        return Declaration.objects.none()
    return Declaration.objects.filter(
        Q(person__user=user) | Q(decider__in=_reach(user, READERS).values("pk"))
    )


def desk_declarations(user: Visitor) -> QuerySet[Declaration]:
    """What the user's desks decide or read, whosever it is."""
    return Declaration.objects.filter(decider__in=_reach(user, READERS).values("pk"))


def accessible_recognitions(user: Visitor) -> QuerySet[Recognition]:
    """The lists of the user's organisations."""
    return Recognition.objects.filter(owner__in=_reach(user, READERS).values("pk"))


def accessible_corrections(user: Visitor) -> QuerySet[Correction]:
    """The corrections of the user's organisations; a firm's manager makes none."""
    return Correction.objects.filter(owner__in=_reach(user, APPROVERS | {Role.AUDITOR}).values("pk"))


def accessible_disputes(user: Visitor) -> QuerySet[Dispute]:
    """His own disputes, and those that the user's committees decide or read."""
    if not isinstance(user, User) or not user.is_active:
        return Dispute.objects.none()
    return Dispute.objects.filter(
        Q(person__user=user) | Q(decider__in=_reach(user, APPROVERS | {Role.AUDITOR}).values("pk"))
    )


def desk_disputes(user: Visitor) -> QuerySet[Dispute]:
    """What the user's committees decide or read, whosever it is."""
    return Dispute.objects.filter(decider__in=_reach(user, APPROVERS | {Role.AUDITOR}).values("pk"))


def desk_extensions(user: Visitor) -> QuerySet[Extension]:
    """What is asked of the user's committees: extensions of the curricula that they set."""
    return Extension.objects.filter(
        requirement__owner__in=_reach(user, APPROVERS | {Role.AUDITOR}).values("pk")
    )


def accessible_entries(user: Visitor) -> QuerySet[LedgerEntry]:
    """His own entries, and those of the persons in the subtree of a committee's member or an auditor."""
    if not isinstance(user, User) or not user.is_active:
        return LedgerEntry.objects.none()
    members = Membership.objects.on(today()).filter(
        tree=Tree.PROFESSION, organisation__in=_reach(user, APPROVERS | {Role.AUDITOR}).values("pk")
    )
    return LedgerEntry.objects.filter(Q(person__user=user) | Q(person__in=members.values("person_id")))


def accessible_proofs(user: Visitor) -> QuerySet[ProofFile]:
    """The files of the matters that the user may see; of a list, its own persons do not see the sheet of all."""
    return ProofFile.objects.filter(
        Q(declaration__in=accessible_declarations(user).values("pk"))
        | Q(recognition__in=accessible_recognitions(user).values("pk"))
        | Q(dispute__in=accessible_disputes(user).values("pk"))
    )
