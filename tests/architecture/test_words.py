"""Whoever reads English is told in English what is wrong with a form: no Chinese words stand bare in an `Invalid`."""

from __future__ import annotations

import ast

from luyue.apps.ui.catalogue import is_chinese
from tests.architecture.house import ROOT

# Read by whoever runs the command, at a console in Chinese.
AT_THE_CONSOLE = {"luyue/site/staff.py"}


def bare(source: str) -> set[int]:
    """Lines where an `Invalid({...})` holds Chinese that neither `Said` nor gettext puts into English."""
    found: set[int] = set()
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Invalid":
            told = [value for one in call.args if isinstance(one, ast.Dict) for value in one.values]
            for value in told:
                texts = [part for part in (value.values if isinstance(value, ast.JoinedStr) else [value]) if isinstance(part, ast.Constant)]
                found |= {value.lineno for part in texts if isinstance(part.value, str) and is_chinese(part.value)}
    return found


def test_no_fault_of_a_form_is_told_in_chinese_alone() -> None:
    left = [
        f"{name}:{line}"
        for path in sorted((ROOT / "luyue").rglob("*.py"))
        if "tests" not in path.relative_to(ROOT).parts and (name := path.relative_to(ROOT).as_posix()) not in AT_THE_CONSOLE
        for line in sorted(bare(path.read_text(encoding="utf-8")))
    ]
    assert not left, f"Say it with Said(zh, en), or with gettext in a page: {left}"


def test_the_check_sees_a_bare_text() -> None:
    assert bare('raise Invalid({"name": "请填写"})') == {1}
    assert bare('raise Invalid({"name": f"最多 {n} 个"})') == {1}
    assert bare('raise Invalid({"name": Said("请填写", "Fill it in")})') == set()
