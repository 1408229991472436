"""A customer's web form, from what was posted to an opened case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from luyue.apps.cases.models import Case
from luyue.apps.casework.forms import data_of
from luyue.apps.casework.intake import CustomerData, Intake, Opened, open_case
from luyue.apps.contacts.models import Contact
from luyue.apps.customers.sealed import normal_email, phone_fault
from luyue.apps.evidence.actions import hold_each
from luyue.apps.evidence.uploaders import form_word
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, Form, Procedure

CHANNEL = "web"
KINDS = ("individual", "company")


@dataclass(frozen=True, slots=True)
class Posted:
    """What came with one sending of the form. `held` are files already kept, by field; `refused` the words about those not taken.

    sheet  the contact's id: of this form alone, so that nobody reaches by it what came in by another door under a number he guessed.
    """

    sheet: str
    customer_kind: str
    email: str
    data: Mapping[str, object]
    held: Mapping[str, list[str]]
    refused: Mapping[str, str]


def new_once() -> str:
    return uuid.uuid4().hex


def read_posted(form: Form, book: Rulebook, posted: QueryDict, files: MultiValueDict[str, UploadedFile]) -> Posted:
    """Keep the files that came, then read the fields. A file that is not taken leaves the others where they are."""
    sheet = f"sheet:{posted.get('once', '')[:64] or new_once()}"
    held, refused = hold_files(form, files, by=form_word(CHANNEL, sheet))
    data = data_of(form, book, posted, held)
    return Posted(sheet, posted.get("customer_kind", ""), posted.get("contact_email", "").strip(), data, held, refused)


def hold_files(form: Form, files: MultiValueDict[str, UploadedFile], *, by: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The ids of the files kept, and the words about files not taken, both by field."""
    held: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    for field in form.fields:
        uploads = files.getlist(field.name) if field.kind in FILE_KINDS else []
        if uploads:
            kept, words = hold_each(uploads, by=by, from_customer=True, field=field.name)
            held[field.name] = [str(one.pk) for one in kept]
            if words:
                refused[field.name] = words
    return held, refused


def file_away(procedure: Procedure, form: Form, posted: Posted, now: datetime) -> Opened:
    """Open the case. raises Invalid (422) with everything that is wrong, Refused (409)."""
    customer = _customer(form, posted)
    wrong = dict(posted.refused)
    if posted.customer_kind not in procedure.customers:
        wrong["customer_kind"] = _("请选择个人或企业")
        customer = replace(customer, kind=procedure.customers[0])
    if posted.email and not normal_email(posted.email):
        wrong["contact_email"] = _("请填写邮箱地址，例如 name@example.com")
    for field in form.fields:
        number = str(posted.data.get(field.name, "")) if field.kind == "phone" else ""
        if fault := phone_fault(number) if number else "":
            wrong[field.name] = fault
    return open_case(
        Intake(
            channel=CHANNEL,
            external_id=posted.sheet,
            procedure=procedure.id,
            customer=customer,
            data=posted.data,
            now=now,
        ),
        wrong,
    )


def sent_before(sheet: str) -> Case | None:
    """The case this very sheet of the form has opened; its id is a secret of whoever filled it in."""
    contact = Contact.objects.select_related("case").filter(channel=CHANNEL, external_id=sheet).first()
    return contact.case if contact else None


def _customer(form: Form, posted: Posted) -> CustomerData:
    """Who writes, from the form's own fields: its phone, its account number and its name."""
    by_kind: dict[str, Any] = {field.kind: posted.data.get(field.name, "") for field in form.fields if field.kind in ("phone", "account", "email")}
    return CustomerData(
        kind=posted.customer_kind,
        name=str(posted.data.get("customer_name", "")),
        phone=str(by_kind.get("phone", "")),
        email=posted.email or str(by_kind.get("email", "")),
        account_number=str(by_kind.get("account", "")),
    )
