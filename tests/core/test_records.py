"""Records behave as the dataclasses they stand in for."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import ClassVar

import pytest

from luyue.core import records


@records.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    tags: list[str] = records.field(default_factory=list)
    unit: ClassVar[str] = "m"


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Named(Point):
    name: str
    x: int = 7


@records.dataclass(slots=True)
class Box:
    width: int
    area: int = records.field(init=False)

    def __post_init__(self) -> None:
        self.area = self.width**2


@records.dataclass(frozen=True, slots=True, order=True)
class Span:
    from_s: int
    to_s: int


def test_arguments_defaults_and_factories() -> None:
    assert (Point(1).x, Point(1).y, Point(1).tags, Point.unit) == (1, 2, [], "m")
    assert Point(1).tags is not Point(1).tags
    assert Point(1, tags=["a"]).tags == ["a"]
    for wrong in (lambda: Point(), lambda: Point(1, 2, [], 4), lambda: Point(1, z=1)):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            wrong()


def test_keyword_only_fields_follow_those_of_the_base() -> None:
    one = Named(y=3, name="n")
    assert (one.x, one.y, one.name) == (7, 3, "n")
    with pytest.raises(TypeError):
        Named(1, 2, [], "n")  # type: ignore[misc]
    assert repr(one) == "Named(x=7, y=3, tags=[], name='n')"


def test_equal_only_to_the_same_class_and_hashed_by_value() -> None:
    assert Span(1, 2) == Span(1, 2)
    assert hash(Span(1, 2)) == hash(Span(1, 2))
    assert Span(1, 2) != Span(1, 3)
    assert Span(1, 2) != (1, 2)
    assert Span(1, 2) < Span(1, 3) <= Span(2, 0)
    assert {Span(1, 2): "a"}[Span(1, 2)] == "a"
    with pytest.raises(TypeError):
        hash(Box(1))


def test_a_frozen_record_is_not_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del Point(1).x
    assert not hasattr(Point(1), "__dict__")
    box = Box(3)
    box.width = 4
    assert (box.width, box.area) == (4, 9)


def test_the_standard_library_takes_them_for_its_own() -> None:
    assert dataclasses.is_dataclass(Point(1))
    assert [one.name for one in dataclasses.fields(Point)] == ["x", "y", "tags"] == [one.name for one in records.fields(Point(1))]
    assert dataclasses.replace(Point(1), y=5) == records.replace(Point(1), y=5) == Point(1, 5)
    assert dataclasses.asdict(Span(1, 2)) == {"from_s": 1, "to_s": 2}
    assert records.replace(Box(2), width=5).area == 25


def test_they_travel_and_match() -> None:
    assert pickle.loads(pickle.dumps(Point(1, tags=["a"]))) == copy.deepcopy(Point(1, tags=["a"])) == Point(1, tags=["a"])
    match Point(4):
        case Point(x, y):
            assert (x, y) == (4, 2)
