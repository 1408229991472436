"""A regulation without errors never raises at run time: whatever people do, the machinery does it or says why not."""

from __future__ import annotations

import re
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luyue.core.procedure.effects import EFFECTS
from luyue.core.procedure.guards import GUARDS
from luyue.core.regulation import compile_drafts, read_regulation, vocabulary
from luyue.core.regulation.rulebook import Rulebook
from tests.core.procedure.wander import Wandering, wander
from tests.regulation.reading import calendars, draft
from tests.regulation.spoiling import SOURCES, TEXTS

QUICK = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
PROCEDURES = ("objection", "complaint", "consultation", "rental-order", "equipment-return", "support-request", "invoice-request")
# Keys a rule can do without: what is left is another regulation, often a lawful one.
_SPARE = r"(?m)^(?:after|count|four_eyes|approval|route|guards|effects|when|checklist|form|until|pauses|warn_at|on_miss|runs|stop_ends|blocks|tries|needs_skill|hands_to): .*\n"
_OTHER = ((r"(?m)^to: [a-z-]+$", "to: same"), (r"(?m)^by: \[.*$", "by: [everyone]"), (r"(?m)^runs: each$", "runs: again"), (r"required: no", "required: yes"))


@cache
def shipped() -> Rulebook:
    book = compile_drafts([draft(path) for path in TEXTS.values()], calendars()).rulebook
    assert book is not None
    return book


def sound(life: Wandering) -> None:
    for clock in life.state.clocks.values():
        assert clock.state != "running" or clock.due_at is not None, clock
        assert clock.state in ("running", "paused", "kept", "missed", "withdrawn")


@QUICK
@given(st.sampled_from(PROCEDURES), st.integers(0, 2**32))
def test_no_life_of_a_case_of_a_shipped_regulation_raises(procedure: str, seed: int) -> None:
    sound(wander(shipped(), procedure, seed, 40))


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_the_lives_are_lived_and_not_only_refused(procedure: str) -> None:
    lives = [wander(shipped(), procedure, seed, 40) for seed in range(6)]
    assert sum(life.done for life in lives) > 25
    assert sum(life.refused for life in lives) > 25


def changed(seed: int) -> Rulebook | None:
    """A shipped regulation with one to three small changes, if the check finds no error in it."""
    random = Random(seed)
    name = random.choice(("company", "live-rental-objections", "live-rental-individual"))
    source = SOURCES[name]
    for _ in range(random.randint(1, 3)):
        pattern, new = random.choice([(_SPARE, ""), (_SPARE, ""), *_OTHER])
        places = list(re.finditer(pattern, source))
        if places:
            place = random.choice(places)
            source = source[: place.start()] + new + source[place.end() :]
    drafts = {other: draft(path) for other, path in TEXTS.items()}
    read = read_regulation(source, name)
    drafts[name] = read.draft
    return compile_drafts(list(drafts.values()), calendars()).rulebook if read.regulation is not None else None


@settings(QUICK, max_examples=10)
@given(st.integers(0, 2**32))
def test_no_life_raises_in_a_changed_regulation_without_errors(seed: int) -> None:
    book = changed(seed)
    if book is not None:
        for procedure in PROCEDURES:
            sound(wander(book, procedure, seed, 12))


def test_some_changed_regulations_have_no_errors() -> None:
    assert sum(changed(seed) is not None for seed in range(8)) >= 2


def test_a_word_nothing_runs_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plant: a regulation the check ought to refuse. Its first use at run time raises."""
    source = SOURCES["company"].replace("guards: [not-the-person-complained-about]", "guards: [parts-reserved]")
    drafts = {other: draft(path) for other, path in TEXTS.items()}
    drafts["company"] = read_regulation(source, "company").draft
    assert compile_drafts(list(drafts.values()), calendars()).rulebook is None
    monkeypatch.setattr("luyue.core.regulation.checks.names.WORDS_NOT_RUN", frozenset())
    book = compile_drafts(list(drafts.values()), calendars()).rulebook
    assert book is not None
    with pytest.raises(KeyError):
        print([wander(book, "complaint", seed, 20) for seed in range(5)])


def test_every_word_that_passes_the_check_is_run() -> None:
    said = set(vocabulary.GUARDS) | set(vocabulary.EFFECTS)
    assert said - set(GUARDS) - set(EFFECTS) == vocabulary.WORDS_NOT_RUN
