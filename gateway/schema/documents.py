"""Documents: read and validated once however often they are sent, and known by name where only known ones may be.

A file of trusted documents, ``{"<sha256 of the text, in hex>": "<text>"}``, is what a front-end's build writes down of
its queries. They can then be sent by name, ``{"documentId": "<sha256>"}``, and callers who may send nothing else are
refused everything else.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from graphql import DocumentNode, GraphQLError, parse
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from gateway import metrics
from gateway.problems import Failure
from gateway.schema.measure import Measures
from gateway.schema.plans import Plans
from gateway.schema.shown import Shown

MOST_TOKENS = 2000
#: Documents that are remembered, and the longest of them: what is longer is read again each time.
MOST_REMEMBERED, LONGEST_REMEMBERED = 500, 20_000


class NotTrusted(ValueError):
    """The file of trusted documents is not what it says it is."""


class TrustedDocuments(Mapping[str, str]):
    """The texts of a file by their hashes; NotTrusted when one is not its text's."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            if name != name_of(text):
                raise NotTrusted(f"{name[:80]} is not the sha256 of its text.")
        self._texts = dict(texts)

    @classmethod
    def from_file(cls, path: Path | None) -> TrustedDocuments:
        """Those of a JSON file, none without one."""
        return cls(json.loads(path.read_text("utf-8")) if path else {})

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def name_of(text: str) -> str:
    """The name of a document: the sha256 of its text in UTF-8, in hex."""
    return sha256(text.encode()).hexdigest()


@dataclass
class Known:
    """A document that was read, with what its operations ask for. ``errors`` is None until it was validated, and so is
    what is kept beside a valid one: what it shows, and its plans (None also where each execution needs its own)."""

    document: DocumentNode
    measures: Measures = field(default_factory=Measures)
    errors: list[GraphQLError] | None = None
    shown: Shown | None = None
    plans: Plans | None = None


class KnownDocuments:
    """The documents that were sent last, of one schema."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def read(self, text: str) -> Known:
        """The document of a text; GraphQLError when it is none, or has more than 2,000 words and marks."""
        known = self._known.get(text)
        if known is None:
            known = Known(parse(text, max_tokens=MOST_TOKENS))
            if len(text) <= LONGEST_REMEMBERED:
                self._known[text] = known
                if len(self._known) > MOST_REMEMBERED:
                    self._known.popitem(last=False)
        else:
            self._known.move_to_end(text)
        return known


#: What stands in for a document that is not read at all.
NOTHING = parse("{ __typename }")


def documents_extension(*, trusted: Mapping[str, str], only_trusted: bool) -> type[SchemaExtension]:
    """The extension that reads and validates the documents of one schema."""
    known = KnownDocuments()

    class Documents(SchemaExtension):
        """Reads a document once; stands behind the budget, so that nothing is validated that is too large."""

        def on_operation(self) -> Iterator[None]:
            context = self.execution_context
            context.context = context.context.for_operation()
            context.parse_options["max_tokens"] = MOST_TOKENS
            yield

        def on_parse(self) -> Iterator[None]:
            context = self.execution_context
            self._known = Known(NOTHING)
            if self._is_trusted(context.query or ""):
                # What cannot be read is left to strawberry, which reads it again and tells why.
                with suppress(GraphQLError):
                    self._known = known.read(context.query or "")
                    context.graphql_document = self._known.document
            else:
                metrics.REFUSED.labels("not_trusted").inc()
                self._known.errors = [Failure("DOCUMENT_NOT_TRUSTED", "Only registered queries are answered here.")]
                context.graphql_document, context._provided_operation_name = NOTHING, None
            context.context.known = self._known
            yield

        def on_validate(self) -> Iterator[None]:
            context = self.execution_context
            if context.pre_execution_errors is None:
                if self._known.errors is None:
                    schema, rules = context.schema._schema, context.validation_rules
                    self._known.errors = validate_document(schema, self._known.document, rules)
                context.pre_execution_errors = list(self._known.errors)
            if self._known.shown is None:
                self._known.shown = Shown(context.schema._schema, self._known.document)
                self._known.plans = Plans.to_keep(context.schema._schema, self._known.document)
            context.context.shown = self._known.shown
            yield

        def _is_trusted(self, text: str) -> bool:
            only = only_trusted or self.execution_context.context.principal.trusted_only
            return not only or name_of(text) in trusted

    return Documents
