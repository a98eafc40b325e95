"""A few certificates of the demonstration's lawyer: of each course that he has completed, and of his year."""

from courses import issuing
from courses.models import Completion
from courses.refusals import Refusal
from people.days import today
from people.models import Person


def load_certificates(person: Person) -> int:
    """Issue what the person would ask for; returns how many certificates there are."""
    count = 0
    completions = Completion.objects.filter(
        person=person, course__isnull=False, revoked_at__isnull=True
    ).select_related("course_version")
    for completion in completions:
        issuing.issue_completion(completion)
        count += 1
    for year in (today().year - 1, today().year):
        try:
            issuing.issue_statement(person, year)
            count += 1
        except Refusal:  # a year without credit
            continue
    return count
