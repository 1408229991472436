"""Text messages: handed to whoever carries them, a file for somebody to fetch or an HTTP service (`LUYUE_SMS_URL`).

The file is what ships: safe for trying out, and enough for a gateway that polls. The service is asked by one POST of JSON,
`{"id", "to", "text"}`, with the letter's id as `Idempotency-Key` and the token as bearer. It answers 2xx for taken; 400, 404, 409, 410
and 422 for never; anything else, and no answer, for not now. Many providers want another shape: a small relay of your own speaks it.
"""

from __future__ import annotations

import http.client
import json
import os
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from luyue.apps.contacts.channels import ChannelDown, Letter, Undeliverable
from luyue.apps.customers.sealed import masked_phone

TIMEOUT_S = 15
_NEVER = (400, 404, 409, 410, 422)
_DRAIN_BYTES = 65_536


class Texts:
    """By the gateway of the settings."""

    def send(self, letter: Letter) -> str:
        if not letter.phone:
            raise Undeliverable("客户没有留下电话")
        gateway = settings.LUYUE_SMS
        message = {"id": letter.id, "to": letter.phone, "text": letter.text}
        if gateway.kind == "http":
            _post(gateway.address, gateway.token, letter.id, message)
        else:
            _lay_down(Path(gateway.address) if gateway.address else Path(settings.DATA) / "sms.spool", message)
        return masked_phone(letter.phone)


def _lay_down(path: Path, message: dict[str, str]) -> None:
    line = json.dumps(message, ensure_ascii=False) + "\n"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", closefd=True) as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ChannelDown(f"短信文件写不进去：{error.strerror}") from error


def _post(address: str, token: str, key: str, message: dict[str, str]) -> None:
    """No redirect is followed: the token and the number go to the address that was set, and nowhere else."""
    parts = urlsplit(address)
    connection_of = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connection_of(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, json.dumps(message, ensure_ascii=False).encode(), headers)
        answer = connection.getresponse()
        answer.read(_DRAIN_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise ChannelDown(f"短信网关没有答复：{type(error).__name__}") from error
    finally:
        connection.close()
    if answer.status in _NEVER:
        raise Undeliverable(f"短信网关拒绝了这条短信（{answer.status}）")
    if not 200 <= answer.status < 300:
        raise ChannelDown(f"短信网关答复 {answer.status}")
