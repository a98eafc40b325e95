"""What every template may know: demonstration or not, the reader's choices, who is looking and where to go."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from people import notices, sms
from people.access import person_of
from people.grants import roles_held
from people.models import Person, Role
from people.wagtail_groups import GROUP_OF_ROLE

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

COMMITTEE = {Role.FIRM_MANAGER, Role.CITY_COMMITTEE, Role.PROVINCIAL_COMMITTEE, Role.AUDITOR}
THEMES = {"light", "dark"}
BOTTOM_BAR_ENTRIES = 5


@dataclass(frozen=True)
class Place:
    """One entry of a navigation. `icon` is a key of the icon sprite; `is_current` marks the reader's page."""

    label: "_StrPromise"
    url: str
    icon: str
    is_current: bool = False


HOME = Place(_("Home"), "/", "home")
LEARNING = Place(_("My learning"), "/my/", "learning")
COURSES = Place(_("Courses"), "/courses/", "course")
SEARCH = Place(_("Search"), "/search/", "search")
RECORD = Place(_("Credit record"), "/my/record/", "record")
LAWS = Place(_("Statutes"), "/laws/", "law")
COVERAGE = Place(_("Coverage"), "/coverage/", "coverage")
DESK = Place(_("Desks"), "/desk/", "award")
SUPPORT = Place(_("Support"), "/desk/support/", "help")
DEVICES = Place(_("Shared devices"), "/desk/devices/", "award")
VERIFY = Place(_("Verify a certificate"), "/verify/", "award")
ADMIN = Place(_("Administration"), "/admin/", "admin")
WAYS = Place(_("Ways to sign in"), "/accounts/ways/", "key")
INBOX = Place(_("Inbox"), "/inbox/", "bell")
AUDIT_LOG = Place(_("Audit log"), "/desk/log/", "record")
MY_DATA = Place(_("My data"), "/my/data/", "show")
EMAIL = Place(_("E-mail addresses"), "/accounts/email/", "mail")


def _person(request: HttpRequest) -> Person | None:
    """The reader's person, looked up once a page."""
    kept = vars(request)
    if "person_of_reader" not in kept:
        kept["person_of_reader"] = person_of(request.user)
    found: Person | None = kept["person_of_reader"]
    return found


def _places(request: HttpRequest) -> list[Place]:
    """Where this reader goes from any page, what he came for first."""
    user = request.user
    if not user.is_authenticated:
        return [HOME, COURSES, SEARCH, LAWS]
    roles = roles_held(user)
    committee = [COVERAGE, DESK] if user.is_superuser or roles & COMMITTEE else []
    # Who helps people with their sign-in has no desk, but looks at devices on which many have watched.
    support = [SUPPORT] if Role.SUPPORT in roles else []
    support += [DEVICES] if Role.SUPPORT in roles and not committee else []
    auditor = [AUDIT_LOG] if user.is_superuser or Role.AUDITOR in roles else []
    administration = [ADMIN] if user.is_superuser or roles & GROUP_OF_ROLE.keys() else []
    learner = [LEARNING, RECORD] if _person(request) else []
    return [
        *committee,
        *auditor,
        *support,
        *learner[:1],
        COURSES,
        SEARCH,
        *learner[1:],
        LAWS,
        *administration,
    ]


# Pages that one comes to from another place than their own address says.
BELONGING = {
    "/my/evidence/": RECORD.url,
    "/my/declarations/": RECORD.url,
    "/my/disputes/": RECORD.url,
    "/certificates/": RECORD.url,
}


def _marked(request: HttpRequest, places: list[Place]) -> list[Place]:
    """The same places, the one whose address is the longest start of this page's marked as current."""
    path = next((url for start, url in BELONGING.items() if request.path.startswith(start)), request.path)
    here = [place.url for place in places if place.url != "/" and path.startswith(place.url)]
    current = max(here, key=len) if here else "/" if path == "/" else None
    return [Place(place.label, place.url, place.icon, place.url == current) for place in places]


def _unread(request: HttpRequest) -> int:
    """How many notices the reader has not read."""
    person = _person(request)
    return notices.unread_count(person) if person else 0


def _navigation(request: HttpRequest) -> list[Place]:
    return _marked(request, _places(request))


def _bottom(nav: list[Place]) -> list[Place]:
    """What a phone's bar has room for: first to go is what is rarely needed at hand."""
    for urls in ({LAWS.url, ADMIN.url}, {AUDIT_LOG.url}, {DESK.url}):
        if len(nav) > BOTTOM_BAR_ENTRIES:
            nav = [place for place in nav if place.url not in urls]
    return nav[:BOTTOM_BAR_ENTRIES]


def _account(nav: list[Place]) -> list[Place]:
    """The menu behind the reader's name. The desks too: a phone's bar has no room for them beside his own pages."""
    desks = [place for place in nav if place.url in {DESK.url, AUDIT_LOG.url}]
    own = [MY_DATA] if any(place.url == LEARNING.url for place in nav) else []
    return [*desks, INBOX, *own, WAYS, EMAIL]


def _initial(name: str) -> str:
    """The character that stands for a name: the given name's last in Chinese, the first elsewhere."""
    return name[:1].upper() if name.isascii() else name[-1:]


def _viewer(request: HttpRequest) -> dict[str, str]:
    """`name`, `note` and `initial` of who is signed in: the person's name where there is one."""
    user = request.user
    if not user.is_authenticated:
        return {"name": "", "note": "", "initial": ""}
    person = _person(request)
    own = person.name if person else ""  # an account without a person has no other name
    name = own or user.get_username()
    return {"name": name, "note": user.get_username() if own else "", "initial": _initial(name)}


def site(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs; queries run only when a template asks (fragments and the admin do not)."""
    theme = request.COOKIES.get("theme", "")
    nav = SimpleLazyObject(lambda: _navigation(request))
    return {
        "demo": settings.DEMO,
        "sms_on": sms.is_on(),
        "weixin_on": settings.WEIXIN_ON,
        "theme": theme if theme in THEMES else "",
        "projector": request.COOKIES.get("projector") == "1",
        "nav": nav,
        "bottom_nav": SimpleLazyObject(lambda: _bottom(list(nav))),
        "footer_nav": [COURSES, LAWS, SEARCH, VERIFY],
        "account_nav": SimpleLazyObject(lambda: _account(list(nav))),
        "unread_notices": SimpleLazyObject(lambda: _unread(request)),
        "seen_person": getattr(request, "seen_person", None),
        "viewer": SimpleLazyObject(lambda: _viewer(request)),
    }
