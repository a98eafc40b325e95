"""The addresses of the people pages."""

from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("accounts/landing/", views.land, name="landing"),
    path("accounts/admin/", views.admin_door, name="admin_door"),
]
