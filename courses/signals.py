"""News that courses send upward, each after the commit of what they tell of."""

from django.dispatch import Signal

# A lecture went live, changed, or ceased to be live. Provides: lecture_id.
lecture_published = Signal()
lecture_unpublished = Signal()

# A course went live, changed its outline or its access, or was withdrawn. Provides: course_id, lecture_ids, reading_ids
# (those that other people may see now: of its versions before and after).
course_published = Signal()
course_withdrawn = Signal()

# A curriculum was published, changed or withdrawn. Provides: requirement_id.
requirement_changed = Signal()

# Entries of the ledger were taken back, or others stand in their place. Provides: reversed_ids (entries that no
# longer count), award_ids (entries that count from now on). Whoever issued something over them looks at it again.
ledger_corrected = Signal()

# A course has a new version, and those under way go on under it: some may be complete by it. course_id.
course_renewed = Signal()
