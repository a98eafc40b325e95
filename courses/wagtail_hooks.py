"""What courses add to Wagtail's admin, and what they take from its menu."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.models import register_snippet

from courses.admin.choosers import CourseChooser
from courses.admin.curricula import CurriculumViewSet
from courses.admin.lectures import LectureViewSet
from courses.admin.pages import CoursePages, LecturerPages

register_snippet(LectureViewSet)
register_snippet(CurriculumViewSet)


@hooks.register("register_admin_viewset")
def viewsets() -> list[ViewSet]:
    return [CoursePages(), LecturerPages(), CourseChooser("course_chooser")]
