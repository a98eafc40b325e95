"""Wagtail's command under its own name, with a transaction for each object."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses import publishing


class Command(BaseCommand):
    help = "Publish and expire what is scheduled, each object in a transaction of its own."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = publishing.publish_due()
        if failed:
            raise CommandError(f"not published: {', '.join(failed)} (see the log)")
