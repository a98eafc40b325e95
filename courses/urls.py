"""The addresses of the courses pages; Wagtail routes the catalogue's own."""

from django.urls import URLPattern, URLResolver, path

from courses.views import curricula, my, watch

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("lectures/<uuid:public_id>/", watch.watch, name="lecture"),
    path("my/", my.my, name="my"),
    path("my/record/", my.record, name="record"),
    path("curricula/<uuid:public_id>/", curricula.curriculum, name="curriculum"),
]
