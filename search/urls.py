"""The addresses of the search pages."""

from django.urls import path

from search import statute_views, views

app_name = "search"
urlpatterns = [
    path("search/", views.search_page, name="search"),
    path("laws/", statute_views.statute_list, name="statutes"),
    path("laws/<slug:key>/", statute_views.statute_page, name="statute"),
    path("laws/<slug:key>/<int:article>/", statute_views.article_page, name="article"),
    path("laws/<slug:key>/<int:article>-<int:insert>/", statute_views.article_page, name="inserted_article"),
]
