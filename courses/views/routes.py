"""Which view shows which kind of page, and a lecture in the editor's preview."""

from courses.models import CourseIndexPage, CoursePage, HomePage, Lecture, LecturerIndexPage, LecturerPage
from courses.views import catalogue, previews


def connect() -> None:
    """Called once, in `ready()`."""
    HomePage.render_with(catalogue.home)
    CourseIndexPage.render_with(catalogue.course_index)
    CoursePage.render_with(catalogue.course)
    LecturerIndexPage.render_with(catalogue.lecturer_index)
    LecturerPage.render_with(catalogue.lecturer)
    Lecture.render_with(previews.lecture)
