"""What is put on file: notes, outside facts, evidence, links, classification, answered forms, and the correction of a verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from luyue.core import clockwork
from luyue.core.procedure import clocks, follow, shape
from luyue.core.procedure.actors import is_staff, is_system
from luyue.core.procedure.acts.act import Act, Doing, no, staff_only
from luyue.core.procedure.acts.contact import tell_worker
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.said import Said
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import CaseState, FactRecord, Invalid, NoticeDue, Refused, RoomEffect
from luyue.core.procedure.vocabulary import CONSENT_FACTS, LETTER, NOTICE_FACTS, NOTICE_FAILED, SURVEY_SENT
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import AheadOf, ClockRule, Every, Label, Notice, OnFact, PastOf

_MOST_SHOWN = 50
_FILE_ID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


def _note(doing: Doing, filled: Filled) -> None:
    """Words only; they live in the body and change nothing. Whoever is mentioned hears of it; that he may see the case, the rooms have checked."""
    mentioned = tuple(dict.fromkeys(str(filled.values.get("mentions") or "").split()))
    if mentioned:
        doing.flow.case.emit(NoticeDue("platform/mention", mentioned, (), "", doing.at))


def _report_fact(doing: Doing, filled: Filled) -> None:
    values, actor = filled.values, doing.actor
    fact = str(values["fact"])
    if fact in NOTICE_FACTS and not is_system(actor):
        raise no("by", "通知的结果由系统登记", "The system records what became of notices")
    if not is_staff(actor) and not is_system(actor) and fact not in CONSENT_FACTS:
        raise no("by", "此事实由员工或系统登记", "Staff or the system record this fact", "请联系客服登记")
    if is_staff(actor) and not values.get("evidence"):
        raise Invalid({"evidence": Said("登记外部事实须附凭证", "A fact from outside needs evidence")})
    payload = {name: values[name] for name in ("data_class", "notice", "channel", LETTER) if name in values}
    doing.record(fact, **payload)
    if fact == NOTICE_FAILED:
        # Somebody has to tell the customer another way.
        tell_worker(doing, "platform/undelivered")


def _add_evidence(doing: Doing, filled: Filled) -> None:
    doing.record("evidence.added", evidence_kind=filled.values["evidence_kind"])


def _show_evidence(doing: Doing, filled: Filled) -> Mapping[str, object]:
    """Files of the case that were ours alone, from now on the customer's to see as well; which those are the evidence room knows."""
    given = doing.data.get("shown")
    ids = [str(one) for one in (given if isinstance(given, list | tuple) else [given]) if one]
    if not ids:
        raise Invalid({"shown": shape.REQUIRED})
    if len(ids) > _MOST_SHOWN or not all(_FILE_ID.fullmatch(one) for one in ids):
        raise Invalid({"shown": Said("请从本工单的凭证中选择", "Choose among the evidence of this case")})
    doing.flow.case.emit(RoomEffect("show-evidence", {"files": tuple(dict.fromkeys(ids))}))
    return {"shown": ids, "text": str(doing.data.get("text") or "")[:2000]}


def _link(doing: Doing, filled: Filled) -> None:
    relation = str(filled.values.get("relation") or "related")
    doing.flow.case.emit(RoomEffect("link-case", {"number": filled.values["number"], "relation": relation}))
    doing.record("case.linked", relation=relation)


def _classify(doing: Doing, filled: Filled) -> Mapping[str, object]:
    """Part of the intake form, filled later or set right; promises that depend on it are derived again (features S54)."""
    book, case = doing.attempt.book, doing.flow.case
    form = book.form(book.procedure(doing.attempt.state.kind).intake)
    if not doing.data:
        raise Invalid({field.name: shape.REQUIRED for field in form.fields[:1]})
    answers = doing.fill(form, complete=False)
    before = dict(case.fields)
    follow.set_fields(doing.flow, answers.kept, doing.at)
    _drop_unasked(doing, form.id)
    clocks.derive_again(doing.flow, before, doing.at)
    doing.record("case.classified", **answers.kept)
    return answers.values


def _drop_unasked(doing: Doing, form_id: str) -> None:
    """An answer whose question no longer arises under the new classification is no answer any more."""
    view = doing.flow.view()
    fields = doing.attempt.book.form(form_id).fields
    gone: dict[str, object] = {one.name: None for one in fields if one.name in doing.flow.case.fields and not one.asked(view)}
    follow.set_fields(doing.flow, gone, doing.at)


def asked_forms(book: Rulebook, state: CaseState, now: datetime) -> tuple[str, ...]:
    """Forms the notices of this case ask for and nobody has answered since; each once, the first asked first.

    A notice that goes out before or after an instant asks as long as the case is one it is for; one that goes out every period asks those it was
    sent to. What asked for an answer within so many days asks no longer after them: `now` is when somebody looks.
    """
    notices = [one for one in book.all(Notice).values() if one.asks]
    standing = state.view()
    open_forms = dict.fromkeys(one.asks for one in notices if isinstance(one.trigger, AheadOf | PastOf) and one.applies_to.holds(standing))
    for fact in state.facts:
        view = {**standing, **fact.payload}
        asking = [one for one in notices if one.trigger == OnFact(fact.name) and one.applies_to.holds(view)]
        if fact.name == SURVEY_SENT:
            asking += [one for one in notices if isinstance(one.trigger, Every) and one.asks == fact.payload.get("form")]
        open_forms |= dict.fromkeys(one.asks for one in asking if not _is_over(one, fact.at, now))
        if fact.name == "form.answered":
            open_forms.pop(str(fact.payload.get("form")), None)
    return tuple(open_forms)


def _is_over(notice: Notice, sent_at: datetime, now: datetime) -> bool:
    """Whether the days are over in which the answer was asked for."""
    return notice.answer_within_days is not None and now > sent_at + timedelta(days=notice.answer_within_days)


def _answer_form(doing: Doing, filled: Filled) -> Mapping[str, object]:
    book = doing.attempt.book
    name = str(doing.data.get("form") or "")
    if name not in asked_forms(book, doing.attempt.state, doing.at):
        raise Invalid({"form": Said("没有请您填写这张表", "You were not asked to fill in this form")})
    answers = doing.fill(book.form(name), also=("form",))
    follow.set_fields(doing.flow, answers.kept, doing.at)
    doing.record("form.answered", **{**answers.kept, "form": name})
    return {"form": name, **answers.values}


def _correct_clock(doing: Doing, filled: Filled) -> None:
    """A miss overturned by a second person: the promised thing was done in time and only entered late (design §1.5)."""
    clock = doing.flow.case.clocks.get(str(filled.values["clock"]))
    if clock is None:
        raise Invalid({"clock": Said("没有这个时限", "There is no such clock")})
    rule = doing.attempt.index.terms.get(clock.rule)
    if clock.state != "missed" or rule is None:
        raise no("verdict", "只有结论为超时的时限可以更正", "Only a missed clock can be corrected", rule=clock.rule, clause=clock.clause)
    late = [fact for fact in doing.flow.case.facts if _was_in_time(fact, clock, rule)]
    if not late:
        raise no(
            "verdict", "没有补记的事实表明此事在期限内办成", "No fact entered late shows it was done in time", "请先补记事实并写明原因",
            rule=clock.rule, clause=clock.clause,
        )  # fmt: skip
    if all(fact.actor == doing.actor.id for fact in late):
        raise no(
            "four_eyes", "补记事实的人不得自己更正结论", "Whoever entered the fact may not correct the verdict", "请由另一人核实凭证后更正",
            rule=clock.rule, clause=clock.clause,
        )  # fmt: skip
    fact = min((fact for fact in late if fact.actor != doing.actor.id), key=lambda one: one.at)
    clocks.turn(doing.flow, clockwork.corrected(clock, doing.actor.id, fact.at), at=doing.at)


def _explain_miss(doing: Doing, filled: Filled) -> None:
    """Why a promise was missed, for the company to learn from; the verdict stays. Said again, the last word counts."""
    clock = doing.flow.case.clocks.get(str(filled.values["clock"]))
    if clock is None:
        raise Invalid({"clock": Said("没有这个时限", "There is no such clock")})
    if clock.state != "missed":
        raise no("verdict", "只有结论为超时的时限须说明原因", "Only a missed clock has a cause to explain", rule=clock.rule, clause=clock.clause)
    doing.record("miss.explained", clock=clock.key, miss_cause=str(filled.values["miss_cause"]))


def _has_miss(attempt: Attempt) -> Refused | None:
    refused = staff_only(attempt)
    if refused is not None or any(clock.state == "missed" for clock in attempt.state.clocks.values()):
        return refused
    return no("verdict", "此工单没有超时的时限", "No time limit of this case was missed")


def _was_in_time(fact: FactRecord, clock: clockwork.ClockState, rule: ClockRule) -> bool:
    if clock.due_at is None or not clock.started_at <= fact.at <= clock.due_at < fact.entered_at:
        return False
    if clock.rule.startswith("task/"):
        return fact.name == "task.done" and f"task/{fact.payload.get('task')}" == clock.rule
    return fact.name in rule.stops_at and not (rule.runs == "each-team" and clock.team and fact.team and clock.team != fact.team)


def _staff_or_customer(attempt: Attempt) -> Refused | None:
    if is_staff(attempt.actor) or is_system(attempt.actor) or "customer" in attempt.actor.actors:
        return None
    return no("by", "只有客户或员工可以办理", "Only the customer or staff may do this")


def _is_asked(attempt: Attempt) -> Refused | None:
    if asked_forms(attempt.book, attempt.state, attempt.at):
        return None
    return no("form", "没有需要填写的调查表", "There is no form to answer")


ACTS = (
    Act("note", Label("内部备注", "Internal note"), staff_only, _note),
    Act("report-fact", Label("登记外部事实", "Report an outside fact"), _staff_or_customer, _report_fact),
    Act("add-evidence", Label("添加凭证", "Add evidence"), _staff_or_customer, _add_evidence, for_customers=True),
    Act("show-evidence", Label("给客户看凭证", "Show evidence to the customer"), staff_only, _show_evidence),
    Act("link", Label("关联工单", "Link a case"), staff_only, _link),
    Act("classify", Label("补充或更正登记信息", "Complete or correct the intake"), staff_only, _classify),
    Act("answer-form", Label("填写调查表", "Answer a form"), _is_asked, _answer_form, for_customers=True),
    Act("explain-miss", Label("说明超时原因", "Say why it was late"), _has_miss, _explain_miss),
    Act("correct-clock", Label("更正时限结论", "Correct a verdict"), staff_only, _correct_clock),
)
