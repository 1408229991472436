"""The timeline of a case: words that passed, notes, and what was done, in the order it was entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from luyue.apps.casework.forms import form_of
from luyue.apps.casework.recording import MOVE
from luyue.apps.casework.selectors import CasePage
from luyue.apps.casework.timeline import TimelineRow
from luyue.apps.clocks.promises import ClockLine, source_of
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.timeline import with_days
from luyue.apps.ui.wording import amount, tight
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import answers, present_letters
from luyue.apps.workspace.shell import language
from luyue.core.calendar import BeyondTable
from luyue.core.procedure.acts import ACTS
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import ActionRule, Checklist
from luyue.core.regulation.vocabulary import CHANNELS
from luyue.core.regulation.words import actors_words, listed

_ICONS = {"photo": "photo", "video": "video", "recording": "microphone", "file": "paperclip"}
_SHAPES = {"kept": "kept", "missed": "missed", "paused": "paused", "resumed": "running", "corrected": "kept"}
_ACT_ICONS = {"take": "user-plus", "assign": "user-plus", "tick": "clipboard-check", "link": "link", "nudge": "bell", "do-task": "clipboard-check"}


def talk(page: CasePage, now: datetime) -> list[Any]:
    """Items for `{% timeline %}`, day dividers included."""
    return with_days(items_of(page, people(page)), now, _kind_of(page.book))


def items_of(page: CasePage, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The timeline's items in order of time, without dividers; `names` says how everybody is called."""
    clocks = {line.key: line for line in page.clocks}
    return sorted((item for row in page.timeline for item in _items(row, page, names, clocks)), key=lambda item: item["at"])


def people(page: CasePage) -> dict[str, str]:
    """Everybody who did something in the case, by actor."""
    names = {row.actor: row.who for row in page.timeline if row.actor}
    for user in (page.case.holder, page.case.owner):
        if user is not None:
            names[f"staff:{user.pk}"] = str(user)
    return names


def _kind_of(book: Rulebook) -> Any:
    def kind(day: date) -> tuple[str, str]:
        try:
            return str(book.agenda.kind_on(day).value), book.agenda.name_on(day) or ""
        except BeyondTable:
            return "workday", ""

    return kind


def _items(row: TimelineRow, page: CasePage, names: Mapping[str, str], clocks: Mapping[str, ClockLine]) -> Iterator[dict[str, Any]]:
    if row.is_erased:
        yield {"kind": "fact", "at": row.at, "text": _("%(label)s（内容已按规定删除）") % {"label": row.label or _("记录")}, "icon": "eye-off"}
    elif row.kind in ("in", "out") and not (row.text or row.attachments) and row.action in page.book.all(ActionRule):
        yield _act(row, page, names)  # an act that is heard without a word, such as a nudge
    elif row.kind in ("in", "out"):
        yield _message(row, page)
        if row.action == "open-case":
            yield {"kind": "fact", "at": row.at, "icon": "file-plus", "text": _opened(row, page)}
    elif row.kind == "note":
        yield {"kind": "note", "id": row.seq, "at": row.at, "who": row.who, "text": row.text, "files": files(row.attachments)}
    elif row.kind == "fact":
        yield _act(row, page, names)
    elif row.action == "report-fact" and (words := present_letters.undelivered_words(row.body, page.book)):
        yield {"kind": "fact", "id": row.seq, "at": row.at, "icon": "mail", "text": words}
    if row.stage and (row.kind == "system" or row.is_erased):
        yield {"kind": "fact", "at": row.at, "icon": "arrow-right", "text": _("进入“%(stage)s”") % {"stage": _stage(row, page)}}
    yield from _turns(row, page.book, clocks)


def _stage(row: TimelineRow, page: CasePage) -> str:
    label = page.procedure.stages.get(row.stage)
    return label.say(language()) if label else row.stage


def _message(row: TimelineRow, page: CasePage) -> dict[str, Any]:
    side = "customer" if row.kind == "in" else "ours"
    who = row.who if row.kind == "out" or row.actor.startswith(("customer:", "link:")) else _customer(page)
    if row.action == "hear-stranger":
        who = _("未核实的寄件人")
    item: dict[str, Any] = {
        "kind": "message", "id": row.seq, "at": row.at, "side": side, "who": who, "via": channel_words(row.channel), "text": row.text,
        "files": files(row.attachments),
    }  # fmt: skip
    if row.action == "log-call":
        reached = row.body.get("reached") != "no"
        words = (_("来电") if row.body.get("direction") == "inbound" else _("拨出")) + ("" if reached else _("，未接通"))
        item |= {"call": {"words": words}, "via": _("记录人 %(who)s") % {"who": row.who} if side == "customer" else ""}
    elif row.action in ("tell-progress", "ask-customer"):
        item["via"] = f"{item['via']} · {row.label}"
    elif side == "customer" and row.actor.startswith("staff:"):
        item["via"] = f"{item['via']} · " + _("记录人 %(who)s") % {"who": row.who}
    return item


def _customer(page: CasePage) -> str:
    customer = page.case.customer
    return (customer.contact_person or customer.name if customer else "") or _("客户")


def _opened(row: TimelineRow, page: CasePage) -> str:
    by = _("%(who)s 登记") % {"who": row.who} if row.actor.startswith("staff:") else _("客户提交")
    return _("%(by)s，立%(kind)s %(number)s") % {"by": by, "kind": page.procedure.label.say(language()), "number": page.case.number}


def _act(row: TimelineRow, page: CasePage, names: Mapping[str, str]) -> dict[str, Any]:
    """What somebody did: one line, or with written answers a message of its own."""
    if row.action == MOVE:
        words = {"who": row.who, "via": row.label, "text": row.text}
        return {"kind": "message", "id": row.seq, "at": row.at, "side": "", "files": [], **words}
    if row.action == "log-call":  # the call a case began with: what was said stands above it
        call = _("接听来电") if row.body.get("direction") == "inbound" else _("致电客户")
        text = f"{row.who} {call}" + (_("，未接通") if row.body.get("reached") == "no" else "")
        return {"kind": "fact", "id": row.seq, "at": row.at, "icon": "phone", "text": text}
    rule = page.book.all(ActionRule).get(row.action)
    form_id = rule.form if rule else ACTS[row.action].form_id if row.action in ACTS else ""
    if row.action == "do-task":
        task = page.book.task(str(row.body.get("task", "")).partition("#")[0]) if row.body.get("task") else None
        form_id, label = (task.form if task else "") or form_id, row.label
        if task:
            label = _("%(name)s：%(words)s") % {"name": row.label, "words": task.label.say(language())}
    else:
        label = row.label or row.name
    form = form_of(page.book, form_id) if form_id else None
    onward = _("，进入“%(stage)s”") % {"stage": _stage(row, page)} if row.stage else ""
    if form and ((rule and answers.is_long(form, row.body)) or (row.action == "report-fact" and row.attachments)):
        text = "\n".join(_("%(name)s：%(words)s") % {"name": name, "words": words} for name, words in answers.said(form, row.body, page.book, names))
        return {
            "kind": "message",
            "id": row.seq,
            "at": row.at,
            "side": "",
            "who": row.who,
            "via": label + onward,
            "text": text,
            "files": files(row.attachments),
        }
    clause = clause_ref(page.book, rule.regulation, rule.clause, language=language()) if rule else None
    return {
        "kind": "fact", "id": row.seq, "at": row.at, "icon": _ACT_ICONS.get(row.action, "file-text"), "clause": clause,
        "text": f"{row.who} {label}{_detail(row, page, form, names)}{onward}".strip(),
    }  # fmt: skip


def _detail(row: TimelineRow, page: CasePage, form: Any, names: Mapping[str, str]) -> str:
    """What the act was about, after a colon: the item ticked, who got the work, the short answers of a form."""
    if row.action == "resend":
        form_fields = [one for one in form.fields if one.name != "letter"] if form else []
        said = [answers.words(one, row.body[one.name], page.book, names) for one in form_fields if row.body.get(one.name)]
        return _("：") + _("，").join(said)
    if row.action == "tick":
        return _("：") + _ticked(row, page.book)
    if row.action == "show-evidence":
        shown = {str(one.pk): one.name for one in page.attachments}
        return _("：") + listed((shown[one] for one in row.body.get("shown", ()) if one in shown), language())
    if row.action in ("merge", "absorb"):
        return _("：") + str(row.body.get("number", ""))
    if row.action == "assign":
        holder = str(row.body.get("holder") or "")
        return _("：") + names[holder] if holder in names else ""
    if row.name == "case.transferred" and page.state.routed_teams and row.stage == page.state.stage:
        return _("：") + actors_words(page.state.routed_teams, page.book, language())
    said = answers.said(form, row.body, page.book, names) if form else []
    if row.action == "report-fact" and said:
        said = [("", said[0][1]), *said[1:]]  # what happened needs no name before it
    words = _("；").join(f"{name} {value}".strip().rstrip("。") for name, value in said if name or row.action == "report-fact")
    return _("：") + words[:160] if words else ""


def _ticked(row: TimelineRow, book: Rulebook) -> str:
    checklist = book.all(Checklist).get(str(row.body.get("checklist")))
    item = next((one for one in checklist.items if one.id == row.body.get("item")), None) if checklist else None
    result = {"pass": "", "fail": _("（不合格）"), "not-applicable": _("（不适用）")}.get(str(row.body.get("result")), "")
    note = str(row.body.get("note") or "")
    return (item.label.say(language()) if item else str(row.body.get("item"))) + result + (_("，") + note if note else "")


def _turns(row: TimelineRow, book: Rulebook, clocks: Mapping[str, ClockLine]) -> Iterator[dict[str, Any]]:
    """What the entry did to promises, where somebody wants to know: kept, missed, paused, going on."""
    told: set[str] = set()
    for cause, key, rule_id in row.turns:
        if cause not in _SHAPES:
            continue
        line, rule = clocks.get(key), source_of(book, rule_id)
        label = line.label if line else rule.label.say(language()) if rule else rule_id
        at = line.due_at if cause == "missed" and line and line.due_at else row.at
        words = _turn_words(cause, label, line)
        if words not in told:  # the same promise of two teams is one line
            told.add(words)
            yield {"kind": "fact", "at": at, "shape": _SHAPES[cause], "text": words}


def _turn_words(cause: str, label: str, line: ClockLine | None) -> str:
    if cause == "kept":
        used = amount(line.used_s, days=line.hours == "around-the-clock") if line and line.used_s is not None else ""
        return tight((_("%(label)s按时，用时 %(used)s") if used else _("%(label)s按时")) % {"label": label, "used": used})
    words = {"missed": _("“%(label)s”超时"), "paused": _("“%(label)s”暂停计时"), "resumed": _("“%(label)s”继续计时")}
    return words.get(cause, _("“%(label)s”的结论已更正为按时")) % {"label": label}


def files(attachments: Any) -> list[dict[str, Any]]:
    """Attachments as links; pictures and films open in the browser, the rest is saved."""
    return [
        {"href": reverse("evidence:file", args=[one.pk]), "name": one.name, "icon": _ICONS.get(one.kind, "paperclip"), "meta": size(one.size)}
        for one in attachments
    ]


def size(n_bytes: int) -> str:
    return f"{n_bytes / 1_000_000:.1f} MB" if n_bytes >= 1_000_000 else f"{max(n_bytes // 1000, 1)} KB"


def channel_words(channel: str) -> str:
    return CHANNELS[channel].say(language()) if channel in CHANNELS else channel
