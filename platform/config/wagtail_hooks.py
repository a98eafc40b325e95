"""What the product changes on every page of Wagtail's admin: its colours, and no way out to foreign sites."""

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_vite.core.asset_loader import DjangoViteAssetLoader
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("insert_global_admin_css")
def product_colours() -> SafeString:
    address = DjangoViteAssetLoader.instance().generate_vite_asset_url("styles/admin.css")
    return format_html('<link rel="stylesheet" href="{}">', address)


@hooks.register("insert_global_admin_js")
def private_person_search() -> SafeString:
    address = DjangoViteAssetLoader.instance().generate_vite_asset_url("scripts/person_search.ts")
    return format_html('<script type="module" src="{}"></script>', address)


@hooks.register("construct_help_menu")
def keep_help_in_the_house(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's release notes and editor guide are English pages elsewhere; the shortcuts stay."""
    menu_items[:] = [item for item in menu_items if item.name == "keyboard-shortcuts-trigger"]
