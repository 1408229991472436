"""Every rule is read aloud, and a few are held to the letter."""

from __future__ import annotations

import pytest

from luyue.core.regulation import Rulebook
from luyue.core.regulation.sentence import sentence
from tests.core.shipped import shipped_book


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return shipped_book()


@pytest.mark.parametrize("language, stop", [("zh", "。"), ("en", ".")])
def test_every_rule_can_be_read_aloud(book: Rulebook, language: str, stop: str) -> None:
    for rule in book.rules():
        said = sentence(rule, book, language)
        assert said.endswith(stop), rule.id
        assert len(said) > 5, rule.id
        assert not [mark for mark in ("None", "{", "Label(") if mark in said], (rule.id, said)


def test_no_id_is_left_in_a_chinese_sentence(book: Rulebook) -> None:
    ids = {rule.id for rule in book.rules() if "-" in rule.id}
    for rule in book.rules():
        words = set(sentence(rule, book, "zh").replace("（", " ").replace("）", " ").split())
        assert not words & ids, (rule.id, words & ids)


@pytest.mark.parametrize(
    "kind, rule, zh",
    [
        ("timetable", "service-hours", "服务时间：工作日和调休上班日 9:00–21:00，休息日和节假日 10:00–18:00。"),
        (
            "clock",
            "first-response-live",
            "首次响应（电话、聊天）：异议（渠道为电话、在线聊天）自收到起，5 分钟内（按服务时间计）由客服部完成首次回应；用时 50%、80% 时提醒；超时按“标准升级”。",
        ),
        ("ladder", "standard", "标准升级：临近到期通知经办人；超时即通知跟进人、客服主管；再过 4 小时通知经理。"),
        ("skill", "bound-by-this-regulation", "未确认本版制度者不得操作工单。"),
    ],
)
def test_these_rules_are_said_just_so(book: Rulebook, kind: str, rule: str, zh: str) -> None:
    assert sentence(book.by_kind[kind][rule], book, "zh") == zh
