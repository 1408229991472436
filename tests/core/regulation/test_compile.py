"""Laying regulations together: order, floors, grafts, identity."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from luyue.core.calendar import weekdays
from luyue.core.regulation import Rulebook, compile_rulebook, read_regulation
from luyue.core.regulation.book import lay_together
from luyue.core.regulation.cells import cells, region, witness
from luyue.core.regulation.field_world import world_of
from luyue.core.regulation.filled import Filled
from luyue.core.regulation.read import Draft
from luyue.core.regulation.rules import Category, ClockRule, Condition, Procedure
from tests.regulation.reading import HERE, LAW, calendars, draft

BASE = HERE / "base" / "small.md"
EVERYTHING = HERE / "good" / "everything.md"


def law() -> Draft:
    return read_regulation(LAW, "L0.md").draft


def book() -> Rulebook:
    result = compile_rulebook([law().regulation, draft(BASE).regulation, draft(EVERYTHING).regulation], calendars())
    assert result.rulebook is not None
    return result.rulebook


def test_what_others_stand_on_comes_first_whatever_the_order_given() -> None:
    assert [one.id for one in book().regulations] == ["L0", "small", "everything"]


def test_a_list_grafted_on_a_value_stands_below_it_depth_first() -> None:
    values = list(book().category("fault").values)
    assert values == ["power", "power/fuse", "power/plug", "picture", "picture/dark", "picture/stripes", "other"]


def test_grafts_may_lie_on_grafts_in_any_order() -> None:
    text = BASE.read_text(encoding="utf-8")
    more = "```yaml rule\ncategory: aaa\nunder: topic/price/low\nvalues: [very: 很低]\n```\n```yaml rule\ncategory: zzz\nunder: topic/price\nvalues: [low: 低]\n```\n"
    read = read_regulation(text.replace("```yaml rule\nform: enquiry-form", more + "```yaml rule\nform: enquiry-form"), "small.md")
    laid = lay_together([read.draft], {})
    assert [one.what for one in laid.problems if one.code == "PL101" and "L0" not in one.what] == []
    assert [path for path in laid.all(Category)["topic"].values if path.startswith("price")] == ["price", "price/low", "price/low/very"]


def test_the_digest_tells_text_calendar_and_nothing_else() -> None:
    same = book().digest
    assert book().digest == same
    other_calendar = calendars() | {"weekdays": weekdays(last_on=date(2030, 12, 31))}
    regulations = [law().regulation, draft(BASE).regulation, draft(EVERYTHING).regulation]
    moved = compile_rulebook(regulations, other_calendar).rulebook
    assert moved is not None
    assert moved.digest != same
    longer = read_regulation(EVERYTHING.read_text(encoding="utf-8") + "\n", "everything.md").regulation
    assert longer is not None
    changed = compile_rulebook([*regulations[:2], longer], calendars()).rulebook
    assert changed is not None
    assert changed.digest != same


def test_regulations_on_two_calendars_make_no_rulebook_but_the_law_lies_under_any() -> None:
    other = read_regulation(EVERYTHING.read_text(encoding="utf-8").replace("calendar: weekdays", "calendar: cn"), "e.md").draft
    found = lay_together([law(), draft(BASE), other], calendars()).problems
    assert [one.code for one in found] == ["PL104"]
    cn_law = read_regulation(LAW.replace("calendar: weekdays", "calendar: cn"), "L0.md").draft
    assert lay_together([cn_law, draft(BASE), draft(EVERYTHING)], calendars()).problems == []


def test_bases_that_stand_on_each_other_do_not_run_in_circles() -> None:
    one = read_regulation(BASE.read_text(encoding="utf-8").replace("floors: [L0]", "floors: [L0]\nbuilds_on: [everything]"), "s.md").draft
    assert {draft.regulation.id for draft in lay_together([law(), one, draft(EVERYTHING)], {}).drafts} == {"L0", "small", "everything"}


# Cells and regions -----------------------------------------------------------------------------------


def laid() -> object:
    return lay_together([law(), draft(BASE), draft(EVERYTHING)], calendars())


def test_a_field_that_is_not_asked_is_empty_in_its_cell() -> None:
    world = world_of(laid())  # type: ignore[arg-type]
    found = {(cell["topic"], cell["at_home"]) for cell in cells(world, "enquiry", ["topic", "at_home"], region(world, Condition(), "enquiry"))}
    assert found == {("price", None), ("repair/screen", "yes"), ("repair/screen", "no"), ("repair/battery", "yes"), ("repair/battery", "no")}


@pytest.mark.parametrize(
    ("one", "two", "meet"),
    [
        ({"topic": ("repair",)}, {"topic": ("repair/screen",)}, True),
        ({"topic": ("repair/battery",)}, {"topic": ("repair/screen",)}, False),
        ({"topic": ("price",)}, {"at_home": ("yes",)}, False),
        ({"topic": ("repair",)}, {"at_home": ("yes",)}, True),
        ({"channel": ("web",)}, {"topic": ("price",)}, True),
        ({"kind": ("home-visit",)}, {"topic": ("price",)}, False),
    ],
)
def test_regions_meet_exactly_when_some_case_is_in_both(one: dict[str, tuple[str, ...]], two: dict[str, tuple[str, ...]], meet: bool) -> None:
    world = world_of(laid())  # type: ignore[arg-type]
    both = region(world, Condition(one), "enquiry").also(region(world, Condition(two), "enquiry"))
    assert (not both.impossible) is meet
    inside = [
        cell
        for cell in cells(world, "enquiry", ["channel", "topic", "at_home"], region(world, Condition(), "enquiry"))
        if all(Condition(wanted).holds(cell | {"kind": "enquiry"}) for wanted in (one, two))
    ]
    assert bool(inside) is meet


def test_a_witness_is_said_in_both_languages() -> None:
    world = world_of(laid())  # type: ignore[arg-type]
    case = region(world, Condition({"topic": ("repair/screen",), "channel": ("web",)}), "enquiry")
    assert witness(world, case, "enquiry") == "enquiry with topic repair/screen, channel web"
    assert witness(world, case, "enquiry", "zh") == "“咨询”（事项为屏幕，渠道为官网留言）"


def test_what_is_filled_in_follows_every_path() -> None:
    whole = laid()
    visit = Filled(whole, whole.all(Procedure)["home-visit"])  # type: ignore[attr-defined, arg-type]
    assert visit.in_stage("on-site") == {"visit-form"}
    assert visit.at_fact("customer.signed") == {"visit-form", "pay-form"}
    # Refusing leads to the same final stage without the pay form.
    assert visit.in_stage("done") == {"visit-form"}


def test_the_sample_in_the_reference_is_a_regulation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "language.md").read_text(encoding="utf-8")
    sample = re.search(r"````markdown\n(.*?)````", page, re.DOTALL)
    assert sample is not None
    read = read_regulation(sample[1], "sample.md")
    assert read.problems == ()
    assert read.regulation is not None
    assert [rule.id for rule in read.regulation.rules if isinstance(rule, ClockRule)] == ["first-response"]
