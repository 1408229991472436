"""The life of an edition, from the draft to the last old case, and a calendar that is revised while clocks run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from luyue.apps.cases.models import Case
from luyue.apps.casework import moving, rebuild
from luyue.apps.casework.foretelling import foretell_edition
from luyue.apps.casework.ticker import all_heads, run_due
from luyue.apps.clocks.models import Clock
from luyue.apps.journal.verify import verify
from luyue.apps.regulation import drafts
from luyue.apps.regulation.checking import check_edition
from luyue.apps.regulation.models import Draft, Edition, Move
from luyue.apps.regulation.selectors import current_rulebook, rulebook_for
from tests.acceptance.edition_texts import objections
from tests.acceptance.workspace_house import NOW, SHANGHAI, House, at, found

FIRST_DAY = date(2026, 11, 25)


class Time:
    """What the program takes for now."""

    def __init__(self) -> None:
        self.now = NOW

    def goes_to(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    it = Time()
    monkeypatch.setattr(timezone, "now", lambda: it.now)
    return it


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Any, time: Time) -> House:
    settings.DATA = tmp_path
    cache.clear()
    return found()


def fee_case(house: House, when: datetime = at(24, 9, 30)) -> Case:
    case = house.objection("zhou", "押金没有到账", when)
    house.do(case, "answer", "chensiyuan", when + timedelta(minutes=2), text="收到，正在核对。")
    house.do(case, "register-objection", "chensiyuan", when + timedelta(minutes=4), promised_at="2026-11-30T18:00")
    house.do(case, "transfer-objection", "chensiyuan", when + timedelta(minutes=6))
    return case


def clock(case: Case, rule: str) -> Clock:
    return Clock.objects.filter(case=case, rule=rule).latest("id")


def nothing_differs() -> None:
    assert list(map(str, rebuild.check())) == []
    assert verify(all_heads()).findings == []


def test_engine(house: House, time: Time) -> None:
    case = fee_case(house)
    house.do(case, "nudge", "chensiyuan", at(24, 9, 41), text="催")
    early = house.objection("lin", "少计一根线", at(24, 9, 45))
    text = objections(str(FIRST_DAY))
    checked = check_edition(text, time.now.date())
    assert [one.say("zh") for one in checked.errors] == []
    preview = foretell_edition("live-rental-objections", str(FIRST_DAY), checked.book, time.now)
    assert preview.n_open == 2
    (told,) = preview.changed
    by_rule = {one.clock.rule: one for one in told.moves}
    assert set(by_rule) == {"investigate-fee", "nudge-answered"}
    assert by_rule["nudge-answered"].late_at_once
    zhou, zhao = house.user("zhouqiming"), house.user("zhaolan")
    draft = drafts.begin("edition", zhao, source=text)
    drafts.propose(draft.pk, zhao)
    edition = drafts.adopt_edition(draft.pk, zhou)
    time.goes_to(datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI))
    run_due(time.now)
    move = moving.ask(edition, zhao)
    moving.decide_move(move.pk, zhou)
    assert moving.run_due(time.now) == 2
    move.refresh_from_db()
    assert (move.state, move.n_moved, move.n_stayed) == ("done", 2, 0)
    case.refresh_from_db()
    assert case.rulebook.digest == current_rulebook(time.now)[1].digest
    fee = clock(case, "investigate-fee")
    assert (fee.due_at, fee.promised_at) == (datetime(2026, 11, 27, tzinfo=SHANGHAI), datetime(2026, 11, 26, tzinfo=SHANGHAI))
    nothing_differs()
    print(list(map(str, rebuild.recompute())))
    assert 0
