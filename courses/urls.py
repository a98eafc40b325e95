"""The addresses of the courses pages; Wagtail routes the catalogue's own."""

from django.urls import URLPattern, URLResolver, path

from courses.views import curricula

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("curricula/<uuid:public_id>/", curricula.curriculum, name="curriculum"),
]
