"""What search remembers: statutes, who cites their articles, and what waits to be indexed."""

from search.models.citing import (
    AmendmentReview,
    ReadingCitation,
    ReviewState,
    SpokenCitation,
)
from search.models.indexing import (
    LONGEST_UNANSWERED,
    WAITING,
    LectureIndexing,
    TextIndexing,
    UnansweredSearch,
)
from search.models.statutes import (
    Article,
    ArticleCitation,
    ArticleVersion,
    DivisionKind,
    Statute,
    StatuteDivision,
    StatuteImport,
    StatuteKind,
    StatuteName,
    Succession,
)

__all__ = [
    "LONGEST_UNANSWERED",
    "WAITING",
    "AmendmentReview",
    "Article",
    "ArticleCitation",
    "ArticleVersion",
    "DivisionKind",
    "LectureIndexing",
    "ReadingCitation",
    "ReviewState",
    "SpokenCitation",
    "Statute",
    "StatuteDivision",
    "StatuteImport",
    "StatuteKind",
    "StatuteName",
    "Succession",
    "TextIndexing",
    "UnansweredSearch",
]
