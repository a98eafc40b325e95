"""What a result may be: a lecture with or without picture, a reading, or the articles of a statute; and how its group
of documents is called."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The kind of a group's documents, by which results may be narrowed."""

    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Sound without picture")
    READING = "reading", _("Readings")
    ARTICLE = "article", _("Text of the law")


# The law's own text is for everybody, and is asked for by this token alone, so that what is taught is found without it.
LAW_TOKEN = "law"  # noqa: S105 - a class of documents, not a secret


class Family(StrEnum):
    """What a group's documents are cut from."""

    LECTURE = "lecture"
    READING = "reading"
    STATUTE = "statute"


def group_of(family: Family, key: object) -> str:
    """The group of a lecture or a reading by its public id, of a statute by its key."""
    return f"{family.value}:{key}"


def split(group: str) -> tuple[Family, str]:
    """The family and the key of a group."""
    family, _colon, key = group.partition(":")
    return Family(family), key
