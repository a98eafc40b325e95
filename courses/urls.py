"""The addresses of the courses pages; Wagtail routes the catalogue's own."""

from django.urls import URLPattern, URLResolver, path

from courses.views import (
    corrections,
    curricula,
    declarations,
    desk,
    desk_declarations,
    disputes,
    evidence,
    matching,
    my,
    proofs,
    recognition,
    regulation,
    shared_devices,
    watch,
)

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("lectures/<uuid:public_id>/", watch.watch, name="lecture"),
    path("my/", my.my, name="my"),
    path("my/record/", my.record, name="record"),
    path("regulation/", regulation.current, name="regulation"),
    path("regulation/<uuid:public_id>/", regulation.version, name="regulation_version"),
    path("my/declarations/", declarations.index, name="declarations"),
    path("my/declarations/new/", declarations.new, name="declare"),
    path("my/declarations/<uuid:public_id>/", declarations.declaration, name="declaration"),
    path("my/declarations/<uuid:public_id>/change/", declarations.change, name="declaration_change"),
    path("my/declarations/<uuid:public_id>/withdraw/", declarations.withdraw, name="declaration_withdraw"),
    path("proofs/<uuid:public_id>/", proofs.proof, name="proof"),
    path("desk/", desk.home, name="desk"),
    path("desk/declarations/", desk_declarations.index, name="desk_declarations"),
    path("desk/declarations/<uuid:public_id>/", desk_declarations.declaration, name="desk_declaration"),
    path("my/evidence/<uuid:public_id>/", evidence.entry, name="evidence"),
    path("my/evidence/lectures/<uuid:public_id>/", evidence.lecture, name="lecture_evidence"),
    path("my/disputes/", disputes.index, name="disputes"),
    path("my/disputes/new/", disputes.new, name="dispute_new"),
    path("my/disputes/<uuid:public_id>/", disputes.one, name="dispute"),
    path("my/disputes/<uuid:public_id>/withdraw/", disputes.withdraw, name="dispute_withdraw"),
    path("desk/disputes/", disputes.desk, name="desk_disputes"),
    path("desk/disputes/<uuid:public_id>/", disputes.decide, name="desk_dispute"),
    path("desk/corrections/", corrections.index, name="desk_corrections"),
    path("desk/corrections/new/", corrections.new, name="desk_correction_new"),
    path("desk/corrections/<uuid:public_id>/", corrections.one, name="desk_correction"),
    path(
        "desk/corrections/<uuid:public_id>/progress/", corrections.progress, name="desk_correction_progress"
    ),
    path(
        "desk/corrections/<uuid:public_id>/lines/<int:line>/leave-out/",
        corrections.leave_out,
        name="desk_correction_leave_out",
    ),
    path("desk/lists/", recognition.index, name="desk_lists"),
    path("desk/lists/new/", recognition.new, name="desk_list_new"),
    path("desk/lists/<uuid:public_id>/", recognition.one, name="desk_list"),
    path("desk/lists/<uuid:public_id>/change/", recognition.change, name="desk_list_change"),
    path("desk/lists/<uuid:public_id>/add/", matching.add, name="desk_list_add"),
    path("desk/lists/<uuid:public_id>/progress/", recognition.progress, name="desk_list_progress"),
    path("desk/lists/lines/<uuid:public_id>/", recognition.line, name="desk_list_line"),
    path("desk/lists/rows/<uuid:public_id>/", matching.row, name="desk_list_row"),
    path("desk/devices/", shared_devices.index, name="desk_devices"),
    path("curricula/<uuid:public_id>/", curricula.curriculum, name="curriculum"),
]
