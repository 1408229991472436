"""Finding cases: by number, customer, phone, order and words, only what one may see, and nothing that was erased."""

from __future__ import annotations

import random
from typing import Any

import pytest

from luyue.apps.cases.models import Case, CaseWords
from luyue.apps.cases.readers import System
from luyue.apps.cases.search import find
from luyue.apps.casework import rebuild
from luyue.apps.casework.erasure import erase_words
from luyue.apps.journal.models import EntryBody
from tests.acceptance.workspace_desk import browser, company_at_work, text_of
from tests.acceptance.workspace_house import FEE, NOW, House, at, quality_matter


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    return company_at_work(settings, tmp_path, monkeypatch)


def test_words_name_phone_order_and_number_lead_to_the_case_and_only_for_those_who_may_see_it(house: House) -> None:
    camera, deposit = quality_matter(house), house.objection("zhou", "押金没有到账，已经两个月了", at(24, 9, 30))
    desk, stranger = browser(house, "chensiyuan"), browser(house, "xuke")
    phone = "13" + "8"  # a beginning is no number
    for words in ("风箱", "自动对焦", "押金", "到账", "林", "fx3", "ＦＸ3", "ZL-260210-0316", "对焦测试 固件", camera.number[-6:]):
        seen = text_of(desk.get("/search", {"q": words}))
        wanted = deposit if words in ("押金", "到账") else camera
        assert wanted.number in seen, words
        assert wanted.number not in text_of(stranger.get("/search", {"q": words})), words
        assert wanted.number not in text_of(stranger.get("/palette", {"q": words})), words
    assert camera.number not in text_of(desk.get("/search", {"q": phone}))
    seen = text_of(desk.get("/search", {"q": "押金"}))
    assert "<mark>押金</mark>没有到账" in seen
    assert "1 件" in seen
    assert "没有找到" in text_of(stranger.get("/search", {"q": "押金"}))
    assert desk.get("/search", {"q": deposit.number.lower()}).headers["Location"] == f"/cases/{deposit.number}"
    # A whole phone number, however it is written; it stands in no index in the clear.
    from luyue.apps.customers.selectors import addresses_of

    number = addresses_of(house.customers["zhou"]).phone.removeprefix("+86")
    assert deposit.number in text_of(desk.get("/search", {"q": f"{number[:3]} {number[3:7]} {number[7:]}"}))
    assert not CaseWords.objects.filter(words__contains=number).exists()


def test_what_is_said_later_is_found_at_once_and_what_is_refused_never(house: House) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 9, 30))
    desk = browser(house, "chensiyuan")
    assert case.number not in text_of(desk.get("/search", {"q": "财务已核对"}))
    assert desk.post(f"/cases/{case.number}/say", {"mode": "note", "text": "财务已核对流水", "once": "a"}).status_code == 302
    assert case.number in text_of(desk.get("/search", {"q": "财务已核对"}))
    assert desk.post(f"/cases/{case.number}/do/take", {"once": "b"}, follow=True).status_code == 200
    assert browser(house, "sunyue").post(f"/cases/{case.number}/do/assign", {"once": "c", "text": "退单编号七七"}).status_code in (404, 409, 422)
    assert case.number not in text_of(desk.get("/search", {"q": "退单编号七七"}))
    assert not list(rebuild.check())


def test_erased_words_are_found_no_more_and_rebuilding_brings_lost_ones_back(house: House) -> None:
    case = house.objection("zhou", "押金没有到账", at(24, 9, 30))
    other = house.objection("miaobo", "押金少退", at(24, 9, 30))
    CaseWords.objects.filter(case=other).update(words="别的")  # somebody's hand in the store
    assert [one.number for one in rebuild.check()] == [other.number]
    rebuild.rebuild()
    assert not list(rebuild.check())
    rebuild.index_again()
    assert find(System(), "押金").ids == (other.pk, case.pk)
    Case.objects.filter(pk=case.pk).update(is_open=False, closed_at=NOW)
    erase_words(case.number, by=house.staff("zhouqiming"), second=house.staff("luwen"), reason="客户要求删除", now=NOW)
    assert find(System(), "押金").ids == (other.pk,)
    assert find(System(), "周").ids == ()
    assert find(System(), case.number).ids == (case.pk,)
    assert not EntryBody.objects.filter(entry__stream=f"case:{case.number}", body__contains="押金").exists()


VOCABULARY = "押金 到账 没退 相机 镜头 三脚架 对焦 电池 少了 多收 逾期 FX3 A7M4 合同 发票 顺丰 客服 态度 维修 划痕".split()


def test_every_word_finds_what_a_slow_search_through_all_words_finds(house: House) -> None:
    """Recall and precision 1.0 against LIKE over the same words, for every word of two characters and for longer ones."""
    chance = random.Random(5)
    for number in range(24):
        text = "".join(chance.choices(VOCABULARY, k=6)) + chance.choice("，。 ")
        house.objection(chance.choice(["zhou", "miaobo", "shen"]), text, at(24, 9, number), FEE)
    words = dict(CaseWords.objects.values_list("case_id", "words"))
    two = {text[place : place + 2] for text in words.values() for place in range(len(text) - 1)}
    asked = [one for one in two if one.isalnum() and not one.isascii()] + ["FX3", "7m4", "押", "对焦电池", "a7M4合同", "押金 镜头"]
    assert len(asked) > 120
    for one in asked:
        slow = {case_id for case_id, text in words.items() if all(term in text.casefold() for term in one.casefold().split())}
        assert set(find(System(), one).ids) == slow, one
