"""What lies on the desks of the demonstration: declarations in every state, lists, a correction, two disputes.

Everything is written through the doors that the pages use, at instants of the last weeks; invented, and the same
each time for the same people and day.
"""

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from config.demo.people import LAWYER, PASSWORD, DemoPeople
from config.demo.slides import font
from courses import corrections, declarations, disputes, matching, recognition
from courses.attendance import exports
from courses.corrections import Order
from courses.declarations import Claim, Grant
from courses.disputes import Question
from courses.models import Declaration, Recognition, WatchProgress
from courses.models import Lecture as LectureRow
from courses.recognition import Details
from people import accounts
from people.days import local_day, start_of_day
from people.models import Licence, Membership, Organisation, Person, Tree, User

PAPER = (1000, 1300)
SEEN, SIGNED = 40, 34
PREPARER, APPROVER = "changsha", "province"


@dataclass(frozen=True, slots=True)
class _Scene:
    """Who acts: the shown lawyer, his colleagues, and the two who prepare and approve."""

    lawyer: Person
    colleagues: Sequence[Person]
    city: Organisation
    preparer: User
    approver: User
    now: dt.datetime

    def ago(self, days: int, hour: int = 10) -> dt.datetime:
        """An instant so many days back, in office hours."""
        return start_of_day(local_day(self.now) - dt.timedelta(days=days)) + dt.timedelta(hours=hour)

    def day(self, days: int) -> dt.date:
        return local_day(self.now) - dt.timedelta(days=days)


@transaction.atomic
def load_desks(people: DemoPeople, progress: Callable[[str], None]) -> None:
    """Fill the desks of Changsha and of the province."""
    lawyer = people.account_persons[LAWYER]
    scene = _Scene(
        lawyer=lawyer,
        colleagues=_colleagues(lawyer),
        city=people.organisations[PREPARER],
        preparer=people.users[PREPARER],
        approver=people.users[APPROVER],
        now=timezone.now(),
    )
    _declare(scene)
    session = _recognise(scene)
    _bring_forward(scene)
    _leave_names_open(scene)
    _ask_for_a_correction(scene, session)
    _dispute(scene)
    progress(
        f"{Declaration.objects.count()} declarations and {Recognition.objects.count()} lists on the desks"
    )


def _colleagues(lawyer: Person) -> list[Person]:
    """Lawyers of the same firm who have no account yet, by their key; those who declare something get one."""
    day = local_day(timezone.now())
    own = Membership.objects.on(day).filter(person=lawyer, tree=Tree.PROFESSION, is_main=True).get()
    others = Membership.objects.on(day).filter(
        organisation=own.organisation, tree=Tree.PROFESSION, position="lawyer"
    )
    return list(
        Person.objects.filter(pk__in=others.values("person_id"), user__isnull=True)
        .exclude(pk=lawyer.pk)
        .order_by("pk")
    )


def _declare(scene: _Scene) -> None:
    """The shown lawyer has one of each state, some colleagues wait for a decision."""
    accepted = _submit(
        scene.lawyer, scene.ago(40), "公司法修订专题研讨会", "seminar", scene.day(45), seconds=4 * 3600
    )
    declarations.accept(
        accepted,
        Grant(seconds=3 * 3600, text="按会议议程，实际培训时间为3小时。"),
        by=scene.preparer,
        now=scene.ago(36),
    )
    paper = _submit(
        scene.lawyer,
        scene.ago(25),
        "论违约金的司法酌减",
        "paper",
        scene.day(60),
        unit="item",
        seconds=0,
        quantity_milli=1000,
        facts={"role": "sole"},
    )
    declarations.ask_back(paper, by=scene.preparer, text="请补充刊物封面和目录页。", now=scene.ago(20))
    service = _submit(
        scene.lawyer,
        scene.ago(30),
        "社区法律咨询值班",
        "service",
        scene.day(33),
        unit="half_day",
        seconds=0,
        quantity_milli=1000,
    )
    declarations.refuse(
        service, by=scene.preparer, text="值班记录没有社区盖章，无法核实。", now=scene.ago(28)
    )
    gone = _submit(scene.lawyer, scene.ago(22), "读书分享会", "seminar", scene.day(24), seconds=3600)
    declarations.withdraw(gone, by=_user(scene.lawyer), now=scene.ago(21))
    _submit(
        scene.lawyer,
        scene.ago(3),
        "企业合规实务授课",
        "teaching",
        scene.day(6),
        seconds=2 * 3600,
        facts={"role": "sole", "times_taught": 0},
    )
    titles = ("民事执行实务培训", "数据合规论坛", "涉外仲裁讲座", "青年律师演讲赛评委", "破产管理人研修")
    for number, (colleague, title) in enumerate(zip(scene.colleagues, titles, strict=False)):
        accounts.open_many({f"colleague{number + 1}": colleague}, password=PASSWORD)
        colleague.refresh_from_db()
        seconds = (2 + number % 3) * 3600
        _submit(colleague, scene.ago(9 - number), title, "seminar", scene.day(14 - number), seconds=seconds)


def _submit(
    person: Person, at: dt.datetime, title: str, kind: str, day: dt.date, *, seconds: int, **more: object
) -> Declaration:
    claim = Claim(
        kind=kind,
        title=title,
        day=day,
        category="law",
        seconds=seconds,
        organiser_name="（演示）主办单位",
        **more,  # type: ignore[arg-type]
    )
    paper = _paper("证明（演示）", [title, f"参加人：{person.name}", f"日期：{day.isoformat()}"])
    return declarations.submit(person, claim, [paper], by=_user(person), now=at)


def _recognise(scene: _Scene) -> Recognition:
    """A session on site that the city prepared and the province approved, with the photograph of the sheet."""
    attended = scene.colleagues[:SIGNED]
    made = recognition.create(
        scene.city,
        Details("合同编通则解释现场培训", scene.day(32), "law", seconds=3 * 3600, course_seconds=3 * 3600),
        by=scene.preparer,
        now=scene.ago(31),
    )
    return _enter(scene, made, [_number(each) for each in attended], attended, scene.ago(30))


def _bring_forward(scene: _Scene) -> None:
    """What colleagues bring from the year before the platform began here."""
    brought = scene.colleagues[:12]
    made = recognition.create(
        scene.city,
        Details("上年度学时结转", scene.day(200), "law", kind="opening", unit="credit", quantity_milli=4000),
        by=scene.preparer,
        now=scene.ago(190),
    )
    _enter(scene, made, [_number(each) for each in brought], brought, scene.ago(188))


def _enter(
    scene: _Scene, made: Recognition, names: Sequence[str], people: Sequence[Person], at: dt.datetime
) -> Recognition:
    matching.take_in(made, exports.typed("\n".join(names)))
    sheet = _paper(
        "签到表（演示）", [f"{number}. {each.name}" for number, each in enumerate(people[:SEEN], 1)]
    )
    recognition.attach(made, [sheet], by=scene.preparer)
    recognition.submit(made, by=scene.preparer, now=at)
    recognition.approve(made, by=scene.approver, now=at + dt.timedelta(days=1))
    while recognition.work(made.pk, now=at + dt.timedelta(days=1)):
        pass
    made.refresh_from_db()
    return made


def _leave_names_open(scene: _Scene) -> None:
    """A list whose names wait at the matching desk: a name with its firm, a name alone, and nobody's."""
    made = recognition.create(
        scene.city,
        Details("数据合规线上讲座", scene.day(4), "law", format="live_online", seconds=7200),
        by=scene.preparer,
        now=scene.ago(2),
    )
    named = [each.name for each in scene.colleagues[:3]]
    matching.take_in(made, exports.typed("\n".join([*named, _number(scene.colleagues[4]), "听课用户8"])))


def _ask_for_a_correction(scene: _Scene, session: Recognition) -> None:
    """Three hours were typed where two and a half are right: it waits for the second person."""
    if session.activity is None:
        return
    order = Order("amend", "typing_error", "现场培训实际时长为两个半小时，录入时误填为三小时。", seconds=9000)
    batch = corrections.prepare(scene.city, session.activity, order, by=scene.preparer, now=scene.ago(1))
    corrections.submit(batch, by=scene.preparer, now=scene.ago(1))


def _dispute(scene: _Scene) -> None:
    """One waits for the committee, one was granted."""
    begun = WatchProgress.objects.filter(person=scene.lawyer).order_by("-updated_at").first()
    lecture = LectureRow.objects.filter(recording=begun.recording).first() if begun else None
    if lecture is not None:
        disputes.open_dispute(
            scene.lawyer,
            Question(lecture=lecture),
            "当晚在高铁上观看，网络时断时续，我确认了在线却显示没有回应，请核实。",
            by=_user(scene.lawyer),
            now=scene.ago(1, 20),
        )
    if not scene.colleagues:
        return
    colleague = Person.objects.get(pk=scene.colleagues[0].pk)
    refused = _submit(
        colleague, scene.ago(50), "全国律协执行业务研讨", "seminar", scene.day(55), seconds=4 * 3600
    )
    declarations.refuse(refused, by=scene.preparer, text="证明上没有姓名。", now=scene.ago(46))
    asked = disputes.open_dispute(
        colleague,
        Question(declaration=refused),
        "第二页有姓名和签章。",
        by=_user(colleague),
        now=scene.ago(44),
    )
    disputes.grant(asked, by=scene.approver, text="经核对第二页，姓名与签章完整。", now=scene.ago(41))


def _number(person: Person) -> str:
    """A name with its licence number, as a firm's assistant types it."""
    held = Licence.objects.on(local_day(timezone.now())).filter(person=person).first()
    return f"{person.name} {held.number if held else ''}"


def _user(person: Person) -> User:
    if person.user is None:
        raise ValueError("who declares something here has a sign-in")
    return person.user


def _paper(title: str, lines: Sequence[str]) -> SimpleUploadedFile:
    """A photograph of a paper, drawn."""
    picture = Image.new("RGB", PAPER, "#fbfaf6")
    canvas = ImageDraw.Draw(picture)
    canvas.text((80, 70), title, font=font("600SemiBold", 48), fill="#222222")
    for number, line in enumerate(lines):
        left, top = 80 + 440 * (number // 22), 170 + 48 * (number % 22)
        canvas.text((left, top), line[:22], font=font("400Regular", 30), fill="#333333")
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=70)
    return SimpleUploadedFile(f"{title}.jpg", content.getvalue(), content_type="image/jpeg")
