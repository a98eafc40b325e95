"""Wagtail's admin of the catalogue."""
