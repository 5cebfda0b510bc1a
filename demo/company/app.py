"""The service put together; errors of every kind leave as problem documents."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from demo.company.endpoints import Company, router
from demo.company.gate import HOLD_SECONDS, Faults, Gate
from demo.company.ledger import Ledger
from demo.company.payloads import FORMS
from demo.company.problems import Refused, problem

log = logging.getLogger(__name__)


def create_app(
    *, ledger: Ledger, token: str, clock: Callable[[], datetime], hold_seconds: float = HOLD_SECONDS
) -> FastAPI:
    """The service on a loaded ledger; `clock` gives the time where the company is, its date decides on deadlines."""
    if not token:
        raise ValueError("The company needs a token.")
    faults = Faults()
    app = FastAPI(title="Larkfield Home: orders, billing, customers", docs_url=None, redoc_url=None)
    app.state.company = Company(ledger=ledger, clock=clock, faults=faults)
    app.include_router(router)
    app.add_middleware(Gate, token=token, faults=faults.draw, hold_seconds=hold_seconds)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_elsewhere)
    app.exception_handler(sqlite3.OperationalError)(_unavailable)
    app.exception_handler(Exception)(_failed)
    return app


async def _refused(_: Request, refusal: Refused) -> Response:
    return refusal.response()


async def _invalid(_: Request, wrong: RequestValidationError) -> Response:
    """Says which field is wrong and how it should look, and never repeats what was sent."""
    errors = [_explained(error["loc"], error["type"], error["msg"]) for error in wrong.errors()]
    detail = " ".join(f"{error['field']} {error['message']}." for error in errors)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail, errors=errors)


def _explained(where: tuple[int | str, ...], kind: str, message: str) -> dict[str, str]:
    field = ".".join(str(part) for part in where[1:]) if kind != "json_invalid" else ""
    if kind == "missing":
        said = "is missing"
    elif kind == "extra_forbidden":
        # A name that we do not know is the caller's text, so it is not repeated either.
        field, said = "The request", "holds a field that is not known here"
    elif kind == "json_invalid" or not field:
        said = "must be a JSON object"
    else:
        said = FORMS.get(field) or message[:1].lower() + message[1:]
    return {"field": field or "The request", "message": said}


async def _elsewhere(_: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    response = problem(status, status.name.lower(), f"{status.description or status.phrase}.")
    response.headers.update(error.headers or {})
    return response


async def _unavailable(_: Request, error: sqlite3.OperationalError) -> Response:
    log.warning("company.data_unavailable: %s", error)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "company_unavailable", "The data cannot be used right now.")


async def _failed(_: Request, __: Exception) -> Response:
    # The server that runs us logs the traceback.
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The system failed.")
