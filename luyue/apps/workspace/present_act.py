"""One act on its own page: which form it asks for, what it is about, and what was wrong when it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from luyue.apps.cases.selectors import NotFound
from luyue.apps.casework.forms import specs
from luyue.apps.casework.selectors import CasePage
from luyue.apps.ui.paths import reverse
from luyue.apps.ui.promises import clause_ref
from luyue.apps.ui.wording import said as _
from luyue.apps.workspace import answers, filling, present_acts, present_customer, present_letters, refusing
from luyue.apps.workspace.selectors import colleagues
from luyue.apps.workspace.shell import language
from luyue.core.procedure.acts import ACTS
from luyue.core.procedure.acts.undo import UNDOABLE
from luyue.core.procedure.offers import Offer
from luyue.core.procedure.state import Refused
from luyue.core.regulation.rules import ActionRule, Approval, Checklist, Field, Form, Item, Label
from luyue.core.regulation.sentence import sentence
from luyue.core.regulation.words import listed

STAGE = "stage"  # where the case stood when the form was shown
# What an act is about: known before its form is filled, so it stands in the address and in hidden fields.
_ABOUT = {
    "tick": ("checklist", "item", "subject"),
    "do-task": ("task",),
    "try-task": ("task",),
    "cancel-task": ("task",),
    "approve": ("approval",),
    "undo": ("entry",),
    "refuse-approval": ("approval",),
    "show-evidence": ("file",),
    "report-fact": ("happened",),
    "resend": ("letter",),
}
_PROPOSED = frozenset({"file", "happened"})  # only chosen beforehand: the form itself says what is sent
_PERSONAL = frozenset({"phone", "email"})  # never laid open in a form that only corrects


@dataclass(frozen=True, slots=True)
class Doing:
    """An act about to be done in a case. `rule` is None for a platform act, `form` None when there is nothing to fill in."""

    action: str
    label: str
    rule: ActionRule | None
    form: Form | None
    offer: Offer | None
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_partial(self) -> bool:
        """Whether any part of the form may be sent alone."""
        return self.action == "classify"


def doing(page: CasePage, action: str, asked: Mapping[str, str]) -> Doing:
    """The act of this name in this case. raises NotFound for a name, task or item that is not there."""
    rule = next((one for one in page.book.actions_of(page.state.kind) if one.id == action), None)
    if rule is not None:
        form = page.book.form(rule.form) if rule.form else None
        return Doing(action, rule.label.say(language()), rule, form, present_acts.offer_of(page, action))
    if action not in ACTS:
        raise NotFound(action)
    about = {name: asked.get(name, "") for name in _ABOUT.get(action, ()) if asked.get(name)}
    label, form = _platform(page, action, about)
    return Doing(action, label.say(language()), None, form, present_acts.offer_of(page, action, about.get("task", "")), about)


def _platform(page: CasePage, action: str, about: Mapping[str, str]) -> tuple[Label, Form | None]:
    act, book = ACTS[action], page.book
    if action == "classify":
        return act.label, book.form(page.procedure.intake)
    if "task" in about:
        line = next((one for one in page.tasks if one.key == about["task"]), None)
        if line is None:
            raise NotFound(about["task"])
        named = Label(f"{act.label.zh}：{book.task(line.rule).label.zh}", f"{act.label.say('en')}: {book.task(line.rule).label.say('en')}")
        return named, (book.form(line.form) if line.form else None) if action == "do-task" else act.form
    if action == "tick":
        item = _item(page, about)
        return item.label if item else act.label, act.form
    if about.get("approval"):
        approval = book.all(Approval).get(about["approval"])
        return Label(f"{act.label.zh}：{approval.label.zh}", f"{act.label.say('en')}: {approval.label.say('en')}") if approval else act.label, act.form
    return act.label, act.form


def _item(page: CasePage, about: Mapping[str, str]) -> Item | None:
    checklist = page.book.all(Checklist).get(about.get("checklist", ""))
    return next((one for one in checklist.items if one.id == about.get("item")), None) if checklist else None


def undo_path(number: str, action: str, seq: int) -> str:
    """Where a form must be sent to take back this entry; "" when it cannot be."""
    return f"{reverse('workspace:act', args=[number, 'undo'])}?entry={seq}" if action in UNDOABLE else ""


def data_for(act: Doing, filled: filling.Filling) -> dict[str, object]:
    """The data of the act: what was filled in, and what it is about."""
    return {**filled.data, **{name: value for name, value in act.about.items() if name not in _PROPOSED}}


def page(
    case: CasePage, act: Doing, now: datetime, *, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None,
    posted: Mapping[str, str] | None = None, refused: Refused | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The context of the page. Without `posted` it is shown for the first time; then an act that is not permitted has no form."""
    errors, posted = errors or {}, posted or {}
    first_refusal = refused or (None if posted else closed(case, act))
    fields = [] if first_refusal and not posted else drawn(case, act, values, errors)
    labels = {spec["name"]: spec["label"] for spec in fields}
    back = reverse("workspace:case", args=[case.case.number])
    return {
        "case": case.case,
        "action": act.action,
        "label": act.label,
        "of": _whole(case, act),
        "submit": _("记下") if act.action == "tick" else act.label,
        "clause": clause_ref(case.book, act.rule.regulation, act.rule.clause, language=language()) if act.rule else None,
        "sentence": sentence(act.rule, case.book, language()) if act.rule else "",
        "post": present_acts.address(case, act.action, **act.about),
        "back": back,
        "hidden": {**act.about, STAGE: case.state.stage},
        "once": posted.get(filling.ONCE) or filling.new_once(),
        "fields": fields,
        "time": filling.time_fields(now, posted, errors),
        "errors": filling.summary(errors, labels),
        "refusal": _refusal(case, act, first_refusal, back),
        "moved": _moved(case, posted),
        "may_fill": not first_refusal or bool(posted),
    }  # fmt: skip


def _whole(case: CasePage, act: Doing) -> dict[str, Any] | None:
    """The checklist an item stands on, with its clause; the letter that is sent again."""
    if letter := act.about.get("letter"):
        return {"label": present_letters.undelivered(case, letter), "clause": None}
    checklist = case.book.all(Checklist).get(act.about.get("checklist", ""))
    if checklist is None:
        return None
    return {"label": checklist.label.say(language()), "clause": clause_ref(case.book, checklist.regulation, checklist.clause, language=language())}


def _refusal(case: CasePage, act: Doing, refused: Refused | None, back: str) -> dict[str, Any] | None:
    if refused is None:
        return None
    title = _("现在不能“%(label)s”") % {"label": act.label}
    return refusing.block(refused, case.book, title=title, ways=[{"label": _("回到工单"), "href": back}])


def closed(case: CasePage, act: Doing) -> Refused | None:
    """Why the act cannot be done now; None when it can be tried."""
    if act.offer is not None:
        return act.offer.refusals[0] if act.offer.refusals else None
    if act.rule is None:
        return None
    here = case.procedure.stages[case.state.stage]
    stages = case.procedure.stages
    wanted = listed((stages[one].say(language()) for one in act.rule.from_ if one in stages), language()) or _("办理中的各环节")
    words = _("工单现在处于“%(here)s”，此操作在这些环节办理：%(wanted)s") % {"here": here.say(language()), "wanted": wanted}
    return Refused("from", words, rule=act.rule.id, clause=act.rule.clause)


def _moved(case: CasePage, posted: Mapping[str, str]) -> str:
    """Words for a case that went on while the form lay open; "" when it did not."""
    before = posted.get(STAGE, "")
    stages = case.procedure.stages
    if not before or before == case.state.stage or before not in stages:
        return ""
    values = {"before": stages[before].say(language()), "now": stages[case.state.stage].say(language())}
    return _("打开这张表以后，工单已从“%(before)s”进入“%(now)s”。填写的内容还在下面。") % values


def drawn(case: CasePage, act: Doing, values: Mapping[str, Any] | None, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields of the form, with the choices only this case knows: colleagues, clocks."""
    if act.form is None:
        return []
    state = case.state
    known = {**state.fields, "kind": state.kind, "channel": state.channel, "customer_kind": state.customer_kind, "stage": state.stage}
    shown = dict(values) if values is not None else _first_values(case, act)
    drawn_fields = specs(act.form, case.book, language=language(), known=known, values=shown, errors=errors, leave_out=frozenset(_ABOUT.get(act.action, ())))
    kinds = {one.name: one.kind for one in act.form.fields}
    staff = colleagues() if "person" in kinds.values() else []
    for spec in drawn_fields:
        kind = kinds.get(spec["name"], "")
        if kind == "person":
            spec["choices"] = staff
        elif kind == "clock":
            spec["choices"] = _clocks(case, act)
        elif kind == "order" and act.action != "link":
            spec["suggestions"] = present_customer.order_choices(case)
        if act.action == "show-evidence" and spec["name"] == "shown":
            spec["choices"] = [(str(one.pk), one.name) for one in present_acts.ours_alone(case)]
        if act.action == "tick":
            _of_item(spec, case, act)
        if act.is_partial:
            spec["required"] = False
            if kind in _PERSONAL:
                spec["hint"] = _("留空表示不改")
    return drawn_fields


def _of_item(spec: dict[str, Any], case: CasePage, act: Doing) -> None:
    """Of a checklist's item: only the results it allows, and the evidence it wants."""
    item = _item(case, act.about)
    if item is None:
        return
    if spec["name"] == "result":
        spec["choices"] = [one for one in spec["choices"] if one["value"] in item.allows]
    if spec["name"] == "evidence" and item.evidence != "none":
        spec |= {"label": present_acts.evidence_words(item.evidence), "required": "not-applicable" not in item.allows}


def _clocks(case: CasePage, act: Doing) -> list[tuple[str, str]]:
    missed = [line for line in case.clocks if line.state == "missed"]
    return [(line.key, f"{line.label}（{_('超时')}）") for line in missed]


def _first_values(case: CasePage, act: Doing) -> dict[str, Any]:
    """What stands in the form when it opens: for a correction what is on record, but no number in the clear; for a tick that it passed."""
    if act.action == "tick":
        return {"result": "pass"}
    if act.action == "show-evidence":
        return {"shown": [asked]} if (asked := act.about.get("file")) else {}
    if act.action == "log-call":
        return {"direction": "outbound", "reached": "yes"}
    if act.action == "report-fact":
        return {"fact": asked} if (asked := act.about.get("happened")) else {}
    form = case.book.form(case.procedure.intake)
    if act.form is None or act.form.id != form.id:
        return {}
    values = answers.latest(form, [row.body for row in case.timeline if row.body])
    personal = {one.name for one in form.fields if _is_personal(one)}
    return {name: value for name, value in values.items() if name not in personal}


def _is_personal(one: Field) -> bool:
    return one.kind in _PERSONAL
