"""What the style guide shows: one story (Tuesday 2026-02-24 10:42, first working day after the Spring Festival), in every state."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from luyue.core.calendar import Agenda, DayKind, DayTable, Timetable, Window, Within

from .timeline import with_days

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 2, 24, 10, 42, tzinfo=ZONE)
FESTIVAL = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]
DAYS = DayTable(
    zone="Asia/Shanghai",
    kinds={date(2026, 2, 14): DayKind.MAKEUP_WORKDAY, date(2026, 2, 28): DayKind.MAKEUP_WORKDAY} | dict.fromkeys(FESTIVAL, DayKind.PUBLIC_HOLIDAY),
    names=dict.fromkeys(FESTIVAL, "春节"),
    known_until=date(2026, 12, 31),
    source="日历依据国办 2025-11-04 通知",
)
OPEN, SHORT = (Window.parse("09:00-21:00"),), (Window.parse("10:00-18:00"),)
HOURS = Timetable("service-hours", {DayKind.WORKDAY: OPEN, DayKind.MAKEUP_WORKDAY: OPEN, DayKind.REST_DAY: SHORT, DayKind.PUBLIC_HOLIDAY: SHORT})
AGENDA = Agenda(DAYS, {"service-hours": HOURS})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 2, day, hour, minute, tzinfo=ZONE)


def clause(short: str, number: int, text: str = "", **more: str) -> dict[str, str]:
    names = {"异议": ("异议制度", "异议处理制度"), "服务": ("服务制度", "租赁服务制度")}[short]
    return {"short": short, "name": names[0], "full": names[1], "number": f"第{number}条", "href": "#clause", "text": text, "edition": "2026-01-01", **more}


INVESTIGATE = "质量异议需实物检测的，责任部门应自受理次日起三个工作日内查明原因，形成书面结论。"
OBJECTION_14 = clause("异议", 14, INVESTIGATE, rule="质量（需检测）：3 个工作日，由技术支持和仓储负责。")
RESPONSE = clause("服务", 6, "电话和在线聊天须在五分钟内接起或回应。", rule="5 分钟内由客服回应，按服务时间。")


def running(left_s: int, **more: Any) -> dict[str, Any]:
    return {"state": "running", "left_s": left_s, "due_at": NOW + timedelta(seconds=left_s), "open_spans": [(at(24, 9), at(24, 21))], **more}


STATES: list[dict[str, Any]] = [
    {"name": "在走", "clock": running(10260), "percent": 45, "shape": "圆，一根针"},
    {"name": "将到", "clock": running(240) | {"state": "due"}, "percent": 90, "shape": "实心三角"},
    {"name": "超时", "clock": {"state": "missed", "left_s": -360, "due_at": at(24, 10, 36)}, "percent": 100, "shape": "实心八边形"},
    {"name": "按时", "clock": {"state": "kept", "used_s": 180}, "percent": 60, "shape": "只有一个勾"},
    {"name": "暂停", "clock": {"state": "paused", "paused_s": 1080}, "percent": 44, "spans": [{"x": 0, "w": 30, "hatch": False}, {"x": 30, "w": 14, "hatch": True}], "shape": "圆角方框"},
    {"name": "未开始", "clock": {"state": "not_started", "starts_words": "24 小时"}, "percent": 0, "shape": "虚线圆"},
]


def explained(start: datetime, within: Within) -> Any:
    return AGENDA.explain(start, within)


THREE_DAYS = explained(at(13, 20, 35), Within(3, "working day", counted="workdays_end"))
FOUR_HOURS = explained(at(13, 19, 30), Within(4, "h", hours="service-hours"))

CLOCKS: list[dict[str, Any]] = [
    {"id": "swap", "name": "换机方案", "team": "技术支持", "state": "paused", "paused_shows_left": True, "left_s": 11220, "promise": "4 小时", "used_percent": 22,
     "pauses": [(22, 7.5)], "fact": "已停 18 分：等客户选送达时间", "clause": clause("服务", 25), "due_at": None},
    {"id": "finding", "name": "调查结论", "team": "技术支持", "holder": "何立诚", "state": "running", "shown": "end", "due_at": THREE_DAYS.due.at, "left_s": 134280,
     "promise": "3 个工作日", "used_percent": 48, "fact": "第 2 / 3 个工作日", "clause": OBJECTION_14, "why": {"explanation": THREE_DAYS, "open": True, "begins": "受理"}},
    {"id": "answer", "name": "答复来电", "team": "客服", "state": "due", "due_at": NOW + timedelta(minutes=11), "left_s": 660, "promise": "4 小时", "used_percent": 93,  # not a promise: sample data of the style guide
     "fact": "已用 3 小时 49 分", "clause": clause("服务", 7), "why": {"explanation": FOUR_HOURS}},
    {"id": "refund", "name": "退还押金", "team": "财务", "state": "missed", "left_s": -5040, "due_at": at(24, 9, 18), "promise": "3 个工作日", "fact": "已通知组长",
     "clause": clause("服务", 31)},
    {"id": "hand", "name": "转办责任部门", "team": "客服", "state": "kept", "used_s": 2580, "promise": "1 小时", "used_percent": 72, "fact": "承诺 1 小时 · 02-14 09:18 完成",
     "clause": clause("异议", 12)},
    {"id": "first", "name": "首次回应", "team": "客服", "state": "kept", "used_s": 180, "promise": "5 分", "used_percent": 60, "fact": "承诺 5 分 · 02-13 20:38 完成",
     "clause": clause("异议", 9)},
    {"id": "written", "name": "书面答复", "team": "客服", "state": "not_started", "fact": "结论形成后 24 小时", "clause": clause("异议", 15)},
]


def row(ident: str, clock: dict[str, Any], promise: str, ref: dict[str, str], customer: str, matter: str, kind: str, number: str, holder: str) -> dict[str, Any]:
    return {"id": ident, "href": "#case", "clock": clock, "promise": promise, "clause": ref, "customer": customer, "matter": matter, "kind": kind, "number": number,
            "holder": holder, "mine": holder == "我"}


def missed(minutes: int) -> dict[str, Any]:
    return {"state": "missed", "left_s": -minutes * 60, "due_at": NOW - timedelta(minutes=minutes)}


def due(minutes: int) -> dict[str, Any]:
    return running(minutes * 60) | {"state": "due"}


GROUPS: list[dict[str, Any]] = [
    {"id": "missed", "label": "已超时", "tone": "missed", "note": "已通知组长", "rows": [
        row("a1", missed(84), "退还押金", clause("服务", 31), "周晓岚", "押金 ¥6,000 未到账，第二次来电", "异议·费用", "YY-260212-039", "李敏"),
        row("a2", missed(6), "首次回应", RESPONSE, "广州喵播文化", "问 3 月展会 8 套直播设备能否整租", "咨询", "ZX-260224-006", "我")
        | {"current": True, "actions": [{"label": "回应", "key": "R", "href": "#r", "primary": True}, {"label": "转交", "key": "T", "href": "#t"}]},
    ]},
    {"id": "due", "label": "30 分钟内", "tone": "due", "rows": [
        row("b1", due(4), "订单审核", clause("服务", 18), "沈嘉禾", "室内美妆套装 3 天，明早 9 点要", "订单", "ZL-260224-011", "我"),
        row("b2", due(11), "回复官网留言", clause("异议", 9), "苏州木棉服饰", "发票抬头开错，要求红冲重开", "异议·费用", "YY-260224-003", "我"),
        row("b3", due(18), "出库检查", clause("服务", 20), "杭州云尚传媒", "FX3 换机，序列号待扫码", "订单", "ZL-260224-009", "高翔"),
        row("b4", due(26), "顾问首次联系", clause("服务", 14), "邱明", "户外骑行直播，预算 3,000 元", "咨询", "ZX-260224-002", "许可"),
    ]},
    {"id": "today", "label": "今天", "tone": "running", "rows": [
        row("c1", running(5880), "物流安排", clause("服务", 21), "深圳星野科技", "6 台补光灯，跨城发深圳", "订单", "ZL-260224-005", "高翔"),
        row("c2", running(10260, around_the_clock=True), "交付异常方案", clause("服务", 25), "陆晨", "补光灯到货缺 2 根电源线", "交付", "JF-260224-001", "我"),
        row("c3", running(11100), "给出故障方案", clause("服务", 28), "王一鸣", "推流卡顿，远程排查无效", "维修", "WX-260224-001", "何立诚"),
        row("c4", running(26400, around_the_clock=True), "反馈处理结果", clause("服务", 7), "成都青禾农业", "问旺季包月价与押金减免", "咨询", "ZX-260224-004", "我"),
        row("c5", {"state": "running", "shown": "end", "left_s": 47880, "due_at": at(25, 0)}, "调查结论", OBJECTION_14, "林可", "回收时少计 1 根 HDMI 线", "异议·回收", "YY-260213-044", "孟凡"),
    ]},
    {"id": "waiting", "label": "等客户", "tone": "paused", "note": "已暂停的时限在客户回复后自动继续", "rows": [
        row("d1", {"state": "paused", "paused_s": 1080}, "换机方案", clause("服务", 25), "杭州云尚传媒", "FX3 对焦失灵，等客户选送达时间", "异议·质量", "YY-260213-047", "何立诚"),
        row("d2", {"state": "paused", "paused_s": 93600}, "补充开箱视频", clause("异议", 14), "唐悦", "补光灯到货时灯罩破裂", "异议·质量", "YY-260222-002", "孟凡"),
    ]},
    {"id": "follow-up", "label": "回访", "tone": "", "rows": [
        row("e1", {"state": "not_started", "starts_words": "今天 18:00 前"}, "押金退还后回访", clause("异议", 17), "赵子涵", "02-13 退还 ¥4,800，满意度待问", "回访", "HF-260224-002", "我"),
        row("e2", {"state": "not_started", "starts_words": "今天 18:00 前"}, "订单结束回访", clause("服务", 36), "宁波海纳电商", "FX30 两台，租期 14 天", "回访", "HF-260224-003", "我"),
    ]},
]

MARKS: list[dict[str, Any]] = [
    *({"at": at(24, h, m), "state": "kept"} for h, m in ((9, 12), (9, 25), (9, 40), (9, 52), (10, 4), (10, 16), (10, 28))),
    {"at": at(24, 9, 18), "state": "missed", "href": "#row-a1", "label": "超时：退还押金，周晓岚"},
    {"at": at(24, 10, 36), "state": "missed", "href": "#row-a2", "label": "超时：首次回应，广州喵播文化"},
    *({"at": NOW + timedelta(minutes=m), "state": "due", "href": f"#row-b{i}", "label": f"剩 {m} 分"} for i, m in enumerate((4, 11, 18, 26), 1)),
    *({"at": at(24, h, m), "state": "running", "href": "#row-c1", "label": f"{h}:{m:02} 到期"} for h, m in ((12, 20), (13, 33), (13, 47), (16, 9), (17, 30), (18, 2))),
]


def kind_of(day: date) -> tuple[str, str]:
    return DAYS.kind(day).value, DAYS.names.get(day, "")


TALK = with_days([
    {"kind": "message", "at": at(13, 20, 35), "side": "customer", "who": "林婉清", "via": "在线聊天", "text": "FX3 今晚直播自动对焦一直拉风箱，断了两次。明天还有一场，想换一台，这两天的租金也请减免。"},
    {"kind": "fact", "at": at(13, 20, 38), "shape": "kept", "text": "首次回应按时，用时 3 分"},
    {"kind": "fact", "at": at(13, 20, 41), "text": "建立异议处理单，编号与预计时限已发给客户"},
    {"kind": "fact", "at": at(14, 9, 18), "shape": "kept", "text": "转办技术支持、仓储物流，用时 43 分"},
    {"kind": "note", "at": at(14, 9, 52), "who": "何立诚", "text": "出库对焦测试通过，固件 3.00。客户自带转接镜头，先看视频再判断是否镜头兼容。"},
    {"kind": "message", "at": at(14, 10, 5), "side": "ours", "who": "何立诚", "via": "在线聊天", "text": "林女士，请用原配镜头再拍一段对焦视频，我们据此判断。"},
    {"kind": "message", "at": at(24, 9, 31), "side": "customer", "who": "林婉清", "via": "在线聊天", "text": "换回原配镜头也一样，视频发你们了。",
     "files": [{"href": "#v", "name": "对焦测试.mp4", "icon": "video", "meta": "0:48　18.2 MB"}]},
    {"kind": "message", "at": at(24, 10, 20), "side": "ours", "who": "何立诚", "call": {"words": "拨出 4 分 12 秒", "href": "#call"}, "text": "确认机身故障，同意换机。请客户在今天 15:00 或 18:00 之间选送达时间。"},
    {"kind": "fact", "at": at(24, 10, 24), "shape": "paused", "text": "“换机方案” 暂停计时：等客户选送达时间"},
], NOW, kind_of)

STAGES = [{"label": label, "team": team, "state": state} for label, team, state in (
    ("受理", "客服", "done"), ("转办", "客服", "done"), ("调查", "技术支持、仓储", "now"), ("答复", "客服", "ahead"), ("执行", "仓储", "ahead"), ("回访", "客服", "ahead"), ("归档", "质检", "ahead"))]
STEPS = [
    {"label": "已受理", "by": "客服 陈思远", "at": "昨天 20:38", "state": "done"}, {"label": "已转办", "by": "技术支持、仓储物流", "at": "09:18", "state": "done"},
    {"label": "调查中", "by": "技术支持 何立诚", "at": "2 月 25 日前", "state": "now"}, {"label": "书面答复", "at": "结论后 24 小时", "state": "ahead"}, {"label": "执行与回访", "state": "ahead"},
]
COMPOSER = {
    "action": "#send", "once": "a1", "to": "在线聊天 · 林婉清", "mode": "reply", "text": "林女士您好，备用机 FX3-0131 已通过出库检查，今天 15:00 前可送到滨江直播间。",
    "modes": [{"id": "reply", "label": "回复客户", "key": "R"}, {"id": "note", "label": "内部备注", "key": "N"},
              {"id": "call", "label": "通话登记", "fields": [{"name": "direction", "kind": "choice", "label": "方向", "choices": [("out", "拨出"), ("in", "来电")], "value": "out"},
                                                         {"name": "call_minutes", "kind": "number", "label": "时长", "unit": "分"}]},
              {"id": "visit", "label": "上门"}],
    "phrases_url": "#p", "people_url": "#m", "clauses_url": "#c", "may_attach": True, "may_delay": True,
}
ACTIONS = [{"label": "登记换机送达", "key": "1", "href": "#1", "primary": True}, {"label": "请求协查", "key": "2", "href": "#2"}, {"label": "暂停计时", "key": "3", "href": "#3"}]
LOCKED = [{"label": "提交结论", "missing": "还差 1 项：技术检测结论"}]
CHECKLIST = {"id": "inquiry", "title": "调查环节清单", "done": 3, "total": 4, "rows": [
    {"id": "out", "label": "核对出库检查记录", "detail": "FX3-0128", "state": "pass", "post": "#i"}, {"id": "way", "label": "核对运输记录", "detail": "顺丰签收无异常", "state": "pass", "post": "#i"},
    {"id": "media", "label": "核对客户照片与视频", "detail": "2 份", "state": "pass", "post": "#i"}, {"id": "bench", "label": "技术检测结论", "detail": "需设备回库", "state": "todo", "post": "#i"}]}
INSPECTION = {"id": "outbound", "title": "功能", "done": 1, "total": 2, "rows": [
    {"id": "focus", "label": "自动对焦、收音、接口", "state": "pass", "post": "#i", "allows": ["pass", "fail"]},
    {"id": "wiped", "label": "存储已清空、账号已退出", "state": "todo", "post": "#i", "allows": ["pass", "fail", "not-applicable"]}]}
TILES = [
    {"state": "taken", "label": "正面", "angle": "front"}, {"state": "taken", "label": "背面", "angle": "back", "length": "0:48"}, {"state": "uploading", "label": "顶部", "angle": "top", "percent": 60},
    {"state": "failed", "label": "卡口与传感器", "angle": "lens"}, {"state": "empty", "label": "接口", "angle": "ports", "name": "ports"}, {"state": "empty", "label": "序列号", "angle": "serial", "name": "serial"},
]
RECEIPT = {
    "number": "YY-260213-047", "made": "异议编号，2 月 13 日 20:41 建单", "promise": "2 月 25 日 24:00 前查明原因", "used_percent": 34, "progress": "第 1 / 3 个工作日",
    "why_words": "春节 9 天不计，看算法", "clause": clause("异议", 14, "质量异议需实物检测的，自受理次日起三个工作日内形成书面结论。"),
    "moves": [{"old": "2 月 24 日 24:00", "new": "2 月 25 日 24:00", "reason": "等您补充视频的 1 天不计"}], "now": NOW,
}
TYPES = [
    {"value": "quality", "label": "设备质量", "children": [{"value": "quality/function", "label": "功能异常"}, {"value": "quality/damage", "label": "到货损坏"}]},
    {"value": "fee", "label": "费用与押金", "children": [{"value": "fee/deposit", "label": "押金退还或扣除"}, {"value": "fee/overtime", "label": "超时费"}]},
    {"value": "service", "label": "服务"}, {"value": "contract", "label": "合同条款"}, {"value": "return", "label": "设备回收"}, {"value": "other", "label": "其他"},
]
WISHES = [("replace", "更换设备"), ("repair", "维修"), ("reduce", "减免租金"), ("refund", "退款"), ("apology", "道歉")]
FIELDS: list[dict[str, Any]] = [
    {"name": "order", "kind": "order", "label": "订单编号", "value": "ZL-260210-316", "errors": "少一位。订单编号末尾是四位数，例如 0316"},
    {"name": "seen_at", "kind": "instant", "label": "出现时间", "value": "2026-02-13T20:10"},
    {"name": "matter", "kind": "text", "label": "事由", "value": "直播时自动对焦来回拉，中断了两次"},
    {"name": "story", "kind": "long-text", "label": "经过", "hint": "写事实：什么时候、什么现象、做过什么。", "required": False},
    {"name": "kind_of", "kind": "choice", "label": "类型", "choices": TYPES, "value": "quality/function"},
    {"name": "severity", "kind": "choice", "label": "影响", "choices": [("stop", "直播中断"), ("part", "部分影响"), ("none", "没有影响")], "value": "stop"},
    {"name": "wishes", "kind": "choices", "label": "诉求", "choices": WISHES, "value": ["replace", "reduce"]},
    {"name": "remedy_amount", "kind": "money", "label": "减免金额", "value": "840", "when": {"wishes": ["reduce", "refund"]}},
    {"name": "tested", "kind": "yes-no", "label": "已远程排查", "value": "yes"},
    {"name": "tested_on", "kind": "date", "label": "排查日期", "value": "2026-02-14", "when": {"tested": "yes"}},
    {"name": "minutes", "kind": "number", "label": "中断时长", "unit": "分", "value": "18"},
    {"name": "phone", "kind": "phone", "label": "联系电话", "value": "13812346027"}, {"name": "email", "kind": "email", "label": "邮箱", "required": False},
    {"name": "account", "kind": "account", "label": "收款账号", "required": False}, {"name": "serial", "kind": "serial", "label": "序列号", "value": "FX3-0128"},
    {"name": "model", "kind": "model", "label": "型号", "choices": [("fx3", "索尼 FX3"), ("fx30", "索尼 FX30")], "value": "fx3"},
    {"name": "person", "kind": "person", "label": "责任人", "choices": [("he", "何立诚"), ("meng", "孟凡")]},
    {"name": "about_clause", "kind": "clause", "label": "依据条款", "choices": [("o14", "异议制度 第14条")], "required": False},
    {"name": "about_clock", "kind": "clock", "label": "涉及的时限", "choices": [("c1", "首次回应 · 超 6 分")], "required": False},
    {"name": "photos", "kind": "photo", "label": "照片", "required": False, "at_most": 9, "hint": "最多 9 张，每张不超过 20 MB。"},
    {"name": "clip", "kind": "video", "label": "视频", "required": False}, {"name": "call", "kind": "recording", "label": "录音", "required": False},
    {"name": "paper", "kind": "file", "label": "附件", "required": False, "files": [{"id": "1", "href": "#f", "name": "签收单.pdf", "meta": "212 KB"}]},
    {"name": "proof", "kind": "evidence", "label": "凭证", "required": False},
    {"name": "deductions", "kind": "lines", "label": "押金扣除项", "spare": 1, "value": [{"amount": "320", "reason": "遮光罩遗失"}],
     "fields": [{"name": "amount", "kind": "money", "label": "金额"}, {"name": "reason", "kind": "text", "label": "理由"}]},
    {"name": "signed", "kind": "signature", "label": "客户签收", "statement": "设备与配件已当面清点，数量与外观无误。"},
]
ERRORS = [{"label": "订单编号", "message": "少一位", "field": "f-order"}, {"label": "出现时间", "message": "2 月没有 31 日", "field": "f-seen-at"}]
EMPTY = {"title": "手上没有到期的承诺", "text": "下一项在 13:47：王一鸣的故障方案，服务制度第28条。", "actions": [{"label": "看下一项", "key": "J", "href": "#j"}], "link": {"label": "领一个未分配的，共 3 个", "href": "#take"}}
REFUSAL = {
    "title": "现在不能提交结论", "missing": "还差 1 项：技术检测结论。设备 FX3-0128 尚未回库。", "clause": clause("异议", 14, "质量异议须有技术检测结论，方可形成书面结论。"),
    "ways": [{"label": "催设备回库", "href": "#w", "primary": True}, {"label": "请组长例外批准", "href": "#x"}], "code": "evidence-missing",
}
FIGURES = [(96.8, [97.4, 97.9, 96.6, 97.6, 95.6, 94.8, 96.1, 95.9]), (88.4, [95.6, 94.2, 95.4, 92.2, 93.2, 90.4, 89.2, 88.4]), (94.0, [91, 93.2, 92, 94.6, 95.2, 93, 93.2, 94.0])]
TOKENS = ["bg", "surface", "sunken", "line", "line-2", "ink-3", "ink-2", "ink", "accent", "accent-soft", "run-fill", "due-fill", "miss-fill", "kept-fill", "pause-fill", "note"]
COUNTS = [("missed", "已超时 2"), ("due", "30 分钟内 4"), ("running", "今天 5"), ("paused", "等客户 2"), ("kept", "今天按时 7")]
NAV_COUNTS = {"today": 16, "cases": 142, "contacts": 5, "yard": 9, "objections": 11, "follow-ups": 3}

SERVICE = {"open": True, "windows": "09:00–21:00"}
ME = {"name": "陈思远", "team": "客服", "on_duty": True}
COMPANY = {"name": "云台租赁", "phone": "400-820-0216", "hours_words": "工作日 9:00–21:00"}
CUSTOMER = {"name": "林婉清", "href": "#me"}
PORTAL_NAV = [
    {"label": "我的订单", "href": "#o"}, {"label": "异议与售后", "href": "#y", "current": True}, {"label": "发票", "href": "#f"}, {"label": "服务制度", "href": "#r"},
]
SEGMENTS = [{"label": "全部", "href": "#a", "current": True}, {"label": "我的", "href": "#m"}, {"label": "未分配", "href": "#n"}]
TAB_LINKS = [{"label": "往来", "href": "#t", "current": True}, {"label": "时限", "href": "#c", "count": 5}, {"label": "客户", "href": "#k"}]
