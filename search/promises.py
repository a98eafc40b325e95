"""The guards of search's own tables: what the database refuses, and why."""

from people.guards import Guard, overlap_guard

GUARDS: tuple[Guard, ...] = (
    # An article has one text on any day.
    overlap_guard("search_articleversion", "article_one_text_a_day", ("article_id",), where="1 = 1"),
)
