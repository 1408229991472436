"""The mailbox on the mail server: what waits in it, the bytes of one mail, and moving it out of the way."""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

TIMEOUT_S = 30
BATCH = 50
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Away(Exception):
    """The server does not answer, or not as it should. The words repeat no name and no password."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail on the server. arrived_at: when the server took it in, which is when it reached us."""

    uid: str
    size: int
    arrived_at: datetime


class Folder:
    """The mailbox's folder while somebody is signed in."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box
        self._known: set[str] = set()

    def waiting(self) -> list[Waiting]:
        """The mails of the folder, the oldest first, a handful at a time."""
        found = []
        for uid in self._box.uids("UNDELETED", None)[:BATCH]:
            data = self._fetched(uid, "(RFC822.SIZE INTERNALDATE)")
            line = b" ".join(one if isinstance(one, bytes) else b" ".join(one) for one in data if one)
            size, arrived = _SIZE.search(line), imaplib.Internaldate2tuple(line)
            if size:  # else it was moved by another worker a moment ago
                found.append(Waiting(uid, int(size[1]), datetime.fromtimestamp(time.mktime(arrived), UTC) if arrived else datetime.now(UTC)))
        return found

    def raw(self, one: Waiting, *, only_head: bool = False) -> bytes | None:
        """The mail as it came; None when it is gone. It is not marked as read."""
        data = self._fetched(one.uid, "(BODY.PEEK[HEADER])" if only_head else "(BODY.PEEK[])")
        return next((bytes(part[1]) for part in data if isinstance(part, tuple)), None)

    def move(self, one: Waiting, folder: str) -> None:
        """Out of the folder; a mail that another worker has moved already is no error."""
        if folder not in self._known:
            if not self._box.folder.exists(folder):
                self._box.folder.create(folder)
            self._known.add(folder)
        self._box.move(one.uid, folder)

    def _fetched(self, uid: str, what: str) -> list[Any]:
        answer, data = self._box.client.uid("FETCH", uid, what)
        if answer != "OK":
            raise Away(f"FETCH was answered with {answer}")
        return data


@contextmanager
def signed_in(mailbox: Any) -> Iterator[Folder]:
    """`mailbox` is the setting LUYUE_MAILBOX. raises Away."""
    server = mailbox.server
    try:
        box = _connection(server)
        try:
            box.login(server.user, server.password, None)
            box.folder.set(mailbox.folder)
            yield Folder(box)
        finally:
            with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                box.logout()
    except ImapToolsError as error:
        raise Away(_KINDS.get(type(error).__name__, type(error).__name__)) from None
    except (OSError, imaplib.IMAP4.error) as error:
        # The words of a server, and of a library, may repeat what was sent to it.
        raise Away(type(error).__name__) from None


_KINDS = {
    "MailboxLoginError": "sign-in refused: user or password is wrong",
    "MailboxFolderSelectError": "there is no such folder",
    "MailboxMoveError": "the mail could not be moved",
    "MailboxFolderCreateError": "the folder for mail that was taken in could not be made",
}


def _connection(server: Any) -> BaseMailBox:
    if server.security == "plain":
        return MailBoxUnencrypted(server.host, server.port, timeout=TIMEOUT_S)
    kind = MailBox if server.security == "tls" else MailBoxStartTls
    return kind(server.host, server.port, timeout=TIMEOUT_S, ssl_context=ssl.create_default_context())
