"""The record behind `luyue coverage` is what the proof finds now, and the proof can tell a test that shows something from one that does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from luyue.core.calendar import Within
from luyue.core.regulation import Rulebook
from luyue.site.coverage import RECORD, SHIPPED, as_record, credits_of, recorded, requirements
from tests.coverage import proof
from tests.coverage.amputation import cut_from_text, drafts, longer, whole, without

ROOT = Path(__file__).parents[2]


def test_the_record_is_what_the_proof_finds() -> None:
    found, kept = as_record(proof.prove()), (SHIPPED / RECORD).read_text(encoding="utf-8")
    lost = sorted(set(kept.splitlines()) - set(found.splitlines()))
    won = sorted(set(found.splitlines()) - set(kept.splitlines()))
    assert found == kept, f"Run `python -m tests.coverage.proof --write`. No longer proven: {lost}. Newly proven: {won}."


def test_the_stories_named_in_the_record_are_tests_pytest_runs() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/coverage"]
    nodes = set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())
    stories = {story.name for story in proof.stories()}
    assert stories <= nodes, stories - nodes
    assert {one.test for one in recorded() if one.test.startswith("tests/")} <= stories


def test_stories_name_rows_that_exist_and_that_the_regulation_answers_for() -> None:
    told = {row for story in proof.stories() for row in story.rows}
    assert told <= {row.id for row in requirements()}
    assert told <= {credit.row for credit in credits_of(draft.regulation for draft in drafts())}


def test_no_credit_names_a_row_that_is_not_on_the_list() -> None:
    assert {credit.row for credit in credits_of(draft.regulation for draft in drafts())} <= {row.id for row in requirements()}


def one_of_each_kind() -> list[tuple[str, str]]:
    return [(kind, next(iter(rules))) for kind, rules in whole().by_kind.items() if rules]


@pytest.mark.parametrize("kind, rule_id", one_of_each_kind())
def test_cutting_a_rule_is_cutting_its_block_from_the_text(kind: str, rule_id: str) -> None:
    rule = whole().by_kind[kind][rule_id]
    source = next(draft.regulation.source for draft in drafts() if draft.regulation.id == rule.regulation)
    by_text = {(one.kind, one.id) for one in cut_from_text(source, rule).rules}
    assert by_text == {(one.kind, one.id) for one in without(kind, rule_id).regulation(rule.regulation).rules}
    assert (kind, rule_id) not in by_text


def clocks_with_a_length() -> list[str]:
    credited = {credit.rule for credit in credits_of(draft.regulation for draft in drafts()) if credit.kind == "clock"}
    return [name for name, rule in whole().by_kind["clock"].items() if name in credited and isinstance(rule.target, Within)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("clock", clocks_with_a_length())
def test_a_time_limit_that_is_a_unit_longer_is_noticed_by_a_story(clock: str) -> None:
    """Cutting a clock shows that somebody looks for it; this shows that somebody looks at its length."""
    rows = {credit.row for credit in credits_of(draft.regulation for draft in drafts()) if (credit.kind, credit.rule) == ("clock", clock)}
    told = [story for story in proof.stories() if story.rows & rows]
    assert any(story.fails(longer(clock)) for story in told)


# ----------------------------------------------------------------------------- planted


def _sees_nothing(book: Rulebook) -> None:
    assert book.regulations


def _looks_for_the_clock(book: Rulebook) -> None:
    assert "first-response-live" in book.by_kind["clock"]


def _trips(book: Rulebook) -> None:
    book.clock("first-response-live")


def test_a_story_that_looks_at_nothing_proves_nothing() -> None:
    lost = without("clock", "first-response-live")
    assert not proof.Story("blind", frozenset(), _sees_nothing).fails(lost)
    assert proof.Story("seeing", frozenset(), _looks_for_the_clock).fails(lost)
    assert not proof.Story("seeing", frozenset(), _looks_for_the_clock).fails(whole())


def test_a_story_that_trips_over_a_missing_name_is_a_fault_not_a_proof() -> None:
    with pytest.raises(RuntimeError, match="blunt trips over KeyError"):
        proof.Story("blunt", frozenset(), _trips).fails(without("clock", "first-response-live"))


def worked(label: str) -> proof.Worked:
    return next(one for one in proof.examples() if one.name.endswith(label))


def test_an_example_of_a_clock_proves_its_own_clock_and_no_other() -> None:
    example = worked("Answered exactly at the limit")
    assert example.fails("clock", "first-response-live")
    assert not example.fails("clock", "first-response-written")


def test_an_example_whose_date_is_given_and_not_reckoned_proves_nothing() -> None:
    assert not worked("arrival at 16:00 is in time").fails("clock", "pickup-on-time")


def test_an_example_of_an_action_proves_the_gate_it_is_refused_by() -> None:
    example = worked("Nothing is archived with papers missing")
    assert example.fails("checklist", "archive-set")
    assert not example.fails("clock", "archived")
