"""Kill a worker between the mail server, the store and the mail that leaves, and look whether a mail was lost, doubled or left half done.

usage: python -m tests.faults.mail_kill [--store sqlite|postgres | --here]

A real IMAP and a real SMTP server stand beside it. First the program as shipped, which must end without findings, then every wrong order of
PLANTS, which must end with some: a run that finds nothing means something only because the same look finds these.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import mailbox
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from tests.faults import children, company, plants
from tests.faults.company import NOW
from tests.faults.kill import in_child, installation
from tests.installation import free_port
from tests.mail_servers import Imap, imap_server

STEP = timedelta(minutes=3)  # more than any lease
PLACES = [
    *("mail.stored:1", "mail.stored:2", "mail.moved:1", "mail.dealt:1", "mail.dealt:2", "mail.settled:1"),
    *("outbox.claimed:1", "outbox.sent:1", "outbox.sent:2", "outbox.marked:1"),
    *(f"write.before-commit:{times}" for times in range(1, 8, 2)),
    *(f"write.after-commit:{times}" for times in range(1, 8, 2)),
]
AT_ONCE = 2  # mails a step, and letters that come back
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
PNG += b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"


# ------------------------------------------------------------------------------------------------------------------------ wrong orders


def move_then_commit() -> None:
    """Moved on the server first, committed afterwards."""
    from luyue.apps.journal.failpoints import failpoint
    from luyue.apps.mailroom import polling

    def wrong(folder: Any, one: Any, box: Any, now: Any) -> bool:
        data = folder.raw(one)
        folder.move(one, box.done)
        failpoint("mail.stored")
        return bool(polling.receive(data, now, arrived_at=now))

    polling._take_in = wrong


def settle_then_open() -> None:
    """Marked as dealt with first, the case opened afterwards."""
    from luyue.apps.journal.failpoints import failpoint
    from luyue.apps.mailroom import handling
    from luyue.apps.mailroom.models import DONE, InboundMail

    right = handling.deal

    def wrong(row: Any, *rest: Any, **more: Any) -> bool:
        InboundMail.objects.filter(pk=row.pk).update(state=DONE)
        failpoint("mail.dealt")
        return bool(right(row, *rest, state=DONE))

    handling.deal = wrong


def open_then_settle() -> None:
    """The case committed first, the mark afterwards."""
    from luyue.apps.journal.failpoints import failpoint
    from luyue.apps.mailroom import handling

    def wrong(row: Any, mail: Any, verdict: Any, now: Any, **more: Any) -> bool:
        held, _refused = handling._held(row, mail, verdict)
        doing = handling._Doing(row, mail, verdict, mail.words, held, now)
        entry = handling._DO[verdict.kind](doing)
        failpoint("mail.dealt")
        doing.settle(entry)
        return True

    handling.deal = wrong


def tell_then_settle() -> None:
    """A letter that came back is told in the case first and marked afterwards, and nothing knows that it was told before."""
    from luyue.apps.casework import delivery
    from luyue.apps.journal.failpoints import failpoint
    from luyue.apps.mailroom import handling

    right = handling.deal

    def wrong(row: Any, mail: Any, verdict: Any, now: Any, **more: Any) -> bool:
        if verdict.kind == handling.sorting.BOUNCE:
            for letter in verdict.letters:
                delivery.tell_bounced(letter, "", now)
                failpoint("mail.told")
        return bool(right(row, mail, verdict, now, **more))

    handling.deal = wrong
    delivery.bounce_id = lambda letter, now: f"bounce:{letter.pk}:{now.timestamp()}"


PLANTS: dict[str, tuple[Callable[[], None], list[str]]] = {
    "move-then-commit": (move_then_commit, ["mail.stored:1", "mail.stored:2"]),
    "settle-then-open": (settle_then_open, ["mail.dealt:1", "mail.dealt:2"]),
    "open-then-settle": (open_then_settle, ["mail.dealt:1", "mail.dealt:2"]),
    "tell-then-settle": (tell_then_settle, ["mail.told:1", "mail.told:2"]),
    "new-id-every-time": (plants.new_id_every_time, ["outbox.sent:1", "outbox.sent:2"]),
}


# ---------------------------------------------------------------------------------------------------------------------------- the run


def one_pass(now: Any) -> int:
    """What a worker does in one round; each part may die."""
    from luyue.apps.contacts import outbox
    from luyue.apps.mailroom import handling, polling

    return polling.poll(now) + handling.handle_due(now) + outbox.deliver_due(now)


def killed(place: str, plant: Callable[[], None] | None, now: Any) -> bool:
    """One pass in a child armed at `place`; whether it died there."""

    def run(*_: int) -> None:
        from luyue.apps.journal.failpoints import arm

        if plant:
            plant()
        arm(place)
        one_pass(now)

    pid, requests, answers = children.fork(run)
    _, status = os.waitpid(pid, 0)
    os.close(requests)
    os.close(answers)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise RuntimeError(f"A child armed at {place} failed with status {status}; see above.")
    return False


def torture(imap: Imap, spool: Path, name: str, plant: Callable[[], None] | None, places: list[str], start: int) -> tuple[list[str], list[str], int, int]:
    """(Message-IDs delivered, letters sent back, kills, the next free step). First mails come in, and their answers leave; then the answers come back."""
    delivered: list[str] = []
    returned: list[str] = []
    kills, step = 0, start
    for number, place in enumerate(places):
        for mail in range(AT_ONCE):
            mid = f"<{name}.{number}.{mail}@x>"
            imap.deliver(written(mid, f"{name}{number}{mail}@example.com"), at=NOW)
            delivered.append(mid)
        kills += killed(place, plant, NOW + STEP * step)
        step += 1

    def drain() -> None:
        if plant:
            plant()
        for later in range(6):
            one_pass(NOW + STEP * (step + later))

    in_child(drain)
    step += 6
    left = sorted((letter, to) for letter, to in _left(spool).items() if to.startswith(name))
    for number, place in enumerate(places):
        for letter, to in left[number * AT_ONCE : (number + 1) * AT_ONCE]:
            imap.deliver(report(letter, to), at=NOW)
            returned.append(letter)
        kills += killed(place, plant, NOW + STEP * step)
        step += 1
    in_child(drain)
    return delivered, returned, kills, step + 6


def _left(spool: Path) -> dict[str, str]:
    """Letters that have left the house: id to recipient."""
    mails = mailbox.Maildir(spool) if spool.exists() else ()
    return {str(one["Message-ID"]).strip("<>").partition("@")[0]: str(one["To"]) for one in mails}


def report(letter: str, recipient: str) -> bytes:
    """RFC 3464: the other side has no such mailbox."""
    status = f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    return (
        f"From: MAILER-DAEMON@mx.example.cn\r\nTo: kefu@example.cn\r\nSubject: Undelivered Mail\r\nMessage-ID: <back.{letter}@mx>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{letter}@example.cn>\r\n\r\n--b--\r\n"
    ).encode()


def written(mid: str, sender: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, "kefu@example.cn", "花屏", mid
    message.set_content("设备坏了")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="a.png")
    return message.as_bytes(policy=SMTP)


def findings(delivered: list[str], returned: list[str], imap: Imap, spool: Path, *, whole: bool) -> list[str]:
    """Every way in which what is stored is not what was sent."""
    from luyue.apps.cases.selectors import row_heads
    from luyue.apps.casework.rebuild import check
    from luyue.apps.contacts.models import Contact, Outbox
    from luyue.apps.evidence.models import Attachment
    from luyue.apps.journal.verify import verify
    from luyue.apps.mailroom.models import InboundMail

    found = []
    for mid in delivered:
        contacts = list(Contact.objects.filter(external_id__startswith=mid))
        states = list(InboundMail.objects.filter(message_id=mid).values_list("state", "outcome"))
        files = Attachment.objects.filter(case__in=[one.case_id for one in contacts]).count()
        if (len(contacts), states, files) != (1, [("done", "opened")], 1):
            found.append(f"mail {mid}: {len(contacts)} contacts, {states}, {files} files")
        for letter in Outbox.objects.filter(case__in=[one.case_id for one in contacts], kind="mail", done_at=None):
            found.append(f"letter {letter.pk} of {mid} never left")
    found += [one for letter in returned for one in _not_told_once(letter)]
    if imap.count():
        found.append(f"{imap.count()} mails are still in the mailbox")
    left = set(_left(spool))
    known = {str(one): done for one, done in Outbox.objects.filter(kind="mail").values_list("id", "done_at")}
    found += [f"a letter left under the id {one}, which nobody knows" for one in left - set(known)]
    found += [f"letter {one} is marked as sent and never left" for one, done in known.items() if done and one not in left]
    if whole:
        found += [f"rows: {one}" for one in check()] + [f"chain: {one}" for one in verify(row_heads()).findings]
    return found


def _not_told_once(letter: str) -> Iterator[str]:
    """A letter that came back is marked, is one fact of its case, and is one task."""
    from luyue.apps.contacts.models import Outbox
    from luyue.apps.journal.models import Entry
    from luyue.apps.tasks.models import Task

    row = Outbox.objects.select_related("case").filter(pk=letter).first()
    if row is None:
        return  # found above: it left under an id nobody knows
    told = sum(letter in str(one.effects) for one in Entry.objects.filter(stream=f"case:{row.case.number}", name="notice.failed"))
    about = Task.objects.filter(case=row.case, rule="tell-otherwise").values_list("about", flat=True)
    tasks = sum(letter in (one.get("letter"), *one.get("joined", ())) for one in about)
    if (row.bounced_at is not None, told, tasks) != (True, 1, 1):
        yield f"letter {letter} came back: marked {row.bounced_at}, told {told} times, {tasks} tasks"


@contextlib.contextmanager
def smtp_process(spool: Path) -> Iterator[int]:
    """aiosmtpd in a process of its own: children are forked from this one, which must have no threads."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Mailbox", str(spool), "-l", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        import socket

        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
                break
            assert time.monotonic() < deadline, "aiosmtpd does not answer"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def run(store: str, here: bool) -> bool:
    with contextlib.ExitStack() as kept:
        # Settings are read once, so the servers stand before Django is pointed at them.
        imap = kept.enter_context(imap_server())
        spool = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="luyue-left-"))) / "left"
        port = kept.enter_context(smtp_process(spool))
        os.environ |= {"LUYUE_IMAP_URL": imap.url, "LUYUE_SMTP_URL": f"smtp://127.0.0.1:{port}", "LUYUE_MAIL_FROM": "kefu@example.cn"}
        os.environ["LUYUE_MAIL_OPENS"] = "request"
        data = kept.enter_context(installation(store, here))
        in_child(company.found)
        company.warm()
        import luyue.apps.mailroom.polling  # noqa: F401 - loaded once, before the forks

        fine, step = True, 0
        variants: list[tuple[str, Callable[[], None] | None, list[str]]] = [("shipped", None, PLACES)]
        variants += [(name, *plant) for name, plant in PLANTS.items()]
        for name, plant, places in variants:
            began = time.monotonic()
            delivered, returned, kills, step = torture(imap, spool, name, plant, places, step)

            def look(delivered: list[str] = delivered, returned: list[str] = returned, whole: bool = plant is None) -> None:
                (data / "findings.json").write_text(json.dumps(findings(delivered, returned, imap, spool, whole=whole)))

            in_child(look)
            found = json.loads((data / "findings.json").read_text())
            is_fine = bool(found) if plant else not found and len(returned) > len(places) // 2 and kills >= len(places) * 2 // 3
            fine &= is_fine
            print(
                f"{store} {name}: {kills} kills, {len(delivered)} mails, {len(returned)} back, {len(found)} findings in {time.monotonic() - began:.0f} s: {'fine' if is_fine else 'WRONG'}"
            )
            for one in found[:10] if not plant else found[:1]:
                print(f"  {one}")
    return fine


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mail_kill", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--here", action="store_true", help="in the installation the environment names, which has tables and nothing in them")
    options = parser.parse_args(argv)
    return 0 if run(options.store, options.here) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
