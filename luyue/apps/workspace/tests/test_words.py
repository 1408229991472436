"""Small things the pages say: what a search marks, and which sentence of a clause gives the limit."""

import pytest

from luyue.apps.ui.promises import sentence_with
from luyue.apps.workspace.pinyin import TABLE, found
from luyue.core.calendar import Within


@pytest.mark.parametrize(
    ("query", "words", "marks"),
    [
        ("tsxz", "投诉新增", [(0, 4)]),
        ("tsxz", "投诉：选择办理部门", [(0, 2), (3, 5)]),
        ("投诉", "客户投诉", [(2, 4)]),
        ("yy-2026", "YY-2026-000123", [(0, 7)]),
        ("DJYY", "登记异议", [(0, 4)]),
        ("", "登记异议", []),
        ("xz", "投诉新增", [(2, 4)]),
        ("zx", "投诉新增", None),
        ("：", "投诉", None),
        ("--", "投诉", None),
        ("cf", "重复", [(0, 2)]),
        ("zf", "重复", [(0, 2)]),
        ("ts", "·投 诉", [(1, 2), (3, 4)]),
    ],
)
def test_words_are_found_as_written_or_by_initials_in_a_row(query: str, words: str, marks: object) -> None:
    assert found(query, words) == marks


def test_the_table_of_initials_is_what_pypinyin_says() -> None:
    from tools.pinyin import table

    assert TABLE.read_text(encoding="utf-8") == table()


CLAUSE = "责任部门应当及时查明原因。需实物检测的，自受理次日起三个工作日内形成书面结论；费用异议为 1 个工作日。电话须在 5 分钟内接起。"


@pytest.mark.parametrize(
    ("within", "words"),
    [
        (Within(3, "working day", counted="workdays_end"), "需实物检测的，自受理次日起三个工作日内形成书面结论。"),
        (Within(1, "working day", counted="workdays_end"), "费用异议为 1 个工作日。"),
        (Within(5, "min", "service-hours"), "电话须在 5 分钟内接起。"),
        (Within(2, "h", "service-hours"), CLAUSE),
        (None, CLAUSE),
    ],
)
def test_a_clock_quotes_the_sentence_that_gives_its_limit(within: Within | None, words: str) -> None:
    assert sentence_with(CLAUSE, within) == words
