"""A small province to stand in, for every app's tests: two cities, three firms, and accounts with roles."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from people import grants, organisations
from people.models import Organisation, OrganisationKind, User

OPENED = dt.date(2010, 1, 1)


@dataclass(frozen=True)
class Province:
    province: Organisation
    changsha: Organisation
    hengyang: Organisation
    yuelu: Organisation
    furong: Organisation
    shigu: Organisation


@pytest.fixture
def province(db: None) -> Province:
    def new(kind: str, name: str, parent: Organisation | None = None) -> Organisation:
        return organisations.create(kind=kind, name=name, opened_on=OPENED, parent=parent)

    top = new(OrganisationKind.ASSOCIATION, "湖南省律师协会")
    changsha = new(OrganisationKind.ASSOCIATION, "长沙市律师协会", top)
    hengyang = new(OrganisationKind.ASSOCIATION, "衡阳市律师协会", top)
    return Province(
        province=top,
        changsha=changsha,
        hengyang=hengyang,
        yuelu=new(OrganisationKind.FIRM, "湖南岳试律师事务所", changsha),
        furong=new(OrganisationKind.FIRM, "湖南芙试律师事务所", changsha),
        shigu=new(OrganisationKind.FIRM, "湖南石试律师事务所", hengyang),
    )


@pytest.fixture
def account(db: None) -> Callable[..., User]:
    """A sign-in, with a role on an organisation where one is given."""

    def make(username: str, role: str = "", organisation: Organisation | None = None) -> User:
        user = User.objects.create_user(username, password="岳麓山下读书声 2026")
        if organisation is not None:
            grants.grant(user, role, organisation, by=None, reason="试验", valid_from=OPENED)
        return user

    return make
