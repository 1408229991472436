"""A document as plain data: sections of a few kinds of block. One is drawn twice, as a page and in type, so both say the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Row = tuple[str, str]
_KEPT_CONTROLS = "\n\t"
_JOINERS = "\u200c\u200d"  # parts of words and of pictures made of characters


@dataclass(frozen=True, slots=True)
class Cell:
    """`more` stands below the text in small letters; `photo` is the id of a picture that stands instead of it. tone: kept missed open faint."""

    text: str = ""
    more: str = ""
    tone: str = ""
    photo: str = ""
    small: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """width is a share of the page; 0 takes what the words need."""

    label: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class Pairs:
    rows: Sequence[Row]
    kind: str = field(default="pairs", init=False)


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    kind: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    kind: str = field(default="note", init=False)


@dataclass(frozen=True, slots=True)
class Table:
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, with what was filled in."""

    title: str
    meta: str
    rows: Sequence[Row] = ()
    kind: str = field(default="act", init=False)


@dataclass(frozen=True, slots=True)
class Quote:
    title: str
    meta: str
    text: str
    kind: str = field(default="quote", init=False)


@dataclass(frozen=True, slots=True)
class Photo:
    photo: str
    title: str
    meta: str
    missing: str  # what stands in its place when it cannot be opened


@dataclass(frozen=True, slots=True)
class Photos:
    items: Sequence[Photo]
    kind: str = field(default="photos", init=False)


Block = Pairs | Text | Note | Table | Act | Quote | Photos


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: Sequence[Block]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """draft_words stand across every page of a draft. made_on is a date as ISO text. lang and region as typography needs them: zh cn, en us."""

    title: str
    number: str
    subtitle: str
    company: str
    made_on: str
    footer: str
    draft: bool
    draft_words: str
    cover: Sequence[Row]
    sections: Sequence[Section]
    lang: str = "zh"
    region: str = "cn"

    def as_data(self) -> dict[str, Any]:
        """The document for JSON and templates, every text cleaned of what is no text."""
        return {name: _clean(value) for name, value in asdict(self).items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {name: _clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def plain(text: str) -> str:
    """Without control characters and without those that turn the direction of what follows: what is read is what was written."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char for char in whole if char in _KEPT_CONTROLS or char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
    )
