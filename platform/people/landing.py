"""Where somebody lands who has just signed in: on what he came for."""

from people.grants import roles_of
from people.models import Role, User

MY_LEARNING = "/my/"
COVERAGE = "/coverage/"
ADMIN = "/admin/"

_COMMITTEES = {Role.PROVINCIAL_COMMITTEE, Role.CITY_COMMITTEE, Role.FIRM_MANAGER, Role.AUDITOR}
_EDITORIAL = {Role.EDITOR, Role.REVIEWER, Role.FINAL_REVIEWER}


def landing(user: User) -> str:
    """A path: coverage for whoever answers for people, the admin for whoever works on courses, else my page."""
    roles = roles_of(user)
    if roles & _COMMITTEES:
        return COVERAGE
    if roles & _EDITORIAL or user.is_superuser:
        return ADMIN
    return MY_LEARNING
