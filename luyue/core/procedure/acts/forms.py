"""The small forms of the platform acts, in the same types as a regulation's, so that one page draws them all."""

from __future__ import annotations

from luyue.core.procedure.vocabulary import CHANNELS, CONSENT_FACTS, NOTICE_FACTS, OUTSIDE_FACTS
from luyue.core.regulation.rules import ALWAYS, Category, Condition, Field, Form, Label, Mark

_PLATFORM = "platform"
_HERE = Mark("luyue/core/procedure/acts/forms.py", 0)


def _category(name: str, values: dict[str, tuple[str, str]]) -> Category:
    return Category(
        id=f"platform/{name}", label=Label(*_CATEGORY_LABELS[name]), regulation=_PLATFORM, clause=_PLATFORM, mark=_HERE, origin="platform",
        values={value: Label(*words) for value, words in values.items()},
    )  # fmt: skip


def _field(name: str, kind: str, zh: str, en: str, *, required: bool = True, of: str = "", when: Condition = ALWAYS) -> Field:
    return Field(name, kind, Label(zh, en), required, when, f"platform/{of}" if of else "")


def _form(act: str, zh: str, en: str, *fields: Field) -> Form:
    return Form(id=f"platform/{act}", label=Label(zh, en), regulation=_PLATFORM, clause=_PLATFORM, mark=_HERE, origin="platform", fields=fields)


_CATEGORY_LABELS = {
    "channel": ("渠道", "Channel"),
    "direction": ("呼叫方向", "Direction"),
    "doubt": ("存疑原因", "Doubt"),
    "result": ("核对结果", "Result"),
    "evidence-kind": ("凭证种类", "Kind of evidence"),
    "outside-fact": ("外部事实", "Outside fact"),
    "relation": ("关联关系", "Relation"),
    "held-file": ("凭证", "Evidence"),
    "miss-cause": ("超时原因", "Cause of a miss"),
    "resend-way": ("重发方式", "Sent again by"),
    "keep-address": ("以后的通知", "Later notices"),
}

# Why words that came in are not simply the customer's; keyed as the post room names them.
DOUBTS = {
    "sender": "other-sender", "check": "failed-check", "mark": "no-mark", "clash": "same-id", "automatic": "automatic", "size": "too-large",
}  # fmt: skip
AUTOMATIC = DOUBTS["automatic"]

CATEGORIES: dict[str, Category] = {
    category.id: category
    for category in (
        _category("channel", CHANNELS),
        _category("direction", {"outbound": ("致电客户", "To the customer"), "inbound": ("客户来电", "From the customer")}),
        _category("doubt", dict(zip(DOUBTS.values(), (
            ("寄件地址不是客户留下的", "Not the customer's address"), ("寄件地址核验未通过", "The sender's address failed the check"),
            ("没有本公司信件的标记", "Without the mark of our letters"), ("与此前来信编号相同", "Same id as an earlier mail"),
            ("机器自动发出", "Sent by a machine"), ("来信过大", "Too large"),
        ), strict=True))),
        _category("result", {"pass": ("合格", "Pass"), "fail": ("不合格", "Fail"), "not-applicable": ("不适用", "Not applicable")}),
        _category("evidence-kind", {
            "photo": ("照片", "Photo"), "video": ("视频", "Video"), "recording": ("录音", "Recording"), "file": ("文件", "File"),
            "record": ("记录", "Record"),
        }),
        _category("outside-fact", dict(zip((*OUTSIDE_FACTS, *CONSENT_FACTS, *NOTICE_FACTS), (
            ("已送达", "Delivered"), ("运输丢失", "Lost in transit"), ("收到付款", "Payment received"), ("退款到账", "Refund arrived"),
            ("收到设备", "Unit received"), ("客户同意", "Consent given"), ("客户撤回同意", "Consent withdrawn"), ("通知已发出", "Notice sent"),
            ("通知发送失败", "Notice failed"),
        ), strict=True))),
        _category("relation", {
            "related": ("相关", "Related"), "duplicate": ("重复", "Duplicate"), "caused-by": ("由其引起", "Caused by"),
            "continues": ("延续", "Continues"),
        }),
        _category("resend-way", {"mail": ("另一个邮箱", "Another mail address"), "sms": ("手机短信", "A text message")}),
        _category("keep-address", {"keep": ("也发到这里：记入客户资料，代替原来的", "Here too: keep it in the customer's record instead of the one there")}),
        _category("held-file", {}),  # which files there are only the case knows
        _category("miss-cause", {
            "waited-outside": ("等厂家、承运商或其他外部答复", "Waited for somebody outside"), "waited-goods": ("等设备或配件", "Waited for goods"),
            "waited-customer": ("客户材料不全", "The customer's papers were incomplete"), "nobody-took": ("转办后无人接手", "Nobody took it over"),
            "second-person": ("复核或审批缺人", "No second person to approve"), "too-much-work": ("人手不足", "Too much work"),
            "overlooked": ("疏忽", "Overlooked"), "system": ("系统故障", "System failure"), "other": ("其他", "Other"),
        }),
    )
}  # fmt: skip

_TEXT = ("text", "long-text")
_REACHED = Condition({"reached": ("yes",)})
_CONSENT = Condition({"fact": CONSENT_FACTS})
_NOTICE = Condition({"fact": NOTICE_FACTS})

FORMS: dict[str, Form] = {
    form.id: form
    for form in (
        _form("answer", "答复客户", "Answer the customer", _field(*_TEXT, "答复内容", "Answer"),
              _field("channel", "choice", "渠道", "Channel", required=False, of="channel"),
              _field("attachments", "evidence", "附件", "Attachments", required=False)),
        _form("note", "内部备注", "Internal note", _field(*_TEXT, "备注", "Note"),
              _field("mentions", "serial", "提到的同事", "Mentioned", required=False),
              _field("attachments", "evidence", "附件", "Attachments", required=False)),
        _form("log-call", "登记通话", "Log a call", _field("direction", "choice", "呼叫方向", "Direction", of="direction"),
              _field("reached", "yes-no", "是否接通", "Reached"),
              _field("text", "long-text", "通话内容", "What was said", when=_REACHED),
              _field("channel", "choice", "渠道", "Channel", required=False, of="channel"),
              _field("recording", "recording", "录音", "Recording", required=False, when=_REACHED)),
        _form("tell-progress", "告知进展", "Tell progress", _field(*_TEXT, "进展说明", "Progress"),
              _field("channel", "choice", "渠道", "Channel", required=False, of="channel")),
        _form("ask-customer", "请客户补充", "Ask the customer", _field(*_TEXT, "需要客户补充什么", "What is needed"),
              _field("channel", "choice", "渠道", "Channel", required=False, of="channel")),
        _form("customer-reply", "客户答复", "Customer reply", _field(*_TEXT, "客户答复内容", "Reply"),
              _field("channel", "choice", "渠道", "Channel", required=False, of="channel"),
              _field("attachments", "evidence", "附件", "Attachments", required=False)),
        _form("hear-stranger", "收到未核实的来信", "An unverified message", _field(*_TEXT, "来信内容", "Words"),
              _field("doubt", "choice", "存疑原因", "Doubt", of="doubt"),
              _field("channel", "choice", "渠道", "Channel", required=False, of="channel"),
              _field("sender", "text", "寄件人", "Sender", required=False),
              _field("attachments", "evidence", "附件", "Attachments", required=False)),
        _form("nudge", "催办", "Nudge", _field("text", "long-text", "补充说明", "Words", required=False)),
        _form("take", "领取", "Take"),
        _form("assign", "指派", "Assign", _field("holder", "person", "经办人", "Holder"),
              _field("text", "long-text", "说明", "Words", required=False)),
        _form("tick", "逐项核对", "Tick", _field("checklist", "serial", "检查单", "Checklist"), _field("item", "serial", "检查项", "Item"),
              _field("result", "choice", "核对结果", "Result", of="result"),
              _field("subject", "serial", "被检对象", "Object checked", required=False),
              _field("evidence", "evidence", "凭证", "Evidence", required=False),
              _field("note", "long-text", "说明", "Words", required=False)),
        _form("undo", "撤销上一步", "Undo the last step", _field("entry", "number", "流水号", "Entry")),
        _form("do-task", "完成待办", "Do a task", _field("task", "serial", "待办", "Task")),
        _form("try-task", "登记一次未成功的尝试", "Log a failed try", _field("task", "serial", "待办", "Task"),
              _field("text", "long-text", "情况说明", "What happened", required=False)),
        _form("cancel-task", "取消待办", "Cancel a task", _field("task", "serial", "待办", "Task"),
              _field("reason", "long-text", "取消理由", "Reason")),
        _form("approve", "批准", "Approve", _field("approval", "serial", "审批事项", "Approval", required=False),
              _field("text", "long-text", "审批意见", "Words", required=False)),
        _form("refuse-approval", "不批准", "Refuse approval", _field("approval", "serial", "审批事项", "Approval", required=False),
              _field("reason", "long-text", "不批准的理由", "Reason")),
        _form("report-fact", "登记外部事实", "Report an outside fact",
              _field("fact", "choice", "事实", "Fact", of="outside-fact"),
              _field("data_class", "serial", "资料类别", "Data class", when=_CONSENT),
              _field("notice", "serial", "通知", "Notice", when=_NOTICE),
              _field("letter", "serial", "信件", "Letter", required=False, when=_NOTICE),
              _field("channel", "choice", "渠道", "Channel", required=False, of="channel"),
              _field("evidence", "evidence", "凭证", "Evidence", required=False),
              _field("text", "long-text", "说明", "Words", required=False)),
        _form("resend", "改址重发", "Send to another address", _field("letter", "serial", "信件", "Letter"),
              _field("way", "choice", "重发方式", "Sent again by", of="resend-way"),
              _field("to_email", "email", "新的邮箱", "New mail address", when=Condition({"way": ("mail",)})),
              _field("to_phone", "phone", "手机号码", "Mobile number", when=Condition({"way": ("sms",)})),
              _field("keep_address", "choices", "以后的通知", "Later notices", required=False, of="keep-address")),
        _form("add-evidence", "添加凭证", "Add evidence", _field("evidence", "evidence", "凭证", "Evidence"),
              _field("evidence_kind", "choice", "凭证种类", "Kind of evidence", of="evidence-kind"),
              _field("text", "long-text", "说明", "Words", required=False)),
        _form("show-evidence", "给客户看凭证", "Show evidence to the customer", _field("shown", "choices", "给客户看的凭证", "Evidence", of="held-file"),
              _field("text", "long-text", "说明", "Words", required=False)),
        _form("correct-clock", "更正时限结论", "Correct a verdict", _field("clock", "clock", "时限", "Clock"),
              _field("reason", "long-text", "更正理由", "Reason"), _field("evidence", "evidence", "凭证", "Evidence")),
        _form("explain-miss", "说明超时原因", "Say why a time limit was missed", _field("clock", "clock", "时限", "Clock"),
              _field("miss_cause", "choice", "超时原因", "Cause", of="miss-cause"),
              _field("text", "long-text", "说明", "Words", required=False)),
        _form("link", "关联工单", "Link a case", _field("number", "order", "工单编号", "Case number"),
              _field("relation", "choice", "关联关系", "Relation", required=False, of="relation")),
        _form("classify", "补充或更正登记信息", "Complete or correct the intake"),
        _form("answer-form", "填写调查表", "Answer a form", _field("form", "serial", "表单", "Form")),
    )
}  # fmt: skip
