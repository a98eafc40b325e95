"""Sign-ins as they went: the one writer of SignInAttempt. The latest of each account are kept."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from people import phones
from people.models import Person, SignInAttempt, User

KEPT = 100
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def note(user: User, *, has_worked: bool, agent: str) -> None:
    """Keep one attempt; the oldest beyond KEPT go."""
    SignInAttempt.objects.create(user=user, at=timezone.now(), has_worked=has_worked, device=device_of(agent))
    old = SignInAttempt.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    if keys := list(old):
        SignInAttempt.objects.filter(pk__in=keys).delete()


def account_named(login: str) -> User | None:
    """Whose sign-in this name, address or verified phone is."""
    if not login:
        return None
    is_phone = Q(phone=phones.normalise(login), phone_verified=True)
    return User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login) | is_phone).first()


def latest(person: Person, count: int = 10) -> QuerySet[SignInAttempt]:
    """The person's last attempts, the latest first."""
    return SignInAttempt.objects.filter(user=person.user_id).order_by("-pk")[:count]


def forget(person: Person) -> int:
    """He has left: how he signed in is of no use any more."""
    return SignInAttempt.objects.filter(user=person.user_id).delete()[0] if person.user_id else 0


def device_of(agent: str) -> str:
    """A browser's own words in a word or two: "微信 · Android"."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part)


def agent_of(request: HttpRequest | None) -> str:
    return request.headers.get("User-Agent", "")[:300] if request is not None else ""
