"""The whole life of an objection, as people would tell it."""

from __future__ import annotations

import pytest

from luyue.core.procedure import Refused
from tests.core.procedure.desk import Desk, executing, local, tick_all


def test_from_intake_to_archive_with_two_teams() -> None:
    desk = Desk()
    executing(desk)
    assert desk.state.stage == "executing"
    assert [clock.state for clock in desk.clocks("investigate-quality")] == ["kept", "kept"]
    with pytest.raises(Refused) as refused:
        desk.do("finish-remedy", "tech", "2026-03-05 09:00")
    assert refused.value.code == "guard:every-remedy-has-its-fact"
    desk.do("report-fact", "store", "2026-03-05 16:30", fact="shipment.delivered", evidence=["evidence:9"])
    assert desk.clock("replacement-same-city").state == "kept"
    desk.do("finish-remedy", "tech", "2026-03-05 17:00")
    with pytest.raises(Refused) as refused:
        desk.do("close-objection", "anna", "2026-03-05 17:10", demand_met="met")
    assert refused.value.code == "task"
    desk.do("do-task", "anna", "2026-03-06 10:00", task="revisit", solved="yes", satisfaction=5)
    desk.do("close-objection", "anna", "2026-03-06 10:10", demand_met="met")
    tick_all(desk, "archive-set", "anna", "2026-03-06 11:00")
    desk.do("archive-objection", "anna", "2026-03-06 11:10")
    assert desk.state.stage == "archived"
    assert desk.state.closed_at == local("2026-03-06 10:10")
    desk.settle("2026-06-01 09:00")
    assert {state for _, _, state, _ in desk.verdicts()} == {"kept"}, desk.verdicts()
    assert not desk.state.timers
