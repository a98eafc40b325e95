"""The guards of people's own tables: which periods may never overlap, and why."""

from people.guards import Guard, append_only_guard, overlap_guard

GUARDS: tuple[Guard, ...] = (
    # One parent a day in each tree: else a person would be counted twice on the way up.
    overlap_guard("people_organisationedge", "edge_one_parent", equal=("child_id", "tree"), where=""),
    # One closure row a pair and day: "the subtree on that day" is one join without duplicates.
    overlap_guard(
        "people_organisationclosure",
        "closure_one_row",
        equal=("descendant_id", "tree", "ancestor_id"),
        where="",
    ),
    # One main membership a day in each tree: a person is counted in exactly one place.
    overlap_guard(
        "people_membership",
        "membership_one_main",
        equal=("person_id", "tree"),
        where="is_main AND superseded_at IS NULL",
    ),
    # Nobody belongs to one organisation twice on a day.
    overlap_guard("people_membership", "membership_once", equal=("person_id", "tree", "organisation_id")),
    # One licence a person and day: his practice type is never ambiguous.
    overlap_guard("people_licence", "licence_one_each", equal=("person_id",)),
    # One holder a number and day.
    overlap_guard("people_licence", "licence_one_holder", equal=("number",)),
    # Leave twice on a day would outlive the withdrawal of one of them.
    overlap_guard("people_leave", "leave_once", equal=("person_id", "kind")),
    # What was done stays written, whoever would rather it did not.
    append_only_guard("people_auditentry", "audit_log_only_grows"),
    # A grant given twice would survive its revocation.
    overlap_guard(
        "people_rolegrant",
        "role_grant_once",
        equal=("user_id", "role", "organisation_id"),
        where="revoked_at IS NULL",
    ),
)
