"""PL3xx: promises that clash, leave somebody out, never come to bear or are laxer than the law."""

from __future__ import annotations

from luyue.core.regulation.messages.row import E, Row, W

ROWS: dict[str, Row] = {
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
    "otherwise-dead": (
        "PL302", W, "every value of {field} is listed, so `otherwise` is never reached", "Delete `otherwise`",
        "{field} 的取值已全部列出，otherwise 永远用不到", "请删去 otherwise",
    ),
    "always-excepted": (
        "PL303", W, 'clock "{clock}" never comes to bear: every case it speaks of falls under an exception ({others})',
        "Delete it, or narrow the exceptions",
        "时限“{clock}”从不起作用：它所指的每种情形都落入例外（{others}）", "请删去，或收窄例外",
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
    "owed-but-forbidden": (
        "PL307", E, 'clock "{clock}" runs for {witness}, but the actions that stop it ({actions}) are not for such a case',
        "Let one of them be done there (`when`), or leave such cases out of `applies_to`",
        "时限“{clock}”适用于{witness}，而使其停止的操作（{actions}）在这种情形下不得做", "请放宽其中一个操作的 when，或在 applies_to 中排除这种情形",
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
    "journal-erased": (
        "PL309", E, "data_class {data} erases the journal, whose entries are never taken away: they only lose their words",
        "Write `then: anonymise`, or cover case, contacts, recordings or forms instead of the journal",
        "“{data_zh}”要删除流水，而流水只能去掉其中的内容，不能删除", "请写 then: anonymise，或在 covers 中去掉 journal",
    ),
    "laxer-than-law": (
        "PL310", E, "{rule} allows {given}, {law} at most {limit}: {witness}", "Write at most {limit}",
        "{rule}定为 {given}，而{law}规定至多 {limit}：{witness}", "请写不超过 {limit}",
    ),
    "shorter-than-law": (
        "PL310", E, "{rule} keeps {given}, {law} demands at least {limit}", "Write at least {limit}",
        "{rule}定为 {given}，而{law}规定至少 {limit}", "请写不少于 {limit}",
    ),
}  # fmt: skip
