"""What a lecture's page asks of search: the articles that it cites. Courses know nothing of statutes; pages do."""

from django import template

from courses.models import Lecture
from search import cited_articles
from search.cited_articles import Cited, CitedArticle

register = template.Library()


@register.simple_tag
def articles_cited(lecture: Lecture) -> Cited:
    return cited_articles.cited_in(lecture)


@register.filter
def at(cited: Cited, start_ms: int) -> tuple[CitedArticle, ...]:
    """The articles of the cue that begins at this millisecond."""
    return cited.at.get(start_ms, ())
