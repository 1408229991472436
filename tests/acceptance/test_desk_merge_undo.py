"""Merging duplicates, and taking back what has not left the house."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luyue.apps.cases.links import token_of
from luyue.apps.cases.models import Case, CaseLink
from luyue.apps.cases.selectors import row_heads
from luyue.apps.casework import rebuild, ticker
from luyue.apps.clocks.models import Clock, Timer
from luyue.apps.contacts.models import Contact, Outbox
from luyue.apps.journal.models import Entry
from luyue.apps.journal.verify import verify
from tests.acceptance.workspace_desk import browser, company_at_work, text_of
from tests.acceptance.workspace_house import NOW, House, at, quality_matter


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    return company_at_work(settings, tmp_path, monkeypatch)


def open_clocks(case: Case) -> dict[str, Any]:
    return dict(Clock.objects.filter(case=case, state="running").values_list("rule", "due_at"))


def test_a_duplicate_is_merged_with_the_strictest_promise_and_its_misses_stay(house: House) -> None:
    first = house.objection("zhou", "押金没有到账", at(24, 8, 0))  # unanswered: missed at ten, an hour after opening
    second = house.objection("zhou", "押金怎么还没到，催一下", at(24, 10, 5))
    ticker.run_due(NOW)
    desk = browser(house, "chensiyuan")
    missed = set(Clock.objects.filter(case=first, state="missed").values_list("rule", flat=True))
    strict = {rule: min(due, open_clocks(second)[rule]) for rule, due in open_clocks(first).items() if rule in open_clocks(second)}
    assert missed
    assert strict
    assert "并入另一工单" in text_of(desk.get(f"/cases/{first.number}"))
    page = text_of(desk.get(f"/cases/{first.number}/merge"))
    assert second.number in page
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once
    sent = {"into": second.number, "once": once[1]}
    assert desk.post(f"/cases/{first.number}/merge", sent).headers["Location"] == f"/cases/{second.number}"
    assert desk.post(f"/cases/{first.number}/merge", sent).status_code == 302  # the same form twice is done once
    gone, kept = Case.objects.get(pk=first.pk), Case.objects.get(pk=second.pk)
    assert (gone.is_open, gone.merged_into, kept.is_open) == (False, second.number, True)
    assert kept.received_at == first.received_at
    assert {rule: due for rule, due in open_clocks(kept).items() if rule in strict} == strict
    assert open_clocks(gone) == {}
    assert missed <= set(Clock.objects.filter(case=gone, state="missed").values_list("rule", flat=True))
    assert not Clock.objects.filter(case=gone, is_owed=True).exists()
    assert not Timer.objects.filter(case=gone).exists()
    assert Entry.objects.filter(stream=f"case:{first.number}", action="merge").count() == 1
    assert Entry.objects.filter(stream=f"case:{second.number}", action="absorb").count() == 1
    assert CaseLink.objects.filter(from_case=gone, to_case=kept, kind="merged").count() == 1
    assert not list(rebuild.check())
    assert verify(row_heads()).findings == []

    # The customer is told, once, in the case that goes on.
    (letter,) = Outbox.objects.filter(notice="duplicate-merged")
    words = json.loads(letter.payload)["text"]
    assert (letter.case, letter.kind) == (kept, "portal")  # he wrote by the web form
    assert words.startswith(f"您的异议 {first.number} 与 {second.number} 说的是同一件事，已并入 {second.number} 一起办理。受理时间按最早的一个计，为11月24日 8:00；")
    assert f"/portal/m/{token_of(second.number)}/" in words
    shown = text_of(Client().get(f"/portal/m/{token_of(first.number)}/", follow=True))
    assert f"已并入 {second.number} 一起办理" in shown
    assert "通知没有送达" not in text_of(desk.get(f"/cases/{second.number}"))

    # Nothing more is done in the old one; the customer's old address leads to the new one, and so does what he still sends there.
    assert desk.post(f"/cases/{first.number}/do/take", {"once": "t"}).status_code == 409
    assert f'已并入 <a class="link num" href="/cases/{second.number}"' in text_of(desk.get(f"/cases/{first.number}"))
    customer = Client()
    assert customer.get(f"/portal/m/{token_of(first.number)}/").headers["Location"] == f"/portal/m/{token_of(second.number)}/"
    customer.post(f"/portal/m/{token_of(first.number)}/reply", {"text": "还要等多久", "once": "r"})
    assert Contact.objects.get(text="还要等多久").case == kept
    assert "押金没有到账" in text_of(desk.get(f"/cases/{second.number}"))  # what was said there came along


def test_cases_of_two_customers_or_two_kinds_are_never_merged(house: House) -> None:
    first, other = house.objection("zhou", "押金没有到账", at(24, 9, 30)), house.objection("lin", "押金没有到账", at(24, 9, 40))
    desk = browser(house, "chensiyuan")
    refused = desk.post(f"/cases/{first.number}/merge", {"number": other.number, "once": "a"})
    assert refused.status_code == 409
    assert "两个工单不是同一客户" in text_of(refused)
    assert desk.post(f"/cases/{first.number}/merge", {"number": first.number, "once": "b"}).status_code == 409
    assert desk.post(f"/cases/{first.number}/merge", {"number": "YY-2026-999999", "once": "c"}).status_code == 422
    assert browser(house, "xuke").post(f"/cases/{first.number}/merge", {"number": other.number}).status_code == 404
    assert Case.objects.filter(merged_into="").count() == 2
    assert not Entry.objects.filter(action__in=("merge", "absorb")).exists()


def test_taking_and_assigning_are_undone_by_an_entry_of_their_own(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 9, 30))
    ticker.run_due(NOW)
    desk = browser(house, "chensiyuan")
    page = text_of(desk.post(f"/cases/{case.number}/do/take", {"once": "a"}, follow=True))
    undo = re.search(r'action="(/cases/[^"]+/do/undo\?entry=(\d+))"', page)
    assert undo
    assert "撤销" in page
    assert Case.objects.get(pk=case.pk).holder == house.user("chensiyuan")
    stranger = browser(house, "limin")
    assert stranger.post(undo[1], {"once": "s"}).status_code == 409  # a colleague of the same team, but not the doer
    assert desk.post(undo[1], {"once": "b"}).status_code == 302
    row = Case.objects.get(pk=case.pk)
    assert (row.holder, row.owner) == (None, None)
    assert [one.action for one in Entry.objects.filter(stream=f"case:{case.number}").order_by("seq")][-2:] == ["take", "undo"]
    assert "撤销上一步" in text_of(desk.get(f"/cases/{case.number}"))
    assert desk.post(undo[1], {"once": "c"}).status_code == 409  # once
    assert not list(rebuild.check())

    # Too late, or after something else, it stays.
    desk.post(f"/cases/{case.number}/do/take", {"once": "d"})
    seq = Case.objects.get(pk=case.pk).head_seq
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=91))
    assert desk.post(f"/cases/{case.number}/do/undo?entry={seq}", {"once": "e"}).status_code == 409
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=20))
    desk.post(f"/cases/{case.number}/say", {"mode": "note", "text": "核对中", "once": "f"})
    assert desk.post(f"/cases/{case.number}/do/undo?entry={seq}", {"once": "g"}).status_code == 409
    assert Case.objects.get(pk=case.pk).holder == house.user("chensiyuan")


def test_a_link_and_a_tick_are_taken_back_whole(house: House) -> None:
    case, other = quality_matter(house), house.objection("zhou", "押金没有到账", at(24, 9, 30))
    desk = browser(house, "chensiyuan")
    desk.post(f"/cases/{case.number}/do/link", {"number": other.number, "relation": "related", "once": "a"})
    assert CaseLink.objects.count() == 1
    seq = Case.objects.get(pk=case.pk).head_seq
    assert desk.post(f"/cases/{case.number}/do/undo?entry={seq}", {"once": "b"}).status_code == 302
    assert CaseLink.objects.count() == 0
    assert not list(rebuild.check())
