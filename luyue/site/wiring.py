"""Everything that is hung into casework, in one table: which room answers which reader, which room writes which named effect.

A guard or effect that asks for a reader nobody registered here is refused with words that say so. Names stand in regulations and in
journals: they are added, never renamed.
"""

from __future__ import annotations

from luyue.apps.casework import delivery, hearings, readings, undoing, writings
from luyue.apps.casework.doors import register_forgetter, register_reader, register_writer
from luyue.apps.clocks.lived import lived
from luyue.apps.contacts import outbox
from luyue.apps.mailroom import actions as mailroom
from luyue.apps.regulation.checking import cases_tell
from luyue.apps.regulation.hearing import heard_by
from luyue.apps.rental import orders, plans, stock
from luyue.apps.rental import writings as rental
from luyue.apps.workspace import drafts

READERS = {
    "case-number": readings.case_number,
    "confirmed-plan": plans.confirmed_plan,
    "contract-price": orders.contract_price,
    "contract-versions": orders.contract_versions,
    "deposit": orders.deposit,
    "entry": undoing.entry,
    "holders-of-clock": readings.holders_of_clock,
    "invoice": orders.invoice,
    "order": plans.order,
    "order-out": orders.order_out,
    "order-to-invoice": orders.order_to_invoice,
    "other-cases": readings.other_cases,
    "overtime-terms": plans.overtime_terms,
    "payments": orders.payments,
    "planned-units": stock.planned_units,
    "renewal": stock.renewal,
    "rent-credit": orders.rent_credit,
    "rent-of-unit": orders.rent_of_unit,
    "task-is-open": readings.task_is_open,
    "units-to-allocate": stock.units_to_allocate,
}

WRITERS = {
    "allocate-units": rental.allocate_units,
    "credit-rent": rental.credit_rent,
    "extend-rent": rental.extend_rent,
    "freeze-case-file": writings.freeze_case_file,
    "hold-units": rental.hold_units,
    "issue-invoice": rental.issue_invoice,
    "keep-address": writings.keep_address,
    "link-case": writings.link_case,
    "open-complaint": writings.open_complaint,
    "open-order": rental.open_order,
    "quarantine-unit": rental.quarantine_unit,
    "recalculate-order": rental.recalculate_order,
    "red-letter-and-reissue": rental.red_letter_and_reissue,
    "resend-letter": writings.resend_letter,
    "refund-rent-credit": rental.refund_rent_credit,
    "release-deposit": rental.move_deposit,
    "restore-contract-version": rental.restore_contract_version,
    "settle-deposit": rental.move_deposit,
    "show-evidence": writings.show_evidence,
    "start-rent": rental.start_rent,
    "take-back": rental.take_back,
    "unlink-case": writings.unlink_case,
}


def connect() -> None:
    """Hang everything in; called once a process, when Django has loaded the rooms."""
    for name, read in READERS.items():
        register_reader(name, read)
    for name, write in WRITERS.items():
        register_writer(name, write)
    register_forgetter("mailroom", mailroom.forget)
    register_forgetter("drafts", drafts.forget)
    outbox.when_settled(delivery.tell_case)
    cases_tell(lived)
    heard_by(proposed=hearings.open_hearings, discarded=hearings.end_hearings, required=hearings.require_hearings)
