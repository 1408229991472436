"""Letters really leave: to a mail server that takes them over, puts them off or refuses them, and to a gateway for text messages."""

import itertools
import logging
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ImproperlyConfigured

from luyue.apps.cases.links import mark_of
from luyue.apps.casework.intake import CustomerData, open_case
from luyue.apps.casework.perform import perform
from luyue.apps.casework.tests.conftest import NOW, company, own_folder, request_of  # noqa: F401
from luyue.apps.contacts import outbox
from luyue.apps.contacts.models import Announcement, Outbox
from luyue.apps.journal.models import Entry
from luyue.site import mail_settings
from tests.mail_servers import PASSWORD, USER, certificate, sms_gateway, smtp_server

FROM = "云台租赁客服 <kefu@example.cn>"


@pytest.fixture
def posted(settings):
    """Settings as an installation with a mail server has them; call it with the server."""

    def to(server, **changes):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        settings.DEFAULT_FROM_EMAIL, settings.LUYUE_COMPANY = FROM, "云台租赁"
        settings.LUYUE_MAIL_REPLY_TO = "kefu+{token}@example.cn"
        settings.LUYUE_MAILBOX = mail_settings.mailbox("imap://kefu@127.0.0.1/INBOX")
        for name, value in changes.items():
            setattr(settings, name, value)

    return to


@pytest.fixture
def case(request_of):  # noqa: F811
    return open_case(request_of(channel="email", external_id="<first@qq.com>", customer=CustomerData("individual", "李明", "", "li@example.com"))).case


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.links = [], "", []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.text += data


def test_a_letter_is_a_mail_as_the_standards_have_it(case, company, posted):  # noqa: F811
    with smtp_server() as server:
        posted(server)
        assert outbox.deliver_due(NOW) == 1
        answer = "<b>好</b>，已为您更换 & 补发。\n\n请查收。"
        perform(case.pk, "answer", by=company("service-desk"), data={"text": answer}, now=NOW + timedelta(minutes=1))
        assert outbox.deliver_due(NOW + timedelta(minutes=2)) == 1
        first, second = server.taken
    letter = Outbox.objects.get(notice="act/answer")
    mail, mark = second.message, mark_of(case.number)
    assert (second.sender, second.recipients) == ("kefu@example.cn", ["li@example.com"])
    assert max(map(len, second.raw.split(b"\r\n"))) <= 998
    assert second.raw.isascii()
    assert mail["From"] == FROM
    assert mail["Message-ID"] == f"<{letter.id}@example.cn>"
    assert mail["Subject"].endswith(f"{case.number}：答复 [{mark}]")
    assert mail["Reply-To"].addresses[0].addr_spec == f"kefu+{mark.lower()}@example.cn"
    assert mail["References"] == f"<first@qq.com> {first.message['Message-ID']}"
    assert mail["In-Reply-To"] == first.message["Message-ID"]
    assert (mail["Auto-Submitted"], mail["List-Id"], mail["Precedence"]) == ("auto-generated", None, None)
    assert mail["Date"].datetime.utcoffset() == timedelta(hours=8)
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    assert text.startswith(answer)
    assert "/portal/m/" in text
    assert "直接回复本邮件" in text
    words = Words()
    words.feed(html)
    assert words.text.split() == text.split()
    assert "b" not in words.tags
    assert [link for link in words.links if "/portal/m/" not in link] == []
    told = Entry.objects.filter(stream=f"case:{case.number}", name="notice.sent")
    assert told.count() == 2


def test_the_server_is_spoken_to_in_secret_and_with_a_password(case, posted, tmp_path, monkeypatch):
    pem = certificate(tmp_path)
    secret = {"EMAIL_HOST_USER": USER, "EMAIL_HOST_PASSWORD": PASSWORD}
    for starttls in (True, False):
        Outbox.objects.filter(kind="mail").update(done_at=None, due_at=NOW)
        with smtp_server(pem=pem, starttls=starttls) as server:
            posted(server, EMAIL_USE_TLS=starttls, EMAIL_USE_SSL=not starttls, **secret)
            monkeypatch.delenv("SSL_CERT_FILE", raising=False)
            assert outbox.deliver_due(NOW) == 0  # a certificate nobody vouches for
            assert server.logins == []
            monkeypatch.setenv("SSL_CERT_FILE", str(pem))
            assert outbox.deliver_due(NOW + timedelta(hours=1)) == 1
            assert server.logins == [(USER, PASSWORD)]
            assert len(server.taken) == 1


def test_what_a_server_says_decides_whether_to_try_again(case, posted, company, caplog):  # noqa: F811
    """Each try is the same mail under the same Message-ID, so that the other side can see a repeat."""
    caplog.set_level(logging.DEBUG)
    at, letter = NOW, Outbox.objects.get()
    with smtp_server() as server:
        posted(server)
        server.refused["li@example.com"] = "450 4.2.0 greylisted"
        server.answers = ["451 4.3.0 busy", "drop"]
        for _try in range(4):
            outbox.deliver_due(at)
            server.refused.clear()
            at += timedelta(hours=1)
        letter.refresh_from_db()
        assert (letter.attempts, letter.done_at is not None) == (4, True)
        assert [one.message["Message-ID"] for one in server.taken] == [f"<{letter.id}@example.cn>"] * 2  # the lost 250, and then the one heard
        server.refused["li@example.com"] = "550 5.1.1 no such user li@example.com"
        perform(case.pk, "answer", by=company("service-desk"), data={"text": "好"}, now=at)
        assert outbox.deliver_due(at) == 0
    dead = Outbox.objects.get(notice="act/answer")
    assert (dead.dead_at, dead.error) == (at, "对方邮件服务器拒收（550）")
    assert Announcement.objects.get(kind="undelivered").case_id == case.pk
    assert "li@example.com" not in "".join(one.getMessage() + str(one.__dict__) for one in caplog.records if one.name.startswith("luyue"))


def test_a_server_that_is_away_is_asked_again_more_and_more_seldom(case, posted):
    with smtp_server() as server:
        posted(server)
    tries, at = [], NOW
    for _minute in range(60 * 6):
        before = Outbox.objects.get().attempts
        outbox.deliver_due(at)
        tries += [at] if Outbox.objects.get().attempts > before else []
        at += timedelta(minutes=1)
    rests = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert rests == sorted(rests)
    assert rests[-1] >= timedelta(hours=1)


def test_text_messages_reach_the_gateway_once_under_one_key(request_of, settings):  # noqa: F811
    case = open_case(request_of(data={"topic": "fault", "words": "修"}, channel="web")).case
    Outbox.objects.all().delete()
    make = {"kind": "sms", "case": case, "notice": "test", "payload": f'{{"customer": {case.customer_id}, "text": "您好"}}', "created_at": NOW, "due_at": NOW}
    at = NOW
    with sms_gateway() as gateway:
        settings.LUYUE_SMS = mail_settings.text_gateway(f"http://t0ken@127.0.0.1:{gateway.port}/send?app=1")
        letter = Outbox.objects.create(**make)
        gateway.answers = [503, 0, 302, 429, 200]
        while not Outbox.objects.get(pk=letter.pk).done_at:
            outbox.deliver_due(at)
            at += timedelta(hours=2)
        assert len(gateway.asked) == 5
        for headers, body in gateway.asked:
            assert (headers["path"], headers["Authorization"], headers["Idempotency-Key"]) == ("/send?app=1", "Bearer t0ken", str(letter.pk))
            assert body == {"id": str(letter.pk), "to": "+8613800000001", "text": "您好"}
        gateway.answers = [422]
        refused = Outbox.objects.create(**make)
        outbox.deliver_due(at)
        refused.refresh_from_db()
        assert (refused.dead_at, "422" in refused.error) == (at, True)
    last = Outbox.objects.create(**make)
    outbox.deliver_due(at)
    last.refresh_from_db()
    assert last.error == "短信网关没有答复：ConnectionRefusedError"


@pytest.mark.parametrize(
    ("read", "address"),
    [
        (mail_settings.smtp_server, "smtp://kefu:hunter2@mail.example.cn"),
        (mail_settings.smtp_server, "pop://kefu:hunter2@mail.example.cn"),
        (mail_settings.smtp_server, "smtps://kefu:hunter2@mail.example.cn:70000"),
        (mail_settings.smtp_server, "smtps://kefu:hunter2@[mail"),
        (mail_settings.mailbox, "imaps://:hunter2@mail.example.cn/INBOX"),
        (mail_settings.mailbox, "imaps://kefu:hunter2@mail.example.cn/INBOX?done=INBOX"),
        (mail_settings.text_gateway, "http://hunter2@gateway.example.cn/send"),
        (mail_settings.text_gateway, "ftp://hunter2@gateway.example.cn/send"),
    ],
)
def test_a_wrong_address_of_a_service_is_explained_without_its_password(read, address):
    with pytest.raises(ImproperlyConfigured) as error:
        read(address)
    assert "hunter2" not in str(error.value)
    assert "LUYUE_" in str(error.value)


def test_addresses_of_services_are_read_whole_and_keep_their_password_to_themselves():
    server = mail_settings.smtp_server("smtp+starttls://kefu%40example.cn:s3cret%2FPa%3Ass%40word@mail.example.cn")
    assert (server.host, server.port, server.security, server.user, server.password) == ("mail.example.cn", 587, "starttls", USER, PASSWORD)
    box = mail_settings.mailbox("imaps://kefu:pw@mail.example.cn/%E5%AE%A2%E6%9C%8D?done=Done")
    assert (box.folder, box.done, box.refused, box.server.port) == ("客服", "Done", "Luyue-refused", 993)
    assert "pw" not in repr(box)
    assert PASSWORD not in repr(server)
    gateway = mail_settings.text_gateway("https://t0ken@sms.example.cn:8443/v1")
    assert (gateway.kind, gateway.address, gateway.token) == ("http", "https://sms.example.cn:8443/v1", "t0ken")
    assert "t0ken" not in repr(gateway)
    assert mail_settings.text_gateway("file:/srv/sms").address == "/srv/sms"
