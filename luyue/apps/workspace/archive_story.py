"""What happened in a case, for its file: the course of events, and what was filled in at each act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from luyue.apps.casework.forms import form_of
from luyue.apps.casework.timeline import TimelineRow
from luyue.apps.evidence.documents import Act, Block, Cell, Column, Note, Row, Section, Table
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import answers, present_talk
from luyue.apps.workspace.archive_telling import Telling, when
from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.vocabulary import NOTICE_FACTS, NOTICE_FAILED
from luyue.core.regulation.rules import ActionRule, Form, Notice

Numbers = Mapping[UUID, int]  # attachment -> its number in the list of evidence


def course(told: Telling, numbers: Numbers) -> Section:
    """Everything in order of time: who did what, by which clause."""
    columns = [Column(_("时间"), 5), Column(_("经办"), 5), Column(_("事项"), 14), Column(_("条款"), 5)]
    rows = [cells for row in told.page.timeline for cells in _events(row, told, numbers)]
    return Section(_("处理经过"), [Table(columns, rows)] if rows else [Note(_("没有记录。"))])


def _events(row: TimelineRow, told: Telling, numbers: Numbers) -> Iterator[list[Cell]]:
    names = told.names
    for item in present_talk.items_of(replace(told.page, timeline=(row,)), names):
        who = "" if row.kind == "system" or "shape" in item else told.who(row.actor) or row.who
        files = _("凭证 %(numbers)s") % {"numbers": "、".join(str(numbers[one.pk]) for one in row.attachments if one.pk in numbers)}
        shows_files = item.get("files") or (item["kind"] == "fact" and "shape" not in item and not row.stage)
        more = files if shows_files and any(one.pk in numbers for one in row.attachments) else ""
        yield [Cell(when(item["at"])), Cell(who), Cell(told.say(_words(item, row, told)), more=more), Cell(_clause(row, told), tone="faint", small=True)]


def _words(item: Mapping[str, Any], row: TimelineRow, told: Telling) -> str:
    if item["kind"] == "note":
        return _("内部备注：%(text)s") % {"text": item["text"]}
    if item["kind"] == "message":
        # A filled form stands in full among the acts; here its name is enough.
        call = item.get("call", {}).get("words", "")
        head = " ".join(part for part in (call, str(item.get("via") or "")) if part)
        return f"{head}：{item['text']}" if item.get("side") and item.get("text") else head or str(item.get("text") or "")
    return str(item["text"]).removeprefix(f"{row.who} ").removeprefix(told.who(row.actor)).strip()


def _clause(row: TimelineRow, told: Telling) -> str:
    rule = told.page.book.all(ActionRule).get(row.action)
    ref = clause_ref(told.page.book, rule.regulation, rule.clause, language=told.language) if rule else None
    return f"{ref['name']} {ref['number']}" if ref else ""


def acts(told: Telling) -> Section:
    """Findings, plans, offers, deeds, calls after the fact: every form that was filled in, as it was filled in."""
    blocks: list[Block] = []
    for row in told.page.timeline:
        form, label = _form(row, told)
        rows = _said(form, row, told) if form else []
        if rows:
            meta = " · ".join(part for part in (told.who(row.actor), when(row.at), _clause(row, told)) if part)
            blocks.append(Act(label, meta, rows))
    return Section(_("调查、方案与执行"), blocks or [Note(_("还没有填写。"))])


def notices(told: Telling) -> Section | None:
    """What the customer was told at each step without asking: which notice, when, and whether it left the house."""
    rules = told.page.book.all(Notice)
    sent = [row for row in told.page.timeline if _is_notice(row) and (rule := rules.get(str(row.body.get("notice")))) and "customer" in rule.recipients]
    failed, gone = (_("没有送出"), "missed"), (_("已发出"), "kept")
    cells = []
    for row in sent:
        words, tone = failed if row.body["fact"] == NOTICE_FAILED else gone
        label = rules[str(row.body["notice"])].label.say(told.language)
        cells.append([Cell(when(row.at)), Cell(label), Cell(words, more=told.say(row.text), tone=tone)])
    return Section(_("发给客户的通知"), [Table([Column(_("时间"), 5), Column(_("通知"), 14), Column(_("结果"), 10)], cells)]) if cells else None


def _is_notice(row: TimelineRow) -> bool:
    return row.action == "report-fact" and row.body.get("fact") in NOTICE_FACTS


def _form(row: TimelineRow, told: Telling) -> tuple[Form | None, str]:
    book = told.page.book
    if row.is_erased or row.action in ("open-case", "settle") or _is_notice(row):
        return None, ""
    if row.action == "do-task":
        rule_id = str(row.body.get("task", "")).partition("#")[0]
        task = book.task(rule_id) if rule_id else None
        return (form_of(book, task.form), task.label.say(told.language)) if task and task.form else (None, "")
    rule = book.all(ActionRule).get(row.action)
    if rule and rule.form:
        return form_of(book, rule.form), row.label
    known = ACTS.get(row.action)
    if row.action in ("correct-clock", "report-fact", "classify") and known and known.form_id:
        return form_of(book, known.form_id), row.label
    return None, ""


def _said(form: Form, row: TimelineRow, told: Telling) -> list[Row]:
    return [(label, told.say(words)) for label, words in answers.said(form, row.body, told.page.book, told.names) if words]
