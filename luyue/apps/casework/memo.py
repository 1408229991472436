"""The part of a case's state that has no table of its own, as the JSON text in `case.memo`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from luyue.core.procedure.codec import from_iso, iso
from luyue.core.procedure.state import ApprovalState, CaseState, FactRecord, Tick

_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def dump_memo(state: CaseState) -> str:
    """Stable text: equal states give equal texts, so that a rebuilt row can be compared."""
    return _text(
        {
            "teams": state.teams,
            "routed": state.routed_teams,
            "answered": state.answered_teams,
            "holder": state.holder,
            "owner": state.owner,
            "facts": [_fact_out(fact) for fact in state.facts],
            "fields": {name: state.fields[name] for name in sorted(state.fields)},
            "approvals": [_approval_out(state.approvals[name]) for name in sorted(state.approvals)],
            "ticks": [_tick_out(state.ticks[key]) for key in sorted(state.ticks)],
            "order": {
                "clocks": list(state.clocks),
                "paused": [key for key, clock in state.clocks.items() if clock.pauses],
                "tasks": list(state.tasks),
            },
        }
    )


def load_memo(text: str) -> dict[str, Any]:
    """Keyword arguments of `CaseState`, and `order`: the keys of clocks and tasks in the order they came to be, and of clocks that
    ever paused, so that nothing is asked of a table that has nothing to say."""
    data = json.loads(text)
    return {
        "teams": tuple(data["teams"]),
        "routed_teams": tuple(data["routed"]),
        "answered_teams": tuple(data["answered"]),
        "holder": data["holder"],
        "owner": data["owner"],
        "facts": tuple(_fact_in(row) for row in data["facts"]),
        "fields": {name: _closed(value) for name, value in data["fields"].items()},
        "approvals": {row[0]: _approval_in(row) for row in data["approvals"]},
        "ticks": {(row[0], row[1]): Tick(row[0], row[1], row[2], row[3], from_iso(row[4]), row[5]) for row in data["ticks"]},
        "order": data["order"],
    }


def _fact_out(fact: FactRecord) -> list[object]:
    row: list[object] = [fact.name, iso(fact.at), iso(fact.entered_at), fact.seq, fact.action, fact.actor]
    return [*row, fact.team, fact.payload] if fact.team or fact.payload else row


def _fact_in(row: list[Any]) -> FactRecord:
    name, at, entered_at, seq, action, actor = row[:6]
    team, payload = row[6:] or ("", {})
    return FactRecord(name, from_iso(at), from_iso(entered_at), seq, action, actor, team, _closed(payload))


def _approval_out(one: ApprovalState) -> list[object]:
    return [one.rule, one.state, one.amount, one.approver, iso(one.asked_at), _iso_or_none(one.settled_at), one.by]


def _approval_in(row: list[Any]) -> ApprovalState:
    rule, state, amount, approver, asked_at, settled_at, by = row
    return ApprovalState(rule, state, amount, approver, from_iso(asked_at), from_iso(settled_at) if settled_at else None, by)


def _tick_out(tick: Tick) -> list[object]:
    return [tick.checklist, tick.item, tick.result, tick.by, iso(tick.at), tick.note]


def _iso_or_none(at: datetime | None) -> str | None:
    return None if at is None else iso(at)


def _closed(value: Any) -> Any:
    """Closed values as the core holds them: lists are tuples."""
    if isinstance(value, list):
        return tuple(_closed(one) for one in value)
    if isinstance(value, Mapping):
        return {name: _closed(one) for name, one in value.items()}
    return value
