"""The addresses of the search pages."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("search/", views.search_page, name="search"),
    path("laws/", views.statute_list, name="statutes"),
    path("laws/<slug:key>/", views.statute_page, name="statute"),
    path("laws/<slug:key>/<int:article>/", views.article_page, name="article"),
]
