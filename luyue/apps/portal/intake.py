"""A customer's web form, from what was posted to an opened case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from luyue.apps.casework.forms import data_of
from luyue.apps.casework.intake import CustomerData, Intake, Opened, open_case
from luyue.apps.evidence.actions import hold_all
from luyue.apps.evidence.refusals import FileRefused
from luyue.apps.evidence.uploaders import form_word
from luyue.core.procedure.said import Said
from luyue.core.procedure.state import Invalid
from luyue.core.regulation.rulebook import Rulebook
from luyue.core.regulation.rules import FILE_KINDS, Form, Procedure

CHANNEL = "web"
KINDS = ("individual", "company")


@dataclass(frozen=True, slots=True)
class Posted:
    """What came with one sending of the form. `held` are files already kept, by field; `refused` the words about those not taken."""

    once: str
    customer_kind: str
    email: str
    data: Mapping[str, object]
    held: Mapping[str, list[str]]
    refused: Mapping[str, str]


def new_once() -> str:
    return uuid.uuid4().hex


def read_posted(form: Form, book: Rulebook, posted: QueryDict, files: MultiValueDict[str, UploadedFile]) -> Posted:
    """Keep the files that came, then read the fields. A field whose file is not taken keeps none of its files; other fields keep theirs."""
    once = posted.get("once", "")[:64] or new_once()
    held, refused = hold_files(form, files, by=form_word(CHANNEL, once))
    data = data_of(form, book, posted, held)
    return Posted(once, posted.get("customer_kind", ""), posted.get("contact_email", "").strip(), data, held, refused)


def hold_files(form: Form, files: MultiValueDict[str, UploadedFile], *, by: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The ids of the files kept, and the words about files not taken, both by field."""
    held: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    for field in form.fields:
        uploads = files.getlist(field.name) if field.kind in FILE_KINDS else []
        if uploads:
            try:
                held[field.name] = [str(one.pk) for one in hold_all(uploads, by=by, from_customer=True, field=field.name)]
            except FileRefused as why:
                refused[field.name] = why.words
    return held, refused


def file_away(procedure: Procedure, form: Form, posted: Posted, now: datetime) -> Opened:
    """Open the case. raises Invalid (422), Refused (409)."""
    if posted.customer_kind not in procedure.customers:
        raise Invalid({"customer_kind": Said("请选择个人或企业", "Choose a person or a company")})
    return open_case(
        Intake(
            channel=CHANNEL,
            external_id=posted.once,
            procedure=procedure.id,
            customer=_customer(form, posted),
            data=posted.data,
            now=now,
        )
    )


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
