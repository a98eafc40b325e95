"""allauth in our terms: nobody signs up, and everybody lands on what he came for."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given, not taken: an association adds its lawyers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
