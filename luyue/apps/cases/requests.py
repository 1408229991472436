"""The reader behind a web request. The middleware has admitted him to the page; these say as whom he reads."""

from __future__ import annotations

from django.http import HttpRequest

from luyue.apps.cases.readers import Customer, Staff
from luyue.apps.cases.selectors import NotFound
from luyue.apps.people.selectors import works_here


def staff_reader(request: HttpRequest) -> Staff:
    """The member of staff who asks. raises NotFound for anybody else, as for a page that does not exist."""
    if not works_here(request.user):
        raise NotFound("staff")
    return Staff(request.user)


def customer_reader(request: HttpRequest) -> Customer:
    """The signed-in customer who asks. raises NotFound for anybody else, and for an account that belongs to no customer."""
    customer = getattr(request.user, "customer", None) if request.user.is_authenticated else None
    if customer is None or not request.user.is_customer:
        raise NotFound("customer")
    return Customer(customer)


def reader_of(request: HttpRequest) -> Staff | Customer:
    """Staff or customer, whoever is signed in. raises NotFound for nobody."""
    return staff_reader(request) if works_here(request.user) else customer_reader(request)
