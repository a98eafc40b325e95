"""The editors' pages about recordings in Wagtail's admin."""
