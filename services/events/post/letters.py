"""What stands in a letter, in French and in English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from services.events.domain.notices import TOPICS

FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FRENCH_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter to one person. ``identity`` is the notice's: sent again, it is recognised as the same.

    ``unsubscribe_url`` takes a POST and needs nothing else (RFC 8058).
    """

    identity: UUID
    person: UUID
    kind: str
    language: str
    subject: str
    body: str
    unsubscribe_url: str


def letter_of(notice: Mapping[str, Any], language: str, public_url: str) -> Letter:
    """The letter of a notice as it was claimed (storage/notices.py), in ``fr`` or ``en``; French for anything else."""
    language = language if language in ("fr", "en") else "fr"
    texts = _texts(language)
    text = texts[notice["kind"]]
    query = urlencode({"token": notice["unsubscribe_token"], "topic": TOPICS[notice["kind"]]})
    values = {
        "title": " ".join(notice["event_title"].split()),
        "when": said(notice["starts_at"], notice, language),
        "where": _where(notice, texts),
        "until": said(notice["offer_expires_at"] or notice["reconfirm_by"] or notice["not_after"], notice, language),
        "url": f"{public_url}/events/{notice['event_slug']}",
        "confirmed": notice["confirmed"],
        "least": notice["min_participants"],
        "unsubscribe": f"{public_url}/notices/unsubscribe?{query}",
    }
    return Letter(
        identity=notice["id"],
        person=notice["person"],
        kind=notice["kind"],
        language=language,
        subject=text["subject"].format(**values),
        body="\n\n".join((*text["body"], texts["where_it_is"], texts["farewell"])).format(**values) + "\n",
        unsubscribe_url=str(values["unsubscribe"]),
    )


def said(moment: datetime | None, notice: Mapping[str, Any], language: str) -> str:
    """An instant as people say it, in the gathering's own timezone, which is named."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(notice["timezone"]))
    if language == "fr":
        day = f"{FRENCH_DAYS[local.weekday()]} {local.day} {FRENCH_MONTHS[local.month - 1]} {local.year}"
        time = f" à {local.hour} h {local.minute:02}"
    else:
        day, time = f"{local:%A} {local.day} {local:%B %Y}", f" at {local:%H:%M}"
    return day if notice["all_day"] else f"{day}{time} ({notice['timezone']})"


def _where(notice: Mapping[str, Any], texts: Mapping[str, Any]) -> str:
    place = notice["place"]
    parts = (place.name, place.address, place.city, place.country) if place else ()
    return ", ".join(part for part in parts if part) or str(texts["online"])


@cache
def _texts(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((Path(__file__).parent / f"letters_{language}.json").read_text("utf-8"))
    return texts
