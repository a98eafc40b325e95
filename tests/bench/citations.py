"""How many citations are found rightly on the lines labelled by hand: precision and recall, with the lines held out."""

from collections.abc import Iterator

from tests.bench.cues import laws
from tests.bench.report import Row
from tests.search import citation_gold

PRECISION, RECALL = 0.98, 0.95


def measure() -> Iterator[Row]:
    lines = citation_gold.lines(laws())
    for name, chosen in (("all", lines), ("held out", [line for line in lines if line.is_held_out])):
        found = citation_gold.agreement(chosen)
        yield Row(
            f"citations, {name}, {found.lines} lines",
            f"precision {found.precision:.3f}, recall {found.recall:.3f}",
            f"≥ {PRECISION}, ≥ {RECALL}",
            found.precision >= PRECISION and found.recall >= RECALL,
        )
