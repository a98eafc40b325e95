"""Statutes as they are divided, what their articles said when, and what follows those of repealed ones."""

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
    document_number = models.CharField(_("document number"), max_length=60, blank=True)

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
    HEADING = "heading", _("Heading")
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
        """As the statute prints it: 第三编 合同; 一、一般规定."""
        if self.kind == DivisionKind.HEADING and self.number:
            return f"{numerals.written(self.number)}、{self.title}"
        mark = _MARKS.get(DivisionKind(self.kind))
        if mark is None or not self.number:
            return self.title
        return f"第{numerals.written(self.number)}{mark} {self.title}"


class StatuteImport(models.Model):
    """One statute text that was applied: what it was, from when it is in force, and what it changed."""

    statute = models.ForeignKey(Statute, models.PROTECT, related_name="imports")
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    repealed = models.PositiveIntegerField()
    corrected = models.PositiveIntegerField()
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.statute_id} {self.valid_from}"


class Article(models.Model):
    """An article as citations name it, whatever its text was when. `insert` is 1 for 第十九条之一."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="article_set")
    number = models.PositiveIntegerField()
    insert = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["statute", "number", "insert"]
        constraints = [
            # A citation leads to one article.
            models.UniqueConstraint(fields=["statute", "number", "insert"], name="search_article_once"),
        ]

    def __str__(self) -> str:
        own = f"第{numerals.written(self.number)}条"
        return f"{own}之{numerals.written(self.insert)}" if self.insert else own


class ArticleVersion(models.Model):
    """The text of an article from a day until the day before another (half-open; open when null).

    `paragraphs`: [{"text": …, "items": […]}, …]. Two texts of an article never share a day (database guard).
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    paragraphs = models.JSONField()
    came_with = models.ForeignKey(StatuteImport, models.PROTECT, related_name="versions")

    class Meta:
        ordering = ["article", "valid_from"]
        indexes = [models.Index(fields=["article", "valid_from"], name="search_article_version_day")]
        constraints = [
            # A text of no days would never have been in force.
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="search_article_version_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.valid_from}"


class ArticleCitation(models.Model):
    """An article that the text of another cites: an interpretation and what it interprets."""

    version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="citations")
    statute = models.ForeignKey(Statute, models.CASCADE, related_name="cited_by")
    article = models.PositiveIntegerField()
    paragraph = models.PositiveIntegerField(null=True)
    item = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["version", "pk"]
        indexes = [
            # "Which interpretations speak of this article" is asked by every article page.
            models.Index(fields=["statute", "article"], name="search_article_cited"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.statute_id}:{self.article}"


class Succession(models.Model):
    """That an article of a repealed law is followed by one of another law, or by none (`successor_article` is null)."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="successions")
    article = models.PositiveIntegerField()
    successor = models.ForeignKey(Statute, models.CASCADE, related_name="predecessors")
    successor_article = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["statute", "article", "successor", "successor_article"]
        indexes = [
            # "What did this article follow" is asked by every article page.
            models.Index(fields=["successor", "successor_article"], name="search_succession_backward"),
        ]
        constraints = [
            # Said once; and the page of a repealed article asks for it by this index.
            models.UniqueConstraint(
                fields=["statute", "article", "successor", "successor_article"],
                name="search_succession_once",
            ),
            # A law that followed itself would send its readers round in a circle.
            models.CheckConstraint(name="search_succession_of_another", condition=~Q(statute=F("successor"))),
        ]

    def __str__(self) -> str:
        return f"{self.statute_id}:{self.article} → {self.successor_id}:{self.successor_article}"
