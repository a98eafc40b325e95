#!/usr/bin/env python
"""Lint our migrations for what would break a site that is being upgraded while it runs."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
# Together the courses' first tables: Wagtail's pages and ours refer to each other, so one file could not make them.
FIRST = ["base_page_1", "base_page_2", "base_page_3", "0001_tables"]
# Their new columns have defaults in the database; SQLite adds such a column by rebuilding the table, which the
# linter takes for NOT NULL without a default.
WITH_DEFAULTS = ["0003_presence_checks"]
APPS = ["people", "media", "courses", "search", "reports"]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django_migration_linter import MigrationLinter

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django_migration_linter"]
    ours = [label for label in APPS if (Path(apps.get_app_config(label).path) / "migrations").is_dir()]
    linter = MigrationLinter(
        str(ROOT),
        include_apps=ours,
        no_cache=True,
        ignore_initial_migrations=True,
        ignore_name=[*FIRST, *WITH_DEFAULTS],
        quiet=["ok", "ignore"],
        no_output=False,
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
