"""The paragraphs of a reading: what an editor wrote, cut where a reader sees a paragraph, each with a name of its own.

The names are the anchors to which results lead (#p3). They are counted over the blocks that have words, so that the
page and the index count alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag

_BLOCKS = ("p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "div")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block and its words; `number` begins at 1. Words outside any block have no element to lead to."""

    number: int
    element: Tag | None
    text: str


class Written:
    """A rich text, parsed once: its paragraphs, and all of its words with where each run of them begins.

    The joined text has a full stop between blocks, so that no citation is read on from one into the next.
    """

    def __init__(self, html: str) -> None:
        self.soup = BeautifulSoup(html, "html.parser")
        # What people read of it; comments are no such text.
        self.nodes: Sequence[NavigableString] = [
            node for node in self.soup.find_all(string=True) if type(node) is NavigableString
        ]
        self.text, self.places, self._blocks = "", [], []
        before: PageElement | None = None
        for node in self.nodes:
            block = node.find_parent(_BLOCKS)
            if self.text and block is not before:
                self.text += "。"
            self.places.append(len(self.text))
            self._blocks.append(block)
            self.text, before = self.text + node, block

    def paragraphs(self) -> list[Paragraph]:
        """The blocks that have words, in the order in which their words begin."""
        words: dict[int, list[str]] = {}
        elements: dict[int, Tag | None] = {}
        for node, block in zip(self.nodes, self._blocks, strict=True):
            words.setdefault(id(block), []).append(node)
            elements[id(block)] = block
        written = ((key, " ".join("".join(parts).split())) for key, parts in words.items())
        return [
            Paragraph(number, elements[key], text)
            for number, (key, text) in enumerate(((key, text) for key, text in written if text), start=1)
        ]

    def starts(self) -> Iterator[tuple[int, int]]:
        """(where it begins in the joined text, number of its paragraph) for each run of words, in order."""
        numbers = {id(each.element): each.number for each in self.paragraphs()}
        for place, block in zip(self.places, self._blocks, strict=True):
            if id(block) in numbers:
                yield place, numbers[id(block)]


def anchor(number: int) -> str:
    """The name of a paragraph in its page's address."""
    return f"p{number}"
