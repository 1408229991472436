"""The case file of one case: everything a stranger needs to judge how a matter was handled, for the company or for the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from luyue.apps.casework.selectors import CasePage
from luyue.apps.customers.selectors import addresses_of, masked_addresses_of
from luyue.apps.evidence.documents import Block, Cell, Column, Document, Note, Pairs, Row, Section, Table
from luyue.apps.evidence.models import CaseFilePart
from luyue.apps.ui.wording import local, money
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import archive_promises, archive_proof, archive_story, present_case
from luyue.apps.workspace.archive_selectors import anchor_words, digests_of
from luyue.apps.workspace.archive_telling import Telling, telling, when
from luyue.apps.workspace.present_talk import channel_words
from luyue.apps.workspace.shell import language
from luyue.core.regulation.words import actors_words, field_value_words

_OUTCOME = ("cause", "liable_party", "remedies", "remedy_amount", "satisfaction", "demand_met")  # closed answers that say how it ended
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which file this is. version 0 is a draft: made for this moment and kept nowhere. clear: addresses of the customer in full."""

    audience: str
    version: int = 0
    reason: str = ""
    clear: bool = False


def case_file(page: CasePage, edition: Edition, now: datetime) -> tuple[Document, Mapping[str, UUID]]:
    """The document and the photos it shows, by their ids in it. `page` must be the System's or a member of staff's."""
    told = telling(page, edition.audience, language())
    files = archive_proof.evidence_of(told)
    hidden = [one for one in page.attachments if one not in files and one.field != archive_proof.CASE_FILE]
    numbers = {one.pk: number for number, one in enumerate(files, 1)}
    digests = digests_of(page.case)
    sections = [
        _parties(told, edition), _matter(told), archive_story.acts(told), archive_story.notices(told),
        archive_proof.approvals(told), archive_promises.section(told, now),
        archive_story.course(told, numbers), archive_proof.checklists(told), archive_proof.evidence(told, files, hidden), archive_proof.photos(told, files),
        archive_proof.clauses(told), archive_proof.journal(told, digests, anchor_words(), now),
    ]  # fmt: skip
    chinese = told.language == "zh"
    document = Document(
        title=_("%(kind)s处理案卷") % {"kind": page.procedure.label.say(told.language)},
        number=page.case.number,
        subtitle=_subtitle(edition),
        company=settings.COMPANY_NAME,
        made_on=f"{local(now):%Y-%m-%d}",
        footer=_("流水第 %(n)s 条 · %(hash)s") % {"n": digests[-1].seq, "hash": digests[-1].hash[:16]},
        draft=edition.version == 0,
        draft_words=_("草稿"),
        cover=_cover(told, edition, now),
        sections=_numbered([one for one in sections if one is not None]),
        lang="zh" if chinese else "en",
        region="cn" if chinese else "us",
    )
    return document, archive_proof.photo_ids(files)


def _subtitle(edition: Edition) -> str:
    audience = _("对外版") if edition.audience == CaseFilePart.OUTWARD else _("内部版")
    return f"{audience} · " + (_("第 %(n)s 版") % {"n": edition.version} if edition.version else _("草稿，未封存"))


def _numbered(sections: list[Section]) -> list[Section]:
    return [Section(f"{_numeral(n)}{one.title}", one.blocks, one.about) for n, one in enumerate(sections)]


def _numeral(n: int) -> str:
    words = _NUMERALS[n] if n < 10 else f"十{_NUMERALS[n - 10]}"
    return f"{words}、" if language() == "zh" else f"{n + 1}. "


def _cover(told: Telling, edition: Edition, now: datetime) -> list[Row]:
    page = told.page
    stage = page.procedure.stages[page.state.stage].say(told.language)
    rows = [
        (_("客户"), page.case.customer.name if page.case.customer else _("未登记")),
        (_("类别"), present_case.class_words(page)),
        (_("受理"), f"{when(page.state.received_at)} · {channel_words(page.case.channel)}"),
        (_("现在环节"), stage),
        (_("结案"), when(page.state.closed_at) or _("未结案")),
        (_("案卷"), _("%(at)s 制作，记录到流水第 %(n)s 条") % {"at": when(now), "n": page.case.head_seq}),
    ]
    return [*rows, (_("更正说明"), edition.reason)] if edition.reason else rows


def _parties(told: Telling, edition: Edition) -> Section:
    page, customer = told.page, told.page.case.customer
    rows: list[Row] = []
    if customer is not None:
        shown = addresses_of(customer) if edition.clear and not told.outward else masked_addresses_of(customer)
        kinds = {"individual": _("个人"), "company": _("企业")}
        rows = [
            (_("客户"), f"{customer.name}（{kinds.get(customer.kind, customer.kind)}）"),
            (_("联系人"), customer.contact_person),
            (_("电话"), shown.phone),
            (_("邮箱"), shown.email),
            (_("客户编号"), customer.account_number),
        ]
    handlers = [
        (_("公司"), settings.COMPANY_NAME),
        (_("承办部门"), actors_words(page.state.routed_teams, page.book, told.language) or actors_words(page.state.teams, page.book, told.language)),
        (_("经办人"), told.who(page.state.holder) if page.state.holder else ""),
        (_("跟进人"), told.who(page.state.owner) if page.state.owner else ""),
        (_("关联工单"), "、".join(line.number for line in page.links) if not told.outward else ""),
    ]
    return Section(_("当事人"), [Pairs([(label, words) for label, words in (*rows, *handlers) if words])])


def _matter(told: Telling) -> Section:
    """What the customer said and wants, and how it ended against that."""
    page, book = told.page, told.page.book
    words = next((row.text for row in page.timeline if row.action == "open-case" and row.text), "")
    said = [(label, told.say(value)) for label, value in present_case.record(page)]
    if words and not any(words in value for _label, value in said):
        said.append((_("客户原话"), told.say(words)))
    blocks: list[Block] = [Pairs(said)] if said else [Note(_("登记内容已按规定删除。"))]
    demands = [[Cell(one["label"]), Cell(one["words"], tone=one["state"] or "open")] for one in present_case.demands(page)]
    if demands:
        blocks.append(Table([Column(_("诉求"), 3), Column(_("处理"), 2)], demands))
    ended = [(_label(name, told), _outcome(name, told)) for name in _OUTCOME if page.state.fields.get(name) not in (None, "", ()) and name in book.fields]
    if ended:
        blocks.append(Pairs(ended))
    return Section(_("异议、诉求与结果") if page.procedure.id == "objection" else _("事项、诉求与结果"), blocks)


def _label(name: str, told: Telling) -> str:
    return told.page.book.fields[name].label.say(told.language)


def _outcome(name: str, told: Telling) -> str:
    field, value = told.page.book.fields[name], told.page.state.fields[name]
    if field.kind == "money":
        return money(value, trim=True)
    values = value if isinstance(value, list | tuple) else (value,)
    return "、".join(field_value_words(field, str(one), told.page.book, told.language) for one in values)
