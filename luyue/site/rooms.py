"""The rooms of the house, top to bottom: imports and foreign keys point down this list, never up."""

from pathlib import Path

ROOMS = (
    "workspace",
    "portal",
    "api",
    "ui",
    "mailroom",
    "rental",
    "reports",
    "retention",
    "casework",
    "evidence",
    "tasks",
    "contacts",
    "clocks",
    "cases",
    "customers",
    "regulation",
    "journal",
    "people",
)

_APPS = Path(__file__).parents[1] / "apps"


def rooms_with(module: str) -> list[str]:
    """The rooms that have this module or package, in house order."""
    return [room for room in ROOMS if (_APPS / room / f"{module}.py").exists() or (_APPS / room / module / "__init__.py").exists()]
