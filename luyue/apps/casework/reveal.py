"""Showing a customer's phone and mail address in the clear: allowed to whoever may see the case, and written down each time."""

from __future__ import annotations

from datetime import datetime

from luyue.apps.cases.readers import Staff
from luyue.apps.cases.selectors import NotFound, case_for
from luyue.apps.customers.selectors import Addresses, addresses_of
from luyue.apps.journal.actions import ORG, append
from luyue.apps.journal.transaction import write


def reveal_addresses(reader: Staff, number: str, now: datetime) -> Addresses:
    """The addresses of the case's customer; the journal of the company says who saw them and for which case.

    raises  NotFound.
    """

    def work() -> Addresses:
        case = case_for(reader, number)
        if case.customer is None:
            raise NotFound(number)
        effects = [{"case": case.number, "customer": f"customer:{case.customer_id}"}]
        append(ORG, name="customer.revealed", action="reveal", actor=reader.id, at=now, entered_at=now, effects=effects)
        return addresses_of(case.customer)

    return write(work)
