"""What pages of lectures and readings ask of search: the articles they cite. Courses know no statutes; pages do."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from courses.models import AssessmentAttempt, Lecture
from search import amendment_news, amendments, cited_articles, readings
from search.amendment_news import Notice
from search.cited_articles import Cited, CitedArticle

register = template.Library()


@register.simple_tag
def articles_cited(lecture: Lecture) -> Cited:
    return cited_articles.cited_in(lecture)


@register.simple_tag
def amendments_pending(subject: amendments.Subject | AssessmentAttempt) -> Notice:
    """What of the articles that it cites has a new text that no editor found it right by."""
    return amendment_news.pending(subject)


@register.filter(is_safe=True)
def with_articles(html: SafeString, title: str) -> str:
    """A rich text with the articles that it cites as links."""
    return mark_safe(readings.linked(html, title))  # noqa: S308 - it was HTML already and gains links alone


@register.filter
def at(cited: Cited, start_ms: int) -> tuple[CitedArticle, ...]:
    """The articles of the cue that begins at this millisecond."""
    return cited.at.get(start_ms, ())
