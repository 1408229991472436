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


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is known of a customer, as it will be stored; made before the store is held, because sealing takes its time."""

    data: CustomerData
    phone_index: str
    email_index: str
    phone_cipher: bytes | None
    email_cipher: bytes | None


def sealed(data: CustomerData) -> Sealed:
    """Phone and mail address normalised, indexed and encrypted; what is neither is dropped."""
    phone, email = normal_phone(data.phone) if data.phone else "", normal_email(data.email) if data.email else ""
    return Sealed(data, index_of("phone", phone), index_of("email", email), seal("phone", phone), seal("email", email))


def find_or_make(given: CustomerData | Sealed, now: datetime) -> Customer:
    """The customer of this kind with this phone, else with this mail address, else a new one.

    What is known of a customer is not overwritten by what a form says: anybody may write down any number.
    """
    own = given if isinstance(given, Sealed) else sealed(given)
    data = own.data
    for field, index in (("phone_index", own.phone_index), ("email_index", own.email_index)):
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
        phone_cipher=own.phone_cipher,
        phone_index=own.phone_index,
        email_cipher=own.email_cipher,
        email_index=own.email_index,
        created_at=now,
    )
    customer.pk = insert_one(Customer, vars(customer))
    customer._state.adding = False
    return customer


def replace_address(customer_id: int, kind: str, given: str) -> bool | None:
    """A phone or mail address a customer gave somebody in the house, instead of the one on record. kind: phone | email.

    None when it is no address, False when it is another customer's: two with one address could not be told apart when they write.
    """
    normal = _NORMAL[kind](given)
    index = index_of(kind, normal)
    if not index:
        return None
    lock_name(f"customer:{index}")
    customer = Customer.objects.get(pk=customer_id)
    if Customer.objects.filter(kind=customer.kind, **{f"{kind}_index": index}).exclude(pk=customer_id).exists():
        return False
    Customer.objects.filter(pk=customer_id).update(**{f"{kind}_cipher": seal(kind, normal), f"{kind}_index": index})
    return True


_NORMAL = {"phone": normal_phone, "email": normal_email}
