"""The addresses of the reports pages."""

from django.urls import URLPattern, URLResolver, path

from reports.views.curriculum import curriculum, curriculum_xlsx
from reports.views.overview import overview

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("coverage/", overview, name="overview"),
    path("coverage/<uuid:public_id>/", curriculum, name="curriculum"),
    path("coverage/<uuid:public_id>.xlsx", curriculum_xlsx, name="curriculum_xlsx"),
]
