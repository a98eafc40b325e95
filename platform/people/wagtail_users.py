"""Wagtail's users app with our list of users in it; stands in INSTALLED_APPS in its place."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "people.admin.users.PeopleUserViewSet"
