"""Orders and units that cases refer to."""

from __future__ import annotations

from django.db import models

from luyue.apps.customers.models import Customer


class Unit(models.Model):
    serial = models.CharField(max_length=40, unique=True)
    model = models.CharField(max_length=80)
    state = models.CharField(max_length=20, default="available")


class Order(models.Model):
    number = models.CharField(max_length=24, unique=True)  # ZL-260210-0316
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=20)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    deposit = models.DecimalField(max_digits=12, decimal_places=2)
    paid_by = models.CharField(max_length=20, blank=True)


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT)
    model = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField(default=1)
    daily_price = models.DecimalField(max_digits=10, decimal_places=2)
