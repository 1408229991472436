"""The facts the platform itself records in every procedure (language §2.1) that the machinery must know by name."""

from __future__ import annotations

# Told by people or by other companies' machines; the case need not be open for them to happen.
OUTSIDE_FACTS = ("shipment.delivered", "shipment.lost", "payment.received", "refund.arrived", "unit.received")
CONSENT_FACTS = ("consent.given", "consent.withdrawn")
# Told only by the machinery of notices, never typed in by a person.
NOTICE_FAILED = "notice.failed"
NOTICE_FACTS = ("notice.sent", NOTICE_FAILED)
NOTICE_RESENT = "notice.resent"
ONE_OPEN = "one-open"  # how a task runs that what comes later joins
EDITION_PROPOSED = "edition.proposed"
SURVEY_SENT = "survey.sent"  # carries the form that is asked for
LETTER = "letter"  # what such a fact carries beside the notice: the id of the one letter it is about

CHANNELS = {
    "phone": ("电话", "Phone"), "chat": ("在线聊天", "Chat"), "email": ("邮件", "E-mail"), "web": ("官网留言", "Web form"),
    "shop": ("门店", "Shop"), "portal": ("客户门户", "Portal"), "social": ("社交平台", "Social media"), "api": ("接口", "API"),
}  # fmt: skip

# Clock facts are many; the journal holds every one as a `ClockSet`. As facts of their own these two always are recorded
# (reports and timelines read them), the others only where a rule waits for them.
ALWAYS_RECORDED = frozenset({"clock.kept", "clock.missed"})

# A reply clock is fresh after a reopening and a first response is never asked twice (clock semantics 10, 15).
REPLY_FACTS = frozenset({"case.responded", "contact.answered"})
