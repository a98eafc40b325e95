"""The addresses of the reports pages."""

from django.urls import URLPattern, URLResolver, path

from reports.views.curriculum import curriculum
from reports.views.exports import export, export_file, export_new, export_progress, exports
from reports.views.overview import overview
from reports.views.snapshots import compare, fix, index, sign, snapshot

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("coverage/", overview, name="overview"),
    path("coverage/<uuid:public_id>/", curriculum, name="curriculum"),
    path("coverage/<uuid:public_id>/fix/", fix, name="fix"),
    path("coverage/exports/", exports, name="exports"),
    path("coverage/exports/new/", export_new, name="export_new"),
    path("coverage/exports/<uuid:public_id>/", export, name="export"),
    path("coverage/exports/<uuid:public_id>/progress/", export_progress, name="export_progress"),
    path("coverage/exports/<uuid:public_id>/file/", export_file, name="export_file"),
    path("coverage/reports/", index, name="snapshots"),
    path("coverage/reports/<uuid:public_id>/", snapshot, name="snapshot"),
    path("coverage/reports/<uuid:public_id>/sign/", sign, name="snapshot_sign"),
    path("coverage/reports/<uuid:public_id>/compare/", compare, name="snapshot_compare"),
]
