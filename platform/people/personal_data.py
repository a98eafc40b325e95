"""What is held on a person: of which kind, for what, how long. One table that every app fills for its own rows.

It is the source of docs/personal-data.md, of the copy that a person takes away, and of what becomes of his data when
he has left. A row that points to a person or to a sign-in and stands in no line here fails a test.
(Personal Information Protection Law of the PRC, articles 6, 17, 19, 45 and 47.)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, QuerySet

from people import merging
from people.models import Person

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of row that is about a person.

    `model` is its label, `subject` the lookup from it to the person's key, `fields` its fields that lead to him or
    his sign-in. `columns` are what of it he is shown: lookup and heading. `forget` is what becomes of it when he has
    left: it returns how many rows it emptied or deleted; without it they are kept. `keeping` says so to people.
    """

    model: str
    subject: str
    title: "_StrPromise"
    purpose: "_StrPromise"
    keeping: "_StrPromise"
    columns: Mapping[str, "_StrPromise"]
    fields: tuple[str, ...] = ("person",)
    forget: Callable[[Person], int] | None = None

    def rows(self, person: Person) -> QuerySet[Any]:
        """The rows about this person under any of his records, in the order in which they came."""
        manager = apps.get_model(self.model)._default_manager
        under_another = {f"{self.subject}__in": merging.leading_to(person)}
        found: QuerySet[Any] = manager.filter(Q(**{self.subject: person.pk}) | Q(**under_another))
        return found.order_by("pk")

    @property
    def paths(self) -> frozenset[str]:
        """Its fields, as offices are named: "people.Licence.person"."""
        return frozenset(f"{self.model}.{field}" for field in self.fields)


_holdings: dict[str, Holding] = {}
_offices: set[str] = set()


def register(holdings: Iterable[Holding], *, offices: Iterable[str] = ()) -> None:
    """Add an app's kinds of rows, at start-up.

    `offices` are the fields ("courses.Dispute.decided_by") that say who acted in an office: they are part of the act
    and kept with it.
    """
    _holdings.update({each.model: each for each in holdings})
    _offices.update(offices)


def holdings() -> Iterator[Holding]:
    """Every kind of row: who somebody is and how he signs in first, then what he did, as the apps named them."""
    return iter(sorted(_holdings.values(), key=lambda each: each.model.startswith("courses.")))


def offices() -> frozenset[str]:
    """Every field that says who acted in an office."""
    return frozenset(_offices)
