"""What customers of the demo company ask for before they rent, told in service minutes before now."""

from __future__ import annotations

from datetime import timedelta

from luyue.site.demo.desk import DAY, House, Matter

PLANS_OF_QIU = {
    "510.00": (("补光灯 600D", "60.00", 2), ("领夹麦克风", "25.00", 2)),
    "420.00": (("补光灯 300D", "45.00", 2), ("领夹麦克风", "25.00", 2)),
}  # total: model, price a day, quantity; for three days


def consultation(house: House) -> Matter:
    matter = Matter(house, "lu", house.before(9))
    return matter.opens("consultation", "chat", request="户外骑行直播，预算 3000 元左右，想问用什么设备合适。", needs_advisor="yes")


def plans_to_confirm(house: House) -> Matter:
    """Two plans are with the customer: confirming one by its total opens the order."""
    matter = Matter(house, "qiu", house.before(DAY))
    matter.opens("consultation", "chat", request="月底有三天室内直播，想租两台灯和一套收音，预算 1000 元以内。", needs_advisor="yes")
    matter.says("chensiyuan", "收到，请业务顾问联系您。", 3).does("chensiyuan", "hand-to-advisor", 5)
    matter.does("xuke", "take", 5).does("xuke", "log-call", 10, direction="outbound", reached="yes", text="室内直播三天，主要缺灯和收音。")
    begins = (house.now + timedelta(days=5)).replace(hour=2, minute=0, second=0, microsecond=0)  # not a promise: a date of the story
    ends = begins + timedelta(days=3)  # not a promise: a date of the story
    needs = {"scene": "indoor", "device_kinds": ["fill-light", "microphone"], "purpose": "服装直播", "budget": "1000"}
    matter.does("xuke", "finish-need-talk", 15, rent_starts_at=begins.isoformat(), rent_ends_at=ends.isoformat(), **needs)
    delivered_on = begins.date().isoformat()
    for total, lines in PLANS_OF_QIU.items():
        devices = [{"unit_model": model, "unit_price": price, "quantity": str(quantity)} for model, price, quantity in lines]
        terms = {"plan_total": total, "plan_deposit": "1200", "rent_days": "3", "delivered_on": delivered_on, "overtime_per_hour": "20", "overtime_cap": "180"}
        matter.does("xuke", "draft-plan", 20, plan_lines=devices, cautions="补光灯请勿覆盖散热口；押金在归还验收后 3 个工作日内结算。", **terms)
    return matter.checks("xuke", "plan-explained").does("xuke", "send-plans", 5)
