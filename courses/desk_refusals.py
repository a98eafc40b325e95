"""The named refusals of declarations, lists, corrections and disputes: a code, a status, a sentence for the person."""

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from courses.refusals import Refusal


class DeskRefusal(Refusal):
    """What was asked at a desk, or of one, is not done."""

    status = 409


class FileRefused(DeskRefusal):
    code = "proof_refused"
    status = 422
    text = _("This file cannot be kept as proof.")


class FileTooLarge(FileRefused):
    code = "proof_too_large"
    text = _("The file is too large. A proof may have 10 MB; photograph it with a lower resolution.")


class FileKindRefused(FileRefused):
    code = "proof_kind"
    text = _("Only photographs (JPEG, PNG, WebP, HEIC) and PDF files are kept as proof.")


class FileBroken(FileRefused):
    code = "proof_broken"
    text = _("The file cannot be read as what it says it is. Save it anew, or take another photograph.")


class TooManyFiles(FileRefused):
    code = "proof_too_many"
    text = _("No more than six files can be attached here.")


class ProofMissing(DeskRefusal):
    code = "proof_missing"
    status = 422
    text = _("Attach at least one file that proves it.")


class AmountRefused(DeskRefusal):
    code = "amount_refused"
    status = 422
    text = _("The amount must be more than nothing, and no more than anybody can have done.")


class AmountUnchanged(DeskRefusal):
    code = "amount_unchanged"
    status = 422
    text = _("All of these entries have this amount already: there is nothing to correct.")


class UnitRefused(DeskRefusal):
    code = "unit_refused"
    status = 422
    text = _("The unit has to be the one declared; ask back if it is wrong.")


class DayRefused(DeskRefusal):
    code = "day_refused"
    status = 422
    text = _("The day must not lie in the future, nor more than five years back.")


class NoDecider(DeskRefusal):
    code = "no_decider"
    text = _(
        "You belong to no organisation that could decide this. Ask your association to enter your membership."
    )


class NotOpen(DeskRefusal):
    code = "not_open"
    text = _("This was decided or changed meanwhile. Look at it again.")


class NotYours(DeskRefusal):
    code = "not_yours"
    status = 403
    text = _("Nobody decides his own matter: leave it to a colleague.")


class SecondPersonNeeded(DeskRefusal):
    code = "second_person"
    status = 403
    text = _("Whoever prepared this cannot approve it: a second person has to.")


class OwnDecision(DeskRefusal):
    code = "own_decision"
    status = 403
    text = _(
        "What is disputed here was decided or proposed by yourself. Another member of the committee has to decide."
    )


class InTheList(DeskRefusal):
    code = "in_the_list"
    status = 403
    text = _("You stand in this list yourself. Leave the approval to a colleague who does not.")


class ReasonMissing(DeskRefusal):
    code = "reason_missing"
    status = 422
    text = _("State the reason: whoever it concerns reads it.")


class NothingToDo(DeskRefusal):
    code = "nothing_to_do"
    status = 422
    text = _("There is nothing in it yet that could be entered.")


class DoubtfulLeft(DeskRefusal):
    code = "doubtful_left"
    text = _("Some names of the attendance file have not been looked at yet.")


class NobodyFound(DeskRefusal):
    code = "nobody_found"
    status = 422
    text = _("None of these persons was found in your organisations.")


class TooManyLines(DeskRefusal):
    code = "too_many_lines"
    status = 422
    text = _("A list holds at most 5,000 persons. Divide it.")


class AlreadyComplete(DeskRefusal):
    code = "already_complete"
    text = _("This lecture already counts for you in full; there is nothing to dispute.")


class AlreadyDisputed(DeskRefusal):
    code = "already_disputed"
    text = _("You have already asked about this, and the answer is still to come.")


class NotDisputable(DeskRefusal):
    code = "not_disputable"
    text = _("Only what was refused or taken back can be disputed.")


class AlreadyBack(DeskRefusal):
    code = "already_back"
    text = _("This has been taken back already.")


class NothingToExtend(DeskRefusal):
    code = "nothing_to_extend"
    text = _("This curriculum asks nothing of you at present.")


class NothingLacking(DeskRefusal):
    code = "nothing_lacking"
    text = _("You have completed this curriculum; there is nothing to extend.")


class NoLongerDay(DeskRefusal):
    code = "no_longer_day"
    text = _("The curriculum closes on its due date: what is completed later would not count.")


class ExtensionAsked(DeskRefusal):
    code = "extension_asked"
    text = _("You have already asked for an extension, and the answer is still to come.")


class ExtensionDayRefused(DeskRefusal):
    code = "extension_day"
    status = 422
    text = _(
        "Choose a day that lies ahead and after the present due date, within a year of it, and not after the "
        "curriculum closes."
    )


class TableTooLarge(DeskRefusal):
    code = "table_too_large"
    status = 422
    text = _("The file is too large: at most 8 MB, 20,000 rows and 5,000 participants.")


class TableKindRefused(DeskRefusal):
    code = "table_kind"
    status = 422
    text = _("Only XLSX and CSV files are read. Save an older workbook as XLSX first.")


class TableHostile(DeskRefusal):
    code = "table_hostile"
    status = 422
    text = _("This workbook holds things that no attendance export holds (macros, declarations or a bomb).")


class FormulaInside(DeskRefusal):
    code = "table_formula"
    status = 422
    text = _("This workbook holds formulas. Copy it as values into a new one, or take the export as it came.")


class TableBroken(DeskRefusal):
    code = "table_broken"
    status = 422
    text = _("This file cannot be read. Take the export anew.")


class NothingRecognised(DeskRefusal):
    code = "table_unknown"
    status = 422
    text = _("No participants were found in it: there should be a heading such as 姓名, 用户昵称 or user_id.")


class BalancesUnread(DeskRefusal):
    """`names` are (whose, what stands there) of the lines whose credit or category cannot be read.

    `allowed` are the categories that a file may name, where one of them is what cannot be read.
    """

    code = "balances_unread"
    status = 422
    text = _("The credit or the category of some lines cannot be read.")
    SHOWN = 5

    def __init__(self, names: Sequence[tuple[str, str]], allowed: Sequence[str] = ()) -> None:
        super().__init__()
        self.names = names
        self.allowed = allowed

    def __str__(self) -> str:
        between = pgettext("between items of a list", ", ")
        shown = between.join(f"{whose} {told}"[:40] for whose, told in self.names[: self.SHOWN])
        said = ngettext(
            "The credit or the category of %(n)d line cannot be read: %(shown)s. Mend the file and choose it again.",
            "The credit or the category of %(n)d lines cannot be read: %(shown)s. Mend the file and choose it again.",
            len(self.names),
        ) % {"n": len(self.names), "shown": shown}
        if not self.allowed:
            return said
        return said + gettext("The categories are: %(allowed)s.") % {"allowed": between.join(self.allowed)}


class SessionMissing(DeskRefusal):
    code = "session_missing"
    status = 422
    text = _("The file holds several sessions. Choose one and read the file.")
