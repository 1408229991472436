"""Mail by Django's backend: a server when one is set, else files in the installation's folder."""

from __future__ import annotations

import smtplib
from functools import cached_property

from django.core.mail import EmailMultiAlternatives, get_connection

from luyue.apps.contacts.channels import ChannelDown, Letter, NotNow, Undeliverable
from luyue.apps.contacts.mime import Mime, mime_of, sender
from luyue.apps.customers.sealed import masked_email

# What a server says of our own name, password or hello is no fault of the letter.
_OURS = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused)


class _Ready(EmailMultiAlternatives):
    """A message that is put together already. Every backend asks `message()` for it."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        mime = self.message()
        text, html = (part.get_content().replace("\r\n", "\n") for part in mime.iter_parts())
        super().__init__(subject=str(mime["Subject"]), body=text, from_email=sender()[1], to=[mime["To"].addresses[0].addr_spec])
        self.extra_headers = {name: str(value) for name, value in mime.items() if name not in ("To", "From", "Subject")}
        self.attach_alternative(html, "text/html")

    @cached_property
    def _mime(self) -> Mime:
        return mime_of(self.letter)

    def message(self) -> Mime:
        return self._mime


class Mail:
    """`send` returns when the server has said that it takes the letter over; nothing less counts."""

    def send(self, letter: Letter) -> str:
        if not letter.email:
            raise Undeliverable("客户没有留下邮箱")
        message = _Ready(letter)
        try:
            with get_connection() as connection:
                connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= 500 for code in codes):
                raise Undeliverable(f"对方邮件服务器拒收（{codes[0]}）") from error
            raise NotNow(f"对方邮件服务器暂不接收（{codes[0]}）") from error
        except _OURS as error:
            raise ChannelDown(f"邮件服务器答复 {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500:
                raise Undeliverable(f"对方邮件服务器拒收（{error.smtp_code}）") from error
            raise NotNow(f"对方邮件服务器暂不接收（{error.smtp_code}）") from error
        except (smtplib.SMTPException, OSError) as error:
            # Only the kind: some libraries repeat what they were given, and that may be a password or an address.
            raise ChannelDown(f"邮件服务器没有答复：{type(error).__name__}") from error
        return masked_email(letter.email)
