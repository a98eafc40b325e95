"""Verifying a certificate: by its number or its code, by anybody; and the page that does it without network."""

import base64
import hashlib
import json
from pathlib import Path

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from courses import signing_keys, verifying
from courses.certificate_refusals import READING, TooManyQuestions
from courses.refusals import Refusal

# Which of the two builds' manifests names what, and by which entry (vite.verify.config.ts, vite.config.ts).
SCRIPT, STYLE = ("verify-manifest.json", "scripts/verify.ts"), ("manifest.json", "scripts/site.ts")
MAX_NUMBER = 60
# A link with the longest code; servers take addresses of four thousand characters.
MAX_TEXT = 2600


def allow(request: HttpRequest) -> None:
    """Count one question of this network. Raises TooManyQuestions."""
    # allauth's public wrapper lets every GET pass, and a question about a certificate is one.
    if not ratelimit.consume(
        request,
        app="courses",
        action="verify_certificate",
        config=settings.CERTIFICATE_QUESTIONS,
        limit_get=True,
    ):
        raise TooManyQuestions


@never_cache
@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """/verify/?number=, and /verify/<code> or /V/<code> as the QR code has it."""
    number = request.GET.get("number", "").strip()[:MAX_TEXT]
    if not number and not code:
        return render(request, "courses/certificates/verify.html", {"number": "", "longest": MAX_TEXT})
    try:
        allow(request)
        text = code or (number if len(number) > MAX_NUMBER else "")
        verdict = verifying.by_code(text) if text else verifying.by_number(number)
    except Refusal as refusal:
        return render(
            request,
            "courses/certificates/verify.html",
            {
                "number": number if len(number) <= MAX_NUMBER else "",
                "refusal": refusal,
                "longest": MAX_TEXT,
            },
            status=refusal.status,
        )
    return render(request, "courses/certificates/verdict.html", {"verdict": verdict, "now": timezone.now()})


@require_safe
@cache_control(public=True, max_age=300)
def keys(request: HttpRequest) -> JsonResponse:
    """/verify/keys.json: every public key that has ever signed, for whoever verifies by himself."""
    return JsonResponse({"algorithm": "Ed25519", "keys": signing_keys.published()})


@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """/verify/offline/: opened once, it works without network; the service worker keeps it."""
    return render(request, "courses/certificates/offline.html", _offline_words())


@never_cache
@require_safe
def offline_file(request: HttpRequest) -> HttpResponse:
    """/verify/offline.html: the same as one file to keep, with script, style and keys inside and no way out."""
    script, style = _built(SCRIPT, "file"), _built(STYLE, "css")
    page = render_to_string(
        "courses/certificates/offline_file.html",
        _offline_words()
        | {
            "script": script,
            "style": style,
            "script_hash": _digest(script),
            "style_hash": _digest(style),
            "made_on": timezone.localdate(),
        },
    )
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify-certificates.html"'
    return response


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """/verify/worker.js: keeps the offline page and what it needs."""
    kept = [
        reverse("courses:verify_offline"),
        *(static(name) for name in ("icons.svg", "logo.svg", "favicon.svg")),
        *(static(name) for name in (_name(SCRIPT, "file"), _name(STYLE, "file"), _name(STYLE, "css"))),
    ]
    version = hashlib.sha256(json.dumps([kept, signing_keys.published()]).encode()).hexdigest()[:12]
    return render(
        request,
        "courses/certificates/worker.js",
        {"kept": json.dumps(kept), "version": version},
        content_type="text/javascript; charset=utf-8",
    )


def _offline_words() -> dict[str, object]:
    return {
        "keys": {row["id"]: row["public"] for row in signing_keys.published()},
        "script_url": static(_name(SCRIPT, "file")),
        "errors": {code: str(text) for code, text in READING.items()},
    }


def _name(entry: tuple[str, str], part: str) -> str:
    """The built file of an entry, or its first style sheet, by Vite's manifest."""
    manifest = json.loads((_built_folder() / entry[0]).read_text(encoding="utf-8"))
    found = manifest[entry[1]]
    return str(found["css"][0] if part == "css" else found["file"])


def _built(entry: tuple[str, str], part: str) -> str:
    """The text of a built file, as it can stand inside a page."""
    text: str = (_built_folder() / _name(entry, part)).read_text(encoding="utf-8")
    return text.strip().replace("</script", "<\\/script")


def _built_folder() -> Path:
    return Path(settings.DJANGO_VITE["default"]["manifest_path"]).parent


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
