"""The tables of people: users, persons, organisations, memberships, role grants."""

from people.models.audit_entries import AuditAct, AuditEntry
from people.models.choices import OrganisationKind, Position, PracticeType, Role, Tree
from people.models.grants import RoleGrant
from people.models.leaves import Leave, LeaveKind
from people.models.memberships import Membership
from people.models.merges import PersonMerge
from people.models.notices import MailState, Notice, NoticeKind, NoticePreference, SmsNoticeState
from people.models.organisations import Organisation, OrganisationClosure, OrganisationEdge
from people.models.persons import Licence, Person
from people.models.phone_codes import CodePurpose, PhoneCode, SmsState
from people.models.rectifications import Rectification, RectificationState, RectificationSubject
from people.models.rosters import RosterImport, RosterLine, RosterState
from people.models.sign_ins import SignInAttempt
from people.models.users import User

__all__ = [
    "AuditAct",
    "AuditEntry",
    "CodePurpose",
    "Leave",
    "LeaveKind",
    "Licence",
    "MailState",
    "Membership",
    "Notice",
    "NoticeKind",
    "NoticePreference",
    "Organisation",
    "OrganisationClosure",
    "OrganisationEdge",
    "OrganisationKind",
    "Person",
    "PersonMerge",
    "PhoneCode",
    "Position",
    "PracticeType",
    "Rectification",
    "RectificationState",
    "RectificationSubject",
    "Role",
    "RoleGrant",
    "RosterImport",
    "RosterLine",
    "RosterState",
    "SignInAttempt",
    "SmsNoticeState",
    "SmsState",
    "Tree",
    "User",
]
