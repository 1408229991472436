"""Form data as people and machines send it, checked against the form and made plain (422 or clean values, never both)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from luyue.core.procedure.codec import iso
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import Invalid
from luyue.core.regulation.rules import CLOSED_KINDS, FILE_KINDS, Category, Field, Form

# What of a form the case itself keeps: closed values, instants and the numbers of machines. Everything else stays in the erasable body.
KEPT_KINDS = CLOSED_KINDS | {"instant", "date", "clock", "serial"}
LATE_REASON = "_late_reason"
OTHER = "other"

_LONGEST = {"text": 500, "long-text": 20_000, "clause": 300, "signature": 500, "email": 254}
_CODE_LENGTH = 100
_MOST_LINES = 500
_MOST_FILES = 100
_MOST_DIGITS = 15
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,28}[0-9](?:\s*(?:转|ext\.?|x)\s*[0-9]{1,8})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\"']{1,64}@[^\s@<>\"'.]+(?:\.[^\s@<>\"'.]+)+")
_CODE = re.compile(r"[^\s<>\"'`\\]+(?: [^\s<>\"'`\\]+)*")
_STAFF = re.compile(r"staff:[0-9]+")
_YES_NO = {"yes": "yes", "no": "no", True: "yes", False: "no"}
_MONEY = re.compile(r"(?:(?P<before>[A-Z]{3}|¥|￥)\s*)?(?P<amount>[+-]?[0-9][0-9,]*(?:\.[0-9]+)?)(?:\s*(?P<after>[A-Z]{3}|元))?")

_A_CODE = Said("请填写编号或名称，不超过 100 个字，不含引号和换行", "Enter a number or name of at most 100 characters, without quotes or line breaks")
REQUIRED = Said("此项必填", "Required")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as filled: `values` complete and JSON-ready (for the body), `kept` the closed part, `missing` required but left out."""

    values: Mapping[str, object]
    kept: Mapping[str, object]
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """What checking needs to know: categories and forms by id, the zone naive local times are read in, the currency."""

    category: Callable[[str], Category]
    form: Callable[[str], Form]
    zone: ZoneInfo
    currency: str = "CNY"


def fill(
    form: Form | None, data: Mapping[str, object], shape: Shape, *, known: Mapping[str, object], complete: bool = True,
    guarded: Collection[str] = (), also: Collection[str] = (),
) -> Filled:  # fmt: skip
    """Check `data` against `form`.

    known: closed values of the case, for `when` conditions. complete: whether required fields must be there. guarded: fields whose
    absence a guard of the action explains better; they come back in `missing`. also: keys checked elsewhere.
    Raises Invalid, naming every wrong field at once; a line's field is `lines.0.amount`.
    """
    reading = _Reading(shape, guarded)
    values = reading.form(form, data, known, complete, "", also)
    if reading.errors:
        raise Invalid(reading.errors)
    kept = _kept(form, values) if form is not None else {}
    return Filled(values, kept, reading.missing)


def keeps(one: Field, value: object) -> bool:
    """Whether the case itself may hold this answer; a person only as a staff reference, never by name."""
    return one.kind in KEPT_KINDS or (one.kind == "person" and bool(_STAFF.fullmatch(str(value))))


def _kept(form: Form, values: Mapping[str, object]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for one in form.fields:
        value = values.get(one.name)
        if value is not None and keeps(one, value):
            kept[one.name] = tuple(value) if isinstance(value, list) else value
    return kept


class _Problem(Exception):
    """One wrong value, in words for the person who typed it."""

    def __init__(self, words: Said) -> None:
        super().__init__(words)
        self.words = words


class _Reading:
    def __init__(self, shape: Shape, guarded: Collection[str]) -> None:
        self.shape = shape
        self.guarded = guarded
        self.errors: dict[str, str] = {}
        self.missing: dict[str, str] = {}

    def form(
        self, form: Form | None, data: Mapping[str, object], known: Mapping[str, object], complete: bool, prefix: str, also: Collection[str]
    ) -> dict[str, object]:
        fields = form.fields if form is not None else ()
        values: dict[str, object] = {}
        view = dict(known)
        allowed = {one.name for one in fields} | set(also)
        for one in fields:
            allowed.add(f"{one.name}_{OTHER}")
            raw = data.get(one.name)
            if not one.asked(view):
                # A hidden field of an HTML form comes empty; a filled one is a mistake the sender should hear of.
                view.pop(one.name, None)
                if not _is_blank(raw):
                    zh, en = f"“{one.label.zh}”在当前情形下不填，请删除此项", f"“{one.label.say('en')}” does not apply here; leave it out"
                    self.errors[prefix + one.name] = Said(zh, en)
                continue
            if _is_blank(raw):
                if complete and one.required:
                    self._lacks(prefix, one)
                continue
            try:
                value = self._value(one, raw, view, complete, prefix)
            except _Problem as problem:
                self.errors[prefix + one.name] = problem.words
                continue
            values[one.name] = value
            view[one.name] = value
            self._other(one, fields, value, data, values, prefix)
        for name in data:
            if name not in allowed:
                self.errors[prefix + str(name)] = Said("没有这一项，请删除", "There is no such field; leave it out")
        return values

    def _lacks(self, prefix: str, one: Field) -> None:
        # Which guard reads which field is known by bare name; a line's field counts under its own name.
        (self.missing if one.name in self.guarded else self.errors)[prefix + one.name] = REQUIRED

    def _other(self, one: Field, fields: Sequence[Field], value: object, data: Mapping[str, object], values: dict[str, object], prefix: str) -> None:
        """`other` of an open category needs its words: a field of the form asks for them, or `<name>_other` does."""
        name = f"{one.name}_{OTHER}"
        chosen = value if isinstance(value, list) else [value]
        words = data.get(name)
        if one.kind not in ("choice", "choices") or OTHER not in chosen:
            if not _is_blank(words) and not any(field.name == name for field in fields):
                self.errors[prefix + name] = Said("只在选择“其他”时填写，请删除此项", "Only for “other”; leave it out")
            return
        if any(OTHER in _wanted(field, one.name) for field in fields) or any(field.name == name for field in fields):
            return
        if _is_blank(words):
            self.errors[prefix + name] = Said(f"“{one.label.zh}”选择了“其他”，请写明内容", f"“{one.label.say('en')}” is “other”; say what")
            return
        try:
            values[name] = _text(words, 500)
        except _Problem as problem:
            self.errors[prefix + name] = problem.words

    def _value(self, one: Field, raw: object, view: Mapping[str, object], complete: bool, prefix: str) -> object:
        kind = one.kind
        if kind == "choice":
            return self._choice(one, raw)
        if kind == "choices":
            items = raw if isinstance(raw, list | tuple) else [raw]
            return list(dict.fromkeys(self._choice(one, item) for item in items if not _is_blank(item)))
        if kind in ("number", "money"):
            return self._number(one, raw)
        if kind == "instant":
            return iso(_instant(raw, self.shape.zone))
        if kind == "lines":
            return self._lines(one, raw, view, complete, prefix)
        if kind == "yes-no":
            return _yes_no(raw)
        if kind in FILE_KINDS:
            return _files(raw)
        if kind == "date":
            return _date(raw).isoformat()
        if kind == "phone":
            return _pattern(raw, _PHONE, 40, Said("请填写电话号码，例如 13800138000 或 010-88886666", "Enter a phone number, e.g. 13800138000 or 010-88886666"))
        if kind == "email":
            return _pattern(raw, _EMAIL, 254, Said("请填写邮箱地址，例如 name@example.com", "Enter a mail address, e.g. name@example.com"))
        if kind in ("account", "serial", "model", "order", "clock", "person"):
            return _pattern(raw, _CODE, _CODE_LENGTH, _A_CODE)
        return _text(raw, _LONGEST.get(kind, 500), lines=kind == "long-text")

    def _choice(self, one: Field, raw: object) -> str:
        category = self.shape.category(one.of)
        if isinstance(raw, str) and (raw in category.values or (category.open and raw == OTHER)):
            return raw
        first = list(category.values.values())[:8]
        zh, en = "、".join(label.zh for label in first), ", ".join(label.say("en") for label in first)
        raise _Problem(Said(f"不在“{category.label.zh}”之列，请从其中选择：{zh}", f"Not among “{category.label.say('en')}”; choose one of: {en}"))

    def _number(self, one: Field, raw: object) -> str:
        amount = _decimal(raw, self.shape.currency if one.kind == "money" else "")
        if one.kind == "money" and -amount.as_tuple().exponent > 2:  # type: ignore[operator]
            raise _Problem(Said("金额最多两位小数", "At most two decimals"))
        if one.at_least is not None and amount < one.at_least:
            raise _Problem(Said(f"不得小于 {one.at_least}", f"Not less than {one.at_least}"))
        if one.at_most is not None and amount > one.at_most:
            raise _Problem(Said(f"不得大于 {one.at_most}", f"Not more than {one.at_most}"))
        if one.kind == "money":
            if amount < 0 and one.at_least is None:
                raise _Problem(Said("金额不得为负数", "No negative amount"))
            return f"{amount:.2f}"
        return f"{amount.normalize():f}"

    def _lines(self, one: Field, raw: object, view: Mapping[str, object], complete: bool, prefix: str) -> list[object]:
        if not isinstance(raw, list | tuple) or not all(isinstance(line, Mapping) for line in raw):
            raise _Problem(Said("请逐行填写", "Fill it in line by line"))
        if len(raw) > _MOST_LINES:
            raise _Problem(Said(f"最多 {_MOST_LINES} 行", f"At most {_MOST_LINES} lines"))
        form = self.shape.form(one.of)
        return [self.form(form, line, view, complete, f"{prefix}{one.name}.{number}.", ()) for number, line in enumerate(raw)]


def _wanted(one: Field, name: str) -> tuple[str, ...]:
    wanted = one.when.of.get(name, ())
    return wanted if isinstance(wanted, tuple) else ()


def _is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, list | tuple) and all(_is_blank(one) for one in raw))


def _text(raw: object, longest: int, *, lines: bool = False) -> str:
    if not isinstance(raw, str):
        raise _Problem(Said("请填写文字", "Enter words"))
    text = raw.replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise _Problem(Said(f"最多 {longest} 个字，现有 {len(text)} 个", f"At most {longest} characters; there are {len(text)}"))
    for character in text:
        # Control characters, surrogates and unassigned code points have no place in words; format marks (emoji joiners) have.
        if unicodedata.category(character) in ("Cc", "Cs", "Cn") and not (lines and character in "\n\t"):
            raise _Problem(Said("含有不能显示的字符，请删除后重填", "It has characters that cannot be shown; remove them"))
    return text


def _pattern(raw: object, pattern: re.Pattern[str], longest: int, remedy: Said) -> str:
    text = _text(str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw, longest)
    if not pattern.fullmatch(text):
        raise _Problem(remedy)
    return text


def _yes_no(raw: object) -> str:
    if isinstance(raw, bool | str) and raw in _YES_NO:
        return _YES_NO[raw]
    raise _Problem(Said("请选择“是”或“否”", "Choose yes or no"))


def _decimal(raw: object, currency: str) -> Decimal:
    """A plain number; with a currency also `150 CNY`, `¥1,200.50` or `150 元`."""
    text = str(raw).strip() if isinstance(raw, str | int | float | Decimal) and not isinstance(raw, bool) else ""
    if currency:
        match = _MONEY.fullmatch(text)
        marks = {match["before"], match["after"]} - {None, "¥", "￥", "元", currency} if match else {"?"}
        if match is None or marks:
            raise _Problem(Said(f"请填写金额（{currency}），例如 150 或 150.50", f"Enter an amount in {currency}, e.g. 150 or 150.50"))
        text = match["amount"].replace(",", "")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise _Problem(Said("请填写数字", "Enter a number")) from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** _MOST_DIGITS or -int(amount.as_tuple().exponent) > 10:
        raise _Problem(Said("数字过大或小数过长", "Too large a number, or too many decimals"))
    return amount + 0  # no negative zero


def _instant(raw: object, zone: ZoneInfo) -> datetime:
    """Aware, or text; text without an offset is local time of the regulation's zone."""
    try:
        instant = datetime.fromisoformat(raw.strip()) if isinstance(raw, str) else raw
        if not isinstance(instant, datetime):
            raise ValueError
        if instant.tzinfo is None:
            if not isinstance(raw, str):
                raise ValueError
            instant = instant.replace(tzinfo=zone)
        iso(instant)
    except (ValueError, OverflowError):
        raise _Problem(Said("请填写日期和时间，例如 2026-03-10 16:00", "Enter a date and time, e.g. 2026-03-10 16:00")) from None
    if not 1970 <= instant.year <= 2200:
        raise _Problem(Said("年份不合理，请核对", "Check the year"))
    return instant


def _date(raw: object) -> date:
    try:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        found = date.fromisoformat(raw.strip()) if isinstance(raw, str) else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise _Problem(Said("请填写日期，例如 2026-03-10", "Enter a date, e.g. 2026-03-10"))
    return found


def _files(raw: object) -> list[str]:
    """References to files the evidence room already holds."""
    items = raw if isinstance(raw, list | tuple) else [raw]
    if len(items) > _MOST_FILES:
        raise _Problem(Said(f"最多 {_MOST_FILES} 个文件", f"At most {_MOST_FILES} files"))
    return [_pattern(item, _CODE, _CODE_LENGTH, Said("请先上传文件", "Upload a file first")) for item in items if not _is_blank(item)]
