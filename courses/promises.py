"""The guards of courses' own tables: what is only ever added to, and why."""

from people.guards import Guard, append_only_guard, frozen_columns_guard, overlap_guard

GUARDS: tuple[Guard, ...] = (
    # Completions name the version whose rule judged them.
    append_only_guard("courses_courseversion", "course_version_immutable"),
    append_only_guard("courses_courseversionactivity", "version_activity_immutable"),
    # Attempts and answers name the version of the question that was asked.
    append_only_guard("courses_questionversion", "question_version_immutable"),
    append_only_guard("courses_placedanswer", "placed_answer_only_grows"),
    # Credit is added up from the ledger; a mistake is reversed in the open, never rewritten.
    append_only_guard("courses_ledgerentry", "ledger_only_grows"),
    # Watched stretches that no beat stands behind are proved by what was taken along from another recording.
    append_only_guard("courses_carriedwatching", "carried_watching_only_grows"),
    append_only_guard("courses_carriedreversal", "carried_reversal_only_grows"),
    # Statements and certificates name the version that judged them.
    append_only_guard("courses_regulationversion", "regulation_version_immutable"),
    # One regulation an owner and day: what is required of somebody is never two things.
    overlap_guard("courses_regulationperiod", "regulation_period_one", equal=("owner_id",)),
    # A certificate says for ever what was signed; it can be revoked or superseded, never rewritten.
    frozen_columns_guard(
        "courses_certificate",
        "certificate_as_issued",
        (
            "public_id",
            "kind",
            "number",
            "person_id",
            "completion_id",
            "year",
            "replaces_id",
            "issued_at",
            "layout",
            "figures",
            "digest",
            "milli_credits",
            "body",
            "signature",
            "key_id",
        ),
    ),
    # Old certificates are verified by the key that signed them.
    frozen_columns_guard(
        "courses_certificatekey", "certificate_key_kept", ("key_id", "public_key", "created_at")
    ),
)
