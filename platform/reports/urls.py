"""The addresses of the reports pages."""

from django.urls import URLPattern, URLResolver, path

from reports.views.bulletins import (
    bulletin,
    bulletin_new,
    bulletin_paper,
    bulletin_rankings,
    bulletin_schedule,
    bulletin_schedule_stop,
    bulletins,
)
from reports.views.curriculum import curriculum
from reports.views.exports import export, export_file, export_new, export_progress, exports
from reports.views.overview import overview
from reports.views.reminders import index as reminders
from reports.views.reminders import progress, remind, reminder
from reports.views.snapshots import compare, fix, index, sign, snapshot

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("coverage/", overview, name="overview"),
    path("coverage/<uuid:public_id>/", curriculum, name="curriculum"),
    path("coverage/<uuid:public_id>/fix/", fix, name="fix"),
    path("coverage/bulletins/", bulletins, name="bulletins"),
    path("coverage/bulletins/rankings/", bulletin_rankings, name="bulletin_rankings"),
    path("coverage/bulletins/schedules/new/", bulletin_schedule, name="bulletin_schedule"),
    path(
        "coverage/bulletins/schedules/<uuid:public_id>/stop/",
        bulletin_schedule_stop,
        name="bulletin_schedule_stop",
    ),
    path("coverage/bulletins/<uuid:public_id>/", bulletin, name="bulletin"),
    path("coverage/bulletins/<uuid:public_id>.pdf", bulletin_paper, {"kind": "pdf"}, name="bulletin_pdf"),
    path("coverage/bulletins/<uuid:public_id>.docx", bulletin_paper, {"kind": "docx"}, name="bulletin_docx"),
    path("coverage/exports/", exports, name="exports"),
    path("coverage/exports/new/", export_new, name="export_new"),
    path("coverage/exports/<uuid:public_id>/", export, name="export"),
    path("coverage/exports/<uuid:public_id>/progress/", export_progress, name="export_progress"),
    path("coverage/exports/<uuid:public_id>/file/", export_file, name="export_file"),
    path("coverage/<uuid:public_id>/remind/", remind, name="remind"),
    path("coverage/reminders/", reminders, name="reminders"),
    path("coverage/reminders/<uuid:public_id>/", reminder, name="reminder"),
    path("coverage/reminders/<uuid:public_id>/progress/", progress, name="reminder_progress"),
    path("coverage/reports/", index, name="snapshots"),
    path("coverage/reports/<uuid:public_id>/", snapshot, name="snapshot"),
    path("coverage/reports/<uuid:public_id>/sign/", sign, name="snapshot_sign"),
    path("coverage/reports/<uuid:public_id>/bulletin/", bulletin_new, name="bulletin_new"),
    path("coverage/reports/<uuid:public_id>/compare/", compare, name="snapshot_compare"),
]
