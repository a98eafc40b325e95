"""How a page of the catalogue comes to its view: the edges register one for each kind at start-up.

Models may not import views, and Wagtail asks the model to serve itself, when live and in the editor's preview.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse


class Previewed:
    """First base of what an editor previews; its view is registered with `render_with`."""

    _view: ClassVar[Callable[..., HttpResponse]]

    @classmethod
    def render_with(cls, view: Callable[..., HttpResponse]) -> None:
        """`view(request, item, *, is_preview)` shows items of this kind from now on."""
        cls._view = staticmethod(view)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self._view(request, self, is_preview=True)


class Rendered(Previewed):
    """First base of a page that serves itself through its view."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._view(request, self, is_preview=False)
