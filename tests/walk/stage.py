"""What the walk meets: of all that has an owner, the walker's own, his firm's, another city's, another province's.

`Stage.values(place, route)` fills a route's gaps with the object of that place.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils import timezone

from courses import (
    catalogue,
    certificate_batches,
    corrections,
    declarations,
    disputes,
    extensions,
    issuing,
    lecture_questions,
    matching,
    notes,
    recognition,
    requirements,
)
from courses.attendance import exports
from courses.corrections import Order
from courses.declarations import Claim
from courses.disputes import Question
from courses.models import (
    Access,
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    Curriculum,
    CurriculumCourse,
    Lecture,
    LectureQuestion,
    Recognition,
    Recut,
    RegulationTrial,
)
from courses.recognition import Details
from people import (
    grants,
    leaves,
    licences,
    memberships,
    notices,
    organisations,
    persons,
    rectifying,
    roster_imports,
)
from people.days import today
from people.models import (
    LeaveKind,
    NoticeKind,
    Organisation,
    OrganisationKind,
    Person,
    PersonMerge,
    PracticeType,
    Role,
    User,
)
from people.notices import New
from reports import bulletin_schedules, bulletins, snapshots
from reports import exports as exports_of_coverage
from reports.models import BulletinLevel, ExportFormat, Interval, Reminder, ReminderWay
from search import citations
from search.models import AmendmentReview, Article, Statute, StatuteImport
from tests.courses import activities, regulations, stage
from tests.courses.test_declarations import photograph

OPENED = dt.date(2010, 1, 1)
PLACES = ("mine", "own", "city", "abroad")
# Where the walker of each role holds it.
STANDS_ON = {
    Role.LEARNER: "firm",
    Role.FIRM_MANAGER: "firm",
    Role.CITY_COMMITTEE: "association",
    Role.PROVINCIAL_COMMITTEE: "province",
    Role.EDITOR: "province",
    Role.REVIEWER: "province",
    Role.FINAL_REVIEWER: "province",
    Role.LECTURER: "province",
    Role.AUDITOR: "association",
    Role.SUPPORT: "association",
}


@dataclass
class Place:
    """One firm with all that is owned there, above it its association, and a member of that one's committee."""

    firm: Organisation
    association: Organisation
    committee: User
    made: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stage:
    walker: User
    places: dict[str, Place]

    def values(self, place: str, route: str) -> dict[str, Any]:
        """What fills the gaps of a route: first the prefix that names the kind of object, then plain names."""
        made = self.places[place].made
        kind = next(kind for start, kind in KINDS if route.startswith(start))
        thing = made.get(kind)
        values = dict(made["plain"])
        if isinstance(thing, Model):
            values |= {"public_id": getattr(thing, "public_id", ""), "pk": thing.pk}
        if "/recut/" in route:
            values["public_id"] = made["plain"]["recut"]
        if "/trial/" in route:
            values["public_id"] = made["plain"]["trial"]
        return values


# The kind of object that `public_id` and `pk` mean under these routes; the first that fits.
KINDS = (
    ("lectures/", "lecture"),
    ("notes/", "note"),
    ("readings/", "reading"),
    ("assessments/", "assessment"),
    ("attempts/", "attempt"),
    ("regulation/", "regulation_version"),
    ("certificates/", "certificate"),
    ("desk/certificates/batches/", "batch"),
    ("desk/certificates/", "certificate"),
    ("my/declarations/", "declaration"),
    ("desk/declarations/", "declaration"),
    ("proofs/", "proof"),
    ("my/evidence/lectures/", "lecture"),
    ("my/evidence/", "entry"),
    ("my/disputes/", "dispute"),
    ("desk/disputes/", "dispute"),
    ("my/extensions/", "extension"),
    ("desk/extensions/", "extension"),
    ("persons/", "person"),
    ("desk/corrections/", "correction"),
    ("desk/support/", "person"),
    ("desk/phones/", "person"),
    ("desk/lists/lines/", "list_line"),
    ("desk/lists/rows/", "list_row"),
    ("desk/lists/", "list"),
    ("curricula/", "curriculum"),
    ("coverage/bulletins/schedules/", "bulletin_schedule"),
    ("coverage/bulletins/", "bulletin"),
    ("coverage/exports/", "export"),
    ("coverage/reports/", "snapshot"),
    ("coverage/reminders/", "reminder"),
    ("coverage/", "curriculum"),
    ("my/data/", "rectification"),
    ("desk/data/", "rectification"),
    ("inbox/", "notice"),
    ("admin/persons/", "person"),
    ("admin/person_chooser/", "person"),
    ("admin/organisations/", "firm"),
    ("admin/organisation_chooser/", "firm"),
    ("admin/memberships/", "membership"),
    ("admin/leaves/", "leave"),
    ("admin/merges/with/", "person"),
    ("admin/merges/", "merge"),
    ("admin/rosters/", "roster"),
    ("admin/role_grants/", "grant"),
    ("admin/recordings/", "recording"),
    ("admin/recording_chooser/", "recording"),
    ("admin/course_chooser/", "course"),
    ("admin/lectures/", "lecture"),
    ("admin/regulations/", "regulation"),
    ("admin/statutes/", "amendment"),
    ("admin/users/", "user"),
    ("admin/pages/", "page"),
    ("", ""),
)


def build(role: str) -> Stage:
    """A walker who holds the role, himself a lawyer of the first firm (where all hold something), and the places."""
    catalogue.ensure_site()
    hunan = _association("湖南省律师协会")
    changsha, hengyang = _association("长沙市律师协会", hunan), _association("衡阳市律师协会", hunan)
    hubei = _association("湖北省律师协会")
    walker = User.objects.create_user("walker", email="walker@example.cn")
    places = {
        "own": _place("岳试", changsha),
        "city": _place("石试", hengyang),
        "abroad": _place("鄂试", hubei),
    }
    own = places["own"]
    holds_on = {"firm": own.firm, "association": changsha, "province": hunan}[STANDS_ON[Role(role)]]
    grants.grant(walker, role, holds_on, by=None, reason="试验", valid_from=OPENED)
    me = _lawyer("行试", own.firm, 99, user=walker)
    for place in list(places.values()):
        _fill_catalogue(place)
        _fill_person(place, place.made["person"])
        _fill_desk(place)
    # What is owned by firms and desks is of his firm; what one person owns is the walker's.
    mine = places["mine"] = Place(own.firm, own.association, own.committee, dict(own.made))
    _fill_person(mine, me)
    return Stage(walker, places)


def _association(name: str, parent: Organisation | None = None) -> Organisation:
    return organisations.create(kind=OrganisationKind.ASSOCIATION, name=name, opened_on=OPENED, parent=parent)


def _place(name: str, association: Organisation) -> Place:
    firm = organisations.create(
        kind=OrganisationKind.FIRM, name=f"湖南{name}律师事务所", opened_on=OPENED, parent=association
    )
    committee = User.objects.create_user(f"committee-{firm.pk}")
    grants.grant(committee, Role.CITY_COMMITTEE, association, by=None, reason="试验", valid_from=OPENED)
    user = User.objects.create_user(f"lawyer-{firm.pk}")
    person = _lawyer(f"{name[0]}明", firm, firm.pk % 90, user=user)
    return Place(firm, association, committee, {"person": person, "user": user, "firm": firm, "plain": {}})


def _lawyer(name: str, firm: Organisation, number: int, *, user: User) -> Person:
    person = persons.create(name=name, user=user)
    memberships.join(person, firm, on=OPENED)
    licences.issue(
        person, number=f"143012010100000{number:02d}", practice_type=PracticeType.FULL_TIME, on=OPENED
    )
    return person


def _fill_catalogue(place: Place) -> None:
    """A course for this firm's people alone, with a lecture, a reading and an assessment; a curriculum that asks it."""
    question = activities.a_question("单选")
    lecture = Lecture(
        title="违约责任", live=False, recording=stage.packaged_recording(), completion_share_percent=90
    )
    lecture.save()
    LectureQuestion.objects.create(lecture=lecture, question=question, at_second=50)
    lecture.save_revision().publish()
    recut = Recut.objects.create(
        lecture=lecture,
        source=stage.packaged_recording(),
        target=lecture.recording,
        pieces=[],
        made_by=place.committee,
        made_at=timezone.now(),
    )
    place.made["plain"] |= {"recut": recut.public_id}
    reading, assessment = activities.a_reading(), activities.an_assessment(count=1)
    page = CoursePage(
        title="合同编",
        slug=f"w{CoursePage.objects.count()}",
        access=Access.AUDIENCE,
        audience_organisation=place.firm,
        live=False,
    )
    page.outline = [
        CoursePageActivity(**{kind: item}, sort_order=number)
        for number, (kind, item) in enumerate(
            [("lecture", lecture), ("reading", reading), ("assessment", assessment)]
        )
    ]
    CourseIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    curriculum = Curriculum(
        title="必修",
        owner=place.firm,
        audience_organisation=place.firm,
        opens_on=dt.date(today().year, 1, 1),
        due_on=dt.date(today().year, 12, 31),
        live=False,
    )
    curriculum.courses = [CurriculumCourse(course=page.course, sort_order=0)]
    curriculum.save()
    curriculum.save_revision().publish()
    regulation = regulations.published(place.association)
    place.made |= {
        "lecture": Lecture.objects.get(pk=lecture.pk),
        "reading": reading,
        "assessment": assessment,
        "page": page,
        "course": page.course,
        "curriculum": curriculum,
        "recording": lecture.recording,
        "amendment": _amendment(lecture),
        "regulation": regulation,
        "regulation_version": regulation.versions.get(),
    }
    place.made["plain"] |= {
        "question_id": lecture_questions.asked_of(place.made["lecture"], place.made["person"])[
            0
        ].placed.public_id,
        "lecture_id": place.made["lecture"].public_id,
        "recording": lecture.recording.public_id,
        "page_slug": page.slug,
        "organisation": place.firm.public_id,
        "matter": curriculum.public_id,
    }


def _amendment(lecture: Lecture) -> AmendmentReview:
    """That the lecture cites an article which a later text has changed."""
    statute = Statute.objects.get(key=citations.CIVIL_CODE)
    article, _made = Article.objects.get_or_create(statute=statute, number=577)
    came_with = StatuteImport.objects.create(
        statute=statute,
        valid_from=today(),
        added=0,
        changed=1,
        repealed=0,
        corrected=0,
        applied_at=timezone.now(),
    )
    return AmendmentReview.objects.create(
        came_with=came_with, article=article, kind="changed", lecture=lecture
    )


def _fill_person(place: Place, person: Person) -> None:
    """What this person alone wrote, was told, earned and asked for."""
    user = person.user
    assert user is not None
    made = {"person": person, "user": user}
    notices.send_bulk([New(person.pk, NoticeKind.RECORD, "walk", "学时变动")])
    made["notice"] = person.notices.get(once="walk")
    made["entry"] = regulations.done(person, today(), minutes=45)
    made["certificate"] = issuing.issue_statement(person, today().year).certificate
    claim = Claim("seminar", "研讨会", today() - dt.timedelta(days=1), "law", seconds=3600)
    refused = declarations.submit(person, claim, [photograph()], by=user)
    declarations.refuse(refused, by=place.committee, text="不属于培训")
    made["dispute"] = disputes.open_dispute(person, Question(declaration=refused), "属于培训", by=user)
    requirements.refresh_for_persons([person.pk])
    asked = place.made["curriculum"].requirement
    made["extension"] = extensions.ask(person, asked, until=asked.due_on + dt.timedelta(days=30), reason="病")
    made["declaration"] = declarations.submit(person, claim, [photograph()], by=user)
    made["proof"] = made["declaration"].proofs.get()
    made["rectification"] = rectifying.ask(person, "phone", "号码已换")
    lecture = place.made["lecture"]
    made["export"] = exports_of_coverage.start(
        user,
        place.firm,
        requirement=asked,
        question={"on": today().isoformat()},
        file_format=ExportFormat.XLSX,
        reason="试验",
    )
    made["note"] = notes.write(person, lecture, 1000, "看第577条", timezone.now())
    made["membership"] = person.memberships.get()
    made["leave"] = leaves.record(
        person, LeaveKind.LEAVE, on=dt.date(2015, 1, 1), until=dt.date(2015, 2, 1), reason="产假", by=None
    )
    held = user.role_grants.filter(role=Role.LEARNER).first()
    made["grant"] = held or grants.grant(user, Role.LEARNER, place.firm, by=None, reason="试验")
    client = activities.signed_in(person)
    made["attempt"] = activities.begin(client, place.made["assessment"])
    made["plain"] = place.made["plain"] | {"number": made["certificate"].number}
    place.made |= made


def _fill_desk(place: Place) -> None:
    """What the desks of this place prepare: a list, a correction, a batch of certificates, a roster, a trial."""
    by, firm = place.committee, place.firm
    listed, handed_in = _list(place), _list(place)
    matching.decide(handed_in.attendance.get(), place.made["person"], by=by)
    recognition.submit(handed_in, by=by)
    correction = corrections.prepare(
        firm, place.made["entry"].activity, Order("amend", "typing_error", "误录", seconds=1800), by=by
    )
    roster = roster_imports.hand_in(
        firm,
        content="姓名,执业证号\n赵试,14301201110001234\n".encode(),
        file_name="名册.csv",
        as_of=today(),
        is_complete=False,
        by=None,
    )
    place.made |= {
        "list": listed,
        "list_row": listed.attendance.get(),
        "list_line": handed_in.lines.get(),
        "correction": correction,
        "batch": certificate_batches.start(by, firm, year=today().year),
        "roster": roster_imports.plan(roster.pk),
    }
    place.made["snapshot"] = snapshots.fix(
        place.made["curriculum"].requirement, firm, today(), title="覆盖情况", by=by
    )
    kept = place.made["person"]
    place.made["merge"] = PersonMerge.objects.create(
        kept=kept, merged=persons.create(name="双试"), reason="重复注册", merged_at=timezone.now()
    )
    place.made["plain"] |= {"kept_id": kept.public_id, "merged_id": kept.public_id}
    place.made["bulletin"] = bulletins.draft(place.made["snapshot"], BulletinLevel.FIRMS, by=by)
    place.made["bulletin_schedule"] = bulletin_schedules.schedule(
        place.made["curriculum"].requirement, firm, level=BulletinLevel.FIRMS, interval=Interval.MONTH, by=by
    )
    place.made["reminder"] = Reminder.objects.create(
        requirement=place.made["curriculum"].requirement,
        organisation=firm,
        way=ReminderWay.PERSONS,
        made_by=by,
        made_at=timezone.now(),
        worked_at=timezone.now(),
    )
    trial = RegulationTrial.objects.create(
        regulation=place.made["regulation"],
        document="",
        organisation=firm,
        year=2026,
        people=1,
        started_by=by,
    )
    place.made["plain"] |= {"trial": trial.public_id, "line": correction.lines.get().pk}


def _list(place: Place) -> Recognition:
    """Hours of a training on site for the place's person, prepared by its committee."""
    details = Details("现场培训", today() - dt.timedelta(days=1), "law", seconds=7200)
    listed = recognition.create(place.firm, details, by=place.committee)
    matching.take_in(listed, exports.typed(place.made["person"].name))
    recognition.attach(listed, [photograph()], by=place.committee)
    return listed
