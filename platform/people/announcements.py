"""News of changed persons, told once their change is certain."""

from collections.abc import Iterable

from django.db import transaction

from people.signals import membership_changed


def persons_changed(person_ids: Iterable[int]) -> None:
    """After commit, tell whoever listens that these persons' memberships, licences, leave or birth dates changed."""
    changed = sorted(set(person_ids))
    if changed:
        transaction.on_commit(
            lambda: membership_changed.send(sender="people.memberships", person_ids=changed)
        )
