from __future__ import annotations

from collections.abc import Sequence

from luyue.core.procedure.guards.guard import rows_of
from luyue.core.procedure.state import Effect, Refused, RoomEffect
from luyue.core.procedure.world import Moment
from luyue.core.regulation.rules import Label


class RestoreContractVersion:
    """The last version the customer agreed to becomes the one in force again. Reader `contract-versions`, as in the guard."""

    name = "restore-contract-version"
    sentence = Label("恢复客户最后同意的合同版本", "Makes the last agreed contract version current again")
    reads: tuple[str, ...] = ()
    selectors = ("contract-versions",)

    def run(self, moment: Moment) -> Sequence[Effect]:
        versions = rows_of(moment.read("contract-versions"))
        agreed = [version for version in versions if version.get("agreed")]
        if not agreed:
            raise Refused(
                "effect:restore-contract-version", "没有客户同意过的合同版本可以恢复",
                words_en="There is no agreed contract version to restore", rule=moment.action.id, clause=moment.action.clause,
                remedy="请先登记客户签署的版本",
            )  # fmt: skip
        replaced = [str(version.get("version")) for version in versions if version.get("in_force") and not version.get("agreed")]
        return (RoomEffect(self.name, {"version": str(agreed[-1].get("version")), "replaces": tuple(replaced)}),)
