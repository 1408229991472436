"""PL1xx: names nothing declares, owners, values of the wrong kind, durations that can be read two ways, fields that may be empty."""

from __future__ import annotations

from luyue.core.regulation.messages.row import E, I, Row, W

ROWS: dict[str, Row] = {
    "unknown-name": (
        "PL101", E, 'there is no {kind} "{name}"', "{hint}", "没有名为“{name}”的{kind}", "{hint}",
    ),
    "unknown-regulation": (
        "PL101", E, 'regulation "{name}" is named here but not given', "Check it together with this one, or correct the name",
        "此处提到的制度“{name}”没有一并提供", "请一并提供，或改正名称",
    ),
    "unknown-calendar": (
        "PL101", E, 'there is no calendar "{name}"', "{hint}", "没有名为“{name}”的日历", "{hint}",
    ),
    "word-not-run": (
        "PL101", E, "{kind} {name} is a word of the language that nothing runs yet", "Delete it, or leave that step to a person",
        "{kind} {name} 已列入语言，但目前没有程序执行它", "请删去，或由人员办理",
    ),
    "owner-missing": (
        "PL102", E, "this {kind} has no `{key}`: nobody answers for it", "Add `{key}` with a team or a post of one",
        "这条 {kind} 没有 {key}：无人负责", "请在 {key} 中写明部门或岗位",
    ),
    "team-never-there": (
        "PL103", E, "{team} has work to do but is on duty at no time: {hours} has no hours on any day",
        "Give the team a timetable with hours, or give the work to another team",
        "{team}有工作要做，却从不当班：{hours}没有任何时间段", "请写明有时间段的服务时间，或改由其他部门负责",
    ),
    "nobody-belongs": (
        "PL103", W, "{actor} has work to do, and nobody in the company belongs to it", "Put somebody there, or name another",
        "{actor}有工作要做，而公司里没有人属于它", "请在施行前安排人员，或改由其他部门、岗位负责",
    ),
    "not-a": (
        "PL104", E, "{found} is not {wanted}", "Write {wanted}", "{found} 不是{wanted}", "请写{wanted}",
    ),
    "not-one-of": (
        "PL104", E, "{found} is not one of the words allowed here", "{hint}", "{found} 不是此处可用的词", "{hint}",
    ),
    "guard-of-a-form": (
        "PL104", E, "the guard {name} looks at a form, and a notice has none", "Put it on the action whose form it looks at",
        "{name} 核对的是表单，通知没有表单", "请写在填写该表单的操作上",
    ),
    "value-twice": (
        "PL104", E, '"{found}" stands here twice', "Keep one of them", "“{found}”写了两次", "请只保留一个",
    ),
    "other-currency": (
        "PL104", E, "amounts of this edition are in {currency}, not {found}", "Write the amount in {currency}",
        "本版金额以 {currency} 计，不是 {found}", "请用 {currency} 写",
    ),
    "window-impossible": (
        "PL104", E, "the window {found} does not close after it opens",
        'Write opening and closing like "09:00-21:00"; past midnight "20:00-26:00"',
        "时间段 {found} 的结束不晚于开始", "请写成 09:00-21:00；跨午夜写 20:00-26:00",
    ),
    "window-ends-2359": (
        "PL104", E, "the window {found} loses its last minute", "Close it at 24:00",
        "时间段 {found} 漏掉最后一分钟", "结束请写 24:00",
    ),
    "band-empty": (
        "PL104", E, "the band holds no amount", "Write `over` below `up_to`", "区间内没有任何金额", "over 须小于 up_to",
    ),
    "limits-crossed": (
        "PL104", E, "at_least and at_most leave nothing", "Give at least one, and at_least no larger than at_most",
        "at_least 与 at_most 之间没有余地", "至少写一个，且 at_least 不得大于 at_most",
    ),
    "target-on-count": (
        "PL104", E, "{measure} is a count; a percentage is no target for it", "Delete `target`, or show a rate",
        "{measure} 是件数，不能以百分比为目标", "请删去 target，或改用比率",
    ),
    "floor-not-named": (
        "PL104", E, "`floors` must name L0, the floor of the law", "Write `floors: [L0]`",
        "floors 必须包含法律底线 L0", "请写 floors: [L0]",
    ),
    "calendar-differs": (
        "PL104", E, "{key} is {found} here and {other} in {regulation}", "One rulebook runs on one {key}; make them equal",
        "此处 {key} 为 {found}，而 {regulation} 为 {other}", "一套适用制度只能用一个 {key}，请改为相同",
    ),
    "condition-open": (
        "PL104", E, "{field} is a field of kind {kind}; a condition may only ask choice, yes-no, number or money fields",
        "Ask a closed field, or add one to the form",
        "{field} 是 {kind} 字段；条件只能用选择、是否、数字、金额字段", "请改用封闭字段，或在表单中增加一个",
    ),
    "condition-bound": (
        "PL104", E, "{field} is no number or money field, so it has no `over` and `up_to`", "List its values instead",
        "{field} 不是数字或金额字段，不能用 over、up_to", "请改为列出取值",
    ),
    "condition-value": (
        "PL104", E, '"{value}" is no value of {field}', "{hint}", "“{value}”不是 {field} 的取值", "{hint}",
    ),
    "condition-needs-bound": (
        "PL104", E, "{field} is a {kind} field; a single value cannot be compared", "Write `{{over: …, up_to: …}}`",
        "{field} 是 {kind} 字段，不能与单个值比较", "请写 {{over: …, up_to: …}}",
    ),
    "payload-unfit": (
        "PL104", E, "{fact} does not carry `{field}`", "{hint}", "{fact} 不带 {field}", "{hint}",
    ),
    "field-wrong-kind": (
        "PL104", E, "{field} is a {kind} field, {wanted} is needed", "Name a field of kind {wanted}",
        "{field} 是 {kind} 字段，此处需要 {wanted}", "请改用 {wanted} 字段",
    ),
    "field-two-kinds": (
        "PL104", E, 'field "{field}" is {kind} here and {other} in form {form} of the same procedure',
        "Give it one kind, or another name",
        "字段“{field}”此处为 {kind}，同一流程的表单 {form} 中为 {other}", "请统一类型，或另取名称",
    ),
    "when-on-later-field": (
        "PL104", E, 'field "{field}" depends on {other}, which stands below it', "Move {other} above it",
        "字段“{field}”取决于写在它之后的 {other}", "请把 {other} 移到它之前",
    ),
    "exception-of-nothing": (
        "PL104", E, 'a {kind} cannot be an exception to itself', "Name the broader rule", "{kind} 不能以自己为例外", "请写明更宽的那条规则",
    ),
    "duration-unclear": (
        "PL105", E, "{found} is no duration of the language", "{hint}", "{found} 不是可用的时长", "{hint}",
    ),
    "hours-missing": (
        "PL105", E, "{found} does not say by which hours it is counted", "Add `hours:` with a timetable, or `hours: {clock}`",
        "{found} 没有写按什么时间计算", "请补上 hours：服务时间的编号，或 {clock}",
    ),
    "counted-missing": (
        "PL105", E, "{found} does not say how days are counted", "Add `counted: workdays_end` (working days) or `counted: days_end` (days)",
        "{found} 没有写怎样数日子", "请补上 counted: workdays_end（工作日）或 counted: days_end（自然日）",
    ),
    "counted-unfit": (
        "PL105", E, "`counted: {found}` does not count in {unit}s",
        "Use days_end for days, workdays_end or workdays_shift for working days",
        "counted: {found} 不能用于 {unit}", "自然日用 days_end，工作日用 workdays_end 或 workdays_shift",
    ),
    "counted-beside-hours": (
        "PL105", E, "`{key}` counts days, the duration is in {unit}",
        "Delete `{key}`", "{key} 用于日数，而时长以 {unit} 计", "请删去 {key}",
    ),
    "hours-beside-days": (
        "PL105", E, "a count of days takes no `hours`", "Delete `hours`, or add `day_ends: close` if the last day ends at closing",
        "按日计算时不写 hours", "请删去 hours；如末日以关门为止，请加 day_ends: close",
    ),
    "close-without-hours": (
        "PL105", E, "`day_ends: close` does not say which timetable closes", "Add `hours:` with a timetable",
        "day_ends: close 没有写明哪个服务时间", "请补上 hours",
    ),
    "mixed-clocks": (
        "PL106", I, "{one} counts in {hours_one}, {two} in {hours_two}",
        "Count both the same way, or say in a reading why not",
        "{one}按{hours_one}计算，{two}按{hours_two}计算", "请用同一算法，或用解读说明原因",
    ),
    "unused": (
        "PL107", I, "the {kind} {name} is never used", "Use it, or delete it", "{kind} {name} 没有被用到", "请使用它，或删去",
    ),
    "not-run": (
        "PL107", I, "{what} can be written and is shown; nothing acts on it yet", "Nothing to do",
        "{what_zh}可以写、也会展示，暂不执行", "无需处理",
    ),
    "floor-binds-nothing": (
        "PL107", I, "the floor {name} binds no rule", "Nothing to do unless a rule should measure it",
        "底线 {name} 目前没有约束任何规则", "如应有规则计量，请补上",
    ),
    "variable-unknown": (
        "PL108", E, "there is no variable {{{name}}}", "{hint}", "没有变量 {{{name}}}", "{hint}",
    ),
    "variable-empty": (
        "PL108", W, "{{{name}}} may be empty when the notice is sent: {why}", "Ask for it earlier, or leave it out",
        "发出通知时 {{{name}}} 可能为空：{why}", "请更早填写，或不用它",
    ),
    "tells-nothing": (
        "PL108", E, "notice {notice} tells the form {form}, but no action that records {fact} fills it, or it does not go to the customer",
        "Name the form of the action that sets it off, or leave `tells` out",
        "通知“{notice}”要给出表单 {form}，但记录 {fact} 的操作不填它，或者通知不发给客户", "请写引出这条通知的操作所填的表单，或删去 tells",
    ),
    "field-empty": (
        "PL108", W, "{field} may not be filled yet when {fact} happens, and the rule is then silent",
        "Fill it in the intake form or in the form of an action before",
        "{fact} 发生时 {field} 可能还没有填，规则便不起作用", "请在受理表单或更早的操作中填写",
    ),
    "notice-without-address": (
        "PL108", W, "notice {notice} leaves by {channels} only, but a customer of {procedure} who came by {came} was never asked for {kinds}",
        "Ask for it in the intake form, or add `as-received` to the channels",
        "{notice}只经 {channels} 发出，而经{came}来的“{procedure}”客户从未被问过 {kinds}", "请在受理表单中询问，或在 channels 中加 as-received",
    ),
}  # fmt: skip
