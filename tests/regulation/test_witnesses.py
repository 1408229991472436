"""The case shown under an error is real: its steps can be done on the machinery, and what it shows is then so."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from luyue.core.procedure.witnesses import enact, play, told
from luyue.core.regulation import compile_drafts, read_regulation
from luyue.core.regulation.compile import CompileResult
from luyue.core.regulation.problems import ERROR, Problem, Witness
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import Approval
from tests.regulation.reading import HERE, LAW, calendars, draft

# Faults of the text or the calendar, which no case can show: they are the same for all.
WITHOUT = {"PL201", "PL204", "PL205", "PL206", "PL207", "PL208", "PL209"}
# Faults between rules that no single case shows: a circle of exceptions, of ladders or of notices, a value written twice.
NOT_A_CASE = {"PL306-circle", "PL306-other-metric", "PL308-covered-twice", "PL402-circle", "PL405-of-itself"}
BAD = sorted(path for path in (HERE / "bad").glob("PL[234]*.md") if path.stem[:5] not in WITHOUT and path.stem not in NOT_A_CASE)


@cache
def compiled(path: Path) -> CompileResult:
    read = read_regulation(path.read_text(encoding="utf-8"), path.name)
    return compile_drafts([read_regulation(LAW, "L0.md").draft, draft(HERE / "base" / "small.md"), read.draft], calendars())


def shown(path: Path) -> tuple[Rulebook, list[Problem]]:
    result = compiled(path)
    assert result.trial is not None
    return result.trial, [one for one in result.problems if one.severity == ERROR]


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
