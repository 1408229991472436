"""PL0xx: the text itself: blocks and keys, ids, sentences, numbers, and the part of YAML the language uses."""

from __future__ import annotations

from luyue.core.regulation.messages.row import E, Row, W

ROWS: dict[str, Row] = {
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
}  # fmt: skip
