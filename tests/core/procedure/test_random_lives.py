"""Properties of every life a case can have: who looks at timers, and when, changes nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luyue.core.procedure import CaseState, fold, settle
from tests.core.procedure.random_life import ANY_ACT, ONWARD, WHO, WILD, Life, Move, live

moves = st.builds(
    Move,
    wait_min=st.one_of(st.integers(0, 20), st.integers(0, 20), st.integers(0, 240), st.integers(0, 3 * 1440)),
    who=st.integers(0, len(WHO) - 1),
    pick=st.integers(0, 60),
    late_min=st.one_of(st.just(0), st.just(0), st.just(0), st.integers(0, 300)),
    wild=st.sampled_from((ONWARD, ONWARD, ONWARD, ANY_ACT, WILD)),
)
lives = st.lists(moves, min_size=1, max_size=40)
quickly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(lives, st.integers(0, 4))
def test_verdicts_are_the_same_whoever_looks_at_timers_and_when(story: list[Move], channel: int) -> None:
    never = live(story, None, channel)
    hourly = live(story, timedelta(minutes=60), channel)
    odd = live(story, timedelta(minutes=37), channel)
    assert never.verdicts() == hourly.verdicts() == odd.verdicts()
    assert _facts(never) == _facts(hourly) == _facts(odd)
    assert never.state.stage == hourly.state.stage
    assert never.state.holder == hourly.state.holder


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(moves, min_size=1, max_size=6))
def test_a_look_every_minute_finds_the_same(story: list[Move]) -> None:
    assert live(story, timedelta(minutes=1)).verdicts() == live(story, None).verdicts()


@quickly
@given(lives)
def test_the_journal_folds_to_the_same_case(story: list[Move]) -> None:
    life = live(story, None)
    state = CaseState()
    for action, actor, now, effects in life.entries:
        state = fold(state, effects, seq=state.head_seq + 1, action=action, actor=actor, entered_at=now)
    assert state == life.state


@quickly
@given(lives)
def test_settling_twice_finds_nothing_the_second_time(story: list[Move]) -> None:
    from tests.core.procedure.desk import objections

    life = live(story, None)
    for _, _, now, _ in life.entries[-1:]:
        assert settle(objections(), life.state, now).effects == ()


def _facts(life: Life) -> list[tuple[str, str, str, str]]:
    return sorted((fact.name, fact.at.isoformat(), fact.team, repr(sorted(fact.payload.items()))) for fact in life.state.facts)
