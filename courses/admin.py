"""Lists and forms of lectures and curricula in Wagtail's admin."""

from wagtail.snippets.views.snippets import SnippetViewSet

from courses.models import Curriculum, Lecture


class LectureViewSet(SnippetViewSet):
    model = Lecture
    icon = "media"
    url_prefix = "lectures"
    add_to_admin_menu = True
    menu_order = 210
    list_per_page = 20
    # Wagtail's own search finds nothing in Chinese but whole titles: plain containment does.
    search_backend_name = None
    search_fields = ["title"]


class CurriculumViewSet(SnippetViewSet):
    model = Curriculum
    icon = "list-ul"
    url_prefix = "curricula"
    add_to_admin_menu = True
    menu_order = 220
    list_per_page = 20
    search_backend_name = None
    search_fields = ["title"]
