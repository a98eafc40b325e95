"""The addresses of the people pages."""

from django.urls import path

from people import code_views, inbox_views, log_views, personal_views, seeing_views, views

app_name = "people"
urlpatterns = [
    path("accounts/landing/", views.land, name="landing"),
    path("accounts/admin/", views.admin_door, name="admin_door"),
    path("accounts/first/", code_views.first, name="first"),
    path("accounts/phone/", code_views.by_phone, name="by_phone"),
    path("accounts/code/", code_views.code, name="code"),
    path("accounts/code/again/", code_views.again, name="code_again"),
    path("accounts/secret/", code_views.secret, name="secret"),
    path("accounts/ways/weixin/unbind/", code_views.unbind_weixin, name="unbind_weixin"),
    path("accounts/ways/", code_views.ways, name="ways"),
    path("my/looked-at/", log_views.about_me, name="looked_at"),
    path("my/data/", personal_views.my_data, name="my_data"),
    path("my/data/workbook/", personal_views.workbook, name="my_data_workbook"),
    path("my/data/json/", personal_views.as_json, name="my_data_json"),
    path("my/data/ask/", personal_views.ask, name="my_data_ask"),
    path("my/data/<uuid:public_id>/withdraw/", personal_views.withdraw, name="my_data_withdraw"),
    path("desk/data/", personal_views.desk, name="rectifications"),
    path("desk/data/<uuid:public_id>/", personal_views.matter, name="rectification"),
    path("desk/data/<uuid:public_id>/settle/", personal_views.settle, name="rectification_settle"),
    path("desk/log/", log_views.audit_log, name="audit_log"),
    path("seeing-as/end/", seeing_views.end, name="seeing_as_end"),
    path("inbox/", inbox_views.inbox, name="inbox"),
    path("inbox/read/", inbox_views.read_all, name="read_all"),
    path("inbox/unread/", inbox_views.unread_again, name="unread_again"),
    path("inbox/wishes/", inbox_views.wishes, name="wishes"),
    path("inbox/wishes/<str:token>/", inbox_views.mail_wishes, name="mail_wishes"),
    path("inbox/<uuid:public_id>/", inbox_views.notice, name="notice"),
]
