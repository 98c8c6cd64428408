"""What an answer may look like, whatever was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx

from gateway.schema.error_codes import ErrorCode

#: What only our own insides say: Python, SQL, programs, hosts and files.
INSIDES = re.compile(
    r"Traceback|site-packages|\.py\b|<class |object at 0x|\w+(Error|Exception)\b|psycopg|sqlalchemy|"
    r"postgres|nameko|rabbit|amqp|kombu|\bSELECT\b|\bINSERT INTO\b|\bconstraint\b|\brelation \"|127\.0\.0\.1|"
    r"localhost|/(work|tmp|usr|home)/",
    re.IGNORECASE,
)
#: The same, as far as no text of a person would hold it.
NEVER = re.compile(r"Traceback|site-packages|psycopg|sqlalchemy|object at 0x|amqp://|postgresql", re.IGNORECASE)
PUBLISHED = {code.value for code in ErrorCode} - {ErrorCode.INTERNAL.value}


def wrong_with(response: httpx.Response) -> list[str]:
    """Everything about an answer that should not be; empty when it is one that anybody may get."""
    try:
        body = response.json()
    except ValueError:
        return [f"status {response.status_code} without JSON"]
    return [*_status(response.status_code, body), *_form(body), *_errors(body), *_texts(body, response.text)]


def _status(status: int, body: Any) -> Iterator[str]:
    """503 says that nothing was done: everybody is busy, or who asks could not be found out."""
    codes = {error.get("extensions", {}).get("code") for error in body.get("errors") or ()}
    if status != 200 and not 400 <= status < 500 and not (status == 503 and codes <= {"UNAVAILABLE", "OVERLOADED"}):
        yield f"status {status}"


def _form(body: Any) -> Iterator[str]:
    """https://spec.graphql.org/October2021/#sec-Response-Format"""
    if not isinstance(body, dict) or not {"data", "errors"} & set(body) <= {"data", "errors", "extensions"}:
        yield "it is no GraphQL answer"
    elif "errors" in body and not (isinstance(body["errors"], list) and body["errors"]):
        yield "errors are no list, or an empty one"
    elif body.get("data") is None and "errors" not in body:
        yield "it has neither data nor errors"


def _errors(body: Any) -> Iterator[str]:
    for error in body.get("errors") or ():
        extensions = error.get("extensions", {})
        if not set(error) <= {"message", "locations", "path", "extensions"} or not error.get("message"):
            yield f"an error of another form: {error}"
        if extensions.get("code") not in PUBLISHED:
            yield f"the code {extensions.get('code')}"
        if not extensions.get("correlationId"):
            yield "an error without a correlation id"


def _texts(body: Any, text: str) -> Iterator[str]:
    for message in [error.get("message", "") for error in body.get("errors") or ()] + list(_said(body.get("data"))):
        if found := INSIDES.search(message):
            yield f"{found[0]!r} in {message!r}"
    if found := NEVER.search(text):
        yield f"{found[0]!r} in the answer"


def _said(data: Any) -> Iterator[str]:
    """What problems and blockers say, wherever they stand."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name in ("message", "fix", "rule") and isinstance(value, str):
                yield value
            yield from _said(value)
    elif isinstance(data, list):
        for value in data:
            yield from _said(value)
