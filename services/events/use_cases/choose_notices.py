"""Choose what one is told by letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.backbone.actor import person_of
from services.backbone.rules import not_found
from services.events.domain.notices import NoticeTopic
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class ChooseNotices:
    """Everything is told but the topics in ``unwanted``."""

    unwanted: tuple[NoticeTopic, ...]


@dataclass(frozen=True, kw_only=True)
class Unsubscribe:
    """One click in a letter (RFC 8058): the secret of its reader, and the topic of the letter."""

    token: str
    topic: NoticeTopic


def choose_notices(command: ChooseNotices, work: EventsWork) -> dict[str, Any]:
    """``{unwanted}``: the topics, as they are kept."""
    unwanted = sorted(set(command.unwanted))
    work.private.choose_notices(person_of(work.actor), unwanted)
    return {"unwanted": unwanted}


def unsubscribe(command: Unsubscribe, work: EventsWork) -> dict[str, Any]:
    """``{topic}``. Who holds the letter need not sign in; doing it twice is doing it once."""
    if work.private.unsubscribe(command.token, command.topic) is None:
        raise not_found("subscription", "of this letter")
    return {"topic": command.topic}
