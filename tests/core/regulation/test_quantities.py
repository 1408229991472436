"""Numbers in prose are found in both languages and nothing else is taken for one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from luyue.core.regulation.quantities import quantities


def found(text: str) -> list[tuple[str, Decimal]]:
    return [(said.quantity.unit, said.quantity.amount) for said in quantities(text)]


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("须在 5 分钟内接起", "min", 5),
        ("1小时内", "min", 60),
        ("半小时内", "min", 30),
        ("两小时内", "min", 120),
        ("一个半小时", "min", 90),
        ("第 1 个工作小时", "min", 60),
        ("3 个工作日", "working day", 3),
        ("十五日内", "day", 15),
        ("二十五天", "day", 25),
        ("七个自然日", "day", 7),
        ("一百二十日", "day", 120),
        ("2 周内", "day", 14),
        ("12 个月", "month", 12),
        ("保存 3 年", "month", 36),
        ("半年", "month", 6),
        ("2,000 元以内", "money", 2000),
        ("within 15 minutes", "min", 15),
        ("2 working days", "working day", 2),
        ("30 days", "day", 30),
        ("keep 3 years", "month", 36),
        ("工作日 9:00", "daytime", 540),
        ("至 24:00", "daytime", 1440),
    ],
)
def test_a_number_with_a_unit_is_found(text: str, unit: str, amount: int) -> None:
    assert found(text) == [(unit, Decimal(amount))]


@pytest.mark.parametrize(
    "text",
    [
        "依第十五条办理",
        "2026年3月5日施行",
        "2026-03-05",
        "3 月 5 日",
        "同一天内",
        "每日检查",
        "当日不计",
        "某一日",
        "周六日休息",
        "节假日和工作日",
        "一件异议",
        "侵权法〔2020〕15号",
        "3 次",
        "不超过 3 步",
        "每年一次",
    ],
)
def test_what_only_looks_like_a_time_is_let_be(text: str) -> None:
    assert found(text) == []
