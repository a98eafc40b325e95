"""Readings and statutes become index documents here, by plain rules and from plain values: a document a passage."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.analysis import stream
from search.engines.base import Document
from search.kinds import Kind


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a reading or an article of a statute: its words, and what the index files it under.

    `around` are words beside the text's title, such as the chapter that an article stands in; `citations` are terms.
    """

    key: str
    position: int
    text: str
    around: str = ""
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A reading or a statute as the index sees it. `access` are the tokens that may find it."""

    group: str
    title: str
    kind: Kind
    access: Sequence[str]
    passages: Sequence[Passage]
    courses: Sequence[str] = ()
    # The statutes that it cites without doubt, or that it is.
    statutes: Sequence[str] = ()
    published_on: dt.date | None = None


def documents(written: WrittenText) -> Iterator[Document]:
    """A document for each passage, in order. A passage ends where its thought does, so that none is bridged."""
    day = written.published_on
    title = stream(written.title)
    for passage in written.passages:
        around = stream(passage.around)
        yield Document(
            id=passage.key,
            group=written.group,
            body=stream(passage.text),
            bridge="",
            heading=f"{title} {around}".strip(),
            citations=passage.citations,
            access=tuple(sorted(written.access)),
            courses=tuple(sorted(written.courses)),
            lecturer="",
            language="zh-Hans",
            position=passage.position,
            start_ms=0,
            end_ms=0,
            statutes=tuple(sorted(written.statutes)),
            year=str(day.year) if day else "",
            day=day.toordinal() if day else 0,
            kind=written.kind.value,
        )
