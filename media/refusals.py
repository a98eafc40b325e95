"""Why media refuses something: one exception with a code, and the sentence that a person is told for each code."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media.caption_files import CaptionRefused

__all__ = [
    "WORTH_RETRYING",
    "CaptionRefused",
    "JobRefused",
    "PackagingFailed",
    "RecordingRefused",
    "message_of",
    "say",
]


class RecordingRefused(Exception):
    """A file that cannot become a recording, at upload or when a worker looks at it closely."""

    status = 422

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class PackagingFailed(Exception):
    """Packaging went wrong for a reason that may not lie in the file: trying again may help."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class JobRefused(Exception):
    """A job cannot be started, retried or cancelled as it stands."""

    status = 409

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_MESSAGES = {
    # At upload
    "empty": gettext_lazy("The file is empty. Check it on your computer and upload it again."),
    "too_large": gettext_lazy("The file is larger than this site accepts."),
    "incomplete": gettext_lazy(
        "The upload broke off before the whole file had arrived. Please upload it again."
    ),
    "extension": gettext_lazy(
        "Files with this ending are not accepted. Upload a video (MP4, MOV, MKV, WebM, AVI, FLV, WMV, TS, MPG) "
        "or sound (MP3, M4A, WAV, FLAC, OGG, AAC)."
    ),
    "wrong_extension": gettext_lazy(
        "The file's ending does not fit what is inside it. Give it its right ending, or export it again."
    ),
    "not_media": gettext_lazy(
        "This is not a video or sound file, or it is damaged so that it cannot be read."
    ),
    "no_title": gettext_lazy("Give the recording a title."),
    # At a closer look
    "no_streams": gettext_lazy("The file has neither a picture nor sound that can be played."),
    "undecodable": gettext_lazy(
        "Picture or sound are in a form that cannot be decoded. Export the file again as MP4 (H.264, AAC)."
    ),
    "truncated": gettext_lazy(
        "The file breaks off before its stated end: it was probably not copied to the end. Upload it again."
    ),
    "picture_too_large": gettext_lazy(
        "The picture is larger than 8192 pixels or than 4K. Export it smaller."
    ),
    "too_short": gettext_lazy("The recording is shorter than half a second."),
    "too_long": gettext_lazy("The recording is longer than 12 hours. Cut it into several."),
    "probe_timeout": gettext_lazy("Reading the file took too long; it is probably damaged."),
    "original_missing": gettext_lazy("The uploaded file is no longer in the store. Tell your operator."),
    # While packaging
    "encoding_failed": gettext_lazy(
        "Packaging stopped with an error. Try again; the uploaded file was kept."
    ),
    "time_limit": gettext_lazy(
        "Packaging took longer than allowed and was stopped. The uploaded file was kept."
    ),
    "verification": gettext_lazy(
        "What was packaged did not pass its check, so nothing was published. Try again; the uploaded file was kept."
    ),
    "no_space": gettext_lazy(
        "The disk is full. Free some space, then try again; the uploaded file was kept."
    ),
    "worker_lost": gettext_lazy(
        "The worker stopped several times while packaging. Try again, or tell your operator; the file was kept."
    ),
    "internal": gettext_lazy("Packaging stopped unexpectedly. Try again; the uploaded file was kept."),
    # Jobs
    "already_active": gettext_lazy("This recording is being packaged already."),
    "not_active": gettext_lazy("This job has already ended."),
    # Captions
    "captions_empty": gettext_lazy("The caption file is empty."),
    "captions_too_large": gettext_lazy("The caption file is larger than 5 MB."),
    "captions_encoding": gettext_lazy("The text cannot be read. Save the file as UTF-8 and try again."),
    "captions_no_header": gettext_lazy("A WebVTT file must begin with WEBVTT, without anything before it."),
    "captions_no_blank_line": gettext_lazy("A blank line is missing before this time line."),
    "captions_no_time_line": gettext_lazy("A time line such as 00:00:01,000 --> 00:00:04,000 is missing."),
    "captions_bad_time": gettext_lazy(
        "The times cannot be read; write them as 00:00:01,000 --> 00:00:04,000."
    ),
    "captions_negative_time": gettext_lazy("The time is negative."),
    "captions_reversed_time": gettext_lazy("The caption does not end after it begins."),
    "captions_cue_too_long": gettext_lazy("The caption is longer than 2,000 characters."),
    "captions_too_many": gettext_lazy("The file has more than 20,000 captions."),
    "captions_past_the_end": gettext_lazy(
        "The caption begins after the recording has ended; the file probably belongs to another recording."
    ),
    "captions_no_cues": gettext_lazy("The file holds no captions."),
    "captions_language": gettext_lazy("Captions in this language are not offered."),
    "captions_nothing_to_publish": gettext_lazy("There are no new captions to publish."),
}


# What may go well next time with the same file; everything else lies in the file itself.
WORTH_RETRYING = frozenset(
    {
        "encoding_failed",
        "internal",
        "no_space",
        "original_missing",
        "probe_timeout",
        "time_limit",
        "verification",
        "worker_lost",
    }
)


def message_of(code: str) -> str:
    """The sentence for a code; codes of later versions get the general one."""
    return str(_MESSAGES.get(code) or _MESSAGES["internal"])


def say(refusal: RecordingRefused | PackagingFailed | JobRefused | CaptionRefused) -> str:
    """What a person is told about a refusal, with the line for a caption file."""
    if isinstance(refusal, CaptionRefused):
        sentence = message_of(f"captions_{refusal.code}")
        if refusal.line:
            return _("Line %(line)d: %(reason)s") % {"line": refusal.line, "reason": sentence}
        return sentence
    return message_of(refusal.code)
