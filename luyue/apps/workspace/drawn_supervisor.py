"""The rows of the supervisor's tables drawn straight as text, as the parts that stand by the dozen are (luyue.apps.ui.drawn).

Each takes rows of present_supervisor and gives the rows of a table's body; nothing without rows, and then the template says so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString

from luyue.apps.ui import wording
from luyue.apps.ui.drawn import clause, put, shape
from luyue.apps.ui.wording import Wording

Row = Mapping[str, Any]
_SHORT = 24  # characters of a case's subject


def cut(text: str, most: int = _SHORT) -> str:
    """The first characters of a text as people write it; an ellipsis stands for the rest."""
    whole = unicodedata.normalize("NFC", text)
    return whole if len(whole) <= most else f"{whole[: most - 1]}…"


def teams(rows: Iterable[Row]) -> SafeString:
    """Departments with their shares."""
    words = wording.bound()
    return _together(f'<tr><th scope="row">{_link(row["href"], row["label"])}</th>{_shares(row, words)}</tr>' for row in rows)


def clauses(rows: Iterable[Row]) -> SafeString:
    """Clauses with their shares, and where their misses are."""
    words = wording.bound()
    return _together(f'<tr><th scope="row">{_clause_head(row, words)}</th>{_shares(row, words)}</tr>' for row in rows)


def _clause_head(row: Row, words: Wording) -> str:
    missed = f' <a class="link tiny" href="{put(row["href"])}">{put(words.gettext("超时的"))}</a>' if row["href"] else ""
    return (clause(row["ref"], words=words) if row["ref"] else put(row["label"])) + missed


def _shares(row: Row, words: Wording) -> str:
    return "".join(f'<td class="right nowrap">{share(one, words)}</td>' for one in row["shares"])


def share(one: Row, words: Wording) -> str:
    """A share with what it is a share of (present_supervisor.share)."""
    if not one["of"]:
        return '<span class="mut">—</span>'
    _, few = words.gettext, ""
    if one["small"]:
        few = f' · <span title="{put(_("不足 30 件，比例仅供参考"))}">{put(_("样本少"))}</span>'
    return f'<b class="num share {one["tone"]}">{one["percent"]:.1f}%</b><span class="basis tiny faint num">{one["kept"]}/{one["of"]}{few}</span>'


def misses(rows: Iterable[Row]) -> SafeString:
    """Promises missed: when, which, in which case, whose, and why."""
    words = wording.bound()
    return _together(_miss(row, words) for row in rows)


def _miss(row: Row, words: Wording) -> str:
    _, number, explain = words.gettext, put(row["number"]), put(row["explain"])
    state, mark = ("missed", shape("missed")) if row["is_owed"] else ("not_started", "")
    why = f'<a class="link" href="{explain}">{put(_("说明原因"))}</a>'
    if row["cause"]:
        why = f'{put(row["cause"])} <a class="link tiny" href="{explain}">{put(_("改"))}</a>'
    return (
        f'<tr data-row="{number}" data-number="{number}"><td class="nowrap"><span class="promise {state}">{mark}{put(row["due"])}</span>'
        f' <span class="tiny mut">{put(row["late"])}</span></td><td>{put(row["label"])} {clause(row["clause"], words=words)}</td>'
        f'<td class="whole"><a class="link num" href="{put(row["href"])}">{number}</a> <span class="mut">{put(cut(row["subject"]))}</span></td>'
        f'<td class="nowrap">{put(row["team"])} <b>{put(row["holder"])}</b></td><td class="nowrap">{why}</td></tr>'
    )


def to_assign(rows: Iterable[Row]) -> SafeString:
    """Cases that want somebody, each with a box to choose it by."""
    nameless = put(wording.bound().gettext("未留姓名"))
    return _together(_wanting(row, nameless) for row in rows)


def _wanting(row: Row, nameless: str) -> str:
    number = put(row["number"])
    due = f'<span class="promise {row["state"]}">{shape(row["state"])}{put(row["due"])}</span>' if row["state"] else "—"
    return (
        f'<tr data-number="{number}"><td><input type="checkbox" name="case" value="{number}" id="a-{number}" aria-label="{number}"></td>'
        f'<td class="nowrap">{due}</td><td class="whole"><label for="a-{number}"><b>{put(row["customer"]) or nameless}</b>'
        f' <span class="mut">{put(cut(row["subject"], 28))}</span></label> <a class="link num tiny" href="{put(row["href"])}">{number}</a></td>'
        f'<td class="nowrap mut">{put(row["stage"])}</td><td class="nowrap">{put(row["why"])}</td><td class="nowrap mut">{put(row["holder"]) or "—"}</td></tr>'
    )


def backlog(rows: Iterable[Row]) -> SafeString:
    """Open cases by stage and age; the oldest stand out."""
    return _together(_place(row) for row in rows)


def _place(row: Row) -> str:
    *younger, oldest = row["ages"]
    numbers = "".join(f'<td class="right num">{n}</td>' for n in younger)
    return (
        f'<tr><th scope="row">{_link(row["href"], row["stage"])} <span class="tiny mut">{put(row["kind"])}</span></th>{numbers}'
        f'<td class="right num{" due" if oldest else ""}">{oldest}</td><td class="right num"><b>{row["n"]}</b></td></tr>'
    )


def preventive(rows: Iterable[Row]) -> SafeString:
    """Preventive actions that wait for their plan, with the case they came out of."""
    return _together(_task(row) for row in rows)


def _task(row: Row) -> str:
    state = "missed" if row["late"] else "running"
    return (
        f'<tr><td class="nowrap"><span class="promise {state}">{shape(state)}{put(row["due"])}</span></td>'
        f'<td><a class="link num" href="{put(row["case_href"])}">{put(row["number"])}</a> <span class="mut">{put(cut(row["subject"]))}</span></td></tr>'
    )


def _link(href: str, label: str) -> str:
    return f'<a class="link" href="{put(href)}">{put(label)}</a>' if href else put(label)


def _together(rows: Iterable[str]) -> SafeString:
    return SafeString("".join(rows))
