"""What people add to Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSetGroup

from people.admin.choosers import OrganisationChooser, PersonChooser
from people.admin.grants import RoleGrantViewSet
from people.admin.leaves import LeaveViewSet
from people.admin.memberships import MembershipViewSet
from people.admin.merges import MergeViewSet
from people.admin.organisations import OrganisationViewSet
from people.admin.persons import PersonViewSet
from people.admin.rosters import RosterViewSet


class PeopleGroup(ModelViewSetGroup):
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 300
    items = (
        PersonViewSet,
        OrganisationViewSet,
        MembershipViewSet,
        LeaveViewSet,
        RosterViewSet,
        MergeViewSet,
        RoleGrantViewSet,
    )


@hooks.register("register_admin_viewset")
def people_viewsets() -> list[ViewSet]:
    return [
        PeopleGroup(),
        OrganisationChooser("organisation_chooser"),
        PersonChooser("person_chooser"),
    ]
