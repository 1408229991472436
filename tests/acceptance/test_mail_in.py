"""Customers' mail comes in through a real IMAP server and the one door every case comes through; what nobody can vouch for speaks for nobody."""

import base64
import quopri
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.utils import timezone

from luyue.apps.cases.links import mark_of
from luyue.apps.cases.models import Case
from luyue.apps.cases.readers import Customer as CustomerReader
from luyue.apps.cases.readers import Link
from luyue.apps.casework.intake import CustomerData, open_case
from luyue.apps.casework.perform import perform
from luyue.apps.casework.selectors import case_page
from luyue.apps.casework.tests.conftest import NOW, company, own_folder, request_of  # noqa: F401
from luyue.apps.contacts import outbox
from luyue.apps.contacts.models import Announcement, Contact, Outbox
from luyue.apps.evidence.models import Attachment
from luyue.apps.evidence.tests.samples import JPEG
from luyue.apps.journal.models import Entry
from luyue.apps.journal.verify import verify
from luyue.apps.mailroom import handling, polling
from luyue.apps.mailroom.models import InboundMail
from luyue.apps.mailroom.server import Away
from luyue.apps.people.models import Membership, User
from luyue.site import mail_settings
from tests.mail_servers import imap_server

MINUTE = timedelta(minutes=1)
OURS = "kefu@example.cn"


@pytest.fixture(scope="module")
def dovecot():
    with imap_server() as server:
        yield server


@pytest.fixture
def box(dovecot, settings, company):  # noqa: F811
    """The mail server with an empty mailbox, and the installation set to look into it."""
    dovecot.empty()
    settings.MEDIA_ROOT = settings.DATA / "media"
    settings.LUYUE_MAILBOX = mail_settings.mailbox(dovecot.url)
    settings.LUYUE_MAIL_OPENS = ["request"]
    settings.DEFAULT_FROM_EMAIL = OURS
    return dovecot


def written(text="设备坏了", *, sender="李明 <li@example.com>", subject="求助", mid="<1@example.com>", files=(), html="", to=OURS, at=NOW, **heads):
    message = EmailMessage()
    heads = {"From": sender, "To": to, "Subject": subject, "Message-ID": mid, "Date": format_datetime(at)} | {
        name.replace("_", "-"): value for name, value in heads.items()
    }
    for name, value in heads.items():
        if value is not None:
            message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def come_in(box, *mails, now=NOW, at=None):
    box.deliver(*mails, at=at or now)
    polling.poll(now)
    handling.handle_due(now)
    return list(InboundMail.objects.order_by("received_at", "settled_at", "id"))


def last(box, message, now=NOW, at=None):
    """Deliver one mail and give its row."""
    known = set(InboundMail.objects.values_list("id", flat=True))
    come_in(box, message, now=now, at=at)
    return InboundMail.objects.exclude(pk__in=known).get()


@pytest.fixture
def case(box):
    """A case that a mail has opened, and our first letter about it."""
    row = last(box, written())
    outbox.deliver_due(NOW)
    return row.case


def said(case):
    return list(Entry.objects.filter(stream=f"case:{case.number}").order_by("seq").values_list("action", flat=True))


def test_a_mail_opens_a_case_once_and_is_moved_away_only_then(box):
    photo = ("损坏 照片.jpg", JPEG)
    bad = ("发票.exe", b"MZ\x90\x00" + b"\0" * 100)
    long = "设备开机后花屏。\n订单 A-1。\n" + "很长的一行" * 400
    raw = written(long, subject="花屏，急", files=[photo, bad]).as_bytes(policy=policy.SMTP)
    row = last(box, raw, NOW + 3 * MINUTE)
    case = row.case
    assert (row.state, row.outcome, box.count(), box.count("Luyue")) == ("done", "opened", 0, 1)
    contact = Contact.objects.get(case=case)
    assert (contact.channel, contact.external_id, contact.direction) == ("email", "<1@example.com>", "in")
    assert contact.text.startswith("花屏，急\n\n设备开机后花屏。\n订单 A-1。")
    assert "“发票.exe”没有保存" in contact.text
    assert case.subject.startswith("花屏，急")
    kept = Attachment.objects.get()
    assert (kept.case, kept.name, kept.media_type, kept.from_customer, kept.internal) == (case, "损坏 照片.jpg", "image/jpeg", True, False)
    assert outbox.deliver_due(NOW + 4 * MINUTE) == 1
    (answer,) = django_mail.outbox
    assert answer.to == ["li@example.com"]
    assert answer.extra_headers["In-Reply-To"] == "<1@example.com>"
    # The same mail, delivered a second time by another way: the trace differs, the mail does not.
    come_in(box, b"Received: from mx2.example.com by mx.example.cn\r\n" + raw, now=NOW + 9 * MINUTE)
    assert (Case.objects.count(), InboundMail.objects.count(), box.count(), box.count("Luyue")) == (1, 1, 0, 2)
    assert list(case_folder().iterdir()) == []  # the server still has it; here it has become a case
    assert verify().findings == []


def case_folder():
    return Path(settings.DATA) / "mail"


def opened_by(box, number):
    """A case that this customer's mail has opened, with our first letter about it."""
    row = last(box, written(sender=f"李明 <li{number}@example.com>", mid=f"<first{number}@x>"))
    outbox.deliver_due(NOW)
    return row.case


def test_an_answer_of_the_customer_finds_its_case(box, company):  # noqa: F811
    desk = company("service-desk")
    for number, way in enumerate(("reference", "address", "subject")):
        answers(box, opened_by(box, number), desk, number, way)
    assert Case.objects.count() == 3


def answers(box, case, desk, number, way):
    perform(case.pk, "ask-customer", by=desk, data={"text": "请寄照片"}, now=NOW + MINUTE)
    letter = Outbox.objects.get(case=case, notice="act/ask-customer")
    heads = {
        "reference": {"References": f"<first{number}@x> <{letter.id}@example.cn>", "subject": "回复：请您补充"},
        "address": {"to": f"客服 <kefu+{mark_of(case.number).lower()}@example.cn>"},
        "subject": {"subject": f"回复：请您补充 [{mark_of(case.number)}]"},
    }[way]
    quoted = '照片见附件。\n\n------------------ 原始邮件 ------------------\n发件人: "客服" <kefu@example.cn>;\n请寄照片'
    answer = written(quoted, sender=f"li{number}@example.com", mid=f"<2.{number}@x>", files=[("a.jpg", JPEG)], **heads)
    row = last(box, answer, NOW + 5 * MINUTE)
    assert (row.state, row.outcome, row.case) == ("done", "replied", case)
    assert said(case)[-1] == "customer-reply"
    entry = Entry.objects.get(stream=f"case:{case.number}", action="customer-reply")
    assert entry.actor == f"customer:{case.customer_id}"
    page = case_page(Link(case), case.number, NOW + 6 * MINUTE)
    assert page.state.waiting_since is None
    shown = next(one for one in page.timeline if one.action == "customer-reply")
    assert (shown.text, [one.name for one in shown.attachments]) == ("照片见附件。", ["a.jpg"])


DOUBTFUL = [
    ("骗子 <evil@example.net>", "proved", {}, "other-sender"),
    ("李明 <{own}>", "bare", {}, "no-mark"),
    ("李明 <{own}>", "wrong", {}, "no-mark"),
    ('"{own}" <evil2@example.net>', "proved", {}, "other-sender"),
    ("{own}, evil@example.net", "proved", {}, "other-sender"),
    ("李明 <{own}>", "proved", {"Authentication-Results": "mx.example.cn; dmarc=fail; spf=fail"}, "failed-check"),
    ("李明 <{own}>", "proved", {"Auto-Submitted": "auto-replied"}, "automatic"),
    ("李明 <{own}>", "same id", {}, "same-id"),
]


def test_what_is_not_surely_the_customers_is_shown_to_staff_and_to_nobody_else(box, company, settings):  # noqa: F811
    settings.LUYUE_MAIL_AUTHSERV = "mx.example.cn"
    for number, (sender, way, heads, doubt) in enumerate(DOUBTFUL):
        doubted(box, opened_by(box, number), company("service-desk"), number, sender.format(own=f"li{number}@example.com"), way, heads, doubt)


def doubted(box, case, desk, number, sender, way, heads, doubt):
    perform(case.pk, "ask-customer", by=desk, data={"text": "请寄照片"}, now=NOW + MINUTE)
    subject = {"bare": f"关于 {case.number}", "wrong": f"[{case.number}-aaaaaaaa]"}.get(way, f"回复 [{mark_of(case.number)}]")
    mid = f"<first{number}@x>" if way == "same id" else f"<9.{number}@x>"
    letters = Outbox.objects.count()
    row = last(box, written("请把押金退到这张卡。", sender=sender, subject=subject, mid=mid, files=[("卡.jpg", JPEG)], **heads), NOW + 5 * MINUTE)
    assert (row.state, row.outcome, row.case) == ("done", "unverified", case)
    assert said(case)[-1] == "hear-stranger"
    assert Outbox.objects.count() == letters
    inside, outside = (case_page(reader, case.number, NOW + 6 * MINUTE) for reader in (desk, CustomerReader(case.customer)))
    assert inside.state.waiting_since is not None
    assert "请把押金退到这张卡" in inside.timeline[-1].text
    assert inside.state.facts[-1].name == "contact.unverified"
    assert outside.timeline[-1].action == "ask-customer"
    assert all("押金" not in one.text for one in outside.timeline)
    if doubt != "automatic":
        assert [one.name for one in inside.attachments] == ["卡.jpg"]
        assert Announcement.objects.filter(case=case, kind="unverified").exists()
        assert Contact.objects.get(case=case, is_suspicious=True) == row.contact
    assert not outside.attachments
    assert not Announcement.objects.filter(case=case, kind="customer-replied").exists()


def test_mail_of_machines_opens_nothing_and_is_never_answered(box):
    bulk = {"Precedence": "bulk"}
    mails = [
        written(mid="<a@x>", Auto_Submitted="auto-generated"),
        written(mid="<b@x>", **bulk),
        written(mid="<c@x>", List_Id="<news.example.com>"),
        written(mid="<d@x>", X_Luyue_Loop="example.cn"),
        written(mid="<e@x>", sender=OURS),
        written(mid="<f@x>", sender="MAILER-DAEMON@example.com"),
        written(mid="<g@x>", Return_Path="<>"),
        written(mid="<h@x>", sender=None),
    ]
    rows = come_in(box, *mails)
    assert [row.state for row in rows] == ["aside"] * len(mails)
    assert {row.outcome for row in rows} == {"automatic", "bulk", "loop", "nobody"}
    assert (Case.objects.count(), Outbox.objects.count(), box.count(), box.count("Luyue")) == (0, 0, 0, len(mails))


def test_two_machines_that_answer_each_other_stop(box, case):
    """One that hides that it is one: it answers every letter of ours, in the thread and beside it."""
    at, letters, answered = NOW, 0, set()
    for _round in range(12):
        at += MINUTE
        outbox.deliver_due(at)
        for letter in django_mail.outbox[letters:]:
            letters, number = letters + 1, len(answered)
            if letter.extra_headers["Message-ID"] not in answered:
                answered.add(letter.extra_headers["Message-ID"])
                threaded = {"In_Reply_To": letter.extra_headers["Message-ID"]} if number % 2 else {}
                box.deliver(written("感谢来信，我们已收到。", mid=f"<auto{number}@example.com>", subject="自动", at=at, **threaded), at=at)
        polling.poll(at)
        handling.handle_due(at)
    assert Case.objects.count() <= 4
    assert InboundMail.objects.filter(state="waiting").count() == 0
    before = letters
    for _round in range(3):
        at += MINUTE
        letters += outbox.deliver_due(at)
    assert letters == before, "letters still go back and forth"
    assert before <= 8


def test_many_mails_of_one_sender_wait_for_people(box):
    rows = come_in(box, *(written(f"第 {number} 封", mid=f"<m{number}@x>") for number in range(7)))
    assert sorted(row.outcome for row in rows) == ["opened"] * 3 + ["rate"] * 4
    assert Case.objects.count() == 3
    other = last(box, written(sender="wang@example.org", mid="<n@x>"), NOW + MINUTE)
    assert other.outcome == "opened"
    later = last(box, written("第 8 封", mid="<m8@x>"), NOW + timedelta(hours=2))
    assert later.outcome == "opened"


def test_what_is_too_large_is_refused_in_words_once_a_day(box, settings):
    settings.LUYUE_MAIL_MAX_BYTES = 1_000_000
    big = b"x" * 1_500_000
    first = last(box, written(files=[("film.mp4", big)]))
    last(box, written("又一封", mid="<2@x>", files=[("film.mp4", big)]), NOW + MINUTE)
    assert (first.outcome, first.is_whole, box.count(), box.count("Luyue-refused")) == ("refused", False, 0, 2)
    letter = Outbox.objects.get()
    assert "li@example.com" not in letter.payload
    assert outbox.deliver_due(NOW + MINUTE) == 1
    (answer,) = django_mail.outbox
    assert (answer.to, Case.objects.count()) == (["li@example.com"], 0)
    assert "2 MB，超过 1 MB 的上限" in answer.body
    assert "求助" not in answer.body + answer.subject


HOSTILE = """<html><head><title>t</title><style>body{background:url(http://evil.example/s)}</style></head><body onload="steal()">
<p>您好，<b>设备</b>&nbsp;坏了</p><script>alert(1)</script><img src="http://evil.example/pixel.gif" onerror=alert(2)>
<a href="javascript:alert(3)">点这里</a><svg><script>alert(4)</script></svg><!-- 隐藏 --><form action="http://evil.example"><input name=q></form>
<div>1 &lt; 2<br>第二行</div><iframe src="http://evil.example"></iframe></body></html>"""


def test_a_hostile_page_in_a_mail_is_words_and_nothing_else(box, company, client):  # noqa: F811
    message = written(sender='"<script>alert(5)</script>" <li@example.com>', subject="<img src=x onerror=alert(6)>")
    message.set_content(HOSTILE, subtype="html")
    case = last(box, message).case
    text = Contact.objects.get().text
    assert "您好，设备 坏了" in text
    assert "1 < 2\n第二行" in text
    for word in ("evil.example", "steal", "alert(1)", "alert(4)", "javascript", "隐藏"):
        assert word not in text
    client.force_login(company("service-desk").user)
    page = client.get(f"/cases/{case.number}").content.decode()
    assert "您好，设备 坏了" in page
    assert "&lt;img src=x onerror=alert(6)&gt;" in page
    for tag in ("<img src=x", "<script>alert", "<svg><script", '<form action="http://evil'):
        assert tag not in page


def test_what_cannot_be_read_is_dead_and_kept_and_the_rest_goes_on(box, company, client):  # noqa: F811
    many = b"From: a@b.cn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nhi\r\n" * 3000 + b"--x--\r\n"
    deep = b"From: a@b.cn\r\n" + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    rows = come_in(box, b"\r\n\r\nno heads at all", many, deep, written())
    dead = [row for row in rows if row.state == "dead"]
    assert (len(dead), {row.outcome for row in dead}, Case.objects.count()) == (3, {"unreadable"}, 1)
    assert (box.count(), box.count("Luyue")) == (0, 4)
    assert len(list(case_folder().iterdir())) == 3
    for path in case_folder().iterdir():
        assert b"a@b.cn" not in path.read_bytes()  # sealed


CHARSETS = [
    ("utf-8", "base64"), ("gb2312", "8bit"), ("gbk", "quoted-printable"), ("gb18030", "base64"), ("big5", "base64"), ("", "8bit"), ("no-such", "8bit"),
]  # fmt: skip


def test_chinese_comes_in_right_however_it_is_written(box):
    for number, (charset, transfer) in enumerate(CHARSETS):
        in_chinese(box, number, charset, transfer)


def in_chinese(box, number, charset, transfer):
    words, real = (
        "設備損壞，請速處理" if charset == "big5" else "镕基先生：设备坏了，请尽快处理！",
        {"": "gb18030", "no-such": "utf-8", "gb2312": "gb18030"}.get(charset, charset),
    )
    data = words.encode(real)
    body = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(transfer, lambda raw: raw)(data)
    named = f"; charset={charset}".encode() if charset else b""
    coded = b"=?%s?B?%s?=" % (
        (charset if charset not in ("", "no-such") else "utf-8").encode(),
        base64.b64encode(words.encode(real if charset not in ("", "no-such") else "utf-8")),
    )
    raw = b"From: li%d@example.com\r\nMessage-ID: <c%d@x>\r\nSubject: %s\r\nContent-Type: text/plain%s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s"
    case = last(box, raw % (number, number, coded, named, transfer.encode(), body)).case
    assert Contact.objects.get(case=case).text == f"{words}\n\n{words}"


def report_of(letter, recipient="li@example.com", *, action="failed", subtype="delivery-status", to=OURS):
    """RFC 3464, as Postfix writes it."""
    status = f"Reporting-MTA: dns; mx.example.cn\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    return (
        f"From: MAILER-DAEMON@mx.example.cn\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <{letter.id}.{action}{recipient}@mx>\r\nContent-Type: multipart/report; report-type={subtype}; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: {OURS}\r\nMessage-ID: <{letter.id}@example.cn>\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


def test_a_letter_that_came_back_is_a_fact_of_its_case(box, case, company, client):  # noqa: F811
    desk = company("service-desk")
    perform(case.pk, "take", by=desk, now=NOW + MINUTE)
    perform(case.pk, "answer", by=desk, data={"text": "好"}, now=NOW + MINUTE)
    outbox.deliver_due(NOW + MINUTE)
    letter = Outbox.objects.get(notice="act/answer")
    delayed = last(box, report_of(letter, action="delayed"), NOW + 2 * MINUTE)
    forged = last(box, report_of(letter, "somebody@else.example"), NOW + 3 * MINUTE)
    letter.refresh_from_db()
    assert (delayed.outcome, forged.state, forged.outcome, letter.bounced_at) == ("bounce", "aside", "bounce", None)
    row = last(box, report_of(letter), NOW + 5 * MINUTE)
    come_in(box, report_of(letter).replace(b"Undelivered", b"Again undelivered"), now=NOW + 6 * MINUTE)
    letter.refresh_from_db()
    assert (row.outcome, row.case, letter.bounced_at, letter.error) == ("bounce", case, NOW + 5 * MINUTE, "邮件被退回（5.1.1）")
    (entry,) = Entry.objects.filter(stream=f"case:{case.number}", name="notice.failed")
    assert entry.actor == "system"
    (told,) = Announcement.objects.filter(case=case, kind="undelivered")
    assert told.recipient == desk.id
    client.force_login(desk.user)
    assert "被退回，没有送达" in client.get("/letters?state=dead").content.decode()
    assert "请改用其他方式告知客户" in client.get("/announcements").content.decode()
    assert verify().findings == []


def test_a_report_in_no_standard_form_counts_when_a_mail_server_wrote_it(box, case):
    letter = Outbox.objects.get()
    heads = f"From: {OURS}\r\nMessage-ID: <{letter.id}@example.cn>\r\n\r\n旧信"
    raw = (
        f"From: PostMaster@qq.com\r\nTo: {OURS}\r\nMessage-ID: <r@qq.com>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>系统退信 550 5.1.1</p>\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{heads}\r\n--b--\r\n"
    ).encode()
    assert last(box, raw, NOW + MINUTE).outcome == "bounce"
    letter.refresh_from_db()
    assert letter.bounced_at == NOW + MINUTE


def test_a_server_that_is_away_loses_nothing_and_says_nothing_it_should_not(box, settings, caplog, dovecot):
    box.deliver(written(), at=NOW)
    right = settings.LUYUE_MAILBOX
    for wrong in (dovecot.url.replace("s3cret", "wr0ng-pass"), dovecot.url.replace(f":{dovecot.port}/", ":1/")):
        settings.LUYUE_MAILBOX = mail_settings.mailbox(wrong)
        with pytest.raises(Away) as error:
            polling.poll(NOW)
        assert "wr0ng" not in str(error.value) + caplog.text
    settings.LUYUE_MAILBOX = right
    assert polling.poll(NOW) == 1


def test_the_mailbox_is_read_in_secret(box, settings, dovecot, monkeypatch):
    from urllib.parse import quote

    from tests.mail_servers import PASSWORD, USER

    for scheme, port in (("imaps", dovecot.tls_port), ("imap+starttls", dovecot.port)):
        settings.LUYUE_MAILBOX = mail_settings.mailbox(f"{scheme}://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/INBOX")
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(Away):
            polling.poll(NOW)
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.pem))
        box.deliver(written(mid=f"<{scheme}@x>"), at=NOW)
        assert polling.poll(NOW) == 1


def test_a_known_customer_is_known_by_his_address_and_an_old_mailbox_opens_nothing(box, request_of):  # noqa: F811
    known = open_case(request_of(customer=CustomerData("individual", "李明", "13800000001", "li@example.com"))).case
    assert last(box, written(sender="LI@Example.com")).case.customer_id == known.customer_id
    late = last(box, written(mid="<2@x>"), NOW + timedelta(days=3), at=NOW + timedelta(days=1))
    assert (late.outcome, late.case.received_at) == ("opened", NOW + timedelta(days=1))  # the promise runs from when it reached our server
    assert last(box, written(mid="<3@x>"), NOW + timedelta(days=30), at=NOW).outcome == "old"


def test_people_decide_what_the_program_does_not(box, case, company, client):  # noqa: F811
    desk = company("service-desk")
    mark = f"回复 [{mark_of(case.number)}]"
    last(box, written("这是我用单位邮箱写的。", sender="李明 <li@work.example>", subject=mark, mid="<w@x>", files=[("a.jpg", JPEG)]), NOW + MINUTE)
    last(box, written("请退款到我的卡", sender="evil@example.net", subject=mark, mid="<e@x>"), NOW + MINUTE)
    come_in(box, written("系统通知：验证码 123456", sender="no-reply@bank.example", mid="<v@x>", Auto_Submitted="auto-generated"), now=NOW + MINUTE)
    come_in(box, written("我们的设备坏了", sender="sales@shop.example", mid="<s@x>", Precedence="bulk", subject="报修"), now=NOW + MINUTE)
    mails = {row.message_id: row for row in InboundMail.objects.all()}

    client.force_login(company("finance").user)  # neither his case nor his desk
    page = client.get("/mails").content.decode()
    assert "单位邮箱" not in page
    assert "设备坏了" not in page
    for decision in ("confirm", "disown", "admit", "drop"):
        assert client.post(f"/mails/{mails['<w@x>'].pk}/{decision}").status_code == 404

    client.force_login(desk.user)
    page = client.get("/mails").content.decode()
    for words in ("这是我用单位邮箱写的。", "l***@work.example", "请退款到我的卡", "验证码 123456", "我们的设备坏了", case.number):
        assert words in page
    assert "li@work.example" not in page

    assert client.post(f"/mails/{mails['<w@x>'].pk}/confirm").status_code == 302
    assert client.post(f"/mails/{mails['<w@x>'].pk}/confirm").status_code == 404
    client.post(f"/mails/{mails['<e@x>'].pk}/disown")
    assert said(case)[-2:] == ["customer-reply", "note"]
    outside = case_page(CustomerReader(case.customer), case.number, NOW + timedelta(days=400))
    assert [one.text for one in outside.timeline if one.action == "customer-reply"] == ["这是我用单位邮箱写的。"]
    assert [one.name for one in outside.attachments] == ["a.jpg"]
    assert all("退款" not in one.text for one in outside.timeline)

    opened = client.post(f"/mails/{mails['<s@x>'].pk}/admit")
    row = InboundMail.objects.get(message_id="<s@x>")
    assert opened.url == f"/cases/{row.case.number}"
    assert Contact.objects.get(case=row.case).text == "报修\n\n我们的设备坏了"
    client.post(f"/mails/{mails['<v@x>'].pk}/drop")
    assert not list(InboundMail.objects.exclude(words=None))
    assert list(case_folder().iterdir()) == []
    assert {"mail.admitted", "mail.dropped"} <= set(Entry.objects.filter(stream="org").values_list("name", flat=True))
    page = client.get("/mails").content.decode()
    assert "没有需要核实的来信" in page
    assert verify().findings == []


def test_whoever_looks_after_the_machine_sees_how_mail_is(box, settings, client):
    admin = User.objects.create_user("admin")
    Membership.objects.create(user=admin, team="platform", post="system")
    client.force_login(admin)
    assert "后台进程还没有看过邮箱" in client.get("/system/health").content.decode()
    last(box, b"\r\n\r\nnothing", timezone.now())
    page = client.get("/system/health").content.decode()
    assert "收取正常" in page
    assert "1 封读不出" in page
    row = InboundMail.objects.get()
    page = client.get("/system/letters").content.decode()
    assert "不是一封读得懂的邮件" in page
    client.post(f"/system/mails/{row.pk}/retry")
    row.refresh_from_db()
    assert row.state == "waiting"
    handling.handle_due()
    row.refresh_from_db()
    assert row.state == "dead"
    settings.LUYUE_MAILBOX = mail_settings.mailbox(box.url.replace("s3cret", "wr0ng"))
    with pytest.raises(Away):
        polling.poll()
    assert "sign-in refused" in client.get("/system/health").content.decode()
