"""The addresses of playback: the token stands before everything that a playlist names relatively."""

from django.urls import path

from media import playback_views

app_name = "media"
urlpatterns = [
    path(
        "playback/<str:token>/<uuid:recording>/<int:generation>/<str:name>",
        playback_views.packaged_file,
        name="file",
    ),
    path(
        "playback/<str:token>/<uuid:recording>/captions/<str:language>-<int:version>.vtt",
        playback_views.captions,
        name="captions",
    ),
]
