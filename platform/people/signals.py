"""News that people sends upward; always after commit."""

from django.dispatch import Signal

# Arguments: person_ids (list[int]). Memberships, licences, leave or birth dates of these persons changed: what
# hangs on who belongs where must be looked at again.
membership_changed = Signal()

# Arguments: groups (dict[str, Group] by the names of people.wagtail_groups). Sent after every migrate, when
# the product's Wagtail groups stand: whoever owns pages or collections gives them their permissions there.
groups_installed = Signal()
