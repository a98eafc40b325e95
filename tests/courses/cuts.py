"""A lecture whose recording is replaced: what tests of it set up."""

from django.utils import timezone

from courses import audit as audits
from courses import carrying
from tests.courses import stage

MINUTE = 60_000


def watched(lecture, *stretches, name="林试"):
    lawyer = stage.Watcher(stage.new_lawyer(name))
    lawyer.open(lecture)
    for start, end in stretches:
        lawyer.watch(start, end)
    return lawyer


def cut_anew(lecture, duration_ms):
    """The lecture is published again with another recording."""
    old = lecture.recording
    lecture.recording = stage.packaged_recording(duration_ms)
    lecture.save_revision().publish()
    lecture.refresh_from_db()
    return old


def text_of(answer):
    return answer.content.decode()


def audit():
    """The differences that the audit finds, as text."""
    return "\n".join(str(each) for each in audits.differences(lambda name, count: None))


def carry(old, lecture, *pieces):
    editor = stage.new_lawyer("编").user
    made = carrying.make(
        old, lecture, [carrying.Piece(*each) for each in pieces], by=editor, now=timezone.now()
    )
    carrying.run(made.pk, timezone.now())
    return made
