"""Proof files to those who may see their matter: pictures shown as pictures, everything else downloaded."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from courses import proof_kinds, proofs
from courses.desk_access import accessible_proofs
from courses.views.desk_doors import signed_in, user_of
from people import audit_log


@signed_in
def proof(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """/proofs/<uuid>/: nothing in it may run, whatever it holds; ?download=1 saves a picture too."""
    found = get_object_or_404(
        accessible_proofs(request.user).select_related("declaration__person", "dispute__person").distinct(),
        public_id=public_id,
    )
    person = proofs.person_of(found)
    if person is not None:
        audit_log.looked_at(user_of(request), person, _("Proof of hours"))
    try:
        content = proofs.open_file(found)
    except FileNotFoundError as error:
        raise Http404 from error
    is_shown = found.media_type in proof_kinds.SHOWN_INLINE and "download" not in request.GET
    response = FileResponse(
        content, as_attachment=not is_shown, filename=found.original_name, content_type=found.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
