"""What proves a case file: its evidence with digests, the checklists, the clauses it rests on, and the journal it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from luyue.apps.casework.timeline import TimelineRow
from luyue.apps.evidence.documents import Block, Cell, Column, Note, Pairs, Photo, Photos, Quote, Section, Table
from luyue.apps.evidence.kinds import KIND_WORDS, PHOTO
from luyue.apps.evidence.models import Attachment
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace.archive_selectors import Digest
from luyue.apps.workspace.archive_telling import Telling, when
from luyue.apps.workspace.present_talk import items_of, size
from luyue.core.procedure.index import index_of
from luyue.core.regulation.rules import ActionRule, Rule
from luyue.core.regulation.text import Clause, Regulation
from luyue.core.regulation.words import actor_words

CASE_FILE = "case-file"  # `field` of the frozen files themselves; they are no evidence of the matter


def evidence_of(told: Telling) -> list[Attachment]:
    """What this audience may see, in the order it came."""
    return [one for one in told.page.attachments if one.field != CASE_FILE]


def photo_ids(files: list[Attachment]) -> dict[str, UUID]:
    return {f"p{number}": one.pk for number, one in enumerate(files, 1) if one.kind == PHOTO}


def evidence(told: Telling, files: list[Attachment], hidden: list[Attachment]) -> Section:
    """hidden: files this audience does not get; their digests stand here all the same, so that nothing can be slipped in later."""
    columns = [Column(_("编号"), 2), Column(_("图"), 4), Column(_("文件"), 9), Column(_("提交"), 6), Column("SHA-256", 10)]
    rows = [
        [
            Cell(str(number)),
            Cell(_(KIND_WORDS[one.kind]), photo=f"p{number}" if one.kind == PHOTO else ""),
            Cell(told.say(one.name), more=_more(one, told)),
            Cell(told.who(one.uploaded_by) if not one.uploaded_by.startswith("form:") else _("客户"), more=when(one.uploaded_at)),
            Cell(one.sha256, small=True, tone="faint"),
        ]
        for number, one in enumerate(files, 1)
    ]
    blocks: list[Block] = [Table(columns, rows)] if rows else [Note(_("没有凭证。"))]
    if hidden:
        listed = "、".join(f"{_(KIND_WORDS[one.kind])} {one.sha256[:16]}" for one in hidden)
        blocks.append(Note(_("另有 %(n)s 份内部备注的附件未列入本版，摘要前 16 位：%(listed)s。") % {"n": len(hidden), "listed": listed}))
    return Section(_("凭证"), blocks, _("文件原样保存在工单中；SHA-256 一致即为同一文件。"))


def _more(one: Attachment, told: Telling) -> str:
    """What sort of file it is, and what it was handed in for."""
    row = next((row for row in told.page.timeline if one in row.attachments), None)
    return "\n".join(part for part in (f"{_(KIND_WORDS[one.kind])} · {size(one.size)}", _used_for(row, told) if row else "") if part)


def _used_for(row: TimelineRow, told: Telling) -> str:
    items = items_of(replace(told.page, timeline=(row,)), told.names)
    words = str(items[0].get("text") or "") if items and items[0]["kind"] == "fact" else row.label
    return told.say(words.removeprefix(row.who).strip().partition("\n")[0][:48])


def photos(told: Telling, files: list[Attachment]) -> Section | None:
    shown = [
        Photo(
            f"p{number}", _("凭证 %(n)s：%(name)s") % {"n": number, "name": told.say(one.name)}, when(one.uploaded_at), _("此照片无法在这里显示，原件见工单。")
        )
        for number, one in enumerate(files, 1)
        if one.kind == PHOTO
    ]
    return Section(_("照片"), [Photos(shown)], _("为便于翻阅已缩小；原件见工单。")) if shown else None


def approvals(told: Telling) -> Section | None:
    book = told.page.book
    words = {"asked": (_("等待"), "open"), "given": (_("批准"), "kept"), "refused": (_("不批准"), "missed")}
    rows = []
    for one in told.page.state.approvals.values():
        state, tone = words.get(one.state, (one.state, ""))
        label = index_of(book).terms.get(f"approval/{one.rule}")
        approver = actor_words(one.approver, book, told.language)
        amount = _("金额 %(amount)s 元") % {"amount": one.amount} if one.amount else ""
        name = label.label.say(told.language) if label else one.rule
        rows.append([
            Cell(name, more=amount), Cell(when(one.asked_at)), Cell(approver, more=told.who(one.by) if one.by else ""),
            Cell(when(one.settled_at)), Cell(state, tone=tone),
        ])  # fmt: skip
    columns = [Column(_("事项"), 5), Column(_("报批"), 4), Column(_("批准人"), 6), Column(_("批复"), 4), Column(_("结果"), 3)]
    return Section(_("审批"), [Table(columns, rows)]) if rows else None


def checklists(told: Telling) -> Section | None:
    results = {"pass": (_("合格"), "kept"), "fail": (_("不合格"), "missed"), "not-applicable": (_("不适用"), "faint"), "": (_("未核对"), "open")}
    blocks: list[Block] = []
    for one in told.page.checklists:
        items = [item for item in one.items if item.asked or item.result]
        if not any(item.result for item in items):
            continue
        done = sum(bool(item.result) for item in items)
        rows = [
            [
                Cell(" ".join(part for part in (item.subject, item.label) if part)),
                Cell(*_result(item.result, results)),
                Cell(told.who(item.by) if item.by else ""),
                Cell(when(item.at)),
            ]
            for item in items
        ]
        columns = [Column(f"{one.label} {done}/{len(items)}", 10), Column(_("结果"), 3), Column(_("核对人"), 5), Column(_("时间"), 5)]
        blocks.append(Table(columns, rows))
    return Section(_("清单"), blocks) if blocks else None


def _result(result: str, words: dict[str, tuple[str, str]]) -> tuple[str, str, str]:
    text, tone = words.get(result, (result, ""))
    return text, "", tone


def clauses(told: Telling) -> Section:
    """The pinned texts, and in full every clause that something in this file rests on."""
    page = told.page
    pinned = [
        (one.label.say(told.language), _("%(edition)s 版，SHA-256 %(digest)s") % {"edition": f"{one.edition:%Y-%m-%d}", "digest": one.sha256})
        for one in page.book.regulations
    ]
    blocks: list[Block] = [Pairs([*pinned, (_("适用制度摘要"), page.book.digest)])]
    blocks += [Quote(clause.title, f"{one.label.say(told.language)} {one.edition:%Y-%m-%d}", _prose(clause)) for one, clause in _rested_on(told)]
    return Section(_("适用制度与条款"), blocks, _("本工单自受理起按下列版本办理，后来的修改不影响它；引用的条款逐字抄录。"))


def _rested_on(told: Telling) -> Iterator[tuple[Regulation, Clause]]:
    page, book = told.page, told.page.book
    acted = {row.action for row in page.timeline}
    rules: list[Rule] = [rule for rule in book.all(ActionRule).values() if rule.id in acted]
    wanted = {(rule.regulation, rule.clause) for rule in rules}
    wanted |= {(line.regulation, line.clause) for line in page.clocks if line.state != "withdrawn"}
    wanted |= {(line.regulation, line.clause) for line in page.tasks} | {(one.regulation, one.clause) for one in page.checklists}
    for regulation in book.regulations:
        yield from ((regulation, clause) for clause in regulation.clauses if (regulation.id, clause.id) in wanted)


def _prose(clause: Clause) -> str:
    """Paragraphs as in the text; what Markdown breaks inside one is no break."""
    return "\n".join(" ".join(part.split()) for part in clause.prose.strip().split("\n\n"))


def journal(told: Telling, digests: list[Digest], anchored: str, now: datetime) -> Section:
    last = digests[-1]
    facts = Pairs([
        (_("流水"), _("case:%(number)s，共 %(n)s 条") % {"number": told.page.case.number, "n": last.seq}),
        (_("末条摘要"), last.hash),
        (_("最近锚点"), anchored or _("无")),
        (_("制作时间"), when(now)),
    ])  # fmt: skip
    how = Note(_(
        "核验：每条摘要是“上一条摘要、本条内容、本条正文摘要”三者的 SHA-256，改动任何一条，其后各条都对不上。在保存流水的机器上运行 luyue journal verify"
        " 会重算全部摘要；第 %(n)s 条的摘要应与上面的末条摘要一致。每小时的锚点把全部流水的末条摘要合成一个，另存于数据库之外。"
    ) % {"n": last.seq})  # fmt: skip
    columns = [Column(_("序号"), 2), Column(_("记录时间"), 5), Column(_("内容"), 9), Column(_("摘要前 32 位"), 9)]
    rows = [
        [Cell(str(one.seq), small=True), Cell(when(one.entered_at), small=True), Cell(one.name, small=True), Cell(one.hash[:32], small=True, tone="faint")]
        for one in digests
    ]
    return Section(_("流水与核验"), [facts, how, Table(columns, rows)])
