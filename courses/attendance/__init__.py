"""Attendance exports: read safely, understood as participants, and matched with persons; no row is written here."""
