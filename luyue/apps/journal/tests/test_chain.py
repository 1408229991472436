import json
from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from luyue.apps.journal import chain

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abz_-中é", max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_canonical_text_is_what_rfc_8785_says(value):
    assert chain.canonical(value).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, float("nan"), {1: "a"}, {"\ud800\udc00": 1}, 2**53, object(), {"\U0001f600": 1}])
def test_what_json_would_blur_is_refused(value):
    with pytest.raises(TypeError):
        chain.canonical(value)


@given(effects=st.lists(st.dictionaries(st.text("abc", max_size=3), PLAIN, max_size=3), max_size=3), name=st.text('a"\\\n中', max_size=8))
def test_the_header_is_canonical_json_although_put_together_by_hand(effects, name):
    at = chain.instant(datetime(2026, 3, 4, 1, 5, tzinfo=UTC))
    given_parts = {
        "stream": "case:YY-1",
        "seq": 3,
        "name": name,
        "action": "a",
        "actor": "system",
        "at": at,
        "entered_at": at,
        "once": None,
    }
    text = chain.header(**given_parts, effects=chain.canonical(effects))
    assert text.encode() == rfc8785.dumps({**given_parts, "effects": effects})
    assert json.loads(text)["seq"] == 3


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 8, 9])
def test_every_leaf_moves_the_root(size):
    leaves = [bytes([number]) for number in range(size)]
    roots = {chain.merkle_root(leaves)}
    for number in range(size):
        roots.add(chain.merkle_root(leaves[:number] + leaves[number + 1 :]))
        roots.add(chain.merkle_root([*leaves[:number], b"x", *leaves[number + 1 :]]))
    assert len(roots) == 1 + 2 * size
