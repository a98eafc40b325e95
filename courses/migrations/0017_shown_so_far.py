from django.db import migrations
from django.db.models import Min


def note_what_was_shown(apps, schema_editor):
    """What the lectures of a site that runs already were watched in, and what they are published with."""
    Lecture = apps.get_model("courses", "Lecture")
    PlaybackSession = apps.get_model("courses", "PlaybackSession")
    Recut = apps.get_model("courses", "Recut")
    ShownRecording = apps.get_model("courses", "ShownRecording")
    since = {}
    for rows in (
        PlaybackSession.objects.order_by().values_list("lecture", "recording").annotate(first=Min("started_at")),
        Recut.objects.order_by().values_list("lecture", "source").annotate(first=Min("made_at")),
    ):
        for lecture, recording, first in rows:
            since[lecture, recording] = min(first, since.get((lecture, recording), first))
    live = Lecture.objects.filter(live=True, recording__isnull=False, last_published_at__isnull=False)
    for lecture, recording, first, last in live.values_list(
        "pk", "recording", "first_published_at", "last_published_at"
    ):
        others = [at for (of, other), at in since.items() if of == lecture and other != recording]
        # The present recording comes last, whatever it was before.
        since[lecture, recording] = max(last, *others) if others else first or last
    ShownRecording.objects.bulk_create(
        ShownRecording(lecture_id=lecture, recording_id=recording, since=at)
        for (lecture, recording), at in sorted(since.items(), key=lambda each: each[1])
    )


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0016_replaced_recordings"),
    ]

    operations = [
        migrations.RunPython(note_what_was_shown, migrations.RunPython.noop),
    ]
