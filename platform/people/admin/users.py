"""Wagtail's own list of users, fitted to ours: superusers alone see it, and groups come from role grants."""

from typing import Any

from django.db.models import QuerySet
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import IndexView, UserViewSet

from people.admin.private_search import PostedSearch
from people.models import User

FIELDS = ["username", "email", "phone", "is_active", "is_superuser"]


class WithoutHalvedNames:
    """Our users have no first and last name, and their groups are a projection: neither is a field here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "groups"):
            self.fields.pop(name, None)  # type: ignore[attr-defined]
        self.fields["email"].required = False  # type: ignore[attr-defined]

    def clean_phone(self) -> str | None:
        """No phone is NULL: two empty ones would collide."""
        return self.cleaned_data["phone"] or None  # type: ignore[attr-defined]


class NewUserForm(WithoutHalvedNames, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = FIELDS


class ChangedUserForm(WithoutHalvedNames, UserEditForm):
    class Meta(UserEditForm.Meta):
        model = User
        fields = FIELDS


class UserIndex(PostedSearch, IndexView):
    """The list with the person's name beside each sign-in, in as few statements as without."""

    def get_base_queryset(self) -> QuerySet[User]:
        return super().get_base_queryset().select_related("person")


class PeopleUserViewSet(UserViewSet):
    index_view_class = UserIndex
    template_prefix = "people/users/"

    def get_form_class(self, for_update: bool = False) -> type:
        return ChangedUserForm if for_update else NewUserForm
