"""PL4xx and PL6xx: stages, facts nobody records, escalations, notices without end; promises without an example."""

from __future__ import annotations

from luyue.core.regulation.messages.row import E, I, Row, W

ROWS: dict[str, Row] = {
    "stage-unreachable": (
        "PL401", E, 'nothing leads to stage "{stage}" of {procedure}', "Add an action `to: {stage}`, or delete the stage",
        "{procedure}的环节“{stage}”无法进入", "请补一个 to: {stage} 的操作，或删去该环节",
    ),
    "stage-dead-end": (
        "PL401", E, 'stage "{stage}" of {procedure} can be entered but never ends in a final stage',
        "Add an action that leaves it, or list it under `final`",
        "{procedure}的环节“{stage}”进入后到不了任何终点", "请补一个离开它的操作，或列入 final",
    ),
    "stage-locked": (
        "PL401", E, 'no case ever comes to stage "{stage}" of {procedure}: action "{action}" demands {fact}, which can only happen behind it',
        "Take {fact} off the action, or let it happen before",
        "{procedure}的环节“{stage}”永远到不了：操作“{action}”要求先有 {fact}，而它只能在其后发生", "请从该操作中去掉 {fact}，或让它能先发生",
    ),
    "final-left": (
        "PL401", E, 'action "{action}" leaves the final stage "{stage}"',
        "Only an action that records case.reopened may; or take the stage off `final`",
        "操作“{action}”离开了终点环节“{stage}”", "只有记录 case.reopened 的操作可以；或不把该环节列为 final",
    ),
    "ladder-in-a-circle": (
        "PL402", E, "{ladder} opens the task {task}, and when that is late climbs {ladder} again, which opens it again, without end",
        "Give {task} another ladder, or end this one with a notification",
        "{ladder}会产生待办“{task}”，该待办超时又走{ladder}，再次产生，循环不止", "请给{task}另设升级规则，或让这一规则以通知结束",
    ),
    "escalates-to-owner": (
        "PL403", E, "the last step of {ladder} reaches only {actor}, who owes {rule} already", "End with somebody above",
        "{ladder}的最后一步只通知 {actor}，而{rule}本就由其负责", "最后一步请通知其上级",
    ),
    "own-approver": (
        "PL403", W, "only {actor} may do {action}, and only {actor} does {other}: with one person in that post nobody is left",
        "Add another post to `by`, or take {other} off `four_eyes`",
        "{action} 与 {other} 都只有 {actor} 可做：该岗位只有一人时无人可办", "请在 by 中增加岗位，或从 four_eyes 中去掉 {other}",
    ),
    "fact-never-recorded": (
        "PL404", E, "{who} waits for {fact}, which nobody ever records in {procedure}",
        "Add an action that `records: {fact}`, or wait for another fact",
        "{who}等待 {fact}，而{procedure}中无人记录它", "请补一个 records: {fact} 的操作，或改等另一事实",
    ),
    "fact-never-before": (
        "PL404", E, 'action "{action}" needs {fact} first, but it can only happen afterwards',
        "Correct `after`, or the stages", "操作“{action}”要求先有 {fact}，而它只能在其后发生", "请改正 after 或环节",
    ),
    "due-field-elsewhere": (
        "PL404", E, "{fact} does not carry `{field}`: no form of an action that records it holds the instant",
        "Put the field into the form of {actions}",
        "{fact} 不带 {field}：记录它的操作的表单中没有这个时刻", "请把该字段放进 {actions} 的表单",
    ),
    "nobody-is-routed": (
        "PL404", E, 'only the routed teams may do action "{action}", but no action routes the case to anybody',
        "Add an action with `route`, or name a team in `by`",
        "操作“{action}”只有责任部门可做，而没有任何操作派单", "请补一个带 route 的操作，或在 by 中写明部门",
    ),
    "stop-lies-behind": (
        "PL404", E, 'clock "{clock}" starts at {start}, but {stop} can only happen in stages that lie behind by then: it is never stopped',
        "Let it stop at a fact that can still happen, or start it earlier",
        "时限“{clock}”自 {start} 起算，而 {stop} 只能在此前的环节发生：永远停不下来", "请改用其后还能发生的事实，或提前起算",
    ),
    "each-without-route": (
        "PL404", E, 'action "{action}" is done by each routed team, but no action routes before', "Add an action with `route`",
        "操作“{action}”由各责任部门分别做，但此前没有派单", "请补一个带 route 的操作",
    ),
    "notice-of-itself": (
        "PL405", E, "notice {notice} is sent at {fact} and so calls forth itself without end",
        "Name in `applies_to: {{notice: …}}` the notices it answers to, itself not among them",
        "通知“{notice}”在 {fact} 时发出，会不断引出自己", "请在 applies_to 的 notice 中写明它所回应的通知，不含自己",
    ),
    "notice-without-end": (
        "PL405", W, "notice {notice} goes to the customer at every {fact}, however often that comes", "Add `at_most` with times and days",
        "通知“{notice}”在每次 {fact} 时都发给客户，次数没有上限", "请用 at_most 写明若干天内至多几次",
    ),
    "messages-in-a-storm": (
        "PL405", W,
        "{promises}: if {witness} is left lying, {actor} gets {n} messages in a day, more than {most}; with {n_open} cases {counted}, up to {all} a day",
        "Warn at fewer shares, take steps out of the ladder, or let them tell different people",
        "{promises_zh}：{witness}无人办理时，{actor} 一天内会收到 {n} 条消息，超过 {most} 条；{counted_zh} {n_open} 件未结时一天多达 {all} 条",
        "请减少提醒次数，精简升级步骤，或分别通知不同的人",
    ),
    "without-example": (
        "PL601", I, "{kind} {rule} has no worked example", "Add an example with its start and due date under the clause",
        "{rule}没有示例", "请在该条下补一个含起算和到期时间的示例",
    ),
}  # fmt: skip
