"""Who signs in."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class User(AbstractUser):
    """A sign-in. Its verified phone is the sign-in's own; names belong to the person."""

    # A Chinese name is one field of the person; two halves of it here could only disagree.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    # NULL and not empty where there is none: NULLs do not collide.
    phone = models.CharField(_("phone"), max_length=20, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(_("phone verified"), default=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            # Sign-in finds names and addresses whatever their case, so two that differ only in case
            # would be one door for two people. Upper is what a case-insensitive lookup compares.
            models.UniqueConstraint(Upper("username"), name="user_username_any_case"),
            models.UniqueConstraint(
                Upper("email"), name="user_email_any_case", condition=~models.Q(email="")
            ),
            # A phone that is absent cannot have been proved.
            models.CheckConstraint(
                name="user_verified_phone_present",
                condition=models.Q(phone_verified=False) | models.Q(phone__isnull=False),
            ),
        ]

    def get_full_name(self) -> str:
        """The person's name, or the sign-in name of an account that belongs to no person."""
        person: Any = getattr(self, "person", None)
        return person.name if person is not None else self.get_username()

    def get_short_name(self) -> str:
        return self.get_full_name()
