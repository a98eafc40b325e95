"""The named refusals of exports: a code, a status, a sentence for the person."""

from django.utils.translation import gettext_lazy as _

from courses.refusals import Refusal


class ReasonMissing(Refusal):
    code = "export_reason_missing"
    status = 422
    text = _("State what the file is for. The reason stands in the audit log.")


class TooManyExports(Refusal):
    code = "export_too_many"
    status = 409
    text = _("Three of your exports are still being made. Wait for one of them, or stop it.")


class ExportTooLarge(Refusal):
    code = "export_too_large"
    status = 422
    text = _("There are more rows than one file may have. Choose a smaller organisation or narrow the list.")


class PdfTooLong(Refusal):
    code = "export_pdf_too_long"
    status = 422
    text = _("A PDF lists at most 3,000 persons. Take the workbook, or narrow the list.")


class NothingToExport(Refusal):
    code = "export_empty"
    status = 409
    text = _("Nobody was required here on this day, so there is nothing to export.")


class ExportNotActive(Refusal):
    code = "export_not_active"
    status = 409
    text = _("This export is no longer under way.")


class ExportNotOver(Refusal):
    code = "export_not_over"
    status = 409
    text = _("Only an export that failed or was stopped can be made again.")


# What the page of an export that failed says, by the code that its row keeps.
ERROR_TEXTS = {
    **{each.code: each.text for each in (ExportTooLarge, PdfTooLong, NothingToExport)},
    "export_not_readable": _("You no longer answer for what this export is about."),
    "export_sheet_failed": _("The page could not be set. Take the workbook, and tell whoever runs the site."),
    "export_storage": _("There was no room or no way to keep the file. Try again later."),
    "export_worker_lost": _("The work was interrupted three times. Try again, or narrow the list."),
}
UNKNOWN_ERROR = _("The file could not be made. Try again.")
