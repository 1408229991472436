"""Finding customers, and what of them may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from luyue.apps.customers.models import Customer
from luyue.apps.customers.sealed import index_of, masked_email, masked_phone, normal_email, normal_phone, unseal


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a customer is reached, in the clear. For the outbox and for posts that may see it."""

    phone: str
    email: str


def customers_by_phone(phone: str) -> list[Customer]:
    """Customers with this number, however it is written."""
    index = index_of("phone", normal_phone(phone))
    return list(Customer.objects.filter(phone_index=index).order_by("id")) if index else []


def customers_by_email(email: str) -> list[Customer]:
    index = index_of("email", normal_email(email))
    return list(Customer.objects.filter(email_index=index).order_by("id")) if index else []


def addresses_of(customer: Customer) -> Addresses:
    return Addresses(unseal("phone", customer.phone_cipher), unseal("email", customer.email_cipher))


def masked_addresses_of(customer: Customer) -> Addresses:
    full = addresses_of(customer)
    return Addresses(masked_phone(full.phone), masked_email(full.email))
