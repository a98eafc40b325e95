"""News of the ledger for whoever issued something over its entries, sent once the correction is certain."""

from collections.abc import Sequence

from django.db import transaction

from courses.signals import ledger_corrected


def corrected(reversed_ids: Sequence[int], award_ids: Sequence[int] = ()) -> None:
    """After commit, tell that the first count no longer and the second count from now on."""
    if reversed_ids or award_ids:
        transaction.on_commit(
            lambda: ledger_corrected.send(
                sender="courses.ledger", reversed_ids=list(reversed_ids), award_ids=list(award_ids)
            )
        )
