"""How staff sign in: by a name somebody in charge gave them, with a password and, if they have one, a second factor.

Nobody registers by himself, and no page tells whether a name exists.
"""

from __future__ import annotations

import base64
import os
import unicodedata
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from luyue.apps.customers.keys import key_for
from luyue.apps.people.models import User
from luyue.apps.people.selectors import account
from luyue.site.addresses import client_address

_NONCE_BYTES = 12


class StaffAccounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """allauth takes a try before it looks at the password, under a lock, so many tries at once cannot slip past the limit.

        It counts them for the pair of name and address, as axes does: whoever knows a colleague's name must not lock him out.
        """
        return f"{login_name(request, credentials)}@{client_address(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A try too many is answered by the same page, whether this limit or axes' lock found it."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            request.axes_locked_out = True
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """An account that was closed looks like one that never was, also to whoever knows its password."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def set_password(self, user: Any, password: str) -> None:
        """His own choice at last: nobody else knows it."""
        user.must_change_password = False
        super().set_password(user, password)


class Accounts(AuthenticationBackend):
    """Signing in as allauth does it; whoever is signed in is read with his teams and posts in one question."""

    def get_user(self, user_id: int) -> User | None:
        user = account(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class SealedSecrets(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted; the key lies outside the database."""

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(key_for("second factor")).encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return AESGCM(key_for("second factor")).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's first choice. Django's own 100 MiB would let twenty sign-ins fill a small server."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1


def login_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name somebody tries, in one form however he writes it, so that each spelling is not a fresh set of tries."""
    given = (credentials or {}).get("username") or (credentials or {}).get("login") or request.POST.get("login") or ""
    return unicodedata.normalize("NFKC", str(given)).strip().casefold()[:150]


def locked_out(request: HttpRequest, original: HttpResponse | None = None, credentials: Mapping[str, Any] | None = None) -> HttpResponse:
    """429, the same for names that exist and names that do not; it repeats nothing of what was sent."""
    words = _("这个名字从这里试错了太多次，暂停 15 分钟。忘记密码请找安全管理员重设。")
    if request.headers.get("X-Requested-With") == "XMLHttpRequest" or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": "locked", "message": words}, status=429)
    return render(request, "429.html", {"retry_words": words, "request_id": getattr(request, "id", "")}, status=429)
