"""What happened lately at 云台租赁: living cases in every stage, told in service minutes before now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from luyue.site.demo.desk import DAY, FILE, House, Matter
from luyue.site.demo.rental_stories import consultation, plans_to_confirm

Story = Callable[[House], Matter]


def _quality(house: House, client: str, ago: int, channel: str, kind: str, text: str, order: str, model: str, **more: Any) -> Matter:
    matter = Matter(house, client, house.before(ago))
    seen = (matter.at - timedelta(hours=3)).isoformat()
    demand = more.pop("demand", ["replace"])
    return matter.opens(
        "objection",
        channel,
        objection_type=f"quality/{kind}",
        objection_text=text,
        order_number=order,
        unit_model=model,
        appeared_at=seen,
        demand=demand,
        **more,
    )


def _registers(matter: Matter, who: str = "chensiyuan", hours: int = 48, **more: Any) -> Matter:
    promised = (matter.at + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
    return matter.does(who, "register-objection", 4, promised_at=promised.isoformat(), **more)


def _transfers(matter: Matter, who: str = "chensiyuan", minutes: int = 12) -> Matter:
    return matter.does(who, "transfer-objection", minutes)


def _decides(matter: Matter, remedies: list[str], amount: str, text: str, by: str = "chensiyuan", chief: str = "zhaolan", **more: Any) -> Matter:
    matter.does(by, "propose-remedy", 25, remedies=remedies, remedy_amount=amount, remedy_text=text, **more)
    return matter.does(chief, "decide-remedy", 15)


# ------------------------------------------------------------------ just come in


def chat_waits(house: House) -> Matter:
    return _quality(
        house,
        "shen",
        2,
        "chat",
        "malfunction",
        "室内美妆套装的补光灯一直闪，明早 9 点要开播，能不能换一套？",
        "ZL-261118-0013",
        "室内美妆套装",
        symptom="补光灯频闪",
    )


def web_nearly_due(house: House) -> Matter:
    matter = Matter(house, "mumian", house.before(49))
    return matter.opens(
        "objection",
        "web",
        objection_type="fee/invoice",
        objection_text="发票抬头开错了，请红冲重开。抬头应为苏州木棉服饰有限公司。",
        order_number="ZL-261108-0102",
        demand=["reinvoice"],
    )


def web_missed(house: House) -> Matter:
    matter = Matter(house, "miaobo", house.before(66))
    text = "上午打了两次电话没有人接，在线也半小时没有回。八套设备的展会方案还等着确认。"
    return matter.opens("objection", "web", objection_type="service/slow-response", objection_text=text, demand=["apology"])


def phone_registered(house: House) -> Matter:
    matter = Matter(house, "tang", house.before(40))
    text = "合同里写损坏按原价赔偿，没有说折旧。我理解的和你们业务说的不一样。"
    matter.opens(
        "objection", "phone", "limin", objection_type="contract/interpretation", objection_text=text, contract_clause="租赁合同第九条", demand=["correct-terms"]
    )
    return _registers(matter, "limin", 72)


# ------------------------------------------------------------------ under investigation


def deposit_overdue(house: House) -> Matter:
    matter = Matter(house, "zhou", house.before(4 * DAY))
    text = "设备 11 月 16 日就收回去了，押金 6000 元到现在没有退，也没有人告诉我为什么。"
    matter.opens("objection", "phone", "limin", objection_type="fee/deposit", objection_text=text, order_number="ZL-261102-0021", demand=["release-deposit"])
    _transfers(_registers(matter, "limin", 30), "limin")
    matter.does("sunyue", "take", 20)
    matter.notes("sunyue", "回收检查单还没有传过来，先问仓储。", 30)
    return matter.until(house.before(DAY // 3)).does("customer", "nudge", 0)


def device_test_paused(house: House) -> Matter:
    text = "FX3 今晚直播自动对焦一直拉风箱，断了两次。明天还有一场，想换一台，这两天的租金也请减免。"
    matter = _quality(
        house, "yunshang", 2 * DAY, "chat", "malfunction", text, "ZL-260210-0316", "FX3 摄像机", symptom="自动对焦失灵", demand=["replace", "refund"]
    )
    matter.says("chensiyuan", "收到，我们马上安排检测。请先不要更换固件。", 3)
    _transfers(_registers(matter, needs_device="yes", hours=80))
    matter.does("helicheng", "take", 15)
    matter.checks(
        "helicheng",
        "quality-investigation",
        but=("technician-test",),
        words={"outbound-record": "FX3-0131 出库对焦测试通过", "transport-record": "顺丰签收无异常"},
    )
    matter.notes("helicheng", "出库对焦测试通过，固件 3.00。客户自带转接镜头，先看视频再判断是否镜头兼容。", 10)
    return matter.does("helicheng", "ask-customer", 5, text="请用原配镜头再拍一段对焦视频，我们据此判断。")


def scratch_paused(house: House) -> Matter:
    matter = _quality(house, "tang", 2 * DAY, "web", "appearance", "补光灯到货时灯罩破裂，包装外面没有破损。", "ZL-261114-0063", "补光灯 300D")
    matter.says("limin", "已收到您的异议，会尽快处理。", 20)
    _transfers(_registers(matter, "limin", needs_device="no"), "limin")
    matter.does("mengfan", "take", 30)
    return matter.does("mengfan", "ask-customer", 25, text="请补一段开箱视频，或拍一下内衬和灯罩的照片。")


def cable_half_answered(house: House) -> Matter:
    matter = Matter(house, "lin", house.before(DAY))
    text = "回收时你们少点了一根 HDMI 线，现在要我赔 80 元，我交回去的是齐的。"
    seen = (matter.at - timedelta(hours=20)).isoformat()
    matter.opens(
        "objection", "phone", objection_type="recovery/missed-accessory", objection_text=text, order_number="ZL-261112-0045", unit_model="采集卡",
        appeared_at=seen, missing_accessories="HDMI 线 1 根", demand=["apology"],
    )  # fmt: skip
    _transfers(_registers(matter))
    matter.does("gaoxiang", "take", 10)
    matter.checks("gaoxiang", "recovery-investigation", words={"dual-count": "清单只有我方签字"})
    return matter.finds("gaoxiang", "conclude-recovery", "清点单没有客户签字，无法证明交回时缺线。", "outbound-error", "company")


def power_cord_fresh(house: House) -> Matter:
    matter = _quality(
        house,
        "lu",
        190,
        "chat",
        "accessories",
        "三台补光灯到货缺 2 根电源线。",
        "ZL-261117-0007",
        "补光灯 600D",
        missing_accessories="电源线 2 根",
        demand=["replace"],
    )
    matter.says("limin", "马上核对出库记录，今天给您答复。", 2)
    return _transfers(_registers(matter, "limin", needs_device="no"), "limin", 8)


def stream_stutters(house: House) -> Matter:
    matter = Matter(house, "wang", house.before(320))
    text = "推流卡顿，远程排查两次都没用，也没有人说什么时候上门。"
    matter.opens("objection", "phone", "limin", objection_type="service/weak-support", objection_text=text, demand=["repair", "apology"])
    _registers(matter, "limin", serving_department="technical-support")
    _transfers(matter, "limin")
    return matter.does("tangwei", "take", 20)


# ------------------------------------------------------------------ planning and feedback


def price_awaits_manager(house: House) -> Matter:
    matter = Matter(house, "xingye", house.before(DAY))
    text = "六台补光灯谈好每天 55 元，账单按 60 元算的，租期也多算了一天。"
    matter.opens(
        "objection", "email", objection_type="fee/calculation", objection_text=text, order_number="ZL-261113-0054", expected_amount="6600",
        billed_amount="7560", demand=["recalculate", "refund"],
    )  # fmt: skip
    matter.says("chensiyuan", "已收到您的异议，会尽快处理。", 15)
    _transfers(_registers(matter))
    matter.does("sunyue", "take", 10).checks("sunyue", "fee-investigation", words={"contract-terms": "合同单价 55 元，租期 20 天"})
    matter.finds("sunyue", "conclude-fee", "单价按目录价而不是合同价计算，租期含了退租日。", "billing-error", "company")
    matter.does(
        "chensiyuan", "propose-remedy", 20, remedies=["recalculate", "refund"], remedy_amount="960", remedy_text="按合同单价和租期重算，退还差额 960 元。"
    )
    return matter


def attitude_to_plan(house: House) -> Matter:
    matter = Matter(house, "qiu", house.before(DAY))
    text = "昨天来取件的人不耐烦，问三句才答一句，还说爱租不租。"
    matter.opens("objection", "shop", objection_type="service/attitude", objection_text=text, demand=["apology"])
    _registers(matter, serving_department="warehouse")
    _transfers(matter)
    matter.does("mengfan", "take", 15).checks("mengfan", "service-investigation", words={"call-recording": "当天通话录音已听"})
    return matter.finds("mengfan", "conclude-service", "录音证实取件人用语不当。", "conduct", "company")


def deposit_explained(house: House) -> Matter:
    matter = Matter(house, "zhao", house.before(2 * DAY))
    text = "押金扣了 120 元，只写了磨损，没有照片。"
    matter.opens("objection", "web", objection_type="fee/deposit", objection_text=text, order_number="ZL-261110-0017", demand=["release-deposit"])
    matter.says("limin", "已收到您的异议，会尽快处理。", 12)
    _transfers(_registers(matter, "limin"), "limin")
    matter.does("sunyue", "take", 15).checks("sunyue", "fee-investigation")
    line = {"deduction_amount": "0", "deduction_reason": "正常磨损，不扣"}
    matter.finds(
        "sunyue",
        "conclude-fee",
        "回收照片只见正常使用痕迹，没有损坏。",
        "normal-wear",
        "company",
        deduction_lines=[line | {"deduction_evidence": [house.picture(house.staff("sunyue"), matter.at)]}],
    )
    _decides(matter, ["release-deposit", "apology"], "120", "退还所扣押金 120 元并致歉。", "limin")
    return matter.does("limin", "give-feedback", 30, explained="正常磨损不扣押金，120 元按原付款方式退回。", told_by="phone")


def second_look(house: House) -> Matter:
    matter = Matter(house, "shen", house.before(3 * DAY))
    text = "上次租的收音套装声音发闷，和页面上写的不一样。"
    seen = (matter.at - timedelta(hours=5)).isoformat()
    matter.opens(
        "objection", "chat", objection_type="quality/underperformance", objection_text=text, order_number="ZL-261118-0013", unit_model="室内美妆套装",
        appeared_at=seen, promised_value="信噪比 70 dB", measured_value="杂音明显", demand=["refund"],
    )  # fmt: skip
    matter.says("chensiyuan", "收到，马上核实。", 2)
    _transfers(_registers(matter, needs_device="no"))
    matter.checks("tangwei", "quality-investigation")
    matter.finds("tangwei", "conclude-quality", "同型号实测 71 dB，符合约定。", "misunderstanding", "nobody")
    matter.finds("mengfan", "conclude-quality", "出库记录完整，未见异常。", "misunderstanding", "nobody", 10)
    _decides(matter, ["explain"], "0", "说明实测结果，并赠送一次远程调音。")
    matter.does("chensiyuan", "give-feedback", 20, explained="实测符合约定，可以免费远程调音一次。", told_by="chat")
    return matter.does("customer", "customer-rejects", 60, answer="rejects", answer_text="页面写的是演播室级，我要求退一半租金。")


# ------------------------------------------------------------------ being done


def replacement_on_its_way(house: House) -> Matter:
    matter = _quality(
        house, "haina", 2 * DAY, "phone", "malfunction", "两台 FX30 有一台开机就报错，下周一有直播。", "ZL-261119-0030", "FX30 摄像机", symptom="开机报错 E61"
    )
    _transfers(_registers(matter, needs_device="no"))
    matter.does("helicheng", "take", 10).checks("helicheng", "quality-investigation", words={"technician-test": "远程读出故障码 E61，主板故障"})
    matter.finds("helicheng", "conclude-quality", "主板故障，非客户原因。", "unit-defect", "company")
    matter.finds("gaoxiang", "conclude-quality", "出库时正常，运输无异常。", "unit-defect", "company", 12)
    _decides(matter, ["replace"], "0", "换一台同型号，往返运费由公司承担。", city="cross-city")
    matter.does("chensiyuan", "give-feedback", 10, explained="确认是设备故障，换一台，48 小时内送到。", told_by="phone")
    return matter.until(house.before(200)).does("customer", "customer-accepts", 0)


def terms_corrected(house: House) -> Matter:
    matter = Matter(house, "qinghe", house.before(3 * DAY))
    text = "签约以后你们把包月价从 6600 改成了 7200，没有征得我们同意。"
    matter.opens(
        "objection", "email", objection_type="contract/changed-without-consent", objection_text=text, contract_clause="租赁合同第四条", demand=["correct-terms"]
    )
    matter.says("limin", "已收到您的异议，会尽快处理。", 25)
    _transfers(_registers(matter, "limin", 96), "limin")
    matter.checks("guanyi", "contract-investigation", words={"change-log": "10 月 20 日改价，无客户确认", "legal-opinion": "未经同意的变更无效"})
    matter.finds("xuke", "conclude-contract", "改价没有客户确认记录。", "unclear-terms", "company")
    matter.finds("guanyi", "conclude-contract", "变更未征得客户同意，不生效。", "unclear-terms", "company", 15)
    _decides(matter, ["correct-terms", "apology"], "0", "恢复原价 6600 元并致歉，修订合同范本。", "limin")
    matter.does("limin", "give-feedback", 20, explained="改价无效，按原价执行。", told_by="email")
    return matter.until(house.before(DAY // 2)).does("customer", "customer-accepts", 0)


def invoice_to_reissue(house: House) -> Matter:
    matter = Matter(house, "haina", house.before(2 * DAY))
    text = "发票抬头写成了宁波海纳电子商务，请红冲后重开，抬头应为宁波海纳电商。"
    matter.opens("objection", "email", objection_type="fee/invoice", objection_text=text, order_number="ZL-261119-0030", demand=["reinvoice"])
    matter.says("limin", "已收到您的异议，会尽快处理。", 15)
    _transfers(_registers(matter, "limin"), "limin")
    matter.does("sunyue", "take", 10).checks("sunyue", "fee-investigation", words={"invoice-record": "发票抬头与合同不符"})
    matter.finds("sunyue", "conclude-fee", "开票时录错抬头。", "billing-error", "company")
    _decides(matter, ["reinvoice", "apology"], "0", "红冲原发票，按正确抬头重开。", "limin")
    matter.does("limin", "give-feedback", 20, explained="抬头有误，红冲后两个工作日内重开。", told_by="email")
    return matter.until(house.before(DAY // 4)).does("customer", "customer-accepts", 0)


def deposit_to_pay_back(house: House) -> Matter:
    matter = Matter(house, "lin", house.before(2 * DAY))
    text = "押金扣了 200 元清洁费，租的时候没有说过。"
    matter.opens("objection", "chat", objection_type="fee/deposit", objection_text=text, order_number="ZL-261112-0045", demand=["release-deposit"])
    matter.says("chensiyuan", "收到，马上核实。", 2)
    _transfers(_registers(matter))
    matter.does("sunyue", "take", 10).checks("sunyue", "fee-investigation", words={"contract-terms": "合同没有约定清洁费"})
    matter.finds("sunyue", "conclude-fee", "清洁费事先没有讲明，不得扣。", "not-told", "company")
    _decides(matter, ["release-deposit", "apology"], "200", "退还押金 200 元并致歉。")
    matter.does("chensiyuan", "give-feedback", 20, explained="清洁费不应扣，200 元按原付款方式退回。", told_by="chat")
    return matter.until(house.before(DAY // 5)).does("customer", "customer-accepts", 0)


# ------------------------------------------------------------------ done


def _finished(house: House, client: str, ago: int, number: str, text: str, model: str) -> Matter:
    matter = _quality(house, client, ago, "web", "accessories", text, number, model, missing_accessories="充电器 1 个", demand=["replace"])
    matter.says("chensiyuan", "已收到您的异议，会尽快处理。", 10)
    _transfers(_registers(matter, needs_device="no"))
    matter.does("gaoxiang", "take", 5).checks("gaoxiang", "quality-investigation")
    matter.finds("gaoxiang", "conclude-quality", "出库照片上没有充电器，属出库疏漏。", "outbound-error", "company")
    matter.finds("tangwei", "conclude-quality", "无需检测。", "outbound-error", "company", 8)
    _decides(matter, ["replace"], "0", "当天补发充电器。", city="same-city")
    matter.does("chensiyuan", "give-feedback", 10, explained="是我们漏装了，今天补发。", told_by="chat")
    matter.does("customer", "customer-accepts", 15)
    matter.does("gaoxiang", "report-fact", 90, fact="shipment.delivered", evidence=FILE, text="同城闪送签收")
    return matter.does("chensiyuan", "finish-remedy", 5)


def follow_up_owed(house: House) -> Matter:
    return _finished(house, "yunshang", 2 * DAY, "ZL-260210-0316", "监视器到货没有充电器。", "FX3 摄像机")


def closed_to_archive(house: House) -> Matter:
    matter = _finished(house, "zhou", 3 * DAY, "ZL-261102-0021", "补光灯少一个充电器。", "补光灯 600D")
    matter.task("limin", "revisit", 60, solved="yes", satisfaction="5", comment="很快就送来了")
    return matter.does("limin", "close-objection", 5, demand_met="met")


def archived(house: House) -> Matter:
    matter = _finished(house, "miaobo", 5 * DAY, "ZL-261120-0002", "一体机有一台缺充电器。", "直播一体机")
    matter.task("chensiyuan", "revisit", 90, solved="yes", satisfaction="4", comment="希望出库多核对一遍")
    matter.does("chensiyuan", "close-objection", 5, demand_met="met")
    return matter.checks("chensiyuan", "archive-set").does("chensiyuan", "archive-objection", 5)


def withdrawn(house: House) -> Matter:
    matter = Matter(house, "lin", house.before(2 * DAY))
    matter.opens("objection", "chat", objection_type="service/slow-processing", objection_text="续租申请提交一天了还没有审核。", demand=["apology"])
    matter.says("limin", "续租刚刚审核通过，已经生效。", 3)
    return matter.does("customer", "withdraw-objection", 20, withdrawal_reason="已经办好了")


def complaint(house: House) -> Matter:
    matter = Matter(house, "wang", house.before(150))
    text = "上次的异议拖了三天才有人联系，我要投诉处理过程。"
    asked = {field.name: field for field in house.book.form(house.book.procedure("complaint").intake).fields}
    more = {"complaint_kind": "process"} if "complaint_kind" in asked else {}
    matter.opens("complaint", "phone", "zhaolan", complaint_text=text, **more)
    return matter


STORIES: tuple[Story, ...] = (
    archived, closed_to_archive, deposit_overdue, second_look, terms_corrected, device_test_paused, scratch_paused, follow_up_owed, withdrawn,
    deposit_explained, replacement_on_its_way, cable_half_answered, price_awaits_manager, attitude_to_plan, stream_stutters, power_cord_fresh,
    invoice_to_reissue, deposit_to_pay_back, plans_to_confirm, complaint, web_missed, web_nearly_due, phone_registered, consultation, chat_waits,
)  # fmt: skip
