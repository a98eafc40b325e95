#!/usr/bin/env python
"""Lint our migrations for what would break a site that is being upgraded while it runs."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
# No site runs a version from before the first release, so none is upgraded from one: these are the tables' making.
# What comes after the release must not be added here.
BEFORE_FIRST_RELEASE = [
    "base_page_1",
    "base_page_2",
    "base_page_3",
    "0001_tables",
    "0002_ledger_of_any_act",
    "0003_presence_checks",
    "0004_desks",
    "0005_balances_by_category",
    "0006_credit_regulations",
    "0002_statute_texts",
    "0003_reading_citations",
    "0004_amendment_reviews",
    "0002_notices",
    "0007_curriculum_rules_and_notes",
    "0008_certificates",
    "0009_recuts",
    "0010_activities",
    "0011_refused_beats_and_chosen_trials",
    "0012_audience_question",
    "0013_due_dates_and_extensions",
    "0014_session_ends",
    "0006_text_indexing",
    "0007_successions",
    "0008_amendments_of_assessments_and_curricula",
    "0015_excused_spans",
    "0001_kept_figures",
    "0006_group_changes",
    "0008_personal_data",
    "0002_snapshots",
    "0016_replaced_recordings",
    "0017_shown_so_far",
    "0003_exports",
    "0004_bulletins",
    "0018_recuts_taken_back",
    "0010_notices_by_sms",
    "0005_reminders",
    "0019_device_kind",
    "0011_merges",
    "0020_revoked_extensions",
]
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
        ignore_name=BEFORE_FIRST_RELEASE,
        quiet=["ok", "ignore"],
        no_output=False,
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
