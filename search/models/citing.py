"""Who cites which article, and what is to be looked at because an article changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.proofs import of_one_subject
from search.models.statutes import Article, Statute, StatuteImport


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


class ReadingCitation(models.Model):
    """An article that a published reading cites, once however often. Written when the reading is published."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="read")
    article = models.PositiveIntegerField()
    reading = models.ForeignKey("courses.Reading", models.CASCADE, related_name="+")
    count = models.PositiveIntegerField()
    confidence_percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["reading", "pk"]
        constraints = [
            # "Which readings cite this article" is asked by every article page, and answered by this index.
            models.UniqueConstraint(
                fields=["statute", "article", "reading"], name="search_reading_citation_once"
            ),
            # Doubt is kept as a figure, for "probably".
            models.CheckConstraint(
                name="search_reading_citation_confidence",
                condition=Q(confidence_percent__gte=1, confidence_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statute_id}:{self.article}"


class ReviewState(models.TextChoices):
    OPEN = "open", _("To be checked")
    STILL_RIGHT = "still_right", _("Still right")
    REVISE = "revise", _("To be revised")


class AmendmentReview(models.Model):
    """That something cites an article whose text a later one changed, and what an editor found of it.

    Made with the import that changed the article; `kind` is "changed" or "repealed".
    """

    came_with = models.ForeignKey(StatuteImport, models.PROTECT, related_name="reviews")
    article = models.ForeignKey(Article, models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=10)
    lecture = models.ForeignKey("courses.Lecture", models.CASCADE, null=True, related_name="+")
    reading = models.ForeignKey("courses.Reading", models.CASCADE, null=True, related_name="+")
    question = models.ForeignKey("courses.Question", models.CASCADE, null=True, related_name="+")
    assessment = models.ForeignKey("courses.Assessment", models.CASCADE, null=True, related_name="+")
    curriculum = models.ForeignKey("courses.Curriculum", models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=ReviewState, default=ReviewState.OPEN)
    note = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-came_with", "article", "pk"]
        indexes = [
            # What is to be told is looked for every minute.
            models.Index(fields=["state", "told_at"], name="search_amendment_state"),
        ]
        constraints = [
            # It is about one thing.
            models.CheckConstraint(
                name="search_amendment_of_one_thing",
                condition=of_one_subject("lecture", "reading", "question", "assessment", "curriculum"),
            ),
            # Applying the same text again asks nothing a second time.
            models.UniqueConstraint(
                fields=["came_with", "article", "lecture"], name="search_amendment_lecture_once"
            ),
            models.UniqueConstraint(
                fields=["came_with", "article", "reading"], name="search_amendment_reading_once"
            ),
            models.UniqueConstraint(
                fields=["came_with", "article", "question"], name="search_amendment_question_once"
            ),
            models.UniqueConstraint(
                fields=["came_with", "article", "assessment"], name="search_amendment_assessment_once"
            ),
            models.UniqueConstraint(
                fields=["came_with", "article", "curriculum"], name="search_amendment_curriculum_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.came_with_id}: {self.article_id}"
