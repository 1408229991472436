"""Finding or making the customer a matter belongs to. Inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luyue.apps.customers.models import Customer
from luyue.apps.customers.sealed import index_of, normal_email, normal_phone, seal
from luyue.apps.journal.statements import find_id, insert_one
from luyue.apps.journal.transaction import lock_name


@dataclass(frozen=True, slots=True)
class CustomerData:
    """Who the customer says he is. `kind` individual | company; `account_number` is ours, given on a contract."""

    kind: str
    name: str
    phone: str = ""
    email: str = ""
    contact_person: str = ""
    account_number: str = ""


def find_or_make(data: CustomerData, now: datetime) -> Customer:
    """The customer of this kind with this phone, else with this mail address, else a new one.

    What is known of a customer is not overwritten by what a form says: anybody may write down any number.
    """
    phone, email = normal_phone(data.phone) if data.phone else "", normal_email(data.email) if data.email else ""
    phone_index, email_index = index_of("phone", phone), index_of("email", email)
    for field, index in (("phone_index", phone_index), ("email_index", email_index)):
        if index:
            lock_name(f"customer:{index}")  # two first contacts at once must not make two customers
            found = find_id(Customer, kind=data.kind, **{field: index})
            if found:
                return Customer.objects.get(pk=found)
    customer = Customer(
        kind=data.kind,
        name=data.name[:120],
        contact_person=data.contact_person[:60],
        account_number=data.account_number[:40],
        phone_cipher=seal("phone", phone),
        phone_index=phone_index,
        email_cipher=seal("email", email),
        email_index=email_index,
        created_at=now,
    )
    customer.pk = insert_one(Customer, vars(customer))
    customer._state.adding = False
    return customer
