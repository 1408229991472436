"""Words the platform brings along: facts, actors, channels, fields, measures, guards, effects.

Each has a Chinese and an English phrase, so that any rule can be said aloud. Names are permanent API:
regulations, journals and exports hold them.
"""

from __future__ import annotations

from luyue.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A name and how it is said."""

    name: str
    zh: str
    en: str

    def say(self, language: str = "zh") -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class FactWord(Word):
    """A fact of the platform.

    payload: fields a rule triggered by it may ask about. by: `platform` (its own acts record it in every
    procedure), `outside` (carrier, payment, goods in), or `action` (only where an action records it).
    """

    payload: tuple[str, ...] = ()
    by: str = "platform"


def _facts(by: str, *rows: tuple[str, str, str] | tuple[str, str, str, str]) -> dict[str, FactWord]:
    return {row[0]: FactWord(row[0], row[1], row[2], tuple(row[3].split()) if len(row) == 4 else (), by) for row in rows}


_PLATFORM = _facts(
    "platform",
    ("contact.received", "收到客户联络", "a contact is received", "channel"),
    ("contact.answered", "人工答复联络", "a person answers the contact", "channel"),
    ("contact.logged", "记录联络", "a contact is logged", "channel"),
    ("contact.progress-told", "向客户通报进展", "progress is told"),
    ("contact.unverified", "收到未核实的来信", "an unverified message arrives", "channel"),
    ("contact.failed", "联络未成功", "a contact fails"),
    ("case.received", "收到工单", "the case is received", "channel kind customer_kind"),
    ("case.responded", "首次人工答复", "a person first responds"),
    ("case.classified", "工单分类", "the case is classified"),
    ("case.taken", "有人接手", "somebody takes the case", "holder"),
    ("case.waited", "等待客户", "the case waits for the customer"),
    ("case.linked", "关联工单", "the case is linked"),
    ("case.merged", "并入重复的工单", "a duplicate is merged into the case"),
    ("case.migrated", "改用新版制度", "the case moves to another edition"),
    ("case.closed", "结案", "the case is closed"),
    ("stage.entered", "进入环节", "a stage is entered", "stage"),
    ("customer.asked", "请客户补充", "the customer is asked"),
    ("customer.replied", "客户补充", "the customer replies"),
    ("customer.nudged", "客户催办", "the customer nudges"),
    ("consent.given", "客户同意使用资料", "consent is given", "data_class"),
    ("consent.withdrawn", "客户撤回同意", "consent is withdrawn", "data_class"),
    ("task.opened", "产生待办", "the task opens", "task"),
    ("task.done", "待办完成", "the task is done", "task"),
    ("task.cancelled", "待办取消", "the task is cancelled", "task"),
    ("item.ticked", "勾选检查项", "an item is ticked", "checklist item result"),
    ("checklist.completed", "检查单完成", "the checklist is completed", "checklist"),
    ("form.answered", "表单填写完毕", "the form is answered", "form"),
    ("evidence.added", "添加凭证", "evidence is added", "evidence_kind"),
    ("approval.asked", "提请审批", "approval is asked", "approval"),
    ("approval.given", "审批同意", "approval is given", "approval"),
    ("approval.refused", "审批不同意", "approval is refused", "approval"),
    ("clock.started", "时限起算", "a clock starts", "clock team"),
    ("clock.warned", "时限提醒", "a clock warns", "clock team"),
    ("clock.kept", "时限按时", "a clock is kept", "clock team"),
    ("clock.missed", "时限超时", "a clock is missed", "clock team"),
    ("clock.paused", "时限暂停", "a clock pauses", "clock team"),
    ("clock.resumed", "时限恢复", "a clock resumes", "clock team"),
    ("notice.sent", "通知已发", "a notice is sent", "notice channel"),
    ("notice.failed", "通知未送达", "a notice fails", "notice channel"),
    ("notice.resent", "通知改址重发", "a notice is sent to another address", "notice channel"),
    ("period.began", "新的周期开始", "a period begins", "period"),
    ("survey.sent", "发出调查", "a survey is sent", "form"),
    ("edition.proposed", "修订稿提出", "a revision is put forward"),
    ("edition.adopted", "新版制度施行", "an edition is adopted"),
    ("edition.changed", "制度修订", "an edition is changed"),
)
_OUTSIDE = _facts(
    "outside",
    ("shipment.delivered", "货物送达", "the shipment is delivered"),
    ("shipment.lost", "货物遗失", "the shipment is lost"),
    ("payment.received", "收到款项", "the payment is received"),
    ("refund.arrived", "退款到账", "the refund arrives"),
    ("unit.received", "收到设备", "the unit is received"),
)
_BY_ACTION = _facts(
    "action",
    ("case.transferred", "转交", "the case is transferred", "team"),
    ("case.reclassified", "改类", "the case is reclassified"),
    ("case.withdrawn", "撤回", "the case is withdrawn"),
    ("case.reopened", "重开", "the case is reopened"),
    ("customer.agreed", "客户同意", "the customer agrees"),
    ("customer.refused", "客户不同意", "the customer refuses"),
    ("customer.signed", "客户签字", "the customer signs"),
    ("promise.made", "作出承诺", "a promise is made", "what"),
    ("promise.moved", "改期", "a promise is moved"),
)
FACTS: dict[str, FactWord] = _PLATFORM | _OUTSIDE | _BY_ACTION

# What the platform knows of every case, beside the fields of its forms.
CASE_FIELDS = ("kind", "channel", "customer_kind", "team", "stage", "holder")
PAYLOAD_FIELDS = frozenset(field for fact in FACTS.values() for field in fact.payload)


def _words(*rows: tuple[str, str, str]) -> dict[str, Word]:
    return {row[0]: Word(*row) for row in rows}


ACTORS: dict[str, Word] = _words(
    ("customer", "客户", "the customer"),
    ("system", "系统", "the system"),
    ("holder", "经办人", "the holder"),
    ("owner", "跟进人", "the owner"),
    ("routed-teams", "责任部门", "the routed teams"),
    ("serving-team", "提供服务的部门", "the team that gave the service"),
    ("everyone", "全体人员", "everyone"),
)
DATA_RECEIVERS: dict[str, Word] = _words(("carrier", "承运商", "the carrier"), ("insurer", "保险公司", "the insurer"))

CHANNELS: dict[str, Word] = _words(
    ("phone", "电话", "phone"),
    ("chat", "在线聊天", "chat"),
    ("email", "邮件", "e-mail"),
    ("web", "官网留言", "web form"),
    ("shop", "门店", "shop"),
    ("portal", "客户门户", "portal"),
    ("social", "社交媒体", "social media"),
    ("api", "接口", "interface"),
    ("sms", "短信", "text message"),
    ("as-received", "客户来时的渠道", "the channel received"),
)
CASE_CHANNELS = ("phone", "chat", "email", "web", "shop", "portal", "social", "api")
NOTICE_CHANNELS = (*CASE_CHANNELS, "sms", "as-received")
CUSTOMER_KINDS = ("individual", "company")
ABOUT = ("order", "unit", "product", "visit", "invoice")
EVIDENCE_KINDS = ("photo", "video", "recording", "file", "record")


@dataclass(frozen=True, slots=True)
class Measure(Word):
    """A figure of a report; only a ratio may have a target in percent."""

    ratio: bool = False


def _measures(*rows: tuple[str, str, str, bool]) -> dict[str, Measure]:
    return {row[0]: Measure(*row) for row in rows}


MEASURES: dict[str, Measure] = _measures(
    ("attainment", "按时率", "attainment", True),
    ("misses-by-team", "各部门超时数", "misses by team", False),
    ("first-contact-resolution", "一次解决率", "first-contact resolution", True),
    ("first-response-mean", "首次响应平均时长", "mean first response", False),
    ("handling-time-mean", "处理平均时长", "mean handling time", False),
    ("response-distribution", "响应时长分布", "response distribution", False),
    ("complaint-rate", "投诉率", "complaint rate", True),
    ("escalation-rate", "升级率", "escalation rate", True),
    ("satisfaction", "满意度", "satisfaction", True),
    ("survey", "调查满意度", "survey", True),
    ("duties-done", "定期工作完成率", "periodic duties done", True),
    ("count-by", "件数", "count", False),
    ("transfers-per-case", "每单转手次数", "transfers per case", False),
    ("repeat-causes", "重复原因", "repeated causes", False),
    ("cost-per-case", "每单成本", "cost per case", False),
    ("skill-coverage", "持证覆盖率", "skill coverage", True),
    ("correction-progress", "整改进度", "correction progress", True),
)

# Measures that look at a mark or an amount rather than divide by a closed field, and the kind of field it has to be.
OF_AMOUNTS = {"satisfaction": "number", "survey": "number", "cost-per-case": "money"}
# What promises can be divided by beside the closed fields of their cases.
BY_PROMISE = ("team", "clause", "rule", "kind")

# Words for figures nobody counts yet: a report that shows one says so on its page, and the check says so to its author.
NOT_COUNTED = frozenset({"skill-coverage", "correction-progress"})

# Named guards: what each refuses. The code behind a name lives with the procedures.
GUARDS: dict[str, Word] = _words(
    ("lead-agrees-to-second-transfer", "第二次改转须主管同意", "a second transfer needs the lead's consent"),
    ("no-change-without-consent", "未经客户同意的合同变更无效", "no contract change without the customer's consent"),
    ("no-sharing-without-consent", "没有客户同意，不向第三方提供资料", "nothing goes to a third party without the customer's consent"),
    ("undisclosed-fee-is-waived", "事先没有讲明的费用不得收取", "a fee not disclosed before is waived"),
    ("deduction-has-reason-and-evidence", "扣押金须逐项有理由和凭证", "every deduction has reason and evidence"),
    ("claim-needs-dual-signed-count", "配件索赔须有双方签字的清点单", "an accessory claim needs a count signed by both"),
    ("wear-is-free", "正常磨损不赔，没有出库照片不赔", "normal wear, or damage without outbound photo, is not charged"),
    ("not-the-person-complained-about", "当事人不得处理针对自己的异议", "nobody handles a complaint about themselves"),
    ("every-remedy-has-its-fact", "所选措施须全部完成", "every chosen remedy is done"),
    ("refund-by-original-route", "原路退款，另有约定除外", "refund by the route of payment unless agreed otherwise"),
    ("refund-not-over-paid", "退款不得超过已付未退金额", "the refund is not over what was paid"),
    ("units-available", "方案中的设备当期可用", "the planned units are available"),
    ("order-matches-confirmed-plan", "订单与客户确认的方案一致", "the order matches the confirmed plan"),
    ("label-matches-order", "扫描的编号与订单一致", "the scanned label matches the order"),
    ("no-charge-without-consent", "没有客户签字同意不得收费", "no charge without signed consent"),
    ("parts-reserved", "所需配件已预留或已订购", "the parts are reserved or on order"),
    ("inside-return-window", "在法定退换期限内", "inside the lawful return window"),
    ("outside-return-window", "法律没有给出退换选择时才可拒绝", "refusal only outside the lawful return window"),
    ("lawful-remedies-offered", "法律给的方案全部告诉客户", "every remedy the law gives is offered"),
    ("remedy-is-lawful", "措施在已提供的方案之内", "the remedy is among those offered"),
    ("promise-inside-the-clause", "答应的时间不得晚于条款的期限", "nothing is promised later than the clauses allow"),
    ("window-of-two-hours", "约定时段不超过 2 小时", "the agreed window is no longer than 2 hours"),
    ("deduction-by-catalogue", "磨损不收费，逐项扣款与超时费相加等于合计", "wear is free and the lines and the overtime add up"),
    ("contested-within-deduction", "有异议的金额不超过拟扣金额", "no more is contested than is to be deducted"),
    ("refund-within-frozen", "退还不超过冻结的金额", "no more is given back than was frozen"),
    ("renewal-possible", "续租期内设备没有别的占用，费用按合同日租金计算", "the units are free for longer, at the daily price of the contract"),
    ("not-before-the-window", "不早于约定时段上门", "nobody comes before the agreed window"),
    ("units-still-out", "设备还没有交回", "the units have not come back"),
    ("overtime-beyond-two-hours", "2 小时以内不收超时费，超过的按客户认可的标准和封顶", "no overtime within 2 hours, then the accepted price up to its cap"),
    ("apology-admits-nothing", "致歉不得同时填写责任认定", "an apology admits nothing"),
)
EFFECTS: dict[str, Word] = _words(
    ("recalculate-order", "按合同重算费用并列出差额", "recalculates the order by contract"),
    ("restore-contract-version", "恢复最近一次双方同意的合同版本", "restores the last agreed contract version"),
    ("open-complaint", "立一件关联投诉并带去联络和凭证", "opens a linked complaint with contacts and evidence"),
    ("red-letter-and-reissue", "红冲原发票并申请重开", "reverses the invoice and requests the right one"),
    ("hold-units", "暂留设备至方案失效", "holds the units until the plan expires"),
    ("open-order", "按确认的方案立订单", "opens the order from the confirmed plan"),
    ("allocate-units", "分配设备并解除暂留", "allocates units and releases the hold"),
    ("quarantine-unit", "停用该设备并写明原因", "takes the unit out of use with a reason"),
    ("start-rent", "自签字起算租期", "starts the rent period at the signature"),
    ("take-back", "登记订单的设备已交回", "notes that the units of the order are back"),
    ("settle-deposit", "退还无争议的押金，冻结有争议的部分", "gives back the undisputed deposit and freezes the rest"),
    ("release-deposit", "按决定退还或者扣除冻结的押金", "gives back or keeps the frozen deposit as decided"),
    ("extend-rent", "按客户同意的时间延长租期", "makes the rent as long as the customer agreed"),
    ("credit-rent", "停用期间的租金按日折抵", "credits the rent of the days the unit could not be used"),
    ("refund-rent-credit", "退还已折抵的租金", "pays out the rent that was credited"),
    ("issue-invoice", "为订单开具发票", "issues the invoice of the order"),
    ("decide-warranty", "计算三包选择并附条款", "works out the warranty options with their articles"),
    ("freeze-case-file", "制作并封存案卷", "makes the case file and keeps it unchanged"),
    ("issue-parts", "出库预留的配件", "issues the reserved parts"),
    ("issue-return-label", "出具退货地址和运单", "issues the return label"),
)

# Guards and effects that can be said and explained, but that no program answers to yet.
WORDS_NOT_RUN = frozenset(
    "refund-not-over-paid no-charge-without-consent parts-reserved inside-return-window outside-return-window "
    "apology-admits-nothing decide-warranty issue-parts issue-return-label".split()
)

# Guards that look at the form of an action: a notice has none.
GUARDS_OF_FORMS = frozenset(
    "claim-needs-dual-signed-count contested-within-deduction deduction-by-catalogue deduction-has-reason-and-evidence label-matches-order "
    "lawful-remedies-offered no-change-without-consent overtime-beyond-two-hours promise-inside-the-clause refund-by-original-route refund-within-frozen "
    "remedy-is-lawful renewal-possible undisclosed-fee-is-waived wear-is-free window-of-two-hours".split()
)

# What a notice may say of its case; forms add `{<field>}` and clocks `{clock.<id>.due}`.
VARIABLES: dict[str, Word] = _words(
    ("case.number", "工单编号", "case number"),
    ("case.kind", "工单类别", "kind of case"),
    ("case.opened", "受理时间", "time received"),
    ("merged.number", "并入的工单编号", "number of the case merged into this one"),
    ("customer.name", "客户姓名", "customer name"),
    ("company", "公司名称", "company name"),
    ("team", "责任部门", "responsible team"),
    ("clause", "条款", "clause"),
    ("promise.date", "承诺日期", "promised date"),
    ("order.number", "订单编号", "order number"),
    ("waybill", "运单号", "waybill"),
    ("plan.total", "方案总价", "plan total"),
    ("link", "查询链接", "follow link"),
)

# What data a data_class may cover beside single forms and fields.
DATA_COVERED = ("contacts", "recordings", "journal", "case")

# Refusal keys an example may expect; `guard:<name>` beside them.
REFUSALS = ("count", "after", "four_eyes", "checklist", "form", "approval", "needs_skill", "by", "from", "task", "when")
