"""Real servers for mail and text messages on this machine, each on a free port of loopback and gone with the test.

smtp_server   aiosmtpd; keeps what it took over, and can be told to refuse, to put off, or to fall silent
imap_server   Dovecot as an ordinary process, without its login daemon's privileges
sms_gateway   an HTTP service that carries text messages
"""

from __future__ import annotations

import contextlib
import datetime
import http.server
import imaplib
import ipaddress
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.installation import free_port

USER, PASSWORD = "kefu@example.cn", "s3cret/Pa:ss@word"


@dataclass
class Taken:
    """One message as a server took it over."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]


@dataclass
class Smtp:
    """The handler of aiosmtpd. `answers` are given to the next DATA commands, then "250 OK"; `refused` recipients get a 550."""

    taken: list[Taken] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    logins: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":  # takes it over, and the line breaks before the sender hears of it
            self.taken.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
            server.transport.abort()
            return "250 OK"
        if answer.startswith("2"):
            self.taken.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return answer

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        login = (auth_data.login.decode(), auth_data.password.decode())
        self.logins.append(login)
        return AuthResult(success=login == (USER, PASSWORD), handled=False, message=None)


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextlib.contextmanager
def smtp_server(*, pem: Path | None = None, starttls: bool = False) -> Iterator[Smtp]:
    """`pem` alone: TLS from the first byte; with `starttls`: after the greeting, and a login is asked for."""
    from aiosmtpd.controller import Controller

    handler, port = Smtp(), free_port()
    context = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    more: dict[str, Any] = {"authenticator": handler, "auth_required": True} if context else {}
    more |= {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context, "auth_require_tls": False} if context else {}
    controller = Controller(handler, hostname="127.0.0.1", port=port, data_size_limit=60_000_000, **more)
    handler.port = port
    controller.start()
    try:
        yield handler
    finally:
        controller.stop(no_assert=True)


# ------------------------------------------------------------------------------------------------------------------------------ IMAP


@dataclass
class Imap:
    """A running Dovecot with one mailbox. `deliver` lays a mail into it as a mail server would."""

    port: int
    pem: Path
    tls_port: int
    place: Path
    pid: int = 0

    @property
    def url(self) -> str:
        from urllib.parse import quote

        return f"imap://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX"

    @contextlib.contextmanager
    def signed_in(self) -> Iterator[imaplib.IMAP4]:
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        try:
            connection.login(USER, PASSWORD)
            yield connection
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                connection.logout()

    def deliver(self, *mails: bytes | EmailMessage, at: datetime.datetime | None = None) -> None:
        """at: when the server took them in; now if left out."""
        with self.signed_in() as box:
            for mail in mails:
                raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
                answer = box.append("INBOX", "", imaplib.Time2Internaldate(at) if at else None, raw)  # type: ignore[arg-type]
                assert answer[0] == "OK", answer

    def count(self, folder: str = "INBOX") -> int:
        with self.signed_in() as box:
            answer, data = box.select(f'"{folder}"', readonly=True)
            return int(data[0] or b"0") if answer == "OK" else 0

    def empty(self) -> None:
        """Every folder but the inbox away, and the inbox empty."""
        with self.signed_in() as box:
            for folder in ("Luyue", "Luyue-refused"):
                box.delete(folder)
            if box.select("INBOX")[1] == [b"0"]:
                return
            box.store("1:*", "+FLAGS", r"\Deleted")
            box.expunge()


_CONFIGURATION = """
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{place}/mail
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {uid}
mail_gid = {gid}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={place}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service stats {{
  chroot =
}}
"""


@contextlib.contextmanager
def imap_server() -> Iterator[Imap]:
    """Dovecot in a folder of its own, which ends with the block. An assertion says what to install when it is not here."""
    program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    assert program, "There is no dovecot on this machine. `make browser` gets it (Debian: apt-get install dovecot-imapd)."
    import grp
    import pwd

    # Its login process refuses to be root, so a root who runs the tests steps down for it.
    who = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    place = Path(tempfile.mkdtemp(prefix="luyue-imap-", dir="/tmp"))
    port, tls_port, pem = free_port(), free_port(), certificate(place)
    for folder in ("run", "state", "mail"):
        (place / folder).mkdir()
    (place / "dovecot.conf").write_text(
        _CONFIGURATION.format(
            place=place,
            pem=pem,
            user=who.pw_name,
            group=grp.getgrgid(who.pw_gid).gr_name,
            uid=who.pw_uid,
            gid=who.pw_gid,
            port=port,
            tls_port=tls_port,
            password=PASSWORD,
        )
    )
    with (place / "out").open("wb") as out:
        identity: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        for path in (place, *place.iterdir()) if identity else ():
            os.chown(path, who.pw_uid, who.pw_gid)
        command = [program, "-F", "-c", str(place / "dovecot.conf")]
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, **identity)
    server = Imap(port, pem, tls_port, place, process.pid)
    try:
        _wait_for(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        shutil.rmtree(place, ignore_errors=True)


def _wait_for(server: Imap, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as probe:
                if probe.recv(4):
                    return
        except OSError:
            pass
        said = "".join(path.read_text(errors="replace") for path in (server.place / "out", server.place / "log") if path.exists())
        assert process.poll() is None, f"dovecot ended:\n{said}"
        assert time.monotonic() < deadline, f"dovecot does not answer:\n{said}"
        time.sleep(0.05)


# ------------------------------------------------------------------------------------------------------------------------------- SMS


@dataclass
class Gateway:
    """`answers` are the statuses of the next requests, then 200; 0 closes the line without an answer."""

    port: int
    answers: list[int] = field(default_factory=list)
    asked: list[tuple[dict[str, str], Any]] = field(default_factory=list)


@contextlib.contextmanager
def sms_gateway() -> Iterator[Gateway]:
    gateway = Gateway(0)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.asked.append(({"path": self.path, **dict(self.headers.items())}, json.loads(body)))
            status = gateway.answers.pop(0) if gateway.answers else 200
            if status:
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", f"http://127.0.0.1:{gateway.port}/elsewhere")
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
