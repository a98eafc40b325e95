"""What the people app holds on a person: its lines of people.personal_data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people import accounts, leaves, notices, persons, phone_codes, rectifying, sign_ins
from people.personal_data import Holding

KEPT = _("As long as the training record is kept: who earned what must stay answerable.")
UNTIL_LEFT = _("Until half a year after leaving the profession; then it is deleted.")
VALID = {"valid_from": pgettext_lazy("of data", "From"), "valid_to": _("Until")}

HOLDINGS = (
    Holding(
        "people.Person",
        "pk",
        _("Name, phone, birth date"),
        _("To know whose record it is, to reach the person, and to apply rules that go by age."),
        _(
            "The name as long as the record. Half a year after leaving, the phone is deleted and of the birth date "
            "the year is kept, by which past years are judged."
        ),
        {
            "name": pgettext_lazy("of a person", "Name"),
            "phone": _("Phone on the roster"),
            "birth_date": _("Birth date"),
            "created_at": _("On record since"),
        },
        fields=("user",),
        forget=persons.forget,
    ),
    Holding(
        "people.User",
        "person",
        _("Sign-in"),
        _("To let the person, and nobody else, in."),
        _(
            "The user name as long as the record. Half a year after leaving, the sign-in is closed and its phone and "
            "e-mail address are deleted."
        ),
        {
            "username": _("User name"),
            "email": _("E-mail address"),
            "phone": _("Phone"),
            "date_joined": _("On record since"),
            "last_login": _("Last sign-in"),
            "is_active": pgettext_lazy("of data", "Open"),
        },
        fields=(),
        forget=accounts.close,
    ),
    Holding(
        "account.EmailAddress",
        "user__person",
        _("E-mail addresses"),
        _("To send messages that the person wants by e-mail, and to reset a password."),
        UNTIL_LEFT,
        {"email": _("E-mail address"), "verified": _("Confirmed")},
        fields=("user",),
        forget=accounts.forget_addresses,
    ),
    Holding(
        "people.SignInAttempt",
        "user__person",
        _("Sign-ins"),
        _("To notice when somebody else tries to get in, and to help when a sign-in fails."),
        _("The last hundred; half a year after leaving they are deleted."),
        {"at": _("When"), "has_worked": _("Worked"), "device": _("Device")},
        fields=("user",),
        forget=sign_ins.forget,
    ),
    Holding(
        "people.PhoneCode",
        "person",
        _("Codes sent to the phone"),
        _("To let the person in by the phone, and to notice when somebody else tries."),
        _("A week; the code and the phone are not kept."),
        {"asked_at": _("When"), "purpose": _("Kind"), "sms_state": _("Result")},
        fields=("person", "account"),
        forget=phone_codes.forget,
    ),
    Holding(
        "mfa.Authenticator",
        "user__person",
        _("Passkeys"),
        _("To let the person in without a password."),
        UNTIL_LEFT,
        {"type": _("Kind"), "created_at": _("On record since"), "last_used_at": _("Last sign-in")},
        fields=("user",),
        forget=accounts.forget_passkeys,
    ),
    Holding(
        "socialaccount.SocialAccount",
        "user__person",
        _("WeChat"),
        _("To let the person in by WeChat; nothing but its number is kept."),
        UNTIL_LEFT,
        {"uid": _("Its number"), "date_joined": _("On record since"), "last_login": _("Last sign-in")},
        fields=("user",),
        forget=accounts.forget_weixin,
    ),
    Holding(
        "people.Licence",
        "person",
        _("Practising licences"),
        _("To tell lawyers of one name apart, and to know from when training is required."),
        KEPT,
        {
            "number": _("Licence number"),
            "practice_type": _("Practice type"),
            "admitted_on": _("Admitted on"),
            **VALID,
            "superseded_at": _("Corrected at"),
        },
    ),
    Holding(
        "people.Membership",
        "person",
        _("Memberships"),
        _("To know for which firm and which association a lawyer counts on which day."),
        KEPT,
        {
            "organisation__name": _("Organisation"),
            "tree": _("Tree"),
            "position": _("Position"),
            "is_main": pgettext_lazy("of data", "Main"),
            **VALID,
            "superseded_at": _("Corrected at"),
        },
    ),
    Holding(
        "people.Leave",
        "person",
        _("Leave and exemptions"),
        _("To require nothing of the person on those days."),
        _("The days as long as the record. Half a year after leaving, the reason is deleted."),
        {"kind": _("Kind"), "reason": _("Reason"), **VALID, "superseded_at": _("Corrected at")},
        forget=leaves.forget,
    ),
    Holding(
        "people.RoleGrant",
        "user__person",
        _("Roles"),
        _("To know who may do what, and who gave him that right."),
        KEPT,
        {
            "role": _("Role"),
            "organisation__name": _("Organisation"),
            "reason": _("Reason"),
            **VALID,
            "revoked_at": _("Taken back at"),
        },
        fields=("user",),
    ),
    Holding(
        "people.Notice",
        "person",
        _("Messages"),
        _("To tell the person what concerns him."),
        UNTIL_LEFT,
        {
            "created_at": _("When"),
            "kind": _("Kind"),
            "title": pgettext_lazy("of a text", "Title"),
            "text": _("Text"),
            "read_at": _("Read at"),
        },
        forget=notices.forget,
    ),
    Holding(
        "people.NoticePreference",
        "person",
        _("How the person wants to be told"),
        _("To send e-mail only when and about what the person wants it."),
        UNTIL_LEFT,
        {
            "mail_kinds": _("Also by e-mail"),
            "sms_kinds": _("Also by short message"),
            "mail_from_hour": _("Not before"),
            "mail_until_hour": _("Not after"),
            "is_daily_digest": _("At most one e-mail a day"),
        },
        forget=notices.forget_wishes,
    ),
    Holding(
        "people.Rectification",
        "person",
        _("Corrections asked for"),
        _("To have wrong data put right, and to tell the person what became of it."),
        UNTIL_LEFT,
        {
            "asked_at": _("When"),
            "subject": _("What is wrong"),
            "text": _("Text"),
            "state": _("Result"),
            "answer": pgettext_lazy("of data", "Answer"),
        },
        forget=rectifying.forget,
    ),
    Holding(
        "people.PersonMerge",
        "kept",
        _("Merged records"),
        _("To count the person once, and to take a wrong merge back."),
        KEPT,
        {"merged_at": _("When"), "reason": _("Reason"), "undone_at": _("Taken back at")},
        fields=("kept", "merged"),
    ),
    Holding(
        "people.RosterLine",
        "person",
        _("Rows of rosters"),
        _("To enter what the firm or association handed in, and to take it back where it was wrong."),
        _("A year after the roster was handed in; then its rows are deleted."),
        {
            "roster__as_of": _("As of"),
            "roster__organisation__name": _("Organisation"),
            "cells": _("What stood in the row"),
            "outcome": _("Result"),
        },
        fields=("person", "decided_person"),
    ),
    Holding(
        "people.AuditEntry",
        "person",
        _("Who looked or changed"),
        _("To let the person and an auditor see who dealt with the data."),
        KEPT,
        {"at": _("When"), "act": _("What"), "about": _("About"), "reason": _("Reason")},
        fields=("person", "account"),
    ),
)

OFFICES = (
    "people.PersonMerge.merged_by",
    "people.PersonMerge.undone_by",
    "people.AuditEntry.by",
    "people.RoleGrant.granted_by",
    "people.RoleGrant.revoked_by",
    "people.Leave.recorded_by",
    "people.Rectification.confirmed_by",
    "people.Rectification.decided_by",
    "people.RosterImport.made_by",
    "people.RosterImport.agreed_by",
    "people.RosterImport.undone_by",
)
