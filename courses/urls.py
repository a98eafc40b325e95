"""The addresses of the courses pages; Wagtail routes the catalogue's own."""

from django.urls import URLPattern, URLResolver, path

from courses.views import curricula, declarations, desk_declarations, my, proofs, watch

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("lectures/<uuid:public_id>/", watch.watch, name="lecture"),
    path("my/", my.my, name="my"),
    path("my/record/", my.record, name="record"),
    path("my/declarations/", declarations.index, name="declarations"),
    path("my/declarations/new/", declarations.new, name="declare"),
    path("my/declarations/<uuid:public_id>/", declarations.declaration, name="declaration"),
    path("my/declarations/<uuid:public_id>/change/", declarations.change, name="declaration_change"),
    path("my/declarations/<uuid:public_id>/withdraw/", declarations.withdraw, name="declaration_withdraw"),
    path("proofs/<uuid:public_id>/", proofs.proof, name="proof"),
    path("desk/declarations/", desk_declarations.index, name="desk_declarations"),
    path("desk/declarations/<uuid:public_id>/", desk_declarations.declaration, name="desk_declaration"),
    path("curricula/<uuid:public_id>/", curricula.curriculum, name="curriculum"),
]
