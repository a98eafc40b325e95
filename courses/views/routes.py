"""Which view shows which kind of page, and a lecture in the editor's preview."""

from courses.models import (
    Assessment,
    CourseIndexPage,
    CoursePage,
    HomePage,
    Lecture,
    LecturerIndexPage,
    LecturerPage,
    Question,
    Reading,
)
from courses.views import assessments, catalogue, previews, readings


def connect() -> None:
    """Called once, in `ready()`."""
    HomePage.render_with(catalogue.home)
    CourseIndexPage.render_with(catalogue.course_index)
    CoursePage.render_with(catalogue.course)
    LecturerIndexPage.render_with(catalogue.lecturer_index)
    LecturerPage.render_with(catalogue.lecturer)
    Lecture.render_with(previews.lecture)
    Reading.render_with(readings.preview)
    Assessment.render_with(assessments.preview)
    Question.render_with(previews.question)
