"""Orders, units and the papers of an order that cases refer to: contract versions, payments, invoices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from luyue.apps.cases.models import Case
from luyue.apps.customers.models import Customer


class Unit(models.Model):
    AVAILABLE, QUARANTINED = "available", "quarantined"

    serial = models.CharField(max_length=40, unique=True)
    model = models.CharField(max_length=80)
    state = models.CharField(max_length=20, default=AVAILABLE)  # what it is in; only `quarantined` keeps it from being lent


class Order(models.Model):
    PLACED, ALLOCATED, OUT, RETURNED = "placed", "allocated", "out", "returned"

    number = models.CharField(max_length=24, unique=True)  # ZL-260210-0316; an order opened here has the number of its case
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    starts_on = models.DateField()
    ends_on = models.DateField()  # the first day no longer rented
    state = models.CharField(max_length=20)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    deposit = models.DecimalField(max_digits=12, decimal_places=2)
    paid_by = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT)
    model = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField(default=1)
    daily_price = models.DecimalField(max_digits=10, decimal_places=2)


class Payment(models.Model):
    """Money the customer paid, in the words people use for the way it came: 微信支付, 对公转账."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    route = models.CharField(max_length=40)
    at = models.DateTimeField()


class Invoice(models.Model):
    """`number` is given by the tax system: empty while the invoice is only requested."""

    ISSUED, REVERSED, RED_LETTER, REQUESTED = "issued", "reversed", "red-letter", "requested"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, default="ordinary")  # ordinary | special
    title = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=12, decimal_places=2)  # negative on a red-letter invoice
    issued_on = models.DateField(null=True)
    state = models.CharField(max_length=12, default=ISSUED)
    instead_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="follow_ups")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="invoice_number_once")]


class ContractVersion(models.Model):
    """One wording of an order's contract. Without `agreed_at` the customer never agreed to it, whoever put it in force.

    terms: {"days": 30, "lines": [{"model": …, "quantity": 1, "daily_price": "220.00"}], "words": …}
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="contract_versions")
    number = models.PositiveSmallIntegerField()
    agreed_at = models.DateTimeField(null=True)
    consent = models.CharField(max_length=200, blank=True)  # what proves it: the signed paper, the message
    terms = models.JSONField()
    in_force = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="contract_version_once"),
            models.UniqueConstraint(fields=["order"], condition=Q(in_force=True), name="one_contract_in_force"),
            models.CheckConstraint(condition=Q(agreed_at=None) | ~Q(consent=""), name="agreed_means_proved"),
        ]

    def __str__(self) -> str:
        return f"{self.order.number}/{self.number}"


class Recalculation(models.Model):
    """What an order costs by contract, against what was billed; `difference` below zero: the customer was charged too much."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recalculations")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="recalculations")
    total = models.DecimalField(max_digits=12, decimal_places=2)
    days = models.PositiveSmallIntegerField()
    billed = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    difference = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    at = models.DateTimeField()


class Hold(models.Model):
    """Units kept for plans a customer is thinking about: as long as the case is open and they are not allocated."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    model = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    to_on = models.DateField()  # the first day no longer held
    released_at = models.DateTimeField(null=True)


class DepositMovement(models.Model):
    """What became of an order's deposit. Rows are written once: a mistake is put right by another row, as in any ledger.

    refunded and deducted leave the deposit; frozen stays in it until unfrozen.
    """

    REFUNDED, DEDUCTED, FROZEN, UNFROZEN = KINDS = ("refunded", "deducted", "frozen", "unfrozen")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deposit_movements")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deposit_movements")
    kind = models.CharField(max_length=12)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="deposit_moves_something")]


class RentCredit(models.Model):
    """Rent the customer need not pay, and what of it was paid out; a ledger as the deposits' is. `days` of a credit only."""

    CREDITED, REFUNDED = "credited", "refunded"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="rent_credits")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rent_credits")
    kind = models.CharField(max_length=12)
    days = models.PositiveSmallIntegerField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="rent_credit_is_an_amount")]
