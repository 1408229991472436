"""Every word of the interface is there in English, and the form asks only what its type needs."""

import re

import polib
import pytest

from luyue.apps.portal import asking
from luyue.apps.ui import catalogue

PLACES = re.compile(r"%\(\w+\)[\d.]*[a-z]")
FIELDS = [
    {"name": "type", "kind": "choice", "choices": [{"value": "fee", "label": "费用", "children": [{"value": "fee/deposit", "label": "押金"}]}]},
    {"name": "amount", "kind": "money", "when": {"type": ("fee", "fee/deposit")}, "hint": "见账单"},
    {"name": "model", "kind": "model", "when": {"type": ("quality",)}},
    {"name": "wish", "kind": "choices", "choices": [("refund", "退款"), ("other", "其他")]},
    {"name": "wish_other", "kind": "text", "when": {"wish": ("other",)}},
]


def test_nothing_the_code_says_lacks_an_english_word():
    assert catalogue.missing() == {}


def test_translations_use_only_what_the_original_gives():
    entries = polib.pofile(str(catalogue.CATALOGUE), check_for_duplicates=True)
    dates = "月 %(d)s 日", "月%(d)s日"  # English names the month
    wrong = [
        e.msgid for e in entries if e.msgstr and not set(PLACES.findall(e.msgstr)) <= set(PLACES.findall(e.msgid)) and not any(d in e.msgid for d in dates)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "value, asked", [("fee/deposit", ["amount", "wish", "wish_other"]), ("quality", ["model", "wish", "wish_other"]), ("other", ["wish", "wish_other"])]
)
def test_a_chosen_type_leaves_only_its_questions(value, asked):
    assert [field["name"] for field in asking.narrowed(FIELDS, "type", value)] == asked


def test_what_is_asked_only_sometimes_says_when():
    fields = {field["name"]: field for field in asking.narrowed(FIELDS, "type", "fee")}
    assert fields["amount"]["hint"] == "见账单"
    assert fields["wish_other"]["hint"] == "选“其他”时填写"
