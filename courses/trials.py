"""Trying a draft regulation on real people: who would have enough, and whose year would change. Writes no credit.

The trial's row is the job: `run` may be called twice, notes how far it is, and stops where somebody cancelled it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courses import regulating, standings_said, statements
from courses.engine.errors import InvalidDocument
from courses.models import CreditRegulation, RegulationTrial, TrialState
from courses.statements import PersonStatement
from people.access import accessible_persons
from people.days import today
from people.models import Licence, Membership, Organisation, Tree, User
from people.refusals import Refused

AT_ONCE = 100  # so many are judged while the editor waits; more are a task's
SAMPLES = (AT_ONCE, 1000, 20_000)
MOST_ROWS = 2000
BATCH = 200
# A trial whose task was lost is taken up again after this long without a word.
SILENT = dt.timedelta(minutes=5)


class TrialRefused(Refused):
    """The draft cannot be tried as it stands."""

    code = "trial_refused"


def start(
    regulation: CreditRegulation,
    document: str,
    organisation: Organisation,
    *,
    most: int,
    year: int,
    by: User,
    licences: Sequence[str] = (),
) -> RegulationTrial:
    """Make a trial's row for at most so many of the organisation's lawyers, spread over all of it, or for those of
    them who hold these licences, AT_ONCE at most and only such whom the user may see: a named person's figures are
    that person's, not an average.

    Raises TrialRefused for a document that is none, where nobody would be judged, or for a number of nobody there.
    """
    try:
        regulating.read(document)
    except InvalidDocument as error:
        raise TrialRefused(
            _("The document has to be mended first: line %(line)s.") % {"line": error.problems[0].line}
        ) from error
    chosen = _holders(organisation.pk, year, licences, by) if licences else []
    people = chosen or _spread(organisation.pk, year, most)
    if not people:
        raise TrialRefused(_("No lawyer stands in this organisation on that day."))
    return RegulationTrial.objects.create(
        regulation=regulation,
        document=document,
        organisation=organisation,
        year=year,
        people=len(people),
        chosen=chosen,
        started_by=by,
    )


def run(trial_id: int) -> None:
    """Judge everybody of the trial by what is in force and by the draft, and keep what differs."""
    taken = RegulationTrial.objects.filter(pk=trial_id, state__in=(TrialState.WAITING, TrialState.RUNNING))
    if not taken.update(state=TrialState.RUNNING, touched_at=timezone.now()):
        return
    trial = RegulationTrial.objects.get(pk=trial_id)
    counts: Counter[str] = Counter()
    rows: list[list[Any]] = []
    judged = changed = 0
    people = iter(trial.chosen or _spread(trial.organisation_id, trial.year, trial.people))
    while part := list(islice(people, BATCH)):
        for person_id, before, after in _compared(part, trial):
            judged += 1
            counts[f"before:{before['outcome']}"] += 1
            counts[f"after:{after['outcome']}"] += 1
            changed += before != after
            # Who was named is shown whether something changes for him or not.
            if (before != after or trial.chosen) and len(rows) < MOST_ROWS:
                rows.append([person_id, before, after])
        told = RegulationTrial.objects.filter(pk=trial_id, state=TrialState.RUNNING).update(
            judged=judged, changed=changed, touched_at=timezone.now()
        )
        if not told:
            return  # cancelled meanwhile
    RegulationTrial.objects.filter(pk=trial_id, state=TrialState.RUNNING).update(
        state=TrialState.DONE,
        judged=judged,
        changed=changed,
        result={"counts": dict(counts), "rows": rows},
        touched_at=timezone.now(),
    )


def cancel(trial: RegulationTrial) -> None:
    """Stop it; what was judged so far is dropped."""
    RegulationTrial.objects.filter(pk=trial.pk, state__in=(TrialState.WAITING, TrialState.RUNNING)).update(
        state=TrialState.CANCELLED, touched_at=timezone.now()
    )


def silent_trials() -> list[int]:
    """Trials under way of which nothing was heard for a while: their message was lost, or their worker died."""
    return list(
        RegulationTrial.objects.filter(
            state__in=(TrialState.WAITING, TrialState.RUNNING), touched_at__lt=timezone.now() - SILENT
        ).values_list("pk", flat=True)
    )


def _holders(organisation_id: int, year: int, licences: Sequence[str], user: User) -> list[int]:
    """The organisation's lawyers who hold these licences and whom the user may see, in the order of the numbers."""
    numbers = list(dict.fromkeys(licences))
    if len(numbers) > AT_ONCE:
        raise TrialRefused(_("Name at most %(most)d lawyers.") % {"most": AT_ONCE})
    day = statements.day_of(year, today())
    held = dict(Licence.objects.on(day).filter(number__in=numbers).values_list("number", "person_id"))
    seen = accessible_persons(user).filter(pk__in=held.values()).values_list("pk", flat=True)
    there = set(statements.lawyers_of(organisation_id, day)) & set(seen)
    unknown = [number for number in numbers if held.get(number) not in there]
    if unknown:
        raise TrialRefused(
            _("No lawyer of this organisation holds the licence %(number)s.") % {"number": unknown[0][:20]}
        )
    return [held[number] for number in numbers]


def _spread(organisation_id: int, year: int, most: int) -> list[int]:
    """At most so many lawyers, evenly spread over all of the organisation's."""
    everybody = statements.lawyers_of(organisation_id, statements.day_of(year, today()))
    if len(everybody) <= most:
        return everybody
    return [everybody[place * len(everybody) // most] for place in range(most)]


def _compared(
    person_ids: list[int], trial: RegulationTrial
) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    in_force = {each.person_id: each for each in statements.statements(person_ids, year=trial.year)}
    for after in statements.statements(person_ids, year=trial.year, document=trial.document):
        yield after.person_id, _figures(in_force.get(after.person_id)), _figures(after)


def _figures(found: PersonStatement | None) -> dict[str, Any]:
    """What a table shows of a statement, as JSON keeps it."""
    if found is None:
        return {"outcome": "none"}
    if found.statement is None:
        return {"outcome": "refused", "code": found.refusal.code if found.refusal else ""}
    statement = found.statement
    judged = "enough" if statement.compliant else "free" if statement.compliant is None else "short"
    outcome = "undetermined" if statement.is_undetermined else judged
    return {
        "outcome": outcome,
        "total": None if statement.total is None else standings_said.figure(statement.total),
        "required": None if statement.required is None else standings_said.figure(statement.required),
    }


def places_of(person_ids: list[int]) -> dict[int, str]:
    """Each person's main place today, by name."""
    rows = Membership.objects.on(today()).filter(person__in=person_ids, tree=Tree.PROFESSION, is_main=True)
    return dict(rows.values_list("person_id", "organisation__name"))
