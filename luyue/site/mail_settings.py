"""Where mail goes out, where it comes in, and who carries text messages: one address a service, read from the environment.

An address holds its password. Nothing here, and no error, repeats one: a service is always shown as `scheme://host:port`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PLAIN, STARTTLS, TLS = "plain", "starttls", "tls"
_SMTP = {"smtp": (PLAIN, 25), "smtp+starttls": (STARTTLS, 587), "smtps": (TLS, 465)}
_IMAP = {"imap": (PLAIN, 143), "imap+starttls": (STARTTLS, 143), "imaps": (TLS, 993)}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. security: plain | starttls | tls."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where customers' mail waits for us. What was taken in is moved to `done`, what was too large to `refused`."""

    server: Server
    folder: str = "INBOX"
    done: str = "Luyue"
    refused: str = "Luyue-refused"


@dataclass(frozen=True, slots=True)
class TextGateway:
    """Who carries text messages: a file for somebody to fetch, or an HTTP service. `address` has no password in it."""

    kind: str  # file http
    address: str
    token: str = field(default="", repr=False)


def smtp_server(address: str, variable: str = "LUYUE_SMTP_URL") -> Server | None:
    """None when nothing is set. raises ImproperlyConfigured."""
    return _server(address, variable, _SMTP)[0] if address else None


def mailbox(address: str, variable: str = "LUYUE_IMAP_URL") -> Mailbox | None:
    """`imaps://user:password@host/FOLDER?done=…&refused=…`; None when nothing is set. raises ImproperlyConfigured."""
    if not address:
        return None
    server, parts = _server(address, variable, _IMAP)
    if not server.user:
        raise ImproperlyConfigured(f"{variable} names no user. Write imaps://user:password@{server.host}, an @ in the user as %40.")
    given = parse_qs(parts.query)
    folders = {name: given[name][0] for name in ("done", "refused") if given.get(name)}
    inbox = unquote(parts.path.strip("/")) or "INBOX"
    box = Mailbox(server, inbox, **folders)
    if len({box.folder, box.done, box.refused}) < 3:
        raise ImproperlyConfigured(f"{variable}: the mailbox, `done` and `refused` must be three folders, or mail would be taken in again and again.")
    return box


def text_gateway(address: str, variable: str = "LUYUE_SMS_URL") -> TextGateway:
    """`file:` (default), `file:/path`, `https://TOKEN@host/path`; `http` only on this machine. raises ImproperlyConfigured."""
    if address.startswith("file:") or not address:
        return TextGateway("file", address.removeprefix("file:").removeprefix("//"))
    parts = _split(address, variable)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(f"{variable} begins with {parts.scheme}:. Write file:/path or https://TOKEN@host/path.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ImproperlyConfigured(f"{variable} would send phone numbers to {parts.hostname} in the clear. Write https://.")
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return TextGateway("http", bare, unquote(parts.password or parts.username or ""))


def _server(address: str, variable: str, known: dict[str, tuple[str, int]]) -> tuple[Server, SplitResult]:
    parts = _split(address, variable)
    if parts.scheme not in known or not parts.hostname:
        raise ImproperlyConfigured(f"{variable} is no mail server's address. Write one of {', '.join(f'{one}://user:password@host' for one in known)}.")
    security, port = known[parts.scheme]
    server = Server(parts.hostname, parts.port or port, security, unquote(parts.username or ""), unquote(parts.password or ""))
    if server.password and security == PLAIN and server.host not in _LOOPBACK:
        raise ImproperlyConfigured(f"{variable} would send its password to {server.host} in the clear. Write {parts.scheme}s:// or {parts.scheme}+starttls://.")
    return server, parts


def _split(address: str, variable: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - parsed here, and wrong here
    except ValueError:
        # The parser's own words would show the address.
        raise ImproperlyConfigured(f"{variable} cannot be read. Special characters in user and password are written as %40, %2F, %3A.") from None
    return parts
