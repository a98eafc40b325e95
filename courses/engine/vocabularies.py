"""Reading a document's vocabulary: formats, categories, units, and the facts of persons and acts with their types."""

from courses.engine.language import FactType, FactWord, Vocabulary, Word
from courses.engine.sections import Reader, Section
from courses.engine.trees import Tree

_EMPTY = Tree({}, 1, "")


def read(reader: Reader, top: Section) -> Vocabulary:
    """The words that a document declares."""
    section = reader.section(top.part("vocabulary") or _EMPTY, "formats categories units person act")
    return Vocabulary(
        formats=_words(reader, section, "formats"),
        categories=_words(reader, section, "categories"),
        units=_words(reader, section, "units"),
        person=_facts(reader, section, "person"),
        act=_facts(reader, section, "act"),
    )


def _words(reader: Reader, section: Section, kind: str) -> dict[str, Word]:
    """A list of words, or a mapping from each word to its label or to {label, from, seconds}."""
    part = section.part(kind)
    if part is None:
        return {}
    if isinstance(part.value, list):
        return {word: Word(word, word) for word in section.words(kind)}
    return {name: _word(reader, name, each) for name, each in section.entries(kind)}


def _word(reader: Reader, name: str, part: Tree) -> Word:
    if part.value is None or isinstance(part.value, str):
        return Word(name, part.value or name)
    about = reader.section(part, "label from seconds")
    seconds = about.whole("seconds", least=1, most=10**8)
    return Word(name, about.text("label") or name, about.words("from"), seconds)


def _facts(reader: Reader, section: Section, kind: str) -> dict[str, FactWord]:
    facts = {}
    for name, part in section.entries(kind):
        if name in {"born", "admitted"} and kind == "person":
            reader.problem(part, "name_taken", name=name)
        about = reader.section(part, "label values default from", "type")
        type_ = FactType(
            about.choice(
                "type",
                tuple(each.value for each in FactType if kind == "person" or each is not FactType.SPANS),
            )
        )
        default = about.part("default")
        if default is not None and default.kind != "value":
            reader.problem(default, "not_a_value")
        facts[name] = FactWord(
            name=name,
            type=type_,
            label=about.text("label") or name,
            values=about.words("values"),
            default=default.value if default is not None and default.kind == "value" else None,
            source=about.text("from"),
        )
    return facts
