"""Which cases a condition speaks of: regions to intersect, cells to enumerate, witnesses to show.

Conditions are closed, so this is exact: a field that is not asked in a case is unfilled there, and a condition
on it is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice, product

from luyue.core.records import dataclass, field
from luyue.core.regulation.field_world import Asked, FieldWorld
from luyue.core.regulation.problems import Witness
from luyue.core.regulation.rules import Bound, Category, Condition, Procedure, covers
from luyue.core.regulation.vocabulary import CHANNELS
from luyue.core.regulation.words import CUSTOMER_KINDS

MOST_CELLS = 20_000  # beyond this a gap check would cost more than it tells
_WHEN_DEPTH = 5

Cell = Mapping[str, str | Decimal | None]


@dataclass
class Region:
    """Cases of one procedure. one: permitted values by field; bounds: number bands; any_of: sets a choices field must meet."""

    procedure: str
    one: dict[str, frozenset[str]] = field(default_factory=dict)
    bounds: dict[str, Bound] = field(default_factory=dict)
    any_of: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    impossible: str = ""  # the field that leaves nothing

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.one) | frozenset(self.bounds) | frozenset(self.any_of)

    def also(self, other: Region) -> Region:
        """What both speak of."""
        both = Region(self.procedure, dict(self.one), dict(self.bounds), {name: list(sets) for name, sets in self.any_of.items()})
        both.impossible = self.impossible or other.impossible
        for name, values in other.one.items():
            both.one[name] = both.one[name] & values if name in both.one else values
            if not both.one[name]:
                both.impossible = both.impossible or name
        for name, bound in other.bounds.items():
            both.bounds[name] = _meet(both.bounds[name], bound) if name in both.bounds else bound
            if _is_empty(both.bounds[name]):
                both.impossible = both.impossible or name
        for name, sets in other.any_of.items():
            both.any_of.setdefault(name, []).extend(sets)
        return both


def _meet(one: Bound, other: Bound) -> Bound:
    overs = [limit for limit in (one.over, other.over) if limit is not None]
    up_tos = [limit for limit in (one.up_to, other.up_to) if limit is not None]
    return Bound(max(overs) if overs else None, min(up_tos) if up_tos else None)


def _is_empty(bound: Bound) -> bool:
    return bound.over is not None and bound.up_to is not None and bound.over >= bound.up_to


def region(world: FieldWorld, condition: Condition, procedure: str, depth: int = 0) -> Region:
    """The cases of `procedure` the condition holds for, with the conditions under which its fields are asked at all."""
    found = Region(procedure)
    for name, wanted in condition.of.items():
        asked = world.find(name, (procedure,))
        part = Region(procedure)
        if isinstance(wanted, Bound):
            part.bounds[name] = wanted
        elif asked is not None and asked.kind == "choices":
            part.any_of[name] = [covered(asked, wanted)]
        elif name == "kind":
            part.one[name] = frozenset(wanted) & {procedure}
        else:
            part.one[name] = covered(asked, wanted)
        part.impossible = next((one for one, values in part.one.items() if not values), "")
        found = found.also(part)
        if asked is not None and asked.field is not None and asked.field.when and depth < _WHEN_DEPTH:
            found = found.also(region(world, asked.field.when, procedure, depth + 1))
    return found


def covered(asked: Asked | None, wanted: Sequence[str]) -> frozenset[str]:
    """The leaves below the wanted values; values that are not listed stand for themselves."""
    if asked is None or asked.values is None:
        return frozenset(wanted)
    return frozenset(leaf for leaf in asked.leaves if any(covers(want, leaf) for want in wanted))


# Cells -----------------------------------------------------------------------------------------------


def cells(world: FieldWorld, procedure: str, names: Sequence[str], domain: Region) -> Iterator[Cell]:
    """Every case of the procedure inside `domain`, as far as these fields tell cases apart; nothing if they are too many.

    A choices field is taken with one value at a time. A field that is not required, or not asked, may be None.
    """
    asked = [found for name in names if (found := world.find(name, (procedure,))) is not None]
    axes = [_axis(one, domain) for one in asked]
    size = 1
    for axis in axes:
        size *= max(1, len(axis))
    if size > MOST_CELLS or len(asked) < len(names):
        return
    seen: set[tuple[str | Decimal | None, ...]] = set()
    for values in islice(product(*axes), MOST_CELLS):
        cell = _as_asked(asked, values)
        key = tuple(cell.values())
        if key not in seen and _inside(cell, domain):
            seen.add(key)
            yield cell


def _axis(asked: Asked, domain: Region) -> list[str | Decimal | None]:
    if asked.kind in ("number", "money"):
        bound = domain.bounds.get(asked.name, Bound())
        limits = {limit for limit in (bound.over, bound.up_to) if limit is not None}
        values: list[str | Decimal | None] = [*sorted(limits), *sorted(limit + Decimal("0.01") for limit in limits)]
        return values or [Decimal(0)]
    wanted = domain.one.get(asked.name)
    axis: list[str | Decimal | None] = [leaf for leaf in asked.leaves if wanted is None or leaf in wanted]
    if asked.field is not None and not asked.field.required and wanted is None:
        axis.append(None)
    return axis


def _as_asked(asked: Sequence[Asked], values: Sequence[str | Decimal | None]) -> dict[str, str | Decimal | None]:
    """The cell with fields that are not asked in it emptied."""
    cell = dict(zip((one.name for one in asked), values, strict=True))
    for one in asked:
        if one.field is not None and one.field.when:
            known = {name: wanted for name, wanted in one.field.when.of.items() if name in cell}
            if not Condition(known).holds(cell):
                cell[one.name] = None
    return cell


def _inside(cell: Cell, domain: Region) -> bool:
    for name, wanted in domain.one.items():
        if name in cell and cell[name] not in wanted:
            return False
    return all(any(cell[name] in one for one in sets) for name, sets in domain.any_of.items() if name in cell)


def holds_in(one: Region, cell: Cell) -> bool:
    if any(name in cell and cell[name] not in wanted for name, wanted in one.one.items()):
        return False
    return all(any(cell[name] in values for values in sets) for name, sets in one.any_of.items() if name in cell)


# Words -----------------------------------------------------------------------------------------------


def given_of(case: Region | Cell) -> tuple[tuple[str, str | tuple[str, ...]], ...]:
    """One case of the region, as the answers of its forms."""
    if not isinstance(case, Region):
        return tuple((name, str(value)) for name, value in case.items() if value is not None)
    one: dict[str, str | tuple[str, ...]] = {name: sorted(wanted)[0] for name, wanted in case.one.items() if wanted and name != "kind"}
    one |= {name: _amount(bound) for name, bound in case.bounds.items()}
    return tuple((one | {name: tuple(sorted({sorted(values)[0] for values in sets if values})) for name, sets in case.any_of.items()}).items())


def shown(case: Region | Cell, procedure: str, fact: str = "", start_at: datetime | None = None) -> Witness:
    """The case as a witness, until a fact has happened."""
    return Witness(procedure, given_of(case), fact, start_at=start_at)


def witness(world: FieldWorld, case: Region | Cell, procedure: str, language: str = "en") -> str:
    """A case in words: what kind it is and what is known of it."""
    said: list[str] = []
    if isinstance(case, Region):
        values: dict[str, str] = {name: sorted(wanted)[0] for name, wanted in case.one.items() if wanted}
        values |= {name: " + ".join(sorted({sorted(one)[0] for one in sets if one})) for name, sets in case.any_of.items()}
        values |= {name: _amount(bound) for name, bound in case.bounds.items()}
    else:
        values = {name: "" if value is None else str(value) for name, value in case.items()}
    for name, value in values.items():
        if name != "kind":
            said.append(_entry(world, procedure, name, value, language))
    home = world.book.all(Procedure)[procedure]
    if language.startswith("zh"):
        return f"“{home.label.zh}”" + (f"（{'，'.join(said)}）" if said else "")
    return f"{home.id}" + (f" with {', '.join(said)}" if said else "")


def _amount(bound: Bound) -> str:
    return str(bound.up_to if bound.up_to is not None else (bound.over or Decimal(0)) + 1)


def _entry(world: FieldWorld, procedure: str, name: str, value: str, language: str) -> str:
    if not language.startswith("zh"):
        return f"{name} {value}" if value else f"{name} left empty"
    asked = world.find(name, (procedure,))
    label = asked.field.label.zh if asked is not None and asked.field is not None else _PLATFORM_ZH.get(name, name)
    if not value:
        return f"{label}未填"
    return f"{label}为{_value_label(world, asked, value)}"


_PLATFORM_ZH = {"channel": "渠道", "customer_kind": "客户类型", "stage": "环节", "team": "部门", "clock": "时限", "task": "待办"}


def _value_label(world: FieldWorld, asked: Asked | None, value: str) -> str:
    if asked is None or asked.field is None:
        known = CHANNELS.get(value) or CUSTOMER_KINDS.get(value)
        return known.say("zh") if known is not None else value
    category = world.book.all(Category).get(asked.field.of)
    if category is None:
        return {"yes": "是", "no": "否"}.get(value, value)
    return category.values[value].zh if value in category.values else value
