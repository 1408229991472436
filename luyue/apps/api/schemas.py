"""What travels over the API, typed and bounded."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Channel = Literal["phone", "chat", "email", "web", "shop", "portal", "social", "api"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CustomerIn(Strict):
    kind: Literal["individual", "company"]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=200)] = ""
    account_number: Annotated[str, Field(max_length=40)] = ""
    contact_person: Annotated[str, Field(max_length=60)] = ""


class IntakeIn(Strict):
    """One contact of one customer. Sending it again with the same channel and external_id changes nothing."""

    channel: Channel
    external_id: Annotated[str, Field(min_length=1, max_length=160, description="The id the contact has where it came from")]
    procedure: Annotated[str, Field(max_length=60, examples=["objection"])]
    customer: CustomerIn
    fields: dict[str, Any] = Field(default_factory=dict, description="The fields of the procedure's intake form, by name")
    text: Annotated[str, Field(max_length=20_000)] = ""
    at: AwareDatetime | None = None
    rang_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None


class PromiseOut(BaseModel):
    """One promise: what, by whom, by when, by which clause. `state` is running, paused, kept, missed or withdrawn."""

    rule: str
    label: str
    state: str
    owed_by: str
    due_at: datetime | None
    provisional: bool
    regulation: str
    clause: str


class CaseOut(BaseModel):
    number: str
    kind: str
    stage: str
    received_at: datetime
    link: str | None = Field(None, description="The customer's private link; given only by the intake that opened the case")
    promises: list[PromiseOut]


class ErrorOut(BaseModel):
    code: str
    message: str
    remedy: str = ""
    clause: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
