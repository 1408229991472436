"""What is said of a row, from its credits and the recorded proofs; and `luyue coverage` on what is shipped."""

from __future__ import annotations

import json

import pytest

from luyue.site.commands.coverage import main
from luyue.site.coverage import ENFORCED, GUIDED, MEASURED, NOT_YET, STATUSES, Credit, Proof, Requirement, coverage, requirements

STORY = "tests/coverage/test_rows_x.py::test_x"
EXAMPLE = "desk/reply: Answered in time"


def credit(name: str) -> Credit:
    kind, _, rule = name.partition(" ")
    return Credit("R-1", kind, rule, "desk/reply")


@pytest.mark.parametrize(
    "wants, credits, proofs, status",
    [
        ("E:timer", "", "", NOT_YET),
        ("G", "reading", "", GUIDED),
        ("G", "prose-only", "", GUIDED),
        ("E:timer", "clock a", "", NOT_YET),
        ("E:timer", "clock a", "clock a", ENFORCED),
        ("E:timer", "clock a, clock b", "clock a", NOT_YET),
        ("E:timer", "clock a, reading", "clock a", ENFORCED),
        ("E:timer", "clock a, data_class d", "clock a", ENFORCED),
        ("E:guard", "phrasebook p", "", NOT_YET),
        ("E:report", "report r", "", NOT_YET),
        ("E:report", "report r", "report r", MEASURED),
        ("E:timer; report", "clock a, report r", "clock a", NOT_YET),
        ("E:timer; report", "clock a, report r", "clock a, report r", ENFORCED),
        ("E:timer", "clock a, report r", "clock a", ENFORCED),
        ("E:timer", "clock a", "clock gone", NOT_YET),
    ],
)
def test_the_answer_for_a_row(wants: str, credits: str, proofs: str, status: str) -> None:
    given = [credit(name) for name in credits.split(", ") if name]
    proven = [Proof("R-1", name, STORY) for name in proofs.split(", ") if name]
    (answer,) = coverage([Requirement("R-1", "answer in time", wants)], given, proven)
    assert answer.status == status
    assert answer.lacks or status in (ENFORCED, MEASURED), "what is not there yet says what it lacks"


def test_examples_alone_do_not_make_a_row_enforced() -> None:
    row, rule = Requirement("R-1", "answer in time", "E:timer"), credit("clock a")
    (by_example,) = coverage([row], [rule], [Proof("R-1", "clock a", EXAMPLE)])
    (by_both,) = coverage([row], [rule], [Proof("R-1", "clock a", EXAMPLE), Proof("R-1", "clock a", STORY)])
    assert (by_example.status, by_example.lacks) == (NOT_YET, ("no story tells this row",))
    assert (by_both.status, by_both.tests) == (ENFORCED, (EXAMPLE, STORY))


def test_a_proof_for_another_row_counts_for_nothing() -> None:
    (answer,) = coverage([Requirement("R-1", "x", "E:timer")], [credit("clock a")], [Proof("R-2", "clock a", STORY)])
    assert answer.status == NOT_YET


def test_the_command_answers_for_every_row_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--format", "json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in answers] == [row.id for row in requirements()]
    assert {one["status"] for one in answers} <= set(STATUSES)
    for one in answers:
        assert (one["status"] == ENFORCED) <= bool(one["rules"] and one["tests"])
    by_id = {one["id"]: one for one in answers}
    assert by_id["S2-36"]["rules"] == ["clock first-response-live"]
    assert any("five_minutes" in test for test in by_id["S2-36"]["tests"])


def test_the_text_ends_with_the_count_of_each_status(capsys: pytest.CaptureFixture[str]) -> None:
    main(["S2", "--status", "enforced"])
    lines = capsys.readouterr().out.splitlines()
    rows = [line for line in lines if line.startswith("S2-")]
    assert lines[-1] == f"{len(rows)} rows: {len(rows)} enforced, 0 measured, 0 guided, 0 not yet."
