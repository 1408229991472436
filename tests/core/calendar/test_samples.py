"""The given samples of the clock semantics, through the `luyue clock` command."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from luyue.core.calendar import exchange_calendar
from luyue.site.commands.clock import main

HERE = Path(__file__).parent


def rows_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def answers(rows: list[Any], *options: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    assert main(list(options), io.StringIO("\n".join(lines) + "\n"), out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


DEADLINES = rows_of("clock-samples.jsonl")
ELAPSED = rows_of("elapsed-samples.jsonl")


@pytest.mark.parametrize("row", DEADLINES, ids=[row["id"] for row in DEADLINES])
def test_a_sample_deadline_is_the_expected_one(row):
    assert answers([row]) == [{"id": row["id"], "deadline": row["expected_deadline"]}]


@pytest.mark.parametrize("row", ELAPSED, ids=[row["id"] for row in ELAPSED])
def test_a_sample_elapsed_time_is_the_expected_one(row):
    assert answers([row], "--elapsed") == [{"id": row["id"], "elapsed": row["expected"], "unit": row["unit"]}]


def test_rows_come_out_in_the_order_they_went_in_also_around_bad_ones():
    rows = [DEADLINES[0], "{not json", DEADLINES[1], DEADLINES[2] | {"start": "2026-03-10T09:00:00"}, "", DEADLINES[3]]
    found = answers(rows)
    assert [row["id"] for row in found] == [DEADLINES[0]["id"], None, DEADLINES[1]["id"], DEADLINES[2]["id"], DEADLINES[3]["id"]]
    assert ["error" in row for row in found] == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": "2026-03-10T09:00:00"}, "no UTC offset"),
        ({"start": "yesterday"}, "Write an instant with its offset"),
        ({"start": None}, "Write an instant with its offset"),
        ({"duration": {"kind": "business", "minutes": 15, "scope": "weekend"}}, "Write service or workday"),
        ({"duration": {"kind": "fortnight"}}, "Write business, natural"),
        ({"duration": {"kind": "business", "minutes": -1}}, "whole number of 0 or more"),
        ({"duration": {"kind": "workdays_end", "n": 1.5}}, "whole number of 0 or more"),
        ({"duration": {"kind": "workdays_end", "n": True}}, "whole number of 0 or more"),
        ({"duration": {"kind": "workdays_end", "n": 1, "end": "18:00"}}, "Write 24:00 or close"),
        ({"duration": None}, "`duration` is missing"),
        ({"pauses": [["2026-03-10T10:00:00+08:00"]]}, "list of [from, to]"),
        ({"pauses": [["2026-03-10T10:00:00+08:00", "2026-03-10T09:00:00+08:00"]]}, "ends before it begins"),
        ({"calendar": None}, "`calendar` is missing"),
        ({"calendar": {"tz": "Asia/Peking"}}, "Time zone 'Asia/Peking' is unknown"),
        ({"calendar": {"tz": "Asia/Shanghai", "work_windows": [["18:00", "09:00"]]}}, "must close after it opens"),
        ({"calendar": {"tz": "Asia/Shanghai", "work_windows": [["09:00", "49:00"]]}}, "by 48:00"),
        ({"calendar": {"tz": "Asia/Shanghai", "work_windows": ["09:00-21:00"]}}, "must be a list of windows"),
        ({"calendar": {"tz": "Asia/Shanghai", "holidays": ["2026-02-30"]}}, "'2026-02-30' is no date"),
        ({"calendar": {"tz": "Asia/Shanghai", "workweek": [7]}}, "weekdays are 0 (Monday) to 6"),
        ({"calendar": {"tz": "Asia/Shanghai", "weekday_windows": {"Fri": []}}}, "is no weekday"),
        ({"calendar": {"revisions": [{"from": "2026-01-01T00:00:00+08:00", "calendar": {"tz": "Asia/Shanghai"}}]}}, "first one without a beginning"),
        ({"duration": {"kind": "natural", "minutes": 10**12}}, "years 1 to 9999"),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_where(change, said):
    good = DEADLINES[1]
    found = answers([good | change, good])
    assert found[0].keys() == {"id", "error"}
    assert found[0]["error"].startswith("line 1: ")
    assert said in found[0]["error"]
    assert found[1] == {"id": good["id"], "deadline": good["expected_deadline"]}


def test_a_count_that_never_comes_to_an_end_within_the_calendars_is_an_error(monkeypatch):
    monkeypatch.setattr(exchange_calendar, "_LATEST_YEAR", 2032)
    row = DEADLINES[1]
    found = answers([row | {"duration": {"kind": "business", "minutes": minutes, "scope": "service"}} for minutes in (10**9, 10**6)])
    assert "after the year 2032" in found[0]["error"]
    assert found[1]["deadline"] == "2030-05-25T16:41:00+08:00"


def test_the_answer_carries_the_calendars_offset_whatever_offset_the_start_had():
    row = DEADLINES[1] | {"start": "2026-03-10T01:01:00Z"}
    assert answers([row]) == [{"id": row["id"], "deadline": "2026-03-10T09:02:00+08:00"}]


def test_a_revision_in_force_from_monday_changes_only_the_time_from_monday_on():
    calendar = {"tz": "Asia/Shanghai", "workweek": [0, 1, 2, 3, 4], "holidays": [], "workdays": [], "work_windows": [["09:00", "18:00"]], "off_windows": []}
    longer = calendar | {"work_windows": [["08:00", "20:00"]]}
    revised = {"revisions": [{"from": None, "calendar": calendar}, {"from": "2026-03-16T00:00:00+08:00", "calendar": longer}]}
    row = {"id": 1, "calendar": revised, "start": "2026-03-13T17:00:00+08:00", "duration": {"kind": "business", "minutes": 120}, "pauses": []}
    assert answers([row]) == [{"id": 1, "deadline": "2026-03-16T09:00:00+08:00"}]
