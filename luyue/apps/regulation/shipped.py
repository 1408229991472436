"""The regulations and calendars that come with the product, taken into the store as texts nobody has adopted yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from luyue.apps.journal.transaction import write
from luyue.apps.regulation.models import CalendarRevision, Edition
from luyue.core.calendar import load_day_table
from luyue.core.regulation import Problem, read_regulation

FOLDER = Path(__file__).parents[2] / "regulations"


@dataclass(frozen=True, slots=True)
class Loaded:
    editions: tuple[str, ...]  # "<regulation> <edition>" of those that are new
    calendars: tuple[str, ...]
    problems: tuple[Problem, ...]  # errors of texts that were left out


def load_shipped(now: datetime, folder: Path = FOLDER) -> Loaded:
    """Take every text below `folder` that the store does not have yet. Texts already there are never touched.

    folder   `<regulation>/<edition>.md` and `calendars/<name>.yaml`
    """
    calendars = [name for name, text in calendar_texts(folder) if keep_calendar(name, text, now)]
    editions: list[str] = []
    problems: list[Problem] = []
    for path, source in regulation_texts(folder):
        read = read_regulation(source, str(path.relative_to(folder)))
        if read.regulation is None:
            problems += [one for one in read.problems if one.severity == "error"]
        elif keep_edition(source, path=str(path.relative_to(folder))):
            editions.append(f"{read.regulation.id} {read.regulation.edition}")
    return Loaded(tuple(editions), tuple(calendars), tuple(problems))


def regulation_texts(folder: Path = FOLDER) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.glob("*/*.md")):
        if path.name != "README.md":
            yield path, path.read_text(encoding="utf-8")


def calendar_texts(folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("calendars/*.yaml")):
        yield path.stem, path.read_text(encoding="utf-8")


def keep_edition(source: str, path: str = "") -> Edition | None:
    """Store a text as an edition nobody has adopted; None when this regulation has that edition already.

    raises  ValueError when the text cannot be read.
    """
    read = read_regulation(source, path)
    if read.regulation is None:
        raise ValueError(f"{path or 'The text'} cannot be read: {read.problems[0].what}")
    text = read.regulation
    row, is_new = Edition.objects.get_or_create(
        regulation=text.id,
        edition=text.edition,
        defaults={"label": text.label.zh, "sha256": text.sha256, "source": source, "in_force_from": text.in_force_from},
    )
    return row if is_new else None


def keep_calendar(name: str, source: str, now: datetime) -> CalendarRevision | None:
    """Store a calendar's text as its newest revision; None when these very bytes are there already.

    raises  CalendarError when the text cannot be read.
    """
    load_day_table(source)
    digest = hashlib.sha256(source.encode()).hexdigest()

    def work() -> CalendarRevision | None:
        if CalendarRevision.objects.filter(digest=digest).exists():
            return None
        row = CalendarRevision(name=name, digest=digest, source=source, adopted_at=now)
        row.save(force_insert=True)
        return row

    return write(work)
