"""A lawyer in front of a lecture: what tests of watching set up, and the requests that a page would send."""

import datetime as dt
import itertools
from dataclasses import dataclass, field

from django.db.models import F
from django.test import Client

from courses import catalogue
from courses.models import (
    Access,
    Course,
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    Lecture,
    PlaybackSession,
    PresenceCheck,
    WatchProgress,
)
from media.models import Generation, Recording, RecordingState
from people import memberships, organisations, persons
from people.models import Organisation, OrganisationKind, Person, User

OPENED = dt.date(2010, 1, 1)
BEATS = "/api/v1/playback/heartbeats"
_numbers = itertools.count(1)


def packaged_recording(duration_ms: int = 100_000) -> Recording:
    """The rows of a recording that is ready to watch (its files are not needed to judge beats)."""
    recording = Recording.objects.create(
        title="录像", original_key=f"k{next(_numbers)}", original_name="a.mp4", size_bytes=1, sha256="0" * 64
    )
    generation = Generation.objects.create(
        recording=recording, number=1, prefix=f"{recording.public_id}/1/", poster="poster.jpg", bytes=1
    )
    recording.current_generation = generation
    recording.duration_ms = duration_ms
    recording.state = RecordingState.READY
    recording.has_video = recording.has_audio = True
    recording.save()
    return recording


def published_lecture(title: str = "第一讲", *, duration_ms: int = 100_000, share: int = 90) -> Lecture:
    lecture = Lecture.objects.create(
        title=title, live=False, recording=packaged_recording(duration_ms), completion_share_percent=share
    )
    lecture.save_revision().publish()
    lecture.refresh_from_db()
    return lecture


def published_course(title: str, *lectures: Lecture, access: str = Access.MEMBERS) -> Course:
    catalogue.ensure_site()
    page = CoursePage(title=title, slug=f"c{next(_numbers)}", access=access, live=False)
    page.outline = [
        CoursePageActivity(lecture=each, sort_order=position) for position, each in enumerate(lectures)
    ]
    CourseIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return Course.objects.get(page=page)


def association() -> Organisation:
    existing = Organisation.objects.filter(name="湖南省律师协会").first()
    return existing or organisations.create(
        kind=OrganisationKind.ASSOCIATION, name="湖南省律师协会", opened_on=OPENED
    )


def firm() -> Organisation:
    existing = Organisation.objects.filter(name="湖南岳试律师事务所").first()
    return existing or organisations.create(
        kind=OrganisationKind.FIRM, name="湖南岳试律师事务所", opened_on=OPENED, parent=association()
    )


def new_lawyer(name: str = "林试") -> Person:
    user = User.objects.create_user(f"u{next(_numbers)}", password="岳麓山下读书声 2026")
    person = persons.create(name=name, user=user)
    memberships.join(person, firm(), on=OPENED)
    return person


@dataclass
class Watcher:
    """One browser, signed in as a lawyer. `let_pass` sets his sessions' clocks back, as if time had passed."""

    person: Person
    client: Client = field(default_factory=Client)
    token: str = ""
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self):
        self.client.force_login(self.person.user)

    def open(self, lecture: Lecture, **fields):
        answer = self.client.post(
            "/api/v1/playback/sessions",
            {"lecture": str(lecture.public_id), **fields},
            content_type="application/json",
        )
        if answer.status_code == 200 and "token" in answer.json():
            self.token = answer.json()["token"]
            self.numbers = itertools.count(1)
        return answer

    def send(self, *beats: dict, token: str | None = None):
        return self.client.post(
            BEATS,
            {"token": self.token if token is None else token, "beats": list(beats)},
            content_type="application/json",
        )

    def beat(self, start_ms, end_ms, *, sequence=None, token=None, **fields):
        number = next(self.numbers) if sequence is None else sequence
        return self.send({"sequence": number, "start_ms": start_ms, "end_ms": end_ms, **fields}, token=token)

    def let_pass(self, seconds: float) -> None:
        gone = dt.timedelta(seconds=seconds)
        PlaybackSession.objects.filter(person=self.person).update(
            started_at=F("started_at") - gone,
            expires_at=F("expires_at") - gone,
            ended_at=F("ended_at") - gone,
        )
        WatchProgress.objects.filter(person=self.person).update(
            check_issued_at=F("check_issued_at") - gone, check_fetched_at=F("check_fetched_at") - gone
        )
        PresenceCheck.objects.filter(progress__person=self.person).update(
            issued_at=F("issued_at") - gone,
            fetched_at=F("fetched_at") - gone,
            judged_at=F("judged_at") - gone,
        )

    def watch(
        self, start_ms: int, end_ms: int, *, step_ms: int = 10_000, rate: float = 1.0, confirms: bool = True
    ) -> list:
        """Watch as an honest page does: a beat every ten seconds of the recording, after that time.

        A presence check is answered where it comes, unless `confirms` is off: then watching stops there.
        """
        answers = []
        for low in range(start_ms, end_ms, step_ms):
            high = min(low + step_ms, end_ms)
            self.let_pass((high - low) / 1000 / rate)
            answers.append(self.beat(low, high))
            if answers[-1].json().get("check"):
                if not confirms:
                    break
                answers.append(self.confirm())
        return answers

    def close(self):
        """Leave the page, as it tells the server."""
        return self.client.post(
            "/api/v1/playback/sessions/close", {"token": self.token}, content_type="application/json"
        )

    def watched_ms(self, lecture: Lecture) -> int:
        row = WatchProgress.objects.filter(person=self.person, recording=lecture.recording).first()
        return row.watched_ms + row.provisional_ms if row else 0

    def confirmed_ms(self, lecture: Lecture) -> int:
        """What counts, of what was watched."""
        row = WatchProgress.objects.filter(person=self.person, recording=lecture.recording).first()
        return row.watched_ms if row else 0

    def show(self, *, token: str | None = None):
        """Fetch the check that waits, as the page does when it hears of it."""
        return self.client.post(
            "/api/v1/playback/checks/show",
            {"token": self.token if token is None else token},
            content_type="application/json",
        )

    def answer(self, shown: dict, *, token: str | None = None, **fields):
        return self.client.post(
            "/api/v1/playback/checks/answer",
            {
                "token": self.token if token is None else token,
                "check": shown["check"],
                "nonce": shown["nonce"],
                "code": shown["code"],
                **fields,
            },
            content_type="application/json",
        )

    def confirm(self):
        """Answer the check that waits as a person does, after a look at it."""
        shown = self.show().json()
        self.let_pass(3)
        return self.answer(shown)
