"""Rows S2-47 to S2-54 and S2-X01 to S2-X04: who investigates, by when, by which sources, and what a finding says."""

from __future__ import annotations

import pytest

from luyue.core.procedure.state import Refused
from luyue.core.regulation import Rulebook
from tests.coverage.case import is_promised
from tests.coverage.objection import FINDING, PARTS, checked, investigating

covers = pytest.mark.covers


@pytest.mark.parametrize(
    "kind, teams",
    [
        pytest.param("quality/appearance", ("technical-support", "warehouse"), marks=covers("S2-47")),
        pytest.param("fee/calculation", ("finance",), marks=covers("S2-48")),
        pytest.param("service/attitude", ("advisors",), marks=covers("S2-49")),
        pytest.param("contract/unhighlighted", ("advisors", "management/legal"), marks=covers("S2-50")),
        pytest.param("recovery/late-pickup", ("warehouse", "finance"), marks=covers("S2-50")),
        pytest.param("other", ("service-desk/lead",), marks=covers("S2-50")),
    ],
)
def test_each_class_goes_to_its_team(book: Rulebook, kind: str, teams: tuple[str, ...]) -> None:
    assert investigating(book, kind).state.routed_teams == teams


@covers("S2-49")
def test_the_team_that_served_judges_but_never_the_person_it_is_about(book: Rulebook) -> None:
    case = investigating(book, "service/attitude", complained_person="staff:10")
    with pytest.raises(Refused):
        checked(case, "service/attitude")  # he cannot gather the evidence either
    case.tick_all("service-investigation", PARTS["service"][2], "lead", "2026-03-04 13:00")
    assert case.refused("conclude-service", "adviser", "2026-03-04 15:00", **FINDING) == "guard:not-the-person-complained-about"
    case.do("conclude-service", "lead", "2026-03-04 15:00", **FINDING)


LIMITS = [
    ("quality/appearance", {}, "investigate-quality", "2026-03-05 09:30"),
    ("quality/appearance", {"needs_device": "yes"}, "investigate-quality-device", "2026-03-09 24:00"),
    ("fee/invoice", {}, "investigate-fee", "2026-03-05 24:00"),
    ("service/attitude", {}, "investigate-service", "2026-03-05 24:00"),
    ("contract/interpretation", {}, "investigate-contract", "2026-03-06 24:00"),
    ("recovery/late-pickup", {}, "investigate-recovery", "2026-03-05 09:30"),
    ("other", {}, "investigate-other", "2026-03-06 24:00"),
]


@covers("S2-51", "S2-X01")
@pytest.mark.parametrize("kind, answers, rule, due", LIMITS)
def test_every_class_has_its_limit_and_each_team_its_own_clock(book: Rulebook, kind: str, answers: dict[str, object], rule: str, due: str) -> None:
    case = investigating(book, kind, **answers)
    running = [clock for clock in case.state.clocks.values() if clock.rule.startswith("investigate-")]
    assert {clock.rule for clock in running} == {rule}
    assert sorted(clock.team for clock in running) == sorted(case.state.routed_teams)
    assert case.due(rule) == due
    action, _, _, people = PARTS[kind.partition("/")[0]]
    for who in people:
        checked(case, kind).do(action, who, due, **FINDING)
    assert {clock.state for clock in case.clocks(rule)} == {"kept"}


@covers("S2-51")
@pytest.mark.parametrize("kind, answers, rule, due", LIMITS)
def test_a_finding_a_minute_late_is_missed(book: Rulebook, kind: str, answers: dict[str, object], rule: str, due: str) -> None:
    case = investigating(book, kind, **answers)
    case.settle("2026-03-10 00:01" if due.startswith("2026-03-09") else "2026-03-09 00:01")
    assert {clock.state for clock in case.clocks(rule)} == {"missed"}


@covers("S2-X01")
def test_waiting_for_the_customer_stops_the_investigations_clock(book: Rulebook) -> None:
    case = investigating(book, "quality/appearance")
    case.do("ask-customer", "tech", "2026-03-04 15:30", text="请发一段视频")
    case.do("customer-reply", "customer", "2026-03-05 09:30", text="视频在这里")
    assert case.due("investigate-quality") == "2026-03-06 03:30"


@pytest.mark.parametrize(
    "kind, item",
    [
        *(pytest.param("quality/malfunction", item, marks=covers("S2-52")) for item in PARTS["quality"][2].split()),
        *(pytest.param("fee/invoice", item, marks=covers("S2-53")) for item in PARTS["fee"][2].split()),
        *(pytest.param("service/attitude", item, marks=covers("S2-54")) for item in PARTS["service"][2].split()),
        *(pytest.param("contract/interpretation", item, marks=covers("S2-X02")) for item in PARTS["contract"][2].split()),
        *(pytest.param("recovery/wear-as-damage", item, marks=covers("S2-X03")) for item in PARTS["recovery"][2].split()),
    ],
)
def test_no_finding_while_one_source_is_unseen(book: Rulebook, kind: str, item: str) -> None:
    action, checklist, _, people = PARTS[kind.partition("/")[0]]
    case = checked(investigating(book, kind), kind, leaving=item)
    assert case.refused(action, people[0], "2026-03-04 14:00", **FINDING) == "checklist"
    case.tick(checklist, item, people[0], "2026-03-04 14:00")
    case.do(action, people[0], "2026-03-04 14:10", **FINDING)


@covers("S2-X04")
@pytest.mark.parametrize("name, wrong", [("cause", "bad luck"), ("liable_party", "the weather"), ("legal_ground", "")])
def test_a_finding_names_cause_party_and_law_from_closed_lists(book: Rulebook, name: str, wrong: str) -> None:
    case = investigating(book, "other")
    assert case.misses("conclude-other", "lead", "2026-03-04 10:00", **{**FINDING, name: wrong}) == {name}
    for party in ("customer", "company", "carrier", "shared", "nobody"):
        investigating(book, "other").do("conclude-other", "lead", "2026-03-04 10:00", **{**FINDING, "liable_party": party})
    case.do("conclude-other", "lead", "2026-03-04 10:00", **{**FINDING, "cause": "other", "cause_other": "停电"})


@covers("S2-47")
def test_both_teams_of_a_quality_objection_conclude_before_it_goes_on(book: Rulebook) -> None:
    case = checked(investigating(book, "quality/appearance"), "quality/appearance")
    case.do("conclude-quality", "tech", "2026-03-04 14:00", **FINDING)
    assert case.stage == "investigating"
    is_promised(case, "investigate-quality", "2026-03-05 09:30", lambda at: case.do("conclude-quality", "store", at, **FINDING))
