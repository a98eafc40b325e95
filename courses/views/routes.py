"""Which view shows which kind of page."""

from courses.models import CourseIndexPage, CoursePage, HomePage, LecturerIndexPage, LecturerPage
from courses.views import catalogue


def connect() -> None:
    """Called once, in `ready()`."""
    HomePage.render_with(catalogue.home)
    CourseIndexPage.render_with(catalogue.course_index)
    CoursePage.render_with(catalogue.course)
    LecturerIndexPage.render_with(catalogue.lecturer_index)
    LecturerPage.render_with(catalogue.lecturer)
