"""Organisations and who stands above whom on which day: the one writer of edges and of their closure.

An edge says that on [from, to) `parent` is directly above `child`. The closure repeats, for every pair, the
days on which one is somewhere above the other, so that a subtree on a day is one indexed join. It is always
computed from the edges of the organisations concerned and then written as a difference.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from people.closure import Edge, Path, paths_up
from people.models import Organisation, OrganisationClosure, OrganisationEdge, OrganisationKind, Tree
from people.models.periods import valid_on, valid_within
from people.refusals import Refused

BATCH = 2000


class OrganisationRefused(Refused):
    """An organisation cannot stand where it was to be put."""

    code = "organisation_refused"


class CircleRefused(OrganisationRefused):
    """The parent would stand below its own child."""

    code = "organisation_circle"


class NotYetOpen(OrganisationRefused):
    """One of the two did not exist on that day."""

    code = "organisation_not_yet_open"


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """One node for the bulk door; `parent` is another node's key, or None for a root."""

    key: str
    kind: str
    name: str
    parent: str | None = None
    short_name: str = ""
    division_code: str = ""
    registration_number: str = ""
    opened_on: dt.date | None = None


# --- Writing ------------------------------------------------------------------------------------------


@transaction.atomic
def create(
    *,
    kind: str,
    name: str,
    opened_on: dt.date,
    parent: Organisation | None = None,
    short_name: str = "",
    division_code: str = "",
    registration_number: str = "",
) -> Organisation:
    """A new organisation, below `parent` from its first day in the tree of its kind."""
    organisation = Organisation(
        kind=kind,
        name=name.strip(),
        short_name=short_name.strip(),
        division_code=division_code,
        registration_number=registration_number,
        opened_on=opened_on,
    )
    organisation.full_clean(exclude=["public_id"])
    organisation.save()
    tree = tree_of(kind)
    _stand_alone(organisation, tree)
    if parent is not None:
        place(organisation, parent, on=opened_on, tree=tree)
    return organisation


def tree_of(kind: str) -> Tree:
    """The tree to which organisations of this kind belong by nature."""
    return Tree.PARTY if kind == OrganisationKind.PARTY_BRANCH else Tree.PROFESSION


@transaction.atomic
def change(
    organisation: Organisation,
    *,
    name: str,
    short_name: str = "",
    division_code: str = "",
    registration_number: str = "",
) -> Organisation:
    """Correct what an organisation is called; its place and its kind stay."""
    organisation.name = name.strip()
    organisation.short_name = short_name.strip()
    organisation.division_code = division_code
    organisation.registration_number = registration_number
    organisation.full_clean(exclude=["public_id"])
    organisation.save(update_fields=["name", "short_name", "division_code", "registration_number"])
    return organisation


@transaction.atomic
def place(
    child: Organisation, parent: Organisation, *, on: dt.date, tree: str = Tree.PROFESSION
) -> OrganisationEdge:
    """Put `child`, with all below it, under `parent` from day `on` until the next placement on record.

    Raises `CircleRefused` when `parent` stands below `child` on one of those days, and `NotYetOpen` when one
    of the two was opened after `on`.
    """
    for organisation in (child, parent):
        if on < organisation.opened_on:
            raise NotYetOpen(
                _("%(name)s was only opened on %(day)s.")
                % {"name": organisation.name, "day": organisation.opened_on.isoformat()}
            )
        _stand_alone(organisation, tree)
    later = (
        OrganisationEdge.objects.filter(tree=tree, child=child, valid_from__gt=on)
        .order_by("valid_from")
        .first()
    )
    until = later.valid_from if later else None
    if (
        OrganisationClosure.objects.filter(tree=tree, ancestor=child, descendant=parent)
        .filter(valid_within(on, until))
        .exists()
    ):
        raise CircleRefused(
            _("%(parent)s stands below %(child)s and cannot be above it.")
            % {"parent": parent.name, "child": child.name}
        )
    edge = _write_edge(child, parent, on, until, tree)
    _renew_closure(child, on, until, tree)
    return edge


def _write_edge(
    child: Organisation, parent: Organisation, on: dt.date, until: dt.date | None, tree: str
) -> OrganisationEdge:
    """The new edge on [on, until), joined with its neighbours where the parent is the same."""
    edges = OrganisationEdge.objects.filter(tree=tree, child=child)
    start, end = on, until
    for held in edges.filter(valid_within(on, until)):
        same = held.parent_id == parent.pk
        start = held.valid_from if same else start
        if same or held.valid_from == on:
            held.delete()
        else:
            held.valid_to = on
            held.save(update_fields=["valid_to"])
    before = edges.filter(valid_to=start, parent=parent).first()
    if before is not None:
        start = before.valid_from
        before.delete()
    after = edges.filter(valid_from=until, parent=parent).first() if until else None
    if after is not None:
        end = after.valid_to
        after.delete()
    return OrganisationEdge.objects.create(
        tree=tree, parent=parent, child=child, valid_from=start, valid_to=end
    )


def _stand_alone(organisation: Organisation, tree: str) -> None:
    """Every organisation of a tree is its own ancestor at depth 0 from the day on which it was opened."""
    if not OrganisationClosure.objects.filter(
        tree=tree, ancestor=organisation, descendant=organisation
    ).exists():
        OrganisationClosure.objects.create(
            tree=tree,
            ancestor=organisation,
            descendant=organisation,
            depth=0,
            valid_from=organisation.opened_on,
        )


def _renew_closure(top: Organisation, on: dt.date, until: dt.date | None, tree: str) -> None:
    """Write the difference between the closure rows above `top`'s subtree and what the edges now say."""
    below = set(
        OrganisationClosure.objects.filter(tree=tree, ancestor=top)
        .filter(valid_within(on, until))
        .values_list("descendant_id", flat=True)
    )
    wanted = set(paths_up(_edges_above(below, tree), below))
    held = {
        Path(row.ancestor_id, row.descendant_id, row.depth, row.valid_from, row.valid_to): row.pk
        for row in OrganisationClosure.objects.filter(tree=tree, descendant__in=below, depth__gt=0)
    }
    # Rows go before rows come, so that the guard never sees both.
    OrganisationClosure.objects.filter(
        pk__in=[key for path, key in held.items() if path not in wanted]
    ).delete()
    _insert_paths(wanted - held.keys(), tree)


def _edges_above(organisation_ids: Iterable[int], tree: str) -> dict[int, list[Edge]]:
    """Every edge that was ever above these organisations, by child."""
    edges: dict[int, list[Edge]] = {}
    wave = set(organisation_ids)
    while wave:
        for child in wave:
            edges[child] = []
        for row in OrganisationEdge.objects.filter(tree=tree, child__in=wave):
            edges[row.child_id].append(Edge(row.parent_id, row.valid_from, row.valid_to))
        wave = {edge.parent for child in wave for edge in edges[child]} - edges.keys()
    return edges


def _insert_paths(paths: Iterable[Path], tree: str) -> None:
    OrganisationClosure.objects.bulk_create(
        (
            OrganisationClosure(
                tree=tree,
                ancestor_id=path.ancestor,
                descendant_id=path.descendant,
                depth=path.depth,
                valid_from=path.valid_from,
                valid_to=path.valid_to,
            )
            for path in sorted(paths, key=lambda path: (path.descendant, path.depth))
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def create_tree(
    nodes: Sequence[NewOrganisation],
    *,
    opened_on: dt.date,
    tree: str = Tree.PROFESSION,
    under: Organisation | None = None,
) -> Mapping[str, Organisation]:
    """Many organisations at once, by key; roots among them stand below `under` where it is given.

    A node without a day of its own is opened on `opened_on`; its edge begins when both it and its parent
    exist. Keys are the caller's and are not kept. Raises `CircleRefused` for a circle among the nodes.
    """
    created = Organisation.objects.bulk_create(
        [
            Organisation(
                kind=node.kind,
                name=node.name,
                short_name=node.short_name,
                division_code=node.division_code,
                registration_number=node.registration_number,
                opened_on=node.opened_on or opened_on,
            )
            for node in nodes
        ],
        batch_size=BATCH,
    )
    by_key = {node.key: organisation for node, organisation in zip(nodes, created, strict=True)}
    placements = []
    for node in nodes:
        parent = by_key[node.parent] if node.parent is not None else under
        if parent is not None:
            child = by_key[node.key]
            placements.append((child, parent, max(child.opened_on, parent.opened_on)))
    bulk_place(placements, tree=tree)
    _stand_alone_in_bulk(created, tree)
    return by_key


@transaction.atomic
def bulk_place(
    placements: Sequence[tuple[Organisation, Organisation, dt.date]], *, tree: str = Tree.PROFESSION
) -> None:
    """Put many organisations that have never had a parent, nor anything below them, under theirs.

    Each placement is (child, parent, first day). Raises `CircleRefused`; a child that already stands
    somewhere on those days is refused by the database (IntegrityError).
    """
    OrganisationEdge.objects.bulk_create(
        (
            OrganisationEdge(tree=tree, parent=parent, child=child, valid_from=day)
            for child, parent, day in placements
        ),
        batch_size=BATCH,
    )
    children = [child.pk for child, *_rest in placements]
    edges = _edges_above(children, tree)
    _refuse_circles(edges)
    _insert_paths(paths_up(edges, children), tree)


def _refuse_circles(edges: Mapping[int, Sequence[Edge]]) -> None:
    """Placements of the bulk door are open-ended, so any circle of edges is a circle on some day."""
    safe: set[int] = set()
    for start in edges:
        trail: dict[int, None] = {}
        node: int | None = start
        while node is not None and node not in safe:
            if node in trail:
                raise CircleRefused(_("These organisations stand above one another in a circle."))
            trail[node] = None
            last = edges.get(node, ())
            node = last[-1].parent if last else None
        safe.update(trail)


def _stand_alone_in_bulk(organisations: Sequence[Organisation], tree: str) -> None:
    OrganisationClosure.objects.bulk_create(
        (
            OrganisationClosure(tree=tree, ancestor=each, descendant=each, depth=0, valid_from=each.opened_on)
            for each in organisations
        ),
        batch_size=BATCH,
    )


# --- Reading ------------------------------------------------------------------------------------------


def descendants_on(
    organisation: Organisation | int, day: dt.date, tree: str = Tree.PROFESSION
) -> QuerySet[Organisation]:
    """The organisation and everything below it on that day; empty before it was opened."""
    return Organisation.objects.filter(
        valid_on(day, "closure_up__"), closure_up__tree=tree, closure_up__ancestor=organisation
    )


def ancestors_on(
    organisation: Organisation | int, day: dt.date, tree: str = Tree.PROFESSION
) -> QuerySet[Organisation]:
    """The organisation and everything above it on that day, the topmost first."""
    return Organisation.objects.filter(
        valid_on(day, "closure_down__"), closure_down__tree=tree, closure_down__descendant=organisation
    ).order_by("-closure_down__depth")


def children_on(
    organisation: Organisation | int, day: dt.date, tree: str = Tree.PROFESSION
) -> QuerySet[Organisation]:
    """What stands directly below the organisation on that day."""
    return Organisation.objects.filter(
        valid_on(day, "edges_up__"), edges_up__tree=tree, edges_up__parent=organisation
    )


def parent_on(
    organisation: Organisation | int, day: dt.date, tree: str = Tree.PROFESSION
) -> Organisation | None:
    """What stands directly above the organisation on that day."""
    return Organisation.objects.filter(
        valid_on(day, "edges_down__"), edges_down__tree=tree, edges_down__child=organisation
    ).first()


def roots_on(day: dt.date, tree: str = Tree.PROFESSION) -> QuerySet[Organisation]:
    """What stands below nothing on that day."""
    with_parent = OrganisationEdge.objects.on(day).filter(tree=tree).values("child_id")
    return Organisation.objects.filter(
        valid_on(day, "closure_up__"), closure_up__tree=tree, closure_up__depth=0
    ).exclude(pk__in=with_parent)


def ancestor_ids_of_person(person_id: int, day: dt.date) -> set[int]:
    """Every organisation, of either tree, in whose subtree the person stands on that day."""
    return set(
        OrganisationClosure.objects.filter(
            valid_on(day),
            valid_on(day, "descendant__memberships__"),
            descendant__memberships__person_id=person_id,
            descendant__memberships__superseded_at__isnull=True,
            descendant__memberships__tree=F("tree"),
        ).values_list("ancestor_id", flat=True)
    )
