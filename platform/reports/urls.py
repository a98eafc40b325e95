"""The addresses of the reports pages."""

from django.urls import URLPattern, URLResolver, path

from reports.views.curriculum import curriculum, curriculum_xlsx
from reports.views.overview import overview
from reports.views.snapshots import compare, fix, index, sign, snapshot

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("coverage/", overview, name="overview"),
    path("coverage/<uuid:public_id>/", curriculum, name="curriculum"),
    path("coverage/<uuid:public_id>.xlsx", curriculum_xlsx, name="curriculum_xlsx"),
    path("coverage/<uuid:public_id>/fix/", fix, name="fix"),
    path("coverage/reports/", index, name="snapshots"),
    path("coverage/reports/<uuid:public_id>/", snapshot, name="snapshot"),
    path("coverage/reports/<uuid:public_id>/sign/", sign, name="snapshot_sign"),
    path("coverage/reports/<uuid:public_id>/compare/", compare, name="snapshot_compare"),
]
