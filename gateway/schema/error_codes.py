"""The codes under ``extensions.code`` of errors, published in the schema though no field names them."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(
    description="What `extensions.code` of an error says: the query as a whole, or the field at its `path`, could not "
    "be answered. Refused commands carry `problems` with a `ProblemCode` instead, and no error. Stable: build on the "
    "code, show the message, and name `extensions.correlationId` when you report one."
)
class ErrorCode(Enum):
    BAD_REQUEST = strawberry.enum_value(
        "BAD_REQUEST", description="The body is no request of GraphQL in strict JSON. Mend the client."
    )
    METHOD_NOT_ALLOWED = strawberry.enum_value(
        "METHOD_NOT_ALLOWED", description="Queries and commands come by POST, or over a WebSocket."
    )
    UNSUPPORTED_MEDIA_TYPE = strawberry.enum_value(
        "UNSUPPORTED_MEDIA_TYPE", description="Send application/json, uncompressed."
    )
    HEADERS_TOO_LARGE = strawberry.enum_value(
        "HEADERS_TOO_LARGE", description="The headers of the request have more than 16 KiB in all."
    )
    BODY_TOO_LARGE = strawberry.enum_value(
        "BODY_TOO_LARGE",
        description="The body has more than 256 KiB, or as many as are set: nothing was done. Ask for less at once.",
    )
    TOO_SLOW = strawberry.enum_value("TOO_SLOW", description="The body did not come in time. Send it again.")
    GRAPHQL_VALIDATION_FAILED = strawberry.enum_value(
        "GRAPHQL_VALIDATION_FAILED",
        description="The document or its variables do not fit this schema: nothing was done. Mend the document.",
    )
    QUERY_TOO_COSTLY = strawberry.enum_value(
        "QUERY_TOO_COSTLY",
        description="The document asks for too much at once; `extensions.over` says of what and by how much. Ask for "
        "less: smaller pages, fewer lists within lists.",
    )
    DOCUMENT_UNKNOWN = strawberry.enum_value(
        "DOCUMENT_UNKNOWN", description="No document is registered under this `documentId`."
    )
    DOCUMENT_NOT_TRUSTED = strawberry.enum_value(
        "DOCUMENT_NOT_TRUSTED", description="Only registered documents are answered here: send a `documentId`."
    )
    UNAUTHENTICATED = strawberry.enum_value(
        "UNAUTHENTICATED", description="Nobody is signed in, or the token is not accepted (any more). Sign in again."
    )
    FORBIDDEN = strawberry.enum_value("FORBIDDEN", description="Whoever is signed in may not ask for this.")
    NOT_FOUND = strawberry.enum_value(
        "NOT_FOUND", description="What a question is about is not there, or not for the caller."
    )
    VALIDATION = strawberry.enum_value(
        "VALIDATION",
        description="An argument is of its type but makes no sense, such as a period that ends before it begins.",
    )
    PAGE_TOO_LARGE = strawberry.enum_value("PAGE_TOO_LARGE", description="`first` is more than the most of this list.")
    RATE_LIMITED = strawberry.enum_value(
        "RATE_LIMITED",
        description="The caller's share of the last minute is used up. Ask again in `extensions.retryAfter` seconds.",
    )
    OVERLOADED = strawberry.enum_value(
        "OVERLOADED",
        description="Too many ask at the same time; nothing was begun. Ask again in `extensions.retryAfter` seconds.",
    )
    UNAVAILABLE = strawberry.enum_value(
        "UNAVAILABLE",
        description="A part of the network cannot be reached just now; nothing was done. Asking again is safe.",
    )
    OUTCOME_UNKNOWN = strawberry.enum_value(
        "OUTCOME_UNKNOWN",
        description="Nobody knows what became of the command. Send it again with the same `idempotencyKey`: it acts "
        "once.",
    )
    RESYNC = strawberry.enum_value(
        "RESYNC",
        description="A subscription may have missed something: subscribe again without `after`, then fetch again.",
    )
    INTERNAL = strawberry.enum_value(
        "INTERNAL", description="Something is broken on our side. Report it with `extensions.correlationId`."
    )
