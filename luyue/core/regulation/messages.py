"""The words of every problem: code, severity, what is wrong and what to write instead, in English and Chinese.

One place for all of them, so that wording stays even and a test can ask for a page and a bad file of each code.
Words in braces are filled in by `problem`.
"""

from __future__ import annotations

from luyue.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    code: str
    severity: str
    what: str
    remedy: str
    what_zh: str
    remedy_zh: str


E, W, I = "error", "warning", "info"  # noqa: E741 - a column of the table below

_ROWS: dict[str, tuple[str, str, str, str, str, str]] = {
    # PL001 structure and keys -----------------------------------------------------------------------
    "no-front-matter": (
        "PL001", E, "the file does not begin with front matter",
        "Begin with a line `---`, then regulation, edition, in_force_from, zone, calendar, label, floors, then `---`",
        "文件开头没有制度信息",
        "请以一行 --- 开头，写明 regulation、edition、in_force_from、zone、calendar、label、floors，再以 --- 结束",
    ),
    "front-matter-open": (
        "PL001", E, "the front matter is not closed", "End it with a line `---`",
        "制度信息没有结束", "请用单独一行 --- 结束",
    ),
    "not-yaml": (
        "PL001", E, "the block cannot be read: {detail}", "{hint}",
        "这一段无法读取：{detail}", "{hint}",
    ),
    "too-deep": (
        "PL001", E, "the block nests too deep", "Write each rule in the flat form of its kind",
        "这一段嵌套过深", "请按该类规则的平直写法书写",
    ),
    "second-document": (
        "PL001", E, "a block holds one rule, and `---` begins a second", "Close the fence and open another one",
        "一段只能写一条规则，--- 之后又开始了一条", "请结束本段，另起一段",
    ),
    "block-empty": (
        "PL001", E, "this {kind} block is empty or no map of keys", "Write `key: value` lines, or delete the block",
        "这个 {kind} 段是空的，或不是键与值", "请写“键: 值”，或删去本段",
    ),
    "unknown-block": (
        "PL001", E, "unknown kind of block `{found}`", "Open the fence with one of: {known}",
        "未知的段类型 {found}", "请以下列之一开头：{known}",
    ),
    "nested-block": (
        "PL001", E, "a block inside a list or quotation is not read", "Move it to the left margin",
        "列表或引文中的规则段不会被读取", "请把它移到行首",
    ),
    "unclosed-block": (
        "PL001", E, "the block is not closed", "End it with a line of three backticks",
        "这一段没有结束", "请用一行三个反引号结束",
    ),
    "unknown-kind": (
        "PL001", E, 'there is no rule kind "{found}"', "{hint}", "没有“{found}”这类规则", "{hint}",
    ),
    "unknown-key": (
        "PL001", E, 'unknown key "{key}" in {where}', "{hint}", "{where}中没有“{key}”这个键", "{hint}",
    ),
    "missing-key": (
        "PL001", E, "{where} lacks `{key}`", "Add `{key}`", "{where}缺少 {key}", "请补上 {key}",
    ),
    "key-not-text": (
        "PL001", E, "a key must be a plain word", "Write the key as one word before the colon",
        "键必须是一个词", "请在冒号前写一个词",
    ),
    "only-one-of": (
        "PL001", E, "exactly one of {keys} is needed here", "Keep one of them",
        "此处 {keys} 须恰好写一个", "请只保留一个",
    ),
    "target-missing": (
        "PL001", E, "this {kind} does not say when it is due", "Add one of: {keys}",
        "这条 {kind} 没有写期限", "请补上 {keys} 之一",
    ),
    "trigger-missing": (
        "PL001", E, "this {kind} does not say what sets it off", "Add one of: {keys}",
        "这条 {kind} 没有写何时发生", "请补上 {keys} 之一",
    ),
    "side-key-alone": (
        "PL001", E, "`{key}` has nothing to belong to here", "Delete it, or write the key it explains",
        "{key} 在此没有所属", "请删去，或写出它所说明的键",
    ),
    "only-periodic": (
        "PL001", E, "`{key}` is only for work with `every`", "Use `within`, or give the rule a period",
        "{key} 只用于定期工作（every）", "请改用 within，或写明周期",
    ),
    "stop-ends-unfit": (
        "PL001", E, "`stop_ends` only means something with `runs: each`", "Delete it, or write `runs: each`",
        "stop_ends 只在 runs: each 时有意义", "请删去，或写 runs: each",
    ),
    "of-missing": (
        "PL001", E, "a field of kind {kind} must name its {wanted}", "Add `of: <{wanted} id>`",
        "{kind} 字段须写明所用的 {wanted}", "请补上 of",
    ),
    "of-surplus": (
        "PL001", E, "a field of kind {kind} takes no `of`", "Delete `of`", "{kind} 字段不用 of", "请删去 of",
    ),
    "rule-id-missing": (
        "PL001", E, "the {kind} has no id", "Write the id after the colon, such as `{kind}: first-response`",
        "这条 {kind} 没有编号", "请在冒号后写编号，例如 {kind}: first-response",
    ),
    "example-of-nothing": (
        "PL001", E, "the example does not say which rule it is about", "Add `clock:`, `task:` or `action:` with an id",
        "示例没有写明属于哪条规则", "请补上 clock、task 或 action",
    ),
    "example-expects-nothing": (
        "PL001", E, "the example expects nothing", "Add `due`, `verdict`, `refused`, `routed_to` or `missing`",
        "示例没有预期结果", "请补上 due、verdict、refused、routed_to 或 missing",
    ),
    "example-without-start": (
        "PL001", E, "the example does not say when {fact} happened, so nothing can be counted from it",
        "Add a line `{fact}: YYYY-MM-DD HH:MM`",
        "示例没有写 {fact} 发生的时刻，无从计算", "请补一行 {fact}: YYYY-MM-DD HH:MM",
    ),
    "block-on-phone": (
        "PL001", E, "a spoken word cannot be blocked", "Write `if_said: flag`, or leave phone out",
        "电话中的话无法拦截", "请写 if_said: flag，或去掉 phone",
    ),
    # PL002 ids --------------------------------------------------------------------------------------
    "clause-id-bad": (
        "PL002", E, 'the clause id "{id}" is not in kebab-case', "Write it like `## 第七条 首次响应 | first-response`",
        "条款编号“{id}”不是小写连字符形式", "请写成 ## 第七条 首次响应 | first-response",
    ),
    "clause-id-twice": (
        "PL002", E, 'the clause id "{id}" already stands on line {line}', "Give this clause an id of its own",
        "条款编号“{id}”在第 {line} 行已经用过", "请给本条款另取编号",
    ),
    "rule-id-bad": (
        "PL002", E, 'the rule id "{id}" is not in kebab-case', "Write small letters, digits and hyphens",
        "规则编号“{id}”不是小写连字符形式", "请只用小写字母、数字和连字符",
    ),
    "rule-id-twice": (
        "PL002", E, 'there are two {kind} rules named "{id}"', "Give one of them another id",
        "有两条 {kind} 规则都叫“{id}”", "请给其中一条另取编号",
    ),
    "regulation-twice": (
        "PL002", E, 'regulation "{id}" is given twice', "Keep one edition in a rulebook",
        "制度“{id}”出现了两次", "一套适用制度中只留一个版本",
    ),
    # PL003 … PL009 ----------------------------------------------------------------------------------
    "clause-empty": (
        "PL003", E, 'clause "{id}" has text but no rule, reading or prose-only block',
        "Add the rule it states, or a `yaml prose-only` block that says why there is none",
        "条款“{id}”下没有规则、解读或仅文字说明", "请写出它规定的规则，或用 yaml prose-only 说明为什么没有规则",
    ),
    "promise-without-clock": (
        "PL004", W, "the clause says “{found}” but nothing in it keeps a time limit",
        "Add a clock, task or floor, or say in a reading how it is meant",
        "条款写着“{found}”，却没有任何规则计时", "请补上 clock、task 或 floor，或用解读说明含义",
    ),
    "order-without-rule": (
        "PL004", W, "the clause says “{found}” but has no rule",
        "Add the rule that keeps it, or let a report, checklist or task watch it (`watched_by`)",
        "条款写着“{found}”，却没有规则", "请补上规则，或用 watched_by 指定监督它的报告、检查单或待办",
    ),
    "number-not-in-text": (
        "PL005", E, "the {kind} says {number}, the text of the clause does not",
        "Make rule and text agree: the text says {said}",
        "规则写 {number_zh}，条款文字没有这个数字", "请让规则与文字一致：文字写的是 {said}",
    ),
    "number-not-in-rule": (
        "PL005", E, "the text says “{found}”, no rule of the clause does", "Make rule and text agree: the rules say {said}",
        "条款文字写“{found}”，没有规则这样写", "请让规则与文字一致：规则写的是 {said}",
    ),
    "example-fails": (
        "PL005", E, "the worked example expects {expected}, the rules give {computed}",
        "Correct the example, or the rule it speaks of",
        "示例预期 {expected}，按规则算得 {computed}", "请改正示例，或改正它所说的规则",
    ),
    "block-before-clause": (
        "PL006", E, "a block stands above the first clause", "Write the sentence it enforces under a heading `## … | clause-id`",
        "规则段在第一条之前，不属于任何条款", "请在 ## … | clause-id 标题下写出它所执行的文字",
    ),
    "rule-without-text": (
        "PL006", E, 'clause "{id}" has rules but no sentence', "Write above the first block what the rules enforce",
        "条款“{id}”有规则而没有文字", "请在规则之前写出它所执行的文字",
    ),
    "ours-without-reading": (
        "PL007", E, 'the {kind} "{id}" is our own (`origin: ours`) but its clause has no reading',
        "Add a `yaml reading` block: by whom, since when, what it fills and what it says",
        "{kind}“{id}”是公司自定（origin: ours），条款中却没有解读",
        "请补上 yaml reading 段：谁定的、何时定的、补了什么、怎样理解",
    ),
    "blank": (
        "PL008", W, "the time is still blank: the edition cannot be adopted", "Write the duration once it is decided",
        "期限仍是空白：本版不能施行", "确定之后请写上期限",
    ),
    "yaml-extra": (
        "PL009", E, "YAML {name} “{found}” is not part of the language", "Write the value out",
        "不使用 YAML 的{name} {found}", "请直接写出内容",
    ),
    "key-twice": (
        "PL009", E, "`{key}` already stands on line {first} of this block", "Keep one of them",
        "{key} 在第 {first} 行已经写过", "请只保留一个",
    ),
    "end-of-line-comment": (
        "PL009", E, "a comment after a value cuts the text at ` #`",
        "Put the comment on a line of its own, or the text in double quotes",
        "行尾的 # 会截断文字", "注释请单独成行；文字中的 # 请放进双引号",
    ),
    "tab": (
        "PL009", E, "a tab stands here", "Indent with blanks", "此处有制表符", "请用空格缩进",
    ),
    "folded-text": (
        "PL009", E, "folded text (`>`) joins lines with blanks", "Use a `|` block",
        "折叠文字（>）会在行间加空格", "请用 | 段",
    ),
    "text-over-lines": (
        "PL009", E, "the text runs over several lines", "Write it on one line, or as a `|` block",
        "文字跨了多行", "请写在一行内，或用 | 段",
    ),
    # PL101 … PL108 ----------------------------------------------------------------------------------
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
    "not-a": (
        "PL104", E, "{found} is not {wanted}", "Write {wanted}", "{found} 不是{wanted}", "请写{wanted}",
    ),
    "not-one-of": (
        "PL104", E, "{found} is not one of the words allowed here", "{hint}", "{found} 不是此处可用的词", "{hint}",
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
    "windows-overlap": (
        "PL204", E, "the window {found} overlaps the one before", "Join them, or set them apart",
        "时间段 {found} 与前一段重叠", "请合并或分开",
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
    "zone-differs": (
        "PL206", E, "zone is {found} here and {other} in {regulation}", "One rulebook runs in one zone; make them equal",
        "此处 zone 为 {found}，而 {regulation} 为 {other}", "一套适用制度只能用一个时区，请改为相同",
    ),
    "zone-unknown": (
        "PL206", E, 'there is no time zone "{zone}"', "Write a name of the IANA list, such as Asia/Shanghai",
        "没有名为“{zone}”的时区", "请写 IANA 名称，例如 Asia/Shanghai",
    ),
    "zone-of-calendar": (
        "PL206", E, "the edition is in {zone}, its calendar {calendar} in {other}", "Write the zone of the calendar, or name another calendar",
        "本版时区为 {zone}，而日历 {calendar} 为 {other}", "请写日历的时区，或改用其他日历",
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
    "percent-out-of-range": (
        "PL207", E, "{found}% lies outside 1% to 99%", "Warn before the deadline: write a share such as 80%",
        "{found}% 不在 1% 至 99% 之间", "提醒须在到期之前，例如 80%",
    ),
    "duration-zero": (
        "PL207", E, "{found} leaves no time at all", "Write a duration above zero", "{found} 没有留出时间", "请写大于零的时长",
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
    "variable-unknown": (
        "PL108", E, "there is no variable {{{name}}}", "{hint}", "没有变量 {{{name}}}", "{hint}",
    ),
    "variable-empty": (
        "PL108", W, "{{{name}}} may be empty when the notice is sent: {why}", "Ask for it earlier, or leave it out",
        "发出通知时 {{{name}}} 可能为空：{why}", "请更早填写，或不用它",
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
    # PL2xx time -------------------------------------------------------------------------------------
    "calendar-ends": (
        "PL201", W, 'calendar {calendar} is published to {known} only: "{rule}" ({within}), begun on {start} as this edition comes into force, is due {due}',
        "Extend the calendar as soon as the next year's notice is out; until then this deadline is provisional",
        "日历 {calendar} 只公布到 {known}：本版 {start} 施行当日起算的“{rule}”（{within}）将于 {due} 到期",
        "下一年的放假通知公布后请尽快补上；在此之前该到期时间为暂定",
    ),
    "calendar-short": (
        "PL201", W, "the days of calendar {calendar} are published to {known} only, less than 90 days after this edition comes into force on {start}",
        "Extend the calendar as soon as the next year's notice is out; until then later deadlines are provisional",
        "日历 {calendar} 只公布到 {known}，距本版 {start} 施行不足 90 天", "下一年的放假通知公布后请尽快补上；在此之前较晚的到期时间为暂定",
    ),
    "day-kind-open": (
        "PL205", E, "the timetable does not say the hours of {kind}", 'Add `{kind}: ["09:00-18:00"]`, or `{kind}: []` if closed',
        "服务时间没有写 {kind} 的时间段", '请补上 {kind}: ["09:00-18:00"]，不开门写 {kind}: []',
    ),
    "calendar-unfit": (
        "PL205", E, "calendar {name} cannot be used: {detail}", "Correct the calendar file {file}",
        "日历 {name} 无法使用：{detail}", "请改正日历文件 {file}",
    ),
    "unstaffed-throughout": (
        "PL202", W, "{clock} started at {start} is due at {due}, and {team} is on duty for none of that time",
        "Count the clock in the hours of {team}, or staff it",
        "{clock}自 {start} 起算、{due} 到期，其间{team}无人当班", "请按{team}的服务时间计时，或安排当班",
    ),
    "pause-open": (
        "PL208", E, "the pause has no `{key}`, so it can stop the clock for ever", "Add `{key}`",
        "暂停没有 {key}，时限可能永远停住", "请补上 {key}",
    ),
    "pause-on-response": (
        "PL208", E, "a clock stopped by case.responded is never paused", "Delete `pauses`",
        "首次响应的时限不得暂停", "请删去 pauses",
    ),
    "step-not-later": (
        "PL209", E, "this step does not come later than the one before", "Put the steps in the order of time",
        "这一步不晚于前一步", "请按时间先后排列",
    ),
    # PL6xx examples ---------------------------------------------------------------------------------
    "without-example": (
        "PL601", I, "{kind} {rule} has no worked example", "Add an example with its start and due date under the clause",
        "{rule}没有示例", "请在该条下补一个含起算和到期时间的示例",
    ),
    # PL3xx logic ------------------------------------------------------------------------------------
    "clocks-contradict": (
        "PL301", E, 'clocks "{one}" ({target_one}) and "{two}" ({target_two}) both apply to {witness}',
        "Say which one yields: add `exception_to: {wide}` to the narrower one, or part their conditions",
        "时限“{one}”（{target_one}）与“{two}”（{target_two}）都适用于{witness}",
        "请写明谁让位：在较窄的一条加 exception_to: {wide}，或分开条件",
    ),
    "condition-impossible": (
        "PL302", W, "the condition of {kind} {id} can never hold: {why}", "Correct the condition, or delete the rule",
        "{kind} {id} 的条件永远不成立：{why}", "请改正条件，或删去规则",
    ),
    "always-excepted": (
        "PL303", W, 'clock "{clock}" never comes to bear: every case it speaks of falls under an exception ({others})',
        "Delete it, or narrow the exceptions",
        "时限“{clock}”从不起作用：它所指的每种情形都落入例外（{others}）", "请删去，或收窄例外",
    ),
    "owed-but-forbidden": (
        "PL307", E, 'clock "{clock}" runs for {witness}, but the actions that stop it ({actions}) are not for such a case',
        "Let one of them be done there (`when`), or leave such cases out of `applies_to`",
        "时限“{clock}”适用于{witness}，而使其停止的操作（{actions}）在这种情形下不得做", "请放宽其中一个操作的 when，或在 applies_to 中排除这种情形",
    ),
    "otherwise-dead": (
        "PL302", W, "every value of {field} is listed, so `otherwise` is never reached", "Delete `otherwise`",
        "{field} 的取值已全部列出，otherwise 永远用不到", "请删去 otherwise",
    ),
    "channel-without-response": (
        "PL304", E, "no first-response clock of {procedure} applies to {witness}", "Add a clock for it, or widen one",
        "{procedure}没有首次响应时限适用于{witness}", "请补一条时限，或放宽已有的",
    ),
    "clock-gap": (
        "PL304", W, "{clocks} leave a gap: none applies to {witness}", "Add a clock for it, or widen one",
        "{clocks} 之间有空档：都不适用于{witness}", "请补一条时限，或放宽已有的",
    ),
    "route-gap": (
        "PL304", E, "route {route} sends {value} nowhere", "Add a line for it, or `otherwise`",
        "{route}没有给出“{value}”的去向", "请补一行，或写 otherwise",
    ),
    "clocks-equal": (
        "PL305", E, 'clocks "{one}" and "{two}" make the same promise for {witness}', "Delete one, or part their conditions",
        "时限“{one}”与“{two}”对{witness}作同样的承诺", "请删去一条，或分开条件",
    ),
    "exception-cycle": (
        "PL306", E, "exceptions run in a circle: {circle}", "Let the broader rule stand without `exception_to`",
        "例外形成循环：{circle}", "较宽的规则不应写 exception_to",
    ),
    "exception-other-metric": (
        "PL306", E, "{one} is an exception to {two} but measures something else", "An exception starts and stops at the same facts",
        "{one} 是 {two} 的例外，却计量另一段时间", "例外须与原规则同起同止",
    ),
    "exception-not-narrower": (
        "PL306", E, "{one} is an exception to {two} but also applies to {witness}, where {two} does not",
        "Narrow its condition", "{one} 是 {two} 的例外，却也适用于{witness}，而 {two} 不适用", "请收窄条件",
    ),
    "exceptions-cross": (
        "PL306", E, "{one} and {two} are both exceptions to {three} and both apply to {witness}",
        "Let one be an exception to the other",
        "{one} 与 {two} 都是 {three} 的例外，且都适用于{witness}", "请让其中一条成为另一条的例外",
    ),
    "value-covered-twice": (
        "PL308", E, "{value} is covered twice by {rule}", "Keep one line for it", "{rule}对“{value}”写了两次", "请只保留一行",
    ),
    "band-gap": (
        "PL308", E, "{rule} leaves a gap {gap}", "Let each band begin where the one before ends, and the last one be open",
        "{rule}在{gap}处有空档", "每段须从前一段结束处开始，最后一段不设上限",
    ),
    "band-overlap": (
        "PL308", E, "{rule} covers {gap} twice", "Let each band begin where the one before ends",
        "{rule}在{gap}处重叠", "每段须从前一段结束处开始",
    ),
    "laxer-than-law": (
        "PL310", E, "{rule} allows {given}, {law} at most {limit}: {witness}", "Write at most {limit}",
        "{rule}定为 {given}，而{law}规定至多 {limit}：{witness}", "请写不超过 {limit}",
    ),
    "shorter-than-law": (
        "PL310", E, "{rule} keeps {given}, {law} demands at least {limit}", "Write at least {limit}",
        "{rule}定为 {given}，而{law}规定至少 {limit}", "请写不少于 {limit}",
    ),
    "floor-binds-nothing": (
        "PL107", I, "the floor {name} binds no rule", "Nothing to do unless a rule should measure it",
        "底线 {name} 目前没有约束任何规则", "如应有规则计量，请补上",
    ),
    # PL4xx flow -------------------------------------------------------------------------------------
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
    "ladder-in-a-circle": (
        "PL402", E, "{ladder} opens the task {task}, and when that is late climbs {ladder} again, which opens it again, without end",
        "Give {task} another ladder, or end this one with a notification",
        "{ladder}会产生待办“{task}”，该待办超时又走{ladder}，再次产生，循环不止", "请给{task}另设升级规则，或让这一规则以通知结束",
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
    "final-left": (
        "PL401", E, 'action "{action}" leaves the final stage "{stage}"',
        "Only an action that records case.reopened may; or take the stage off `final`",
        "操作“{action}”离开了终点环节“{stage}”", "只有记录 case.reopened 的操作可以；或不把该环节列为 final",
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
}  # fmt: skip

MESSAGES: dict[str, Message] = {name: Message(*row) for name, row in _ROWS.items()}
CODES: tuple[str, ...] = tuple(sorted({message.code for message in MESSAGES.values()}))
