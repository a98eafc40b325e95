"""The addresses that belong to no app: health and the design system's living page."""

from django.urls import path

from config.design import living_page
from config.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("design/", living_page, name="design"),
]
