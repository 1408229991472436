"""Form data as it comes: what is taken, how it is made plain, and what every refusal names."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.core.procedure import Invalid
from luyue.core.procedure.entry import shape_of
from luyue.core.procedure.shape import Filled, fill
from luyue.core.regulation.rules import Condition, Form
from tests.core.procedure.desk import objections
from tests.core.procedure.small_book import category, field, form, small_book

LINE = form("line", field("amount", "money"), field("reason", "text"))
EVERY = form(
    "every",
    field("text", "text", required=False),
    field("story", "long-text", required=False),
    field("number", "number", required=False, at_least=Decimal(1), at_most=Decimal(5)),
    field("money", "money", required=False),
    field("day", "date", required=False),
    field("moment", "instant", required=False),
    field("yes", "yes-no", required=False),
    field("one", "choice", of="kind", required=False),
    field("many", "choices", of="kind", required=False),
    field("phone", "phone", required=False),
    field("mail", "email", required=False),
    field("serial", "serial", required=False),
    field("who", "person", required=False),
    field("files", "photo", required=False),
    field("lines", "lines", of="line", required=False),
    field("fire_place", "text", when=Condition({"one": ("urgent/fire",)})),
)
BOOK = small_book(EVERY, LINE, category("kind", "plain", "urgent", "urgent/fire", is_open=True))


def filled(data: dict[str, object], form_: Form = EVERY, complete: bool = True, guarded: tuple[str, ...] = ()) -> Filled:
    return fill(form_, data, shape_of(BOOK), known={}, complete=complete, guarded=guarded)


def errors(data: dict[str, object], form_: Form = EVERY) -> dict[str, str]:
    with pytest.raises(Invalid) as invalid:
        filled(data, form_)
    return dict(invalid.value.errors)


@pytest.mark.parametrize(
    ("name", "sent", "kept"),
    [
        ("text", "  好的 ", "好的"),
        ("story", "一\r\n二", "一\n二"),
        ("number", "3", "3"),
        ("number", 4.50, "4.5"),
        ("number", "5.0", "5"),
        ("money", "150 CNY", "150.00"),
        ("money", "¥1,200.5", "1200.50"),
        ("money", 0, "0.00"),
        ("money", "-0", "0.00"),
        ("day", "2026-03-10", "2026-03-10"),
        ("moment", "2026-03-10T16:00", "2026-03-10T08:00:00Z"),
        ("moment", "2026-03-10 16:00+08:00", "2026-03-10T08:00:00Z"),
        ("yes", True, "yes"),
        ("yes", "no", "no"),
        ("one", "urgent", "urgent"),
        ("many", ["plain", "plain", "urgent"], ["plain", "urgent"]),
        ("many", "plain", ["plain"]),
        ("phone", "010-88886666 转 12", "010-88886666 转 12"),
        ("mail", "a.b@example.com", "a.b@example.com"),
        ("serial", "SN-001 A", "SN-001 A"),
        ("serial", 1001, "1001"),
        ("files", "evidence:1", ["evidence:1"]),
        ("lines", [{"amount": "3", "reason": "划痕"}], [{"amount": "3.00", "reason": "划痕"}]),
    ],
)
def test_what_people_send_is_made_plain(name: str, sent: object, kept: object) -> None:
    assert filled({name: sent}).values == {name: kept}


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("text", "一\n二"),
        ("text", "长" * 501),
        ("text", "a\x00b"),
        ("text", ["x"]),
        ("number", "0"),
        ("number", 6),
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", True),
        ("number", "三"),
        ("money", "1.234"),
        ("money", "-5"),
        ("money", "12 USD"),
        ("money", "Infinity"),
        ("day", "2026-02-30"),
        ("day", 20260310),
        ("moment", "昨天"),
        ("moment", "0001-01-01T00:00"),
        ("yes", "true"),
        ("yes", 1),
        ("one", "fire"),
        ("one", ["plain"]),
        ("one", {}),
        ("many", ["plain", "nothing"]),
        ("phone", "call me"),
        ("mail", "a@b"),
        ("serial", "<script>"),
        ("files", [{"a": 1}]),
        ("lines", "x"),
        ("lines", ["x"]),
        ("unknown", "x"),
        ("__class__", "x"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(name: str, sent: object) -> None:
    assert set(errors({name: sent})) == {name}


def test_all_wrong_fields_are_named_at_once_those_of_lines_too() -> None:
    found = errors({"number": "9", "mail": "x", "lines": [{"amount": "1", "reason": "好"}, {"amount": "x", "extra": 1}]})
    assert set(found) == {"number", "mail", "lines.1.amount", "lines.1.reason", "lines.1.extra"}


def test_a_field_exists_only_when_its_condition_holds() -> None:
    assert set(errors({"one": "urgent/fire"})) == {"fire_place"}
    assert set(errors({"one": "plain", "fire_place": "仓库"})) == {"fire_place"}
    assert filled({"one": "urgent/fire", "fire_place": "仓库"}).values["fire_place"] == "仓库"
    assert "fire_place" not in filled({"one": "plain", "fire_place": ""}).values


def test_other_needs_its_words() -> None:
    assert set(errors({"one": "other"})) == {"one_other"}
    assert filled({"one": "other", "one_other": "没有列出的"}).values == {"one": "other", "one_other": "没有列出的"}
    assert set(errors({"one": "plain", "one_other": "多余"})) == {"one_other"}


def test_other_is_asked_for_by_the_form_itself_where_it_has_a_field_for_it() -> None:
    values: dict[str, object] = {"customer_name": "王", "contact_phone": "13800138000", "objection_text": "x", "city": "same-city", "demand": ["apology"]}
    book = objections()
    intake = book.form("objection-form")
    with pytest.raises(Invalid) as invalid:
        fill(intake, {**values, "objection_type": "other"}, shape_of(book), known={})
    assert set(invalid.value.errors) == {"other_type"}


def test_words_and_names_stay_in_the_body_and_closed_values_go_to_the_case() -> None:
    data: dict[str, object] = {"text": "王小姐", "phone": "13800138000", "money": "3", "many": ["plain"], "moment": "2026-03-10 16:00", "who": "王五"}
    done = filled(data)
    assert done.kept == {"money": "3.00", "many": ("plain",), "moment": "2026-03-10T08:00:00Z"}
    assert filled({"who": "staff:7"}).kept == {"who": "staff:7"}


def test_a_field_a_guard_reads_is_left_to_the_guard() -> None:
    done = filled({"lines": [{"reason": "划痕"}]}, guarded=("amount",))
    assert done.missing == {"lines.0.amount": "此项必填"}


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_names = st.sampled_from([field.name for field in EVERY.fields] + ["one_other", "x", ""])


@given(st.dictionaries(_names, _anything, max_size=6))
def test_no_data_whatever_breaks_the_form(data: dict[str, object]) -> None:
    assert all(words for words in _errors_of(data).values())


def _errors_of(data: dict[str, object]) -> dict[str, str]:
    try:
        filled(data)
    except Invalid as invalid:
        return dict(invalid.errors)
    return {}


def test_what_is_wrong_is_said_in_english_as_well() -> None:
    sent = {
        "text": "长" * 501, "story": "\x00", "number": "9", "money": "1.005", "day": "soon", "moment": "soon", "yes": "perhaps", "one": "neither",
        "phone": "x", "mail": "x", "serial": "a\nb", "files": [{}], "lines": "one", "fire_place": "here", "nothing": "1",
    }  # fmt: skip
    with pytest.raises(Invalid) as invalid:
        filled(sent)
    assert invalid.value.errors.keys() == sent.keys()
    assert invalid.value.say("zh") == invalid.value.errors
    told = invalid.value.say("en")
    assert told["number"] == "Not more than 5"
    assert all(word not in told.values() for word in invalid.value.errors.values())
