"""The regulations that come with the product as examples, each a document of the engine's language."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "regulations"


def ids() -> list[str]:
    """The ids of the examples, in order."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def text(example: str) -> str:
    """An example's document. Raises KeyError for an id that none has."""
    if example not in ids():
        raise KeyError(example)
    return (_FOLDER / f"{example}.yaml").read_text(encoding="utf-8")
