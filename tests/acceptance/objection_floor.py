"""The demonstration company's people and customers at their browsers, for stories that go from the form to the archive."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework.rows import load
from luyue.apps.evidence.tests.samples import PDF, PNG
from luyue.apps.people.models import User
from luyue.core.procedure.state import CaseState
from luyue.core.regulation.rules import Checklist
from luyue.site.demo.company import CLIENTS
from luyue.site.demo.desk import House, _user
from luyue.site.demo.fill import open_house

DONE, REFUSED = 302, 409


@contextmanager
def open_company(folder: Path, blocker: Any) -> Iterator[House]:
    """One company for all stories of a file: it takes seconds to open. What a story adds is rolled back after it."""
    with override_settings(DATA=folder, MEDIA_ROOT=folder / "media"):
        with blocker.unblock():
            _user.cache_clear()
            opened = open_house(timezone.now())
        yield opened
        with blocker.unblock():
            call_command("flush", verbosity=0, interactive=False)


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("凭证.pdf", PDF)


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("照片.png", PNG)


def in_days(days: int) -> str:
    """A date to promise, as a form sends it."""
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


@dataclass
class Floor:
    """Everybody's browser, signed in once. `matter` files an objection as a customer."""

    house: House
    _browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, username: str) -> Client:
        if username not in self._browsers:
            self._browsers[username] = Client()
            self._browsers[username].force_login(User.objects.get(username=username))
        return self._browsers[username]

    def matter(self, client: str, kind: str, **answers: Any) -> Matter:
        """Filed on the website without signing in; kind `fee/deposit` is chosen in two rows of tiles."""
        who = next(one for one in CLIENTS if one.key == client)
        whole = {
            "objection_type": kind.partition("/")[0], "objection_type.sub": kind if "/" in kind else "", "objection_text": f"{who.name}的异议",
            "customer_kind": who.kind, "customer_name": who.name, "contact_phone": who.phone, "once": uuid.uuid4().hex, **answers,
        }  # fmt: skip
        answer = Client().post(reverse("portal:new", args=["objection"]), whole)
        assert answer.status_code == DONE, answer.content.decode()
        return Matter(self, Case.objects.latest("pk"), answer["Location"].partition("?")[0].rstrip("/").rpartition("/")[2])


@dataclass
class Matter:
    """One case, worked on through pages only."""

    floor: Floor
    case: Case
    token: str

    @property
    def stage(self) -> str:
        self.case.refresh_from_db()
        return self.case.stage

    @property
    def state(self) -> CaseState:
        self.case.refresh_from_db()
        return load(self.case)

    def does(self, who: str, action: str, **data: Any) -> Matter:
        """`who` (a username, or `customer` with the private link) does it."""
        status, page = self._sent(who, action, data)
        assert status == DONE, f"{who} {action}: {status} {_words(page)}"
        return self

    def may_not(self, who: str, action: str, because: str, **data: Any) -> Matter:
        """The business says no with these words, and nothing is written."""
        self.case.refresh_from_db()
        before = self.case.head_seq
        status, page = self._sent(who, action, data)
        self.case.refresh_from_db()
        assert status == REFUSED, f"{who} {action}: {status} {_words(page)}"
        assert because in page, _words(page)
        assert self.case.head_seq == before
        return self

    def checks(self, who: str, checklist: str, results: Mapping[str, str] | None = None) -> Matter:
        """Every item of a checklist, with its proof; `pass` unless said otherwise."""
        for item in self.floor.house.book.get(Checklist, checklist).items:
            result = (results or {}).get(item.id, "pass")
            proof = {} if result == "not-applicable" else {"evidence": picture() if item.evidence == "photo" else paper()}
            self.does(who, "tick", checklist=checklist, item=item.id, result=result, note="已核对", **proof)
        return self

    def task(self, who: str, rule: str, **data: Any) -> Matter:
        key = next(task.key for task in self.state.tasks.values() if task.rule == rule and task.state == "open")
        return self.does(who, "do-task", task=key, **data)

    # ------------------------------------------------------------------ stretches every objection goes through

    def to_investigation(self, **registration: Any) -> Matter:
        self.does("chensiyuan", "answer", text="已收到您的异议，会尽快处理。")
        self.does("chensiyuan", "register-objection", promised_at=in_days(4), **registration)
        return self.does("chensiyuan", "transfer-objection")

    def finds(self, who: str, action: str, cause: str, liable: str = "company", **more: Any) -> Matter:
        return self.does(who, action, **finding(cause, liable), **more)

    def to_feedback(self, chief: str, remedies: list[str], amount: str = "0", **more: Any) -> Matter:
        self.does("chensiyuan", "propose-remedy", remedies=remedies, remedy_amount=amount, remedy_text="按约定处理。", **more)
        return self.does(chief, "decide-remedy")

    def told(self) -> Matter:
        return self.does("chensiyuan", "give-feedback", explained="说明了结论和方案。", told_by="phone")

    def to_archive(self) -> Matter:
        """From the finished remedies on, past every gate that guards the end."""
        self.may_not("chensiyuan", "close-objection", "回访", demand_met="met")
        self.task("chensiyuan", "revisit", solved="yes", satisfaction="5")
        self.does("chensiyuan", "close-objection", demand_met="met")
        self.may_not("chensiyuan", "archive-objection", "归档清单")
        self.checks("chensiyuan", "archive-set")
        return self.does("chensiyuan", "archive-objection")

    def _sent(self, who: str, action: str, data: Mapping[str, Any]) -> tuple[int, str]:
        if who == "customer":
            browser, path = Client(), reverse("portal:act", args=[self.token, action])
        else:
            browser, path = self.floor.browser(who), reverse("workspace:act", args=[self.case.number, action])
        answer = browser.post(path, {"once": uuid.uuid4().hex} | dict(data))
        return answer.status_code, answer.content.decode()


def finding(cause: str, liable: str = "company") -> dict[str, Any]:
    return {
        "facts": "经核实，情况属实。", "fact_evidence": paper(), "contract_basis": "租赁合同第六条", "legal_ground": "民法典第七百零八条",
        "cause": cause, "liable_party": liable,
    }  # fmt: skip


def _words(page: str) -> str:
    """What a page says, for the message of a failed assertion."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page[page.find("<main") :], flags=re.S)
    return re.sub(r"\s+", " ", text)[:1500]
