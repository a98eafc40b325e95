"""Lists that are facts already when the house is filled: a demonstration, a move from another platform.

The bulk half of courses.recognition's door: the list, its lines, completions and awards as entering would have
written them, prepared by one person and approved by another, without desks, notices or a worker.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from uuid_utils.compat import uuid7

from courses import acts, attended, recognition, steps
from courses.models import LineState, Recognition, RecognitionLine, RecognitionState, StepAct
from courses.recognition import Details
from people.models import Organisation, User

BATCH = 2000


@transaction.atomic
def enter(
    owner: Organisation,
    details: Details,
    person_ids: Sequence[int],
    *,
    prepared_by: User,
    approved_by: User,
    at: dt.datetime,
) -> Recognition:
    """A list of these persons, entered at that instant; each gets the list's measure.

    IntegrityError where one person approves what he prepared, or a person stands in it twice.
    """
    listed = recognition.new(owner, details, by=prepared_by, at=at)
    listed.activity = recognition.new_activity(listed)
    listed.state = RecognitionState.APPLIED
    listed.submitted_by, listed.submitted_at = prepared_by, at
    listed.approved_by, listed.approved_at, listed.worked_at = approved_by, at, at
    listed.save()
    names = [uuid7() for _ in person_ids]
    entries = acts.record_bulk(
        listed.activity,
        acts.Act(
            person_id=0,
            day=listed.day,
            format=listed.format,
            category=listed.category,
            organiser_id=listed.organiser_id,
            unit=listed.unit,
            seconds=listed.seconds,
            quantity_milli=listed.quantity_milli,
            facts=attended.facts(listed, None),
        ),
        [
            (key, {"recognition": str(listed.public_id), "line": str(name)})
            for key, name in zip(person_ids, names, strict=True)
        ],
        rule={"kind": "recognised"},
        now=at,
    )
    RecognitionLine.objects.bulk_create(
        (
            RecognitionLine(
                public_id=name, recognition=listed, person_id=key, state=LineState.AWARDED, entry=entry
            )
            for key, name, entry in zip(person_ids, names, entries, strict=True)
        ),
        batch_size=BATCH,
    )
    for act, by in (
        (StepAct.SUBMITTED, prepared_by),
        (StepAct.APPROVED, approved_by),
        (StepAct.FINISHED, None),
    ):
        steps.add(listed, act, by=by, at=at)
    return listed
