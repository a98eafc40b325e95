"""The catalogue's standing pages: home, course index, lecturer index, and the site that serves them."""

from django.db import transaction
from wagtail.models import Site

from courses.models import BasePage, CourseIndexPage, HomePage, LecturerIndexPage

HOME_TITLE = "律学堂"
COURSES_TITLE = "课程"
LECTURERS_TITLE = "讲师团"


@transaction.atomic
def ensure_site() -> HomePage:
    """The home page with its two indexes as the default site; makes what is missing, changes nothing else."""
    home = HomePage.objects.first() or _make_home()
    for model, title, slug in (
        (CourseIndexPage, COURSES_TITLE, "courses"),
        (LecturerIndexPage, LECTURERS_TITLE, "lecturers"),
    ):
        if not model.objects.exists():
            page = home.add_child(instance=model(title=title, slug=slug, show_in_menus=True))
            page.save_revision()
            home.refresh_from_db()
    return home


def _make_home() -> HomePage:
    root = BasePage.get_first_root_node()
    welcome = BasePage.objects.child_of(root).filter(slug="home").first()
    home = root.add_child(instance=HomePage(title=HOME_TITLE, slug="luxuetang"))
    home.save_revision()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name=HOME_TITLE)
    elif site.root_page_id == getattr(welcome, "pk", None):
        site.root_page, site.site_name = home, HOME_TITLE
        site.save()
    # Wagtail's first migration leaves a page of welcome that nothing of ours can show.
    if welcome is not None and welcome.specific_class is BasePage and not welcome.get_children().exists():
        welcome.delete()
    return home
