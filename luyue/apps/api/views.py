"""`/api/v1`: every channel hands its contacts in here. Errors are 400, 401, 404, 409 (refused), 422 (malformed), each an `ErrorOut`."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Status
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from luyue.apps.api.schemas import CaseOut, ErrorOut, IntakeIn, PromiseOut
from luyue.apps.api.selectors import client_of
from luyue.apps.cases.readers import System
from luyue.apps.cases.selectors import NotFound, case_for
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.clocks.selectors import brief_promises
from luyue.core.procedure.state import Invalid, Refused


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> object | None:
        return client_of(token)


api = NinjaAPI(
    title="Luyue",
    version="1",
    description="Hand in contacts of customers and read where their cases stand.",
    urls_namespace="api-1",
    docs_url=None,
    auth=Bearer(),
)
router = Router()


@router.post("/intake", response={201: CaseOut, 200: CaseOut, (400, 401, 409, 413, 422): ErrorOut}, url_name="intake")
def intake(request: HttpRequest, payload: IntakeIn) -> Status:
    """Open a case from one contact. 201 when it is new, 200 when it was known, 409 when the id was used for something else."""
    opened = open_case(
        Intake(
            channel=payload.channel,
            external_id=payload.external_id,
            procedure=payload.procedure,
            by=System(),
            customer=CustomerData(**payload.customer.model_dump()),
            data=payload.fields,
            text=payload.text,
            at=payload.at,
            now=datetime.now(UTC),
            rang_at=payload.rang_at,
            answered_at=payload.answered_at,
        )
    )
    link = request.build_absolute_uri(f"/portal/m/{opened.link_token}/") if opened.is_new and opened.link_token else None
    return Status(201 if opened.is_new else 200, _case_out(opened.case, link))


@router.get("/cases/{number}", response={200: CaseOut, (401, 404): ErrorOut}, url_name="case")
def case(request: HttpRequest, number: str) -> CaseOut:
    """Stage and promises of one case."""
    return _case_out(case_for(System(), number), None)


def _case_out(case: object, link: str | None) -> CaseOut:
    promises = [PromiseOut(**one._asdict()) for one in brief_promises(case)]
    return CaseOut(number=case.number, kind=case.kind, stage=case.stage, received_at=case.received_at, link=link, promises=promises)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    body = {"code": error.code, "message": error.words, "remedy": error.remedy, "clause": error.clause}
    return api.create_response(request, body, status=409)


@api.exception_handler(Invalid)
def invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    body = {"code": "invalid", "message": "请求内容有误", "remedy": "改正 fields 中列出的各项后重新提交", "fields": error.errors}
    return api.create_response(request, body, status=422)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(str(part) for part in one["loc"][1:]).removeprefix("payload."): one["msg"] for one in error.errors}
    body = {"code": "malformed", "message": "请求内容有误", "remedy": "对照 openapi.json 改正", "fields": fields}
    return api.create_response(request, body, status=422)


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """No token, or a body that is no JSON."""
    if error.status_code == 401:
        body = {"code": "unauthorized", "message": "没有令牌，或令牌已停用", "remedy": "在 Authorization 中写 Bearer 和令牌；令牌用 luyue api-token 发放"}
    else:
        body = {"code": "malformed", "message": "请求内容不是 JSON", "remedy": "对照 openapi.json 改正"}
    return api.create_response(request, body, status=error.status_code)


@api.exception_handler(NotFound)
def not_found(request: HttpRequest, error: NotFound) -> HttpResponse:
    return api.create_response(request, {"code": "not_found", "message": "没有这件工单"}, status=404)


api.add_router("", router)
