"""The tables of teaching, by concept; import them from here."""

from courses.models.base_pages import BasePage
from courses.models.certificates import (
    BatchItem,
    BatchState,
    Certificate,
    CertificateBatch,
    CertificateKey,
    CertificateKind,
    RevocationReason,
    SupersededReason,
)
from courses.models.completions import Completion
from courses.models.corrections import (
    Correction,
    CorrectionCause,
    CorrectionKind,
    CorrectionLine,
    CorrectionLineState,
    CorrectionState,
)
from courses.models.course_terms import CourseTerms, EquivalenceGroup, EquivalentCourse, Prerequisite
from courses.models.courses import Access, Course, CourseState, CourseVersion, CourseVersionActivity
from courses.models.curricula import Curriculum, CurriculumCourse
from courses.models.declarations import FORMAT_OF_DECLARED, Declaration, DeclarationState, DeclaredKind
from courses.models.disputes import Dispute, DisputeState
from courses.models.enrolments import Enrolment, EnrolmentReason
from courses.models.lectures import Activity, ActivityKind, CreditCategory, Lecture
from courses.models.ledger import EntryKind, LearningFormat, LedgerEntry, Unit
from courses.models.notes import Note
from courses.models.pages import (
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    HomePage,
    LecturerIndexPage,
    LecturerPage,
)
from courses.models.presence import CheckCause, CheckKind, CheckVerdict, PresenceCheck
from courses.models.proofs import DeskStep, ProofFile, StepAct
from courses.models.recognition import (
    AttendanceRow,
    AttendanceState,
    LineState,
    Recognition,
    RecognitionKind,
    RecognitionLine,
    RecognitionState,
    RememberedName,
)
from courses.models.recuts import CarriedWatching, Recut
from courses.models.regulations import (
    CreditRegulation,
    RegulationPeriod,
    RegulationTrial,
    RegulationVersion,
    TrialState,
)
from courses.models.requirements import (
    CountedCourse,
    RequiredSpan,
    Requirement,
    RequirementCourse,
    RequirementKind,
)
from courses.models.watching import Heartbeat, PlaybackSession, SessionEnd, WatchMode, WatchProgress

__all__ = [
    "FORMAT_OF_DECLARED",
    "Access",
    "Activity",
    "ActivityKind",
    "AttendanceRow",
    "AttendanceState",
    "BasePage",
    "BatchItem",
    "BatchState",
    "CarriedWatching",
    "Certificate",
    "CertificateBatch",
    "CertificateKey",
    "CertificateKind",
    "CheckCause",
    "CheckKind",
    "CheckVerdict",
    "Completion",
    "Correction",
    "CorrectionCause",
    "CorrectionKind",
    "CorrectionLine",
    "CorrectionLineState",
    "CorrectionState",
    "CountedCourse",
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "CoursePageActivity",
    "CourseState",
    "CourseTerms",
    "CourseVersion",
    "CourseVersionActivity",
    "CreditCategory",
    "CreditRegulation",
    "Curriculum",
    "CurriculumCourse",
    "Declaration",
    "DeclarationState",
    "DeclaredKind",
    "DeskStep",
    "Dispute",
    "DisputeState",
    "Enrolment",
    "EnrolmentReason",
    "EntryKind",
    "EquivalenceGroup",
    "EquivalentCourse",
    "Heartbeat",
    "HomePage",
    "LearningFormat",
    "Lecture",
    "LecturerIndexPage",
    "LecturerPage",
    "LedgerEntry",
    "LineState",
    "Note",
    "PlaybackSession",
    "Prerequisite",
    "PresenceCheck",
    "ProofFile",
    "Recognition",
    "RecognitionKind",
    "RecognitionLine",
    "RecognitionState",
    "Recut",
    "RegulationPeriod",
    "RegulationTrial",
    "RegulationVersion",
    "RememberedName",
    "RequiredSpan",
    "Requirement",
    "RequirementCourse",
    "RequirementKind",
    "RevocationReason",
    "SessionEnd",
    "StepAct",
    "SupersededReason",
    "TrialState",
    "Unit",
    "WatchMode",
    "WatchProgress",
]
