"""What is wrong in a regulation's document, and why somebody cannot be judged, in sentences for people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.engine.errors import EngineError, Problem

_TEXTS = {
    "amount_shape": gettext_lazy("An amount is a number, a formula, or exactly one of: %(known)s."),
    "condition_fraction": gettext_lazy(
        "Conditions know no decimal fractions (%(words)s): compute it under “values”."
    ),
    "condition_not_allowed": gettext_lazy("Conditions may not use “%(words)s”."),
    "condition_syntax": gettext_lazy("This condition cannot be read: %(words)s"),
    "condition_too_long": gettext_lazy("This condition is too long."),
    "credit_or_per": gettext_lazy("Say either “credit” or “per”."),
    "document_empty": gettext_lazy("The document is empty."),
    "document_too_deep": gettext_lazy("The document is nested too deeply."),
    "document_too_long": gettext_lazy("The document is too long."),
    "ends_before_it_begins": gettext_lazy("The period ends before it begins."),
    "formula_not_allowed": gettext_lazy("Formulas may not use “%(words)s”."),
    "formula_number": gettext_lazy("“%(words)s” is no number that can be computed exactly."),
    "formula_syntax": gettext_lazy("This formula cannot be read: %(words)s"),
    "formula_too_long": gettext_lazy("This formula is too long."),
    "function_arguments": gettext_lazy("The function was given the wrong number of arguments: %(words)s"),
    "id_twice": gettext_lazy("The id “%(id)s” is used in line %(line)s already."),
    "key_not_text": gettext_lazy("A key must be text."),
    "key_twice": gettext_lazy("The key “%(key)s” stands here twice."),
    "language_version": gettext_lazy("“language” must be %(known)s."),
    "missing_field": gettext_lazy("“%(key)s” is missing."),
    "name_taken": gettext_lazy("The name “%(name)s” has a meaning already."),
    "no_cases": gettext_lazy("The file has no list of cases, or an empty one."),
    "no_day": gettext_lazy("There is no day %(value)s."),
    "not_a_choice": gettext_lazy("Choose one of: %(known)s."),
    "not_a_condition": gettext_lazy("A condition is expected here."),
    "not_a_day": gettext_lazy("A day is expected here, such as 2026-01-01."),
    "not_a_formula": gettext_lazy("A number or a formula is expected here."),
    "not_a_list": gettext_lazy("A list is expected here."),
    "not_a_mapping": gettext_lazy("Keys and values are expected here."),
    "not_a_number": gettext_lazy("A number is expected here."),
    "not_a_number_or_day": gettext_lazy("A number or a day is expected here."),
    "not_a_step": gettext_lazy("The step of rounding must be above zero."),
    "not_a_text": gettext_lazy("Text is expected here."),
    "not_a_value": gettext_lazy("A plain value is expected here."),
    "not_a_whole_number": gettext_lazy("A whole number in the allowed range is expected here."),
    "not_an_id": gettext_lazy("An id has at most 60 letters, digits, hyphens and underscores."),
    "not_true_or_false": gettext_lazy("true or false is expected here."),
    "not_two_days": gettext_lazy("Two days are expected here: the first and the last."),
    "not_two_minutes": gettext_lazy("Two whole minutes are expected here, such as [5, 10]."),
    "number_too_large": gettext_lazy("The number is too large."),
    "one_reading": gettext_lazy("Two readings at least are needed."),
    "unknown_field": gettext_lazy("“%(key)s” is not known here."),
    "unknown_function": gettext_lazy("There is no function “%(words)s”."),
    "unknown_name": gettext_lazy("The name “%(words)s” is not known here."),
    "unknown_rule": gettext_lazy("There is no rule with the id “%(id)s”."),
    "unknown_word": gettext_lazy("The word “%(word)s” is not in the document's vocabulary."),
    "unquoted_formula": gettext_lazy("A formula with a comma has to stand in quotes here: …%(words)s"),
    "window_without_days": gettext_lazy("A window needs “from”, “to” or “never”."),
    "yaml": gettext_lazy("This cannot be read as YAML: check colons, quotes, brackets and indentation here."),
    "yaml_reference": gettext_lazy("Anchors, aliases and tags of YAML are not used here."),
}

# What the YAML reader says, by how it begins, in words of our own; it knows no others than English ones.
_YAML = (
    (
        "mapping values are not allowed",
        gettext_lazy("A colon stands here where none may: put the text in quotes."),
    ),
    ("found character '\\t'", gettext_lazy("A tab stands here: indent with spaces.")),
    (
        "found character",
        gettext_lazy("A character stands here that no text may begin with: put the text in quotes."),
    ),
    (
        "found unexpected end of stream",
        gettext_lazy("A quotation mark or bracket opened here is not closed."),
    ),
    ("expected ',' or ']'", gettext_lazy("A comma or the closing square bracket is missing here.")),
    ("expected ',' or '}'", gettext_lazy("A comma or the closing curly bracket is missing here.")),
    ("could not find expected ':'", gettext_lazy("A colon with a space after the key is missing here.")),
    ("expected <block end>", gettext_lazy("This line is indented otherwise than those above it.")),
    (
        "expected the node content",
        gettext_lazy("Something is missing here: a value, or a closing bracket too many."),
    ),
    (
        "found unknown escape",
        gettext_lazy("After a backslash in double quotes stands a letter without meaning."),
    ),
    (
        "special characters are not allowed",
        gettext_lazy("A control character stands here that no text may hold."),
    ),
    (
        "sequence entries are not allowed",
        gettext_lazy("A list's hyphen stands here where none may: give it a line."),
    ),
    (
        "block sequence entries are not",
        gettext_lazy("A list's hyphen stands here where none may: give it a line."),
    ),
    (
        "expected alphabetic or numeric",
        gettext_lazy("After & or * a name is expected: put the text in quotes."),
    ),
)

_REFUSALS = {
    "missing_fact": gettext_lazy("The regulation asks for something that is not on record for you."),
    "no_cycle": gettext_lazy("The regulation does not say which cycle this day belongs to for you."),
    "too_many_readings": gettext_lazy("The regulation leaves too many readings open here."),
}


def text(problem: Problem) -> str:
    """What is wrong, with the word that was perhaps meant."""
    found = _TEXTS.get(problem.code)
    if problem.code == "yaml":
        about = str(problem.params.get("about", ""))
        found = next((said for start, said in _YAML if about.startswith(start)), found)
    try:
        said = str(found) % problem.params if found else problem.code
    except KeyError:
        said = problem.code
    near = problem.params.get("near")
    return said + (_(" Do you mean “%(near)s”?") % {"near": near} if near else "")


def with_line(problem: Problem) -> str:
    """The same with line and path, for a list of problems."""
    return _("Line %(line)s%(path)s: %(text)s") % {
        "line": problem.line,
        "path": _(" (%(path)s)") % {"path": problem.path} if problem.path else "",
        "text": text(problem),
    }


def refusal(error: EngineError) -> str:
    """Why the regulation cannot judge a person, for himself."""
    return str(
        _REFUSALS.get(error.code) or _("The regulation cannot be applied to what is on record for you.")
    )
