from __future__ import annotations

from decimal import Decimal

from luyue.core.procedure.guards.guard import Denial, record_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class RenewalPossible:
    """A rent is made longer while nobody else has been promised the units, at the daily price of the contract.

    Reader `renewal`: {order, days, fee, short} for the wish the case holds: days more, what they cost, and the models somebody else needs
    in that time; None when the case is no order. Asked when the offer is made and again when the customer agrees.
    """

    name = "renewal-possible"
    sentence = Label("续租期内设备没有别的占用，费用按合同日租金计算", "The units are free for longer, at the daily price of the contract")
    reads = ("renew_until", "renewal_fee")
    selectors = ("renewal",)
    needs_form = True
    remedy = "请与客户另商时间，或者婉拒并说明原因"

    def denies(self, moment: Moment) -> Denial | None:
        renewal = record_of(moment.read("renewal"))
        if not renewal:
            return Denial("没有找到对应的订单", "There is no order behind this case")
        if int(str(renewal["days"])) < 1:
            return Denial("续租的时间须晚于现在的退租时间", "The new end must be later than the present one")
        short = renewal.get("short")
        if isinstance(short, list | tuple) and short:
            models = "、".join(str(one) for one in short)
            return Denial(f"续租期内已有别的订单要用：{models}", f"Somebody else needs them then: {models}")
        fee, written = Decimal(str(renewal["fee"])), moment.value("renewal_fee")
        if written is None or Decimal(str(written)) == fee:
            return None
        return Denial(f"按合同日租金应为 {fee} 元，填写的是 {written} 元", f"By the contract it is CNY {fee}, not {written}", "请按合同日租金填写")
