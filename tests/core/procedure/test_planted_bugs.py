"""Every "never" of the machine, with the bug planted that would break it: the tests of the other files must see it.

A test that passes with its bug in place proves nothing, so here each is run against a machine that has it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from luyue.core import clockwork
from luyue.core.clockwork import machine
from luyue.core.procedure import clocks, codec, entry, gates, work
from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.flow import Flow
from luyue.core.procedure.state import HolderSet, Routed
from tests.core.clockwork import test_machine
from tests.core.procedure import test_life_of_an_objection as life
from tests.core.procedure import test_random_lives as lives
from tests.core.procedure import test_what_follows as follows
from tests.core.procedure.random_life import ANY_ACT, ONWARD, WHO, WILD, Move, live

Patch = pytest.MonkeyPatch
# The package exports functions of these names, which hide the modules they stand in.
DECIDE = sys.modules["luyue.core.procedure.decide"]
SETTLE = sys.modules["luyue.core.procedure.settle"]


@dataclass(frozen=True)
class Bug:
    """What must never be, how to break it, and the test that must notice."""

    never: str
    plant: Callable[[Patch], None]
    noticed_by: Callable[[], Any]


def _stop_at_the_deadline_is_late(patch: Patch) -> None:
    real = machine.stop

    def stop(clock: Any, rule: Any, ladder: Any, agenda: Any, at: Any) -> Any:
        if clock.is_open and clock.due_at is not None and at >= clock.due_at:
            return machine.miss(clock, rule, ladder, agenda)
        return real(clock, rule, ladder, agenda, at)

    patch.setattr(clockwork, "stop", stop)


def _deadline_owed_at_its_instant(patch: Patch) -> None:
    def next_owed(timers: Any, now: Any) -> Any:
        owed = [timer for timer in timers if timer.due_at <= now]
        return min(owed, key=SETTLE._order) if owed else None

    patch.setattr(SETTLE, "next_owed", next_owed)


def _facts_before_timers(patch: Patch) -> None:
    patch.setattr(DECIDE, "settle_flow", lambda flow, now: None)


def _missed_may_become_kept(patch: Patch) -> None:
    real = machine.stop

    def stop(clock: Any, rule: Any, ladder: Any, agenda: Any, at: Any) -> Any:
        if clock.state == "missed":
            return machine.Turn(replace(clock, state="kept", settled_at=at), (), "kept")
        return real(clock, rule, ladder, agenda, at)

    patch.setattr(clockwork, "stop", stop)

    def listening(flow: Any) -> Any:
        return [(clock, flow.index.terms[clock.rule]) for clock in flow.case.clocks.values() if clock.rule in flow.index.terms]

    patch.setattr(clocks, "_listening", listening)


def _no_cap(patch: Patch) -> None:
    patch.setattr(machine, "cap_ends_at", lambda pauses, cap, agenda: None)


def _each_pause_its_own_cap(patch: Patch) -> None:
    real = machine.cap_ends_at
    patch.setattr(machine, "cap_ends_at", lambda pauses, cap, agenda: real(pauses[-1:], cap, agenda))


def _rungs_from_the_look(patch: Patch) -> None:
    real = machine._rungs
    patch.setattr(machine, "_rungs", lambda clock, ladder, agenda, missed_at: real(clock, ladder, agenda, missed_at + timedelta(minutes=7)))


def _every_rung_speaks(patch: Patch) -> None:
    patch.setattr(Flow, "speak", lambda self, about, notice: self.spoken.setdefault(about, []).append(notice))


def _first_response_again(patch: Patch) -> None:
    patch.setattr(clocks, "REPLY_FACTS", frozenset())


def _date_told_follows_the_deadline(patch: Patch) -> None:
    real = machine.move

    def move(clock: Any, rule: Any, ladder: Any, agenda: Any, now: Any) -> Any:
        turned = real(clock, rule, ladder, agenda, now)
        return turned and turned._replace(clock=replace(turned.clock, promised_at=turned.clock.due_at))

    patch.setattr(clockwork, "move", move)


def _own_plan_approved(patch: Patch) -> None:
    patch.setattr(gates, "_did", lambda attempt, actions: None)


def _one_team_is_enough(patch: Patch) -> None:
    patch.setattr(gates, "own_part", lambda attempt, action: "")
    patch.setattr(gates, "_GATES", tuple(gate for gate in gates._GATES if gate is not gates._each))


def _journal_forgets_the_deadline(patch: Patch) -> None:
    patch.setitem(codec._FIELDS, clockwork.ClockState, tuple(name for name in codec._FIELDS[clockwork.ClockState] if name != "promised_at"))


def _holder_outside_the_journal(patch: Patch) -> None:
    real = work.route_to

    def route_to(flow: Any, actors: Any) -> None:
        real(flow, actors)
        flow.case.effects = [effect for effect in flow.case.effects if not isinstance(effect, HolderSet | Routed)]

    patch.setattr(work, "route_to", route_to)


def _settle_forgets_nothing(patch: Patch) -> None:
    patch.setattr(clocks, "set_timers", lambda flow, clock, timers: timers and flow.case.emit(clocks.TimersSet(clock, timers)))


def _future_allowed(patch: Patch) -> None:
    patch.setattr(entry, "check_instant", lambda *args: {})


def _no_skill_needed(patch: Patch) -> None:
    patch.setattr(gates, "skill_refusal", lambda *args: None)


def _tasks_do_not_block(patch: Patch) -> None:
    patch.setattr(gates, "_GATES", tuple(gate for gate in gates._GATES if gate is not gates._task))


def _tries_ever(patch: Patch) -> None:
    patch.setattr(work, "timedelta", lambda **_: timedelta(days=9999))


def _machine_answers(patch: Patch) -> None:
    patch.setitem(ACTS, "answer", replace(ACTS["answer"], may=lambda attempt: None))


def _random() -> None:
    """Fifteen lives of a fixed seed, looked at never and every hour."""
    chance = random.Random(20260304)
    for number in range(15):
        story = [
            Move(
                chance.choice((chance.randint(0, 20), chance.randint(0, 240), chance.randint(0, 4320))),
                chance.randrange(len(WHO)),
                chance.randint(0, 60),
                chance.choice((0, 0, 0, chance.randint(0, 300))),
                chance.choice((ONWARD, ONWARD, ONWARD, ANY_ACT, WILD)),
            )
            for _ in range(25)
        ]
        never, hourly = live(story, None, number % 5), live(story, timedelta(hours=1), number % 5)
        assert never.verdicts() == hourly.verdicts()
        assert lives._facts(never) == lives._facts(hourly)


BUGS = [
    Bug("acting exactly at the deadline is late", _stop_at_the_deadline_is_late, life.test_answering_exactly_at_the_limit_is_kept_even_if_timers_were_looked_at_that_second),
    Bug("a deadline is missed at its own instant", _deadline_owed_at_its_instant, life.test_answering_exactly_at_the_limit_is_kept_even_if_timers_were_looked_at_that_second),
    Bug("a fact entered late flips a miss", _facts_before_timers, life.test_an_answer_typed_in_after_the_deadline_does_not_flip_the_miss_until_a_second_person_corrects_it),
    Bug("verdicts depend on who looked", _facts_before_timers, _random),
    Bug("a missed clock becomes kept", _missed_may_become_kept, life.test_first_response_is_missed_tells_the_owner_and_climbs_until_answered),
    Bug("a missed clock becomes kept, in some life", _missed_may_become_kept, _random),
    Bug("a pause lasts for ever", _no_cap, life.test_a_pause_nobody_ends_is_ended_by_its_cap),
    Bug("each pause has a cap of its own", _each_pause_its_own_cap, test_machine.test_pauses_share_one_cap),
    Bug("rungs count from when the miss is noticed", _rungs_from_the_look, test_machine.test_rungs_are_counted_from_the_miss_not_from_when_it_is_noticed),
    Bug("every rung shouts after downtime", _every_rung_speaks, life.test_after_downtime_only_the_highest_rung_speaks),
    Bug("a first response is asked twice", _first_response_again, follows.test_a_solution_promise_resumes_and_its_first_verdict_stays),
    Bug("the date told moves later", _date_told_follows_the_deadline, test_machine.test_the_date_told_never_moves_later_but_the_deadline_may),
    Bug("a proposer approves his own plan", _own_plan_approved, life.test_the_approver_of_the_amount_decides_and_nobody_his_own_plan),
    Bug("the stage moves with the first of two teams", _one_team_is_enough, life.test_each_of_two_teams_concludes_once_and_the_stage_moves_with_the_last),
    Bug("an effect loses a field in the journal", _journal_forgets_the_deadline, _random),
    Bug("the state changes outside the journal", _holder_outside_the_journal, life.test_each_of_two_teams_concludes_once_and_the_stage_moves_with_the_last),
    Bug("a settled clock keeps its timers", _settle_forgets_nothing, life.test_a_withdrawn_case_ends_every_promise_without_verdict),
    Bug("something happens in the future", _future_allowed, lambda: life.test_nothing_happens_in_the_future_before_the_first_contact_or_late_without_a_reason("2026-03-04 10:01", "2026-03-04 10:00", "at")),
    Bug("people work unprepared", _no_skill_needed, life.test_nobody_works_before_acknowledging_the_regulation),
    Bug("a case is closed over its follow-up", _tasks_do_not_block, life.test_from_intake_to_archive_with_two_teams),
    Bug("three calls in a year stand for a follow-up", _tries_ever, life.test_three_calls_spread_over_weeks_do_not),
    Bug("an automatic reply meets the first response", _machine_answers, life.test_a_machine_never_meets_the_first_response),
]  # fmt: skip


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.never.replace(" ", "-"))
def test_the_planted_bug_is_seen(bug: Bug, monkeypatch: Patch) -> None:
    bug.plant(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception, RuntimeError)):
        bug.noticed_by()


def test_the_fixed_lives_hold_without_a_bug() -> None:
    _random()
