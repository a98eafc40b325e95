"""The page of pages gets its locale, as Wagtail's documentation prescribes."""

from django.db import migrations
from wagtail.models import BootstrapLocaleField, BootstrapTranslatableModel, BootstrapTranslationKeyField


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "base_page_1"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        BootstrapLocaleField("courses.BasePage"),
        BootstrapTranslationKeyField("courses.BasePage"),
        BootstrapTranslatableModel("courses.BasePage"),
    ]
