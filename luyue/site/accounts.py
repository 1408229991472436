"""How staff get an account: somebody in charge gives them one. Nobody registers by himself."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def attempted_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str | None:
    """The name somebody tries to sign in with, the same for the page's form and for what the form hands on.

    The two call it differently, and a lock found under one word is not seen under the other.
    """
    given = credentials or request.POST
    name = given.get("username") or given.get("login")
    return name.strip().casefold() if name else None
