"""What search remembers: statutes and how they are divided, who cites which article, and what waits to be indexed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from search import numerals


class StatuteKind(models.TextChoices):
    STATUTE = "statute", _("Statute")
    INTERPRETATION = "interpretation", _("Judicial interpretation")


class Statute(models.Model):
    """A statute or judicial interpretation. `key` is its name in addresses and in the index; it never changes."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=StatuteKind, default=StatuteKind.STATUTE)
    adopted_on = models.DateField(_("adopted on"), null=True)
    in_force_from = models.DateField(_("in force from"), null=True)
    in_force_to = models.DateField(_("in force until"), null=True)
    articles = models.PositiveIntegerField(_("articles"))

    class Meta:
        verbose_name = _("statute")
        verbose_name_plural = _("statutes")
        ordering = ["kind", "pk"]
        constraints = [
            # Half-open days: a statute that ends when it begins was never in force.
            models.CheckConstraint(
                name="search_statute_in_force_period",
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gt=F("in_force_from")),
            ),
            # Citations beyond the last article are refused by this number.
            models.CheckConstraint(name="search_statute_has_articles", condition=Q(articles__gt=0)),
        ]

    def __str__(self) -> str:
        return self.short_name


class StatuteName(models.Model):
    """One way of naming a statute in speech or writing, as the citation finder looks for it."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            # A name that meant two statutes would make citations a matter of chance.
            models.UniqueConstraint(fields=["name"], name="search_statute_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionKind(models.TextChoices):
    BOOK = "book", _("Book")
    PART = "part", _("Part")
    CHAPTER = "chapter", _("Chapter")
    SECTION = "section", _("Section")
    SUPPLEMENT = "supplement", _("Supplementary provisions")


# The character that a division's number takes in Chinese, whatever language the page speaks: it is the statute's own.
_MARKS = {
    DivisionKind.BOOK: "编",
    DivisionKind.PART: "分编",
    DivisionKind.CHAPTER: "章",
    DivisionKind.SECTION: "节",
}


class StatuteDivision(models.Model):
    """A book, part, chapter or section: its title and the articles it spans, first and last included."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="divisions")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="divisions")
    kind = models.CharField(max_length=12, choices=DivisionKind)
    number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=120)
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    first_article = models.PositiveIntegerField()
    last_article = models.PositiveIntegerField()

    class Meta:
        ordering = ["statute", "position"]
        constraints = [
            # The structure is read in this order, each division before what it holds.
            models.UniqueConstraint(fields=["statute", "position"], name="search_division_position_once"),
            # A division spans at least one article.
            models.CheckConstraint(
                name="search_division_articles_ordered",
                condition=Q(first_article__gte=1, last_article__gte=F("first_article")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As the statute prints it: 第三编 合同."""
        mark = _MARKS.get(DivisionKind(self.kind))
        if mark is None or not self.number:
            return self.title
        return f"第{numerals.written(self.number)}{mark} {self.title}"


class SpokenCitation(models.Model):
    """An article that a lecture cites, at a second of it. Written with the index, from the published captions."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="spoken")
    article = models.PositiveIntegerField()
    paragraph = models.PositiveIntegerField(null=True)
    item = models.PositiveIntegerField(null=True)
    lecture = models.ForeignKey("courses.Lecture", models.CASCADE, related_name="+")
    track = models.ForeignKey("media.CaptionTrack", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    start_ms = models.BigIntegerField()
    confidence_percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["lecture", "start_ms", "pk"]
        indexes = [
            # "Which lectures cite this article" is asked by every article page.
            models.Index(fields=["statute", "article", "lecture"], name="search_citation_article"),
        ]
        constraints = [
            # Doubt is kept as a figure, for "probably".
            models.CheckConstraint(
                name="search_citation_confidence_percent",
                condition=Q(confidence_percent__gte=1, confidence_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statute_id}:{self.article}"


class LectureIndexing(models.Model):
    """That a lecture's documents are wanted, and since when they are there. The row is the truth, the task a nudge."""

    lecture = models.OneToOneField("courses.Lecture", models.CASCADE, related_name="+")
    requested_at = models.DateTimeField()
    indexed_at = models.DateTimeField(null=True)
    documents = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            # The sweep looks for what was asked for and is not done.
            models.Index(fields=["requested_at"], name="search_indexing_requested"),
        ]

    def __str__(self) -> str:
        return str(self.lecture_id)


# Asked for again, or never done, since the index last had the lecture's documents.
WAITING = Q(indexed_at__isnull=True) | Q(requested_at__gt=F("indexed_at"))
