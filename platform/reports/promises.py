"""What the database does for reports: notes each fact that figures hang on, and keeps what was fixed or signed."""

from people.guards import Guard, append_only_guard, note_guard

_OF_PERSON = "INSERT INTO reports_stale (person_id) VALUES ({row}.person_id)"
_OF_BOTH = (
    "INSERT INTO reports_stale (person_id, requirement_id) VALUES ({row}.person_id, {row}.requirement_id)"
)
_OF_THIS_PERSON = "INSERT INTO reports_stale (person_id) VALUES ({row}.id)"
_OF_REQUIREMENT = "INSERT INTO reports_stale (requirement_id) VALUES ({row}.requirement_id)"
_OF_ASKED = """INSERT INTO reports_stale (requirement_id)
    SELECT rc.requirement_id FROM courses_requirementcourse rc WHERE rc.id = {row}.asked_id"""
_OF_COURSE = """INSERT INTO reports_stale (requirement_id)
    SELECT DISTINCT rc.requirement_id FROM courses_requirementcourse rc
    JOIN courses_countedcourse counted ON counted.asked_id = rc.id WHERE counted.course_id = {row}.id"""
_OF_LECTURE = """INSERT INTO reports_stale (requirement_id)
    SELECT DISTINCT rc.requirement_id FROM courses_requirementcourse rc
    JOIN courses_countedcourse counted ON counted.asked_id = rc.id
    JOIN courses_course k ON k.id = counted.course_id
    JOIN courses_courseversionactivity va ON va.version_id = k.current_version_id
    JOIN courses_activity a ON a.id = va.activity_id WHERE a.lecture_id = {row}.id"""

GUARDS: tuple[Guard, ...] = (
    # Who belongs where, and since when.
    note_guard(
        "people_membership",
        "membership_noted",
        _OF_PERSON,
        ("person_id", "organisation_id", "tree", "is_main", "valid_from", "valid_to", "superseded_at"),
    ),
    note_guard(
        "people_organisationclosure",
        "closure_noted",
        "INSERT INTO reports_stale (is_tree) VALUES (TRUE)",
        ("tree", "ancestor_id", "descendant_id", "valid_from", "valid_to"),
    ),
    # What he is.
    note_guard(
        "people_licence",
        "licence_noted",
        _OF_PERSON,
        ("person_id", "practice_type", "admitted_on", "valid_from", "valid_to", "superseded_at"),
    ),
    note_guard("people_person", "birth_noted", _OF_THIS_PERSON, ("birth_date",)),
    # Who has to, until when, and who is excused.
    note_guard(
        "courses_requiredspan",
        "required_span_noted",
        _OF_BOTH,
        ("person_id", "requirement_id", "valid_from", "valid_to", "due_on"),
    ),
    note_guard(
        "courses_excusedspan",
        "excused_span_noted",
        _OF_BOTH,
        ("person_id", "requirement_id", "valid_from", "valid_to"),
    ),
    # How far somebody is.
    note_guard(
        "courses_completion",
        "completion_noted",
        _OF_PERSON,
        ("person_id", "activity_id", "course_id", "day", "revoked_at"),
    ),
    note_guard(
        "courses_watchprogress",
        "watching_noted",
        _OF_PERSON,
        ("person_id", "recording_id", "first_watched_at"),
    ),
    # What is asked for.
    note_guard(
        "courses_requirement",
        "requirement_noted",
        "INSERT INTO reports_stale (requirement_id) VALUES ({row}.id)",
        ("due_on", "closes_on", "minimum_electives", "minimum_elective_milli"),
    ),
    note_guard(
        "courses_requirementcourse",
        "asked_course_noted",
        _OF_REQUIREMENT,
        ("requirement_id", "course_id", "is_elective", "elective_milli"),
    ),
    note_guard("courses_countedcourse", "counted_course_noted", _OF_ASKED, ("asked_id", "course_id")),
    note_guard("courses_course", "course_noted", _OF_COURSE, ("current_version_id",)),
    note_guard("courses_lecture", "lecture_noted", _OF_LECTURE, ("recording_id",)),
    # A fixed report is proof only if nobody can touch it, whoever runs the site.
    append_only_guard("reports_snapshot", "snapshot_only_grows"),
    append_only_guard("reports_snapshotrow", "snapshot_row_only_grows"),
    # Who vouched has vouched; a later doubt is a later report.
    append_only_guard("reports_snapshotsignature", "snapshot_signature_only_grows"),
    # What was sent out under a number is what it was.
    append_only_guard("reports_bulletinrelease", "bulletin_release_only_grows"),
    append_only_guard("reports_rankingchoice", "ranking_choice_only_grows"),
    # That something was corrected afterwards is not forgotten when the correction is itself corrected.
    append_only_guard("reports_snapshotmark", "snapshot_mark_only_grows"),
)
