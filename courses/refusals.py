"""The named refusals of watching and earning: a code for programs, a status, a sentence for the person."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A deed was refused. `code` never changes once published; the text says what to do.

    `members` are what the problem document tells besides.
    """

    code = "refused"
    status = 400
    text = _("This was refused.")

    def __init__(self) -> None:
        super().__init__()
        self.members: dict[str, Any] = {}

    def __str__(self) -> str:
        return str(self.text)


class TokenInvalid(Refusal):
    code = "token_invalid"
    status = 403
    text = _("This playback was not opened here. Reload the page.")


class ForeignSignIn(Refusal):
    code = "foreign_sign_in"
    status = 403
    text = _("You have signed in anew since this page was opened. Reload the page.")


class NoPerson(Refusal):
    code = "no_person"
    status = 403
    text = _("This account has no learning record, so watching does not earn credit.")


class NotReady(Refusal):
    code = "not_ready"
    status = 409
    text = _("This lecture is still being prepared.")


class SessionTakenOver(Refusal):
    code = "taken_over"
    status = 409
    text = _("Watching continues on another device or page, so minutes do not count here.")


class SessionClosed(Refusal):
    code = "session_closed"
    status = 409
    text = _("This playback was closed, so further minutes do not count here.")


class SessionExpired(Refusal):
    code = "session_expired"
    status = 409
    text = _("This playback has run too long and has to be opened again.")


class TooLate(Refusal):
    code = "too_late"
    status = 410
    text = _("These minutes arrived more than seven days after they were watched.")


class BadSequence(Refusal):
    code = "bad_sequence"
    status = 422
    text = _("This stretch has no valid number.")


class Negative(Refusal):
    code = "negative"
    status = 422
    text = _("This stretch lies before the beginning.")


class Empty(Refusal):
    code = "empty"
    status = 422
    text = _("This stretch has no length.")


class TooLong(Refusal):
    code = "too_long"
    status = 422
    text = _("This stretch is longer than one report may be.")


class BeyondEnd(Refusal):
    code = "beyond_end"
    status = 422
    text = _("This stretch lies behind the end of the recording.")


class FromTheFuture(Refusal):
    code = "from_the_future"
    status = 422
    text = _("This stretch claims to have been watched later than now.")


class BeforeStart(Refusal):
    code = "before_start"
    status = 422
    text = _("This stretch claims to have been watched before playback was opened.")


class TooFast(Refusal):
    code = "too_fast"
    status = 409
    text = _("More was reported than can be watched in this time; this stretch does not count.")


class TooScattered(Refusal):
    code = "too_scattered"
    status = 409
    text = _("Too many separate snippets of this lecture were watched; watch it in longer stretches.")


class Hidden(Refusal):
    code = "hidden"
    status = 409
    text = _("The page was hidden, so this stretch does not count.")


class PictureInPictureRefused(Refusal):
    code = "picture_in_picture"
    status = 409
    text = _("Watching in a small window while the page is hidden does not count for this lecture.")


class AudioOnlyRefused(Refusal):
    code = "audio_only"
    status = 409
    text = _("Listening in the background does not count for this lecture.")


class CheckWaiting(Refusal):
    code = "check_waiting"
    status = 409
    text = _("A presence check waits for you. Minutes count again once it is answered.")


class Unconfirmed(Refusal):
    code = "unconfirmed"
    status = 409
    text = _("The network was away longer than minutes may count without a presence check.")


class NoCheckWaits(Refusal):
    code = "no_check"
    status = 409
    text = _("No presence check waits for you.")


class CheckUnknown(Refusal):
    code = "check_unknown"
    status = 404
    text = _("This presence check does not belong to what is being watched here.")


class CheckNotFetched(Refusal):
    code = "check_not_fetched"
    status = 409
    text = _("This presence check has not been shown yet.")


class CheckNonceWrong(Refusal):
    code = "check_nonce"
    status = 409
    text = _("This presence check was shown anew meanwhile. Please answer the one that is shown now.")


class AnsweredTooFast(Refusal):
    code = "answered_too_fast"
    status = 409
    text = _("This answer came before the presence check could be read.")


class AnsweredTooLate(Refusal):
    code = "answered_too_late"
    status = 409
    text = _("The time for this presence check is over.")


class CheckMissed(Refusal):
    code = "check_missed"
    status = 409
    text = _("This presence check was not answered in time, so the minutes before it were taken back.")


class WrongCode(Refusal):
    code = "wrong_code"
    status = 422
    text = _("This is not the code that is shown. Please enter it again.")


# Said instead of opening, to a page that wants to be asked first.
WATCHING_ELSEWHERE = _(
    "You are learning on another device at this moment. If you continue here, it stops there; what was watched there "
    "stays saved."
)


class Repeated(Refusal):
    code = "repeated"
    status = 409
    text = _("This stretch was already reported; it counts once.")


class CourseWithdrawn(Refusal):
    code = "course_withdrawn"
    status = 409
    text = _("This course has been withdrawn and takes nobody in any more.")


class CourseLocked(Refusal):
    code = "course_locked"
    status = 409
    text = _("This course cannot be begun now. Its page says why, and what to do first.")


class NoteEmpty(Refusal):
    code = "note_empty"
    status = 422
    text = _("Please write something first.")


class NoteTooLong(Refusal):
    code = "note_too_long"
    status = 422
    text = _("A note holds at most 2,000 characters. Please shorten it, or write a second one.")


class TooManyNotes(Refusal):
    code = "too_many_notes"
    status = 409
    text = _("A lecture holds at most 300 notes. Please delete one that you no longer need.")


class NotePlaceUnknown(Refusal):
    code = "note_place_unknown"
    status = 422
    text = _("This second does not lie in the lecture. Please reload the page and try again.")


class ReadingTakenOver(Refusal):
    code = "reading_taken_over"
    status = 409
    text = _("Another page of yours counts now, so this one does not. Continue here to count here again.")


class QuestionUnknown(Refusal):
    code = "question_unknown"
    status = 404
    text = _("This question is not asked in this lecture any more. Reload the page.")


class NoAnswer(Refusal):
    code = "no_answer"
    status = 400
    text = _("Please give an answer first.")


class OrderIncomplete(NoAnswer):
    code = "order_incomplete"
    text = _("Each item has to stand at one place: one is missing, or stands at two places.")


class AlreadyAnswered(Refusal):
    code = "already_answered"
    status = 409
    text = _("You have answered this question already.")


class AttemptOver(Refusal):
    code = "attempt_over"
    status = 409
    text = _("This attempt is over; answers cannot be changed any more.")


class NoAttemptsLeft(Refusal):
    code = "no_attempts_left"
    status = 409
    text = _("You have used all attempts at this assessment.")


class CoolingDown(Refusal):
    code = "cooling_down"
    status = 409
    text = _("The next attempt cannot be begun yet.")


class BeingMarked(Refusal):
    code = "being_marked"
    status = 409
    text = _("Your last attempt is still being marked.")


class AlreadyPassed(Refusal):
    code = "already_passed"
    status = 409
    text = _("You have passed this assessment already.")


class NothingToAsk(Refusal):
    code = "nothing_to_ask"
    status = 409
    text = _("This assessment has no questions yet.")


class AlreadyMarked(Refusal):
    code = "already_marked"
    status = 409
    text = _("Somebody else has marked this answer already.")


class NotYourMark(Refusal):
    code = "not_your_mark"
    status = 409
    text = _("Only whoever marked this answer can take the mark back, and it waits again already.")


class MarkStands(Refusal):
    code = "mark_stands"
    status = 409
    text = _(
        "The attempt is decided: it has passed, or another one was begun since. "
        "Credit given by mistake is corrected at the desk of corrections."
    )


def text_of(code: str) -> str:
    """The sentence of a refusal that was kept by its code."""
    return str(next((each.text for each in Refusal.__subclasses__() if each.code == code), Refusal.text))
