"""The demonstration's regulation: in force through the three reviews, named as what it is, and open to the form."""

from typing import Any

from config.demo.people import DemoPeople
from config.demo.regulation import SHAPE, load_regulation
from courses import regulating, usual_shape
from people import grants
from people.days import today
from people.models import Role, User
from tests.provinces import OPENED, Province, province  # noqa: F401 - a fixture


def test_the_demonstration_has_a_regulation_in_force_that_says_it_is_invented(
    province: Province,  # noqa: F811
) -> None:
    users: dict[str, Any] = {}
    for name, role in (("editor", Role.EDITOR), ("reviewer", Role.REVIEWER), ("final", Role.FINAL_REVIEWER)):
        users[name] = User.objects.create_user(name)
        grants.grant(users[name], role, province.province, by=None, reason="演示", valid_from=OPENED)
    load_regulation(DemoPeople({"province": province.province}, [], users, {}), lambda line: None)
    version = regulating.version_for_organisation(province.yuelu.pk, today())
    assert version is not None
    assert "演示" in version.title
    assert usual_shape.read(version.document) == SHAPE
