"""Start-up of the courses app."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
