"""Facts of other services, as the journal hears them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import msgspec

from services.backbone.actor import SYSTEM, Actor
from services.backbone.envelope import Envelope, FactActor
from services.journal.use_cases.keep_entry import keep_entry
from tests.bench import Bench


def told(
    journal: Bench,
    type_: str = "project.admitted",
    subject: UUID | None = None,
    *,
    source: str = "incubator",
    by: Actor = SYSTEM,
    cause: Envelope | None = None,
    **data: Any,
) -> Envelope:
    """A fact that somebody caused, or another fact."""
    fact = journal.fact(source, type_, subject or uuid4(), **data)
    return msgspec.structs.replace(
        fact, actor=FactActor(by.kind.value, by.id), causationid=str(cause.id) if cause else None
    )


def kept(journal: Bench, *arguments: Any, **data: Any) -> Envelope:
    """A fact that the journal has heard twice."""
    fact = told(journal, *arguments, **data)
    journal.deliver(keep_entry, fact)
    return fact
