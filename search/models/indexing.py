"""What waits to be indexed, and what was searched for and not found."""

from django.db import models
from django.db.models import F, Q


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


class TextIndexing(models.Model):
    """The same for a reading or a statute, by the group of its documents; the row outlives what is deleted until the
    index has forgotten it."""

    group = models.CharField(max_length=80, unique=True)
    requested_at = models.DateTimeField()
    indexed_at = models.DateTimeField(null=True)
    documents = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            # The sweep looks for what was asked for and is not done.
            models.Index(fields=["requested_at"], name="search_text_requested"),
        ]

    def __str__(self) -> str:
        return self.group


# Asked for again, or never done, since the index last had the lecture's documents.
WAITING = Q(indexed_at__isnull=True) | Q(requested_at__gt=F("indexed_at"))


# Longer questions are sentences about a case, and nobody's next lecture.
LONGEST_UNANSWERED = 40


class UnansweredSearch(models.Model):
    """What was searched for on a day and not found, as counts; no person, and forgotten after a while."""

    day = models.DateField()
    words = models.CharField(max_length=LONGEST_UNANSWERED)
    nothing = models.PositiveIntegerField(default=0)
    partly = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # Counted in one row, which is also how a day's rows are found and forgotten.
            models.UniqueConstraint(fields=["day", "words"], name="search_unanswered_once_a_day"),
            # A row that counts nothing says nothing.
            models.CheckConstraint(
                condition=Q(nothing__gt=0) | Q(partly__gt=0), name="search_unanswered_counts_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.words}"
