"""Whose case it is: taking it, and giving it to a colleague."""

from __future__ import annotations

from luyue.core.procedure.actors import has_post, team_of
from luyue.core.procedure.acts.act import Act, Doing, no, staff_while_open
from luyue.core.procedure.gates import Attempt
from luyue.core.procedure.said import Said
from luyue.core.procedure.shape import Filled
from luyue.core.procedure.state import HolderSet, Invalid, NoticeDue, Refused
from luyue.core.regulation.rules import Label


def _may_take(attempt: Attempt) -> Refused | None:
    state, actor = attempt.state, attempt.actor
    refused = staff_while_open(attempt)
    if refused is not None:
        return refused
    if state.holder == actor.id:
        return no("held", "您已经是经办人", "You hold this case already", "可以直接办理")
    if state.holder:
        return no("held", "此工单已有经办人", "Somebody holds this case", "如需接手，请经办人、跟进人或主管指派")
    wanted = state.routed_teams or state.teams
    if not wanted or actor.actors & set(wanted) or {team_of(word) for word in actor.actors} & {team for team in wanted if "/" not in team}:
        return None
    return no("by", "此工单由其他部门承办", "Another team has this case", "请承办部门的同事领取")


def _take(doing: Doing, filled: Filled) -> None:
    doing.own_if_nobody()
    doing.flow.case.emit(HolderSet(doing.actor.id))
    doing.record("case.taken", holder=doing.actor.id)


def _may_assign(attempt: Attempt) -> Refused | None:
    refused = staff_while_open(attempt)
    if refused is not None or {attempt.actor.id, *attempt.actor.actors} & {attempt.state.holder, attempt.state.owner} or has_post(attempt.actor):
        return refused
    return no("by", "只有经办人、跟进人或主管可以指派", "Only the holder, the owner or a lead may assign", "请联系主管指派")


def _assign(doing: Doing, filled: Filled) -> None:
    holder = str(filled.values["holder"])
    if not holder.startswith("staff:") or not holder[6:].isdigit():
        raise Invalid({"holder": Said("请从员工名单中选择", "Choose a member of staff")})
    if holder == doing.flow.case.holder:
        raise Invalid({"holder": Said("此人已经是经办人", "He or she holds the case already")})
    doing.flow.case.emit(HolderSet(holder))
    doing.record("case.taken", holder=holder)
    doing.flow.case.emit(NoticeDue("platform/assigned", (holder,), (), "", doing.at))


ACTS = (
    Act("take", Label("领取", "Take"), _may_take, _take),
    Act("assign", Label("指派", "Assign"), _may_assign, _assign),
)
