from __future__ import annotations

from luyue.core.procedure.guards.guard import Denial, rows_of
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class NoChangeWithoutConsent:
    """No contract version takes effect without the customer's recorded consent.

    Reader `contract-versions`: rows of {version, agreed: bool, in_force: bool}, oldest first. The version the action would put in force
    is the one its form names in `contract_version`, else the last one agreed to.
    """

    name = "no-change-without-consent"
    sentence = Label("未经客户同意的合同版本不得执行", "No contract version takes effect without the customer's consent")
    reads: tuple[str, ...] = ()
    selectors = ("contract-versions",)
    needs_form = True
    remedy = "请先取得客户同意并登记凭证"

    def denies(self, moment: Moment) -> Denial | None:
        versions = rows_of(moment.read("contract-versions"))
        named = moment.data.get("contract_version")
        if named is None:
            if any(version.get("agreed") for version in versions):
                return None
            return Denial("没有客户同意过的合同版本可以执行", "There is no contract version the customer agreed to")
        if any(str(version.get("version")) == str(named) and version.get("agreed") for version in versions):
            return None
        return Denial(f"合同版本 {named} 没有客户同意的记录", f"Contract version {named} has no recorded consent of the customer")
