"""What courses add to Wagtail's admin."""

from wagtail.snippets.models import register_snippet

from courses.admin import CurriculumViewSet, LectureViewSet

register_snippet(LectureViewSet)
register_snippet(CurriculumViewSet)
