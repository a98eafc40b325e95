"""Wagtail's page of one's own settings, without the two halves of a name that our users do not have."""

from typing import Any

from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, NameEmailSettingsPanel


class OwnSettings(AccountView):
    """Picture, notifications, language and theme; e-mail and password are changed with allauth."""

    def get_panels(self) -> list[Any]:
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]


own_settings = require_admin_access(OwnSettings.as_view())
