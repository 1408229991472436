"""Whatever an author types: reading never raises, and a text without errors makes a rulebook that resolves."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luyue.core.procedure.witnesses import enact, told
from luyue.core.regulation import compile_drafts, compile_rulebook, faults, read_regulation, render
from luyue.core.regulation.problems import ERROR
from luyue.core.regulation.references import references
from tests.regulation.reading import HERE, SHIPPED, calendars, draft

SHIPPED_TEXTS = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*/*.md"))]
EVERYTHING = (HERE / "good" / "everything.md").read_text(encoding="utf-8")
BASE = draft(HERE / "base" / "small.md")
LAW = read_regulation((SHIPPED / "L0" / "2026-01-01.md").read_text(encoding="utf-8"), "L0.md").draft
ODDITIES = [*"{}[]:,#&*!|>'\"%@`-?\t ~｜：，\u0000\u2028\ud800", "```", "---", "1 d", "<<: ", "yes"]
MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def spoiled(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    """A text with a few lines dropped, doubled or moved, and a few characters changed."""
    lines = draw(st.sampled_from(sources)).split("\n")
    start = draw(st.integers(0, max(0, len(lines) - 60)))
    front = lines.index("---", 1) + 1
    lines = lines[:front] + lines[max(front, start) : start + 200]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        deed = draw(st.sampled_from(["drop", "double", "move", "swap", "insert", "cut", "indent"]))
        if deed == "drop":
            del lines[at]
        elif deed == "double":
            lines.insert(at, lines[at])
        elif deed == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        elif deed == "indent":
            lines[at] = " " * draw(st.integers(1, 6)) + lines[at]
        elif lines[at]:
            column = draw(st.integers(0, len(lines[at]) - 1))
            head, tail = lines[at][:column], lines[at][column:]
            odd = draw(st.sampled_from(ODDITIES))
            lines[at] = {"swap": head + tail[1:2] + tail[:1] + tail[2:], "insert": head + odd + tail, "cut": head}[deed]
        lines = lines or [""]
    return "\n".join(lines)


def check_all(source: str) -> None:
    read = read_regulation(source, "spoiled.md")
    result = compile_drafts([LAW, BASE, read.draft], calendars())
    for one in (*read.problems, *result.problems):
        assert one.line >= 1
        assert one.column >= 1
        assert render(one, source)
        assert render(one, source, "zh")
        assert result.book is not None
        shown = faults.shown(result.book, one)
        assert (shown.code, shown.what, shown.line) == (one.code, one.what, one.line)
        if result.trial is not None and shown.witness is not None and shown.witness.procedure:
            shown = replace(shown, witness=enact(result.trial, shown.witness))
            assert all(told(result.trial, shown, language) is not None for language in ("zh", "en"))
        assert all(faults.told(shown, language) is not None for language in ("zh", "en"))
    if read.regulation is not None and result.rulebook is not None:
        names = {kind: set(rules) for kind, rules in result.rulebook.by_kind.items()}
        for rule in result.rulebook.rules():
            for reference in references(rule):
                assert reference.wanted not in names or reference.name in names[reference.wanted] | {"around-the-clock"}


@MANY
@given(spoiled((EVERYTHING, *SHIPPED_TEXTS)))
def test_a_spoiled_regulation_is_read_without_raising_and_resolves_if_it_has_no_errors(source: str) -> None:
    check_all(source)


@MANY
@given(st.text(max_size=300))
def test_any_text_is_read_without_raising(source: str) -> None:
    check_all(source)


@MANY
@given(
    st.lists(
        st.sampled_from("clock: x|form: y|within: 1 h|hours: a|fields:|  - a: {kind: text, label: b}|stages: [a: b]|- c|: d|  e: [f".split("|")), max_size=12
    )
)
def test_any_mixture_of_lines_in_a_block_is_read_without_raising(lines: list[str]) -> None:
    front = EVERYTHING[: EVERYTHING.index("# 第一章")]
    check_all(front + "## 第一条 任意 | any\n文字。\n\n```yaml rule\n" + "\n".join(lines) + "\n```\n")


def test_the_order_in_which_regulations_are_given_never_matters() -> None:
    read = read_regulation(EVERYTHING, "everything.md")
    one = compile_drafts([LAW, BASE, read.draft], calendars())
    other = compile_drafts([read.draft, BASE, LAW], calendars())
    assert one == other or (one.problems == other.problems and one.rulebook and other.rulebook and one.rulebook.digest == other.rulebook.digest)
    assert [list(rules) for rules in one.rulebook.by_kind.values()] == [list(rules) for rules in other.rulebook.by_kind.values()]  # type: ignore[union-attr]


def test_a_text_with_an_error_gives_no_regulation_and_no_rulebook() -> None:
    read = read_regulation(EVERYTHING.replace("owed_by: visitors\n", "", 1), "everything.md")
    assert read.regulation is None
    assert any(one.severity == ERROR for one in read.problems)
    assert compile_drafts([LAW, BASE, read.draft], calendars()).rulebook is None


def test_without_its_calendar_nothing_compiles_and_nothing_is_claimed_about_dates() -> None:
    read = read_regulation(EVERYTHING, "everything.md")
    assert read.regulation is not None
    result = compile_rulebook([LAW.regulation, BASE.regulation, read.regulation], {})
    assert result.rulebook is None
    assert [one for one in result.problems if one.severity == ERROR] == []
