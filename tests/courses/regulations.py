"""A small regulation to test with: twenty credits a year, four of them of ethics, five at most from reading."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from courses import acts
from courses.models import CreditRegulation, LearningFormat, LedgerEntry
from people.models import Organisation, Person

ACT = Callable[..., LedgerEntry]

DOCUMENT = """\
language: 1
id: test-regulation
title: 继续教育办法（测试）
issuer: 湖南省律师协会
unit: 学时
vocabulary:
  formats:
    online: {label: 网络培训, from: recorded}
    onsite: {label: 现场培训, from: [onsite, live]}
    reading: {label: 阅读, from: reading}
  categories: {law: {label: 业务, from: [law, skills, politics]}, ethics: {label: 职业道德, from: ethics}}
  units: {minute: {label: 分钟, seconds: 60}}
cycle:
  - {id: year, article: 第二条, says: 以自然年度为一个周期, anchor: 2020-01-01, months: 12}
conversions:
  - {id: minutes, article: 第三条, says: 45分钟为1学时, of: {unit: minute}, per: 45}
limits:
  - {id: reading, article: 第四条, says: 阅读每年最多计5学时, of: {format: reading}, most: 5}
counters:
  ethics: {label: 职业道德, of: {category: ethics}}
requirement:
  - {id: total, article: 第五条, says: 每年20学时, credit: 20}
minima:
  - {id: ethics-minimum, article: 第五条, says: 其中职业道德不少于4学时, counter: ethics, needed: 4}
"""


def published(
    owner: Organisation,
    *,
    document: str = DOCUMENT,
    effective_from: dt.date = dt.date(2026, 1, 1),
    live: bool = True,
    **fields: object,
) -> CreditRegulation:
    """An owner's regulation, published (unless told otherwise) through Wagtail's own publication."""
    made = CreditRegulation.objects.create(
        owner=owner,
        title="继续教育办法（测试）",
        document=document,
        effective_from=effective_from,
        live=False,
        **fields,
    )
    revision = made.save_revision()
    if live:
        revision.publish()
    made.refresh_from_db()
    return made


def done(
    person: Person,
    day: dt.date,
    *,
    minutes: int,
    category: str = "law",
    format: str = LearningFormat.RECORDED,
    title: str = "合同编：违约责任",
    **facts: object,
) -> LedgerEntry:
    """A fact of a person's ledger, through the courses' own door."""
    given = acts.Act(person.pk, day, format, category, None, seconds=minutes * 60, facts=facts)
    return acts.record(
        acts.new_activity(title), given, rule={"kind": "opening"}, evidence={}, now=timezone.now()
    )


@pytest.fixture
def regulation(db: None) -> Callable[..., CreditRegulation]:
    return published


@pytest.fixture
def act(db: None) -> ACT:
    return done
