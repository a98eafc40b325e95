"""The tables of teaching, by concept; import them from here."""

from courses.models.base_pages import BasePage
from courses.models.completions import Completion
from courses.models.courses import Access, Course, CourseState, CourseVersion, CourseVersionActivity
from courses.models.curricula import Curriculum, CurriculumCourse
from courses.models.enrolments import Enrolment, EnrolmentReason
from courses.models.lectures import Activity, ActivityKind, CreditCategory, Lecture
from courses.models.ledger import EntryKind, LearningFormat, LedgerEntry, Unit
from courses.models.pages import (
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    HomePage,
    LecturerIndexPage,
    LecturerPage,
)
from courses.models.presence import CheckCause, CheckKind, CheckVerdict, PresenceCheck
from courses.models.requirements import RequiredSpan, Requirement, RequirementCourse, RequirementKind
from courses.models.watching import Heartbeat, PlaybackSession, SessionEnd, WatchMode, WatchProgress

__all__ = [
    "Access",
    "Activity",
    "ActivityKind",
    "BasePage",
    "CheckCause",
    "CheckKind",
    "CheckVerdict",
    "Completion",
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "CoursePageActivity",
    "CourseState",
    "CourseVersion",
    "CourseVersionActivity",
    "CreditCategory",
    "Curriculum",
    "CurriculumCourse",
    "Enrolment",
    "EnrolmentReason",
    "EntryKind",
    "Heartbeat",
    "HomePage",
    "LearningFormat",
    "Lecture",
    "LecturerIndexPage",
    "LecturerPage",
    "LedgerEntry",
    "PlaybackSession",
    "PresenceCheck",
    "RequiredSpan",
    "Requirement",
    "RequirementCourse",
    "RequirementKind",
    "SessionEnd",
    "Unit",
    "WatchMode",
    "WatchProgress",
]
