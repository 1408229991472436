"""The case shown under an error is real: its steps can be done on the machinery, and what it shows is then so."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from luyue.core.procedure.witnesses import enact, play, told
from luyue.core.regulation import compile_drafts, faults, read_regulation
from luyue.core.regulation.compile import CompileResult
from luyue.core.regulation.faults import NO_WITNESS
from luyue.core.regulation.messages import CODES
from luyue.core.regulation.problems import ERROR, INFO, Problem, Witness
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Approval
from tests.regulation.reading import HERE, LAW, calendars, draft

# Faults that no rulebook can be made with, so that nothing can be acted out: the case is told in words, with the instants at odds.
IN_WORDS = {"PL201", "PL204", "PL205", "PL206", "PL207", "PL208"}
# A notice that answers itself begins with a delivery that failed, which nobody does.
NOT_DONE = {"PL405-of-itself"}
EVERY = sorted((HERE / "bad").glob("*.md"))
BAD = [path for path in EVERY if path.stem[2] in "234" and path.stem[:5] not in IN_WORDS and path.stem not in NOT_DONE]
BAD += [path for path in EVERY if path.stem[:5] in ("PL005", "PL103")]


@cache
def compiled(path: Path) -> CompileResult:
    read = read_regulation(path.read_text(encoding="utf-8"), path.name)
    return compile_drafts([read_regulation(LAW, "L0.md").draft, draft(HERE / "base" / "small.md"), read.draft], calendars())


def shown(path: Path) -> tuple[Rulebook, list[Problem]]:
    result = compiled(path)
    assert result.trial is not None
    return result.trial, [one for one in faults_of(path) if one.severity == ERROR]


def faults_of(path: Path) -> list[Problem]:
    """The errors and warnings of one bad file, each with what shows it."""
    result, read = compiled(path), read_regulation(path.read_text(encoding="utf-8"), path.name)
    assert result.book is not None
    own = [one for one in (*read.problems, *result.problems) if one.path == path.name and one.severity != INFO]
    return [faults.shown(result.book, one) for one in own]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_error_of_the_logic_has_a_case_that_can_be_acted_out(path: Path) -> None:
    book, errors = shown(path)
    for error in errors:
        assert error.witness is not None, error.say()
        witness = enact(book, error.witness)
        assert witness.steps, error.say()
        state = play(book, witness)
        assert not witness.fact or state.happened(witness.fact)
        assert not witness.stage or state.stage == witness.stage
        assert tuple(sorted(clock.rule for clock in state.clocks.values() if clock.is_open)) == tuple(sorted(rule for rule, _ in witness.running))
        for language in ("zh", "en"):
            assert len(told(book, Problem("", "", "", 1, 1, 1, "", "", witness=witness), language)) == len(witness.steps) + 3


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_every_fault_is_shown_by_something_unless_its_code_says_why_not(path: Path) -> None:
    for one in faults_of(path):
        if one.code in NO_WITNESS:
            assert one.witness is None, one.say()
            continue
        assert one.witness is not None, one.say()
        assert one.witness.where, one.say()
        assert one.witness.where_zh, one.say()
        for language in ("zh", "en"):
            lines = faults.told(one, language)
            assert len(lines) == 1 + len(one.witness.seen), lines


def test_every_code_has_a_witness_or_a_reason_and_the_pages_say_which() -> None:
    with_one = {one.code for path in EVERY for one in faults_of(path) if one.witness is not None}
    assert with_one | set(NO_WITNESS) == set(CODES)
    assert not with_one & set(NO_WITNESS)
    page = (HERE.parents[1] / "docs" / "errors" / "README.md").read_text(encoding="utf-8")
    assert [line for line in page.split("\n") if line.startswith("- PL")] == [f"- {code}: {reason}." for code, reason in NO_WITNESS.items()]


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("PL105-no-hours", {"起算": "2026-03-06 17:50", "按自然小时": "2026-03-06 18:05", "按 opening-hours": "2026-03-09 09:05"}),
        ("PL105-bare-day", {"起算": "2026-03-06 17:50", "按 1 个工作日": "2026-03-09 24:00", "按 1 日": "2026-03-09 24:00", "按自然小时 24 小时": "2026-03-07 17:50"}),
        ("PL105-no-counting", {"起算": "2026-03-06 17:50", "按 workdays_end": "2026-03-10 24:00", "按 workdays_shift": "2026-03-10 17:50"}),
        ("PL005-rule-and-text", {"起算": "2026-03-06 17:50", "按规则（20 分钟）": "2026-03-09 09:10", "按文字（15 分钟）": "2026-03-09 09:05"}),
        ("PL005-example", {"示例写": "2026-03-07 09:10", "按规则得": "2026-03-09 09:10"}),
        ("PL204-overlap", {"两段都含的时刻": "16:00"}),
        ("PL207-warning-after-deadline", {"起算": "2026-03-06 17:50", "到期": "2026-03-09 09:05", "用时 120%": "2026-03-09 09:08"}),
        ("PL209-step-not-later", {"超时": "2026-03-06 17:50", "第 1 步": "2026-03-09 12:50", "第 2 步": "2026-03-09 10:50"}),
    ],
)  # fmt: skip
def test_times_at_odds_are_shown_from_one_start(name: str, seen: dict[str, str]) -> None:
    first = faults_of(HERE / "bad" / f"{name}.md")[0]
    assert first.witness is not None
    assert {one.what_zh: one.value for one in first.witness.seen} == seen


def test_a_misspelt_name_is_met_in_the_first_case_its_rule_is_for() -> None:
    (fact,) = faults_of(HERE / "bad" / "PL101-fact.md")
    (guard,) = faults_of(HERE / "bad" / "PL101-guard.md")
    assert fact.witness is not None
    assert guard.witness is not None
    assert (fact.witness.where_zh, guard.witness.where_zh) == ("“咨询”，收到工单时", "“咨询”，在环节“查询中”")


def only(name: str) -> tuple[Rulebook, Witness]:
    book, errors = shown(HERE / "bad" / f"{name}.md")
    assert errors[0].witness is not None
    return book, enact(book, errors[0].witness)


def test_two_promises_run_at_once_with_two_deadlines() -> None:
    book, witness = only("PL301-two-promises")
    clocks = {clock.rule: clock.due_at for clock in play(book, witness).clocks.values()}
    assert dict(witness.given) == {"channel": "web"}
    assert clocks["first-response"] != clocks["web-response"]


def test_a_channel_without_response_starts_no_clock() -> None:
    book, witness = only("PL304-channel-without-response")
    assert play(book, witness).clocks == {}


def test_in_a_dead_end_nothing_can_be_done() -> None:
    book, witness = only("PL401-dead-end")
    assert (play(book, witness).stage, witness.possible) == ("waiting", ())


def test_before_locked_gates_no_way_leads_on() -> None:
    book, witness = only("PL401-locked")
    assert "mended" not in {action.to for name in witness.possible if (action := book.action(name)) and not action.after}
    never = enact(book, Witness("repair", stage="mended"))
    assert never.steps == ()


def test_a_promise_of_what_is_forbidden_runs_and_its_stop_is_not_offered() -> None:
    book, witness = only("PL307-owed-but-forbidden")
    assert [rule for rule, _ in witness.running] == ["visit-soon"]
    checked = enact(book, Witness("enquiry", witness.given, stage="checking"))
    assert "visit" not in checked.possible
    assert "visit" in enact(book, Witness("enquiry", (("topic", "price"),), stage="checking")).possible


def test_a_clock_whose_end_lies_behind_is_never_kept() -> None:
    book, witness = only("PL404-stop-lies-behind")
    state = play(book, witness)
    assert state.stage in book.procedure("enquiry").final
    assert [clock.state for clock in state.clocks.values() if clock.rule == "checked-after-answer"] in ([], ["withdrawn"])
    assert "check" not in witness.possible


def test_an_amount_in_the_gap_of_an_approval_is_of_no_band() -> None:
    book, witness = only("PL308-band-gap")
    (approval,) = book.all(Approval).values()
    amount = float(dict(witness.given)[approval.field])  # type: ignore[arg-type]
    assert not any((band.over or 0) < amount <= (band.up_to or amount) for band in approval.bands)


def test_a_promise_laxer_than_the_law_ends_after_it() -> None:
    book, witness = only("PL310-laxer-than-law")
    ((rule, due),) = witness.running
    floor = next(iter(book.by_kind["floor"].values()))
    law = book.agenda.due(witness.steps[0].at, floor.at_most).at  # type: ignore[attr-defined]
    assert rule == "reply"
    assert due is not None
    assert law is not None
    assert due > law


def test_the_command_prints_the_case_and_gives_it_as_data(tmp_path: Path) -> None:
    for path in (HERE / "base" / "small.md", HERE / "bad" / "PL401-dead-end.md"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    words = [sys.executable, "-m", "luyue.site.cli", "check", str(tmp_path / "PL401-dead-end.md")]
    text = subprocess.run([*words, "--language", "zh"], capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    assert text.returncode == 1
    assert "立案 (open-case)" in text.stdout
    assert "此时可做：无" in text.stdout
    data = subprocess.run([*words, "--format", "json"], capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    (problem,) = (one for one in json.loads(data.stdout)["problems"] if one["code"] == "PL401")
    assert [step["act"] for step in problem["witness"]["steps"]] == ["open-case", "wait"]
    assert problem["witness"]["possible"] == []
