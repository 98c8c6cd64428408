"""What a caller hears of errors: a stable code, a sentence in their language, a correlation id. Nothing else leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import structlog
from graphql import ExecutionResult, GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult as StrawberryResult

from gateway.context import Context
from gateway.problems import Failure, internal, say

log = structlog.get_logger("maillage.gateway")

#: Errors that one answer holds at most.
MOST_ERRORS = 20
#: What graphql-core adds about fields, arguments, types, directives and values; strawberry leaves out that of fields.
HINT = re.compile(r" Did you mean [^?]*\?")
#: The longest message: some repeat what was sent.
LONGEST_MESSAGE = 1000


class CodedErrors(SchemaExtension):
    """Gives every error its code, and keeps to the log what is nobody's business."""

    def on_operation(self) -> Iterator[None]:
        yield
        self._code(self.execution_context.result)
        self._code_all(self.execution_context.pre_execution_errors)

    def on_stream_result(self, result: object) -> Iterator[None]:
        self._code(result)
        yield

    def _code(self, result: object) -> None:
        if isinstance(result, ExecutionResult | StrawberryResult) and result.errors:
            result.errors = self._code_all(result.errors)

    def _code_all(self, errors: list[GraphQLError] | None) -> list[GraphQLError] | None:
        if errors:
            told: set[str] = set()
            errors[:] = [coded(error, self.execution_context.context, told) for error in errors[:MOST_ERRORS]]
            if self.execution_context.schema.config.disable_field_suggestions:
                for error in errors:
                    error.message = HINT.sub("", error.message)
        return errors


def coded(error: GraphQLError, context: Context, told: set[str] | None = None) -> GraphQLError:
    """The error as the caller may hear it. A fault goes to the log, unless it is among those ``told`` already."""
    extensions = dict(error.extensions or {})
    if "correlationId" in extensions:
        return error
    cause = error.original_error or error
    if isinstance(cause, Failure):
        message = say(str(extensions.pop("rule", cause.code)), error.message, extensions, context.language)
    elif error.original_error is None or _is_about_the_document(error):
        message = error.message
        extensions.setdefault("code", "GRAPHQL_VALIDATION_FAILED")
    else:
        fault = repr(cause)
        if told is None or fault not in told:
            log.error("resolver_failed", path=_path(error), correlation_id=context.correlation_id, exc_info=cause)
        if told is not None:
            told.add(fault)
        failure = internal()
        message, extensions = say("INTERNAL", failure.message, {}, context.language), {"code": "INTERNAL"}
    extensions["correlationId"] = context.correlation_id
    return GraphQLError(
        message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE] + "…",
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def _is_about_the_document(error: GraphQLError) -> bool:
    """Whether nothing was resolved yet: a value in the query or in its variables is not of its form."""
    return error.path is None and bool(error.nodes) and isinstance(error.original_error, GraphQLError | ValueError)


def _path(error: GraphQLError) -> str:
    return ".".join(str(step) for step in error.path or ())
