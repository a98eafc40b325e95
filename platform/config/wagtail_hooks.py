"""What the product adds to every page of Wagtail's admin: its colours."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_vite.core.asset_loader import DjangoViteAssetLoader
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def product_colours() -> SafeString:
    address = DjangoViteAssetLoader.instance().generate_vite_asset_url("styles/admin.css")
    return format_html('<link rel="stylesheet" href="{}">', address)
