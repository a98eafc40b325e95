"""The beat's schedule, in this one place. Each entry is a sweep: what a lost message left behind."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "project-roles": {"task": "people.tasks.project_roles", "schedule": crontab(hour=0, minute=5)},
    "sweep-rosters": {"task": "people.tasks.sweep_rosters", "schedule": 300.0},
    "forget-what-is-not-needed": {
        "task": "people.tasks.forget_what_is_not_needed",
        "schedule": crontab(hour=1, minute=40),
    },
    "send-notices": {"task": "people.tasks.send_notices", "schedule": 60.0},
    "forget-sign-in-codes": {"task": "people.tasks.forget_codes", "schedule": crontab(hour=2, minute=15)},
    "publish-due": {"task": "courses.tasks.publish_due", "schedule": 60.0},
    "sweep-publications": {"task": "courses.tasks.sweep_publications", "schedule": 600.0},
    "refresh-spans": {"task": "courses.tasks.refresh_all_required_spans", "schedule": crontab(10, 3)},
    "remind-of-due-dates": {"task": "courses.tasks.remind_of_due_dates", "schedule": crontab(20, "8-19")},
    "fold-heartbeats": {"task": "courses.tasks.fold_heartbeats", "schedule": crontab(hour=2, minute=40)},
    "sweep-notes": {"task": "courses.tasks.sweep_notes", "schedule": crontab(hour=2, minute=20)},
    "sweep-attempts": {"task": "courses.tasks.sweep_attempts", "schedule": 60.0},
    "sweep-presence-checks": {"task": "courses.tasks.sweep_checks", "schedule": 600.0},
    "sweep-desks": {"task": "courses.tasks.sweep_desks", "schedule": 120.0},
    "sweep-regulation-trials": {"task": "courses.tasks.sweep_trials", "schedule": 600.0},
    "sweep-certificates": {"task": "courses.tasks.sweep_certificates", "schedule": 120.0},
    "sweep-recuts": {"task": "courses.tasks.sweep_recuts", "schedule": 600.0},
    "sweep-packaging-jobs": {"task": "media.tasks.sweep", "schedule": 30.0},
    "catch-up-with-coverage": {"task": "reports.tasks.catch_up", "schedule": 5.0},
    "draft-bulletins": {"task": "reports.tasks.draft_bulletins", "schedule": crontab(10, "6-19")},
    "sweep-exports": {"task": "reports.tasks.sweep_exports", "schedule": 120.0},
    "sweep-reminders": {"task": "reports.tasks.sweep_reminders", "schedule": 120.0},
    "sweep-search-index": {"task": "search.tasks.sweep", "schedule": 60.0},
    "forget-unanswered-searches": {
        "task": "search.tasks.forget_misses",
        "schedule": crontab(hour=2, minute=50),
    },
    "follow-the-calendar-of-statutes": {
        "task": "search.tasks.follow_the_calendar",
        "schedule": crontab(hour=0, minute=5),
    },
    "tell-of-amendments": {"task": "search.tasks.tell_of_amendments", "schedule": 60.0},
    "sweep-media-files": {"task": "media.tasks.sweep_files", "schedule": 3600.0},
}
