"""An entry of the journal: one fact as it was told, by whichever service. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.backbone.identifiers import new_id
from services.journal.domain.sight import SeenBy, seen_by

#: The kind of thing that is a person.
PERSON = "person"
_IDS = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


class Doer(Protocol):
    """Who caused a fact."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> UUID | None: ...


class Told(Protocol):
    """A fact as it arrived, in its envelope."""

    @property
    def id(self) -> UUID: ...
    @property
    def source(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def time(self) -> datetime: ...
    @property
    def actor(self) -> Doer: ...
    @property
    def correlationid(self) -> str: ...
    @property
    def causationid(self) -> str | None: ...
    @property
    def data(self) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Entry:
    """``thing`` is the id of what the fact is about, ``kind`` what that is; ``cause`` the fact that caused this one.

    ``mentions`` are the ids that stand in it, and any of them may be a person's: not its own, its cause's, or that of
    a thing that it is about.
    """

    fact: UUID
    type: str
    service: str
    kind: str
    thing: UUID
    at: datetime
    actor_kind: str
    actor: UUID | None
    themes: frozenset[str]
    seen_by: SeenBy
    data: dict[str, Any]
    correlation: str
    cause: UUID | None
    mentions: frozenset[UUID]

    @classmethod
    def of(cls, told: Told) -> Entry:
        """The entry of a fact."""
        kind, _, thing = told.subject.partition("/")
        inside = (UUID(found) for found in _IDS.findall(json.dumps(told.data)))
        mentions = {*inside, *filter(None, [told.actor.id])} - {UUID(thing)}
        return cls(
            fact=told.id,
            type=told.type,
            service=told.source,
            kind=kind,
            thing=UUID(thing),
            at=told.time,
            actor_kind=told.actor.kind,
            actor=told.actor.id,
            themes=_themes_of(told.data),
            seen_by=seen_by(told.type, told.data.get("visibility")),
            data=told.data,
            correlation=told.correlationid,
            cause=_id_or_none(told.causationid),
            mentions=frozenset(mentions | {UUID(thing)} if kind == PERSON else mentions),
        )

    def without(self, persons: Iterable[UUID]) -> Entry:
        """The same with a new id, which is nobody's, in the place of each of these persons."""
        told, text = self, json.dumps(self.data)
        for person in self.mentions.intersection(persons):
            nobody = new_id()
            text = text.replace(str(person), str(nobody))
            told = replace(
                told,
                thing=nobody if told.thing == person else told.thing,
                actor=nobody if told.actor == person else told.actor,
                mentions=told.mentions - {person} | {nobody},
            )
        data = json.loads(text)
        return replace(told, data=data, themes=_themes_of(data))


def _themes_of(data: dict[str, Any]) -> frozenset[str]:
    themes = data.get("themes")
    return frozenset(one for one in themes if isinstance(one, str)) if isinstance(themes, list) else frozenset()


def _id_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
