"""Cases of many years against the plain look at all their words: the newest first, none left out, none twice, whatever lies between."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from luyue.apps.cases.candidates import BUCKET, candidates
from luyue.apps.cases.grams import asked
from luyue.apps.cases.models import Case, CaseTeam
from luyue.apps.cases.readers import Staff, System
from luyue.apps.cases.search import find, put
from luyue.apps.people.models import Membership, User
from luyue.apps.regulation.models import Rulebook

NOW = datetime(2026, 2, 24, tzinfo=UTC)
# word -> how many of the newest hundred cases say it, and how many of the others in a hundred
SAID = {"押金": (90, 90), "镜头": (30, 30), "发票": (3, 3), "划痕": (0, 100), "停产": (1, 60), "新款": (60, 0), "赔付": (0, 1)}


@pytest.fixture
def cases(db: None) -> dict[int, set[str]]:
    """case id -> words it says. Ids lie apart, so that a few hundred cases fill as many buckets as a hundred thousand."""
    chance = random.Random(3)
    rulebook = Rulebook.objects.create(digest="d" * 64, sources=[], calendar_digest="", language="zh", made_at=NOW)
    ids = [*range(1, 3), *range(BUCKET - 2, BUCKET + 3), *range(2 * BUCKET, 150 * BUCKET, 331), *range(150 * BUCKET, 150 * BUCKET + 120)]
    said = {}
    for one in ids:
        is_new = one >= 150 * BUCKET
        said[one] = {word for word, (new, old) in SAID.items() if chance.random() * 100 < (new if is_new else old)}
    Case.objects.bulk_create(
        Case(id=one, number=f"YY-{one}", kind="objection", stage="new", channel="web", customer_kind="individual", rulebook=rulebook, received_at=NOW,
             memo="{}", head_seq=1, head_hash="")
        for one in ids
    )  # fmt: skip
    for one, words in said.items():
        put(one, f"YY-{one}\n{' '.join(sorted(words))}")
    return said


def test_windows_name_every_case_once_the_newest_first(cases: dict[int, set[str]]) -> None:
    for word in SAID:
        wanted = sorted((one for one, words in cases.items() if word in words), reverse=True)
        for question in (word, word[:1]):
            named = [one for chunk in candidates(asked(question)) for one in chunk]
            assert named == wanted, question
    assert [one for chunk in candidates(asked("没有")) for one in chunk] == []


def test_a_search_is_the_same_however_wide_the_windows_and_only_of_cases_one_may_see(cases: dict[int, set[str]]) -> None:
    mine = random.Random(4).sample(sorted(cases), 40)
    CaseTeam.objects.bulk_create(CaseTeam(case_id=one, team="finance") for one in mine)
    user = User.objects.create(username="sunyue", name="孙玥")
    Membership.objects.create(user=user, team="finance")
    for word in SAID:
        wanted = sorted((one for one, words in cases.items() if word in words), reverse=True)
        assert list(find(System(), word, most=1000).ids) == wanted, word
        assert list(find(System(), word, most=5).ids) == wanted[:5], word
        assert list(find(Staff(user), word).ids) == [one for one in wanted if one in mine], word
