"""A lecture's captions become index documents here, by plain rules and from plain values.

Citations are read over the whole transcript, so that one that crosses two cues is found and the statute named at the
beginning is carried to the end; a statute in the heading is the first one carried.
"""

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from search import citations, mishearing, transcript
from search.analysis import stream
from search.cards import MOST_VALUES
from search.engines.base import Document
from search.kinds import split


@dataclass(frozen=True, slots=True)
class CueText:
    """One cue of the published version; instants in milliseconds of the recording."""

    key: str
    version: int
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class CaptionedLecture:
    """A lecture and one of its caption tracks, as the index sees them. `access` are the tokens that may find it.

    `shared_by` keeps ids apart where a second lecture uses the same recording, and is empty otherwise.
    """

    group: str
    title: str
    around: str
    access: Sequence[str]
    courses: Sequence[str]
    lecturer: str
    language: str
    cues: Sequence[CueText]
    shared_by: str = ""
    published_on: dt.date | None = None
    kind: str = ""


def documents(
    lecture: CaptionedLecture,
    *,
    names: Mapping[str, str] = citations.KNOWN_NAMES,
    ear: mishearing.Ear | None = None,
) -> Iterator[Document]:
    """The documents of a lecture's track, in the cues' order; a cue without a letter has none.

    `ear` knows the terms that a machine may have misheard; without one those that the house knows by heart.
    A lecture of which no word is written is found by its title alone.
    """
    heading = stream(f"{lecture.title} {lecture.around}")
    joined = transcript.join([cue.text for cue in lecture.cues])
    cited = cited_by_cue(lecture.title, lecture.around, joined, names=names)
    misheard = _misheard(joined, ear or mishearing.house_ear())
    cited_statutes = _statutes(cited)
    day = lecture.published_on
    bodies = [stream(cue.text) for cue in lecture.cues]
    cues = [(place, cue) for place, cue in enumerate(lecture.cues) if bodies[place]]
    for position, cue in cues or [(0, CueText(split(lecture.group)[1], 0, 0, 0, ""))]:
        of_cue = cited[position] if cues else ()
        terms = {term for citation in of_cue for term in citation.terms}
        yield Document(
            id=f"{cue.key}:{cue.version}{lecture.shared_by}",
            group=lecture.group,
            body=bodies[position] if cues else "",
            bridge=joined.bridge(position) if cues else "",
            heading=heading,
            citations=tuple(sorted(terms | misheard.get(position, set()))),
            access=tuple(sorted(lecture.access)),
            courses=tuple(sorted(lecture.courses)),
            lecturer=lecture.lecturer,
            language=lecture.language,
            position=position,
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            statutes=cited_statutes,
            year=str(day.year) if day else "",
            day=day.toordinal() if day else 0,
            kind=lecture.kind,
        )


def _misheard(joined: transcript.Transcript, ear: mishearing.Ear) -> dict[int, set[str]]:
    """What each cue is filed under for the terms that begin in it and are written otherwise than they sound."""
    found: dict[int, set[str]] = {}
    ends = [end for _start, end in joined.ranges]
    for each in ear.heard(joined.text):
        if not each.is_written:
            found.setdefault(bisect_right(ends, each.start), set()).add(mishearing.filed_as(each.term))
    return found


def _statutes(cited: Iterable[Iterable[citations.Citation]]) -> tuple[str, ...]:
    """The statutes that are cited without doubt, in their keys' order; of very many the most cited."""
    counts = Counter(
        citation.statute
        for of_cue in cited
        for citation in of_cue
        if citation.statute and not citation.is_doubtful
    )
    return tuple(sorted(key for key, _ in counts.most_common(MOST_VALUES)))


def cited_by_cue(
    title: str,
    around: str,
    joined: transcript.Transcript,
    *,
    names: Mapping[str, str] = citations.KNOWN_NAMES,
) -> list[list[citations.Citation]]:
    """The citations of each cue of a transcript; their ranges lie in the joined text."""
    context = citations.context_of(title, names=names) or citations.context_of(around, names=names)
    return citations.find_in_passages(joined.ranges, joined.text, context=context, names=names)
