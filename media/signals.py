"""News that media sends upward, always after commit; receivers are connected in their own app's ready()."""

from django.dispatch import Signal

# Sent with `track` (CaptionTrack) when a version of its cues became the published one.
captions_published = Signal()

# Sent with `recording` (Recording) when a new generation became the current one.
recording_packaged = Signal()
