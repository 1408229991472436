"""Customers: people and companies. Phones are encrypted; a blind index finds them."""

from __future__ import annotations

from django.db import models

from luyue.apps.people.models import User


class Customer(models.Model):
    INDIVIDUAL, COMPANY = "individual", "company"

    kind = models.CharField(max_length=12, choices=[(INDIVIDUAL, "个人"), (COMPANY, "企业")])
    name = models.CharField(max_length=120)
    contact_person = models.CharField(max_length=60, blank=True)
    account_number = models.CharField(max_length=40, blank=True, db_index=True)
    phone_cipher = models.BinaryField(null=True)  # AES-GCM: nonce + text + tag
    phone_index = models.CharField(max_length=64, blank=True, db_index=True)  # HMAC of the normalised number
    email_cipher = models.BinaryField(null=True)
    email_index = models.CharField(max_length=64, blank=True, db_index=True)
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="customer")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
