"""The public pages of gatherings: what they show, to people and (schema.org) to machines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from gateway.http.pages import paragraphs
from gateway.schema.events.languages import language_name
from gateway.schema.wire import Row, read_instant

Texts = dict[str, str]

TEXTS: dict[str, Texts] = {
    "fr": {
        "agenda": "Agenda",
        "all": "Tout l'agenda",
        "calendar": "Dans mon calendrier (.ics)",
        "subscribe": "S'abonner à l'agenda (.ics)",
        "none": "Rien n'est annoncé pour l'instant.",
        "when": "Quand",
        "where": "Où",
        "online": "En ligne",
        "also_online": "et en ligne",
        "challenge": "Défi",
        "icebreaker": "Brise-glace",
        "divergence": "Divergence",
        "convergence": "Convergence",
        "restitution": "Restitution",
        "seats": "Places libres",
        "full": "Complet ; une liste d'attente est ouverte.",
        "closed": "Complet.",
        "themes": "Thèmes",
        "languages": "Langues",
        "access": "Accessibilité",
        "agenda_of": "Déroulé",
        "minutes": "min",
        "website": "Site",
        "outcome": "Ce qui en est sorti",
        "next": "Suite",
        "more": "Plus tard",
        "POSTPONED": "Reporté : la nouvelle date n'est pas encore connue.",
        "CANCELLED": "Annulé.",
        "HELD": "A eu lieu.",
        "CLOSED": "A eu lieu.",
        "DRAFT": "Brouillon.",
        "not_found": "Cette page n'existe pas.",
        "wheelchair": "accessible en fauteuil roulant",
        "hearing_loop": "boucle magnétique",
        "sign_language": "langue des signes",
        "captions": "sous-titres",
        "quiet_room": "pièce calme",
    },
    "en": {
        "agenda": "Agenda",
        "all": "The whole agenda",
        "calendar": "Into my calendar (.ics)",
        "subscribe": "Subscribe to the agenda (.ics)",
        "none": "Nothing is announced at the moment.",
        "when": "When",
        "where": "Where",
        "online": "Online",
        "also_online": "and online",
        "challenge": "Challenge",
        "icebreaker": "Icebreaker",
        "divergence": "Divergence",
        "convergence": "Convergence",
        "restitution": "Restitution",
        "seats": "Free seats",
        "full": "Full; there is a waiting list.",
        "closed": "Full.",
        "themes": "Themes",
        "languages": "Languages",
        "access": "Accessibility",
        "agenda_of": "Programme",
        "minutes": "min",
        "website": "Web site",
        "outcome": "What came out of it",
        "next": "Next",
        "more": "Later",
        "POSTPONED": "Postponed: the new date is not known yet.",
        "CANCELLED": "Cancelled.",
        "HELD": "It took place.",
        "CLOSED": "It took place.",
        "DRAFT": "Draft.",
        "not_found": "There is no such page.",
        "wheelchair": "accessible with a wheelchair",
        "hearing_loop": "hearing loop",
        "sign_language": "sign language",
        "captions": "captions",
        "quiet_room": "quiet room",
    },
}
MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
#: The parts of a hold-up, as its agenda names them by itself; other parts are in their organisers' words.
PARTS = frozenset({"icebreaker", "divergence", "convergence", "restitution"})
#: States of schema.org's Event.
STATUS = {"POSTPONED": "EventPostponed", "CANCELLED": "EventCancelled"}
MODES = {"ONSITE": "OfflineEventAttendanceMode", "ONLINE": "OnlineEventAttendanceMode"}


def texts_in(language: str) -> Texts:
    """The words of a language; French for anything that is not here."""
    return TEXTS.get(language, TEXTS["fr"])


def event_body(row: Row, language: str, public_url: str, themes: Mapping[str, str]) -> str:
    """The page of one gathering, as HTML. ``themes``: what the themes are called, as far as that is known."""
    words = texts_in(language)
    state = f'<p class="state">{words[row["state"]]}</p>' if row["state"] in words else ""
    facts = [
        (words["when"], _when(row, language)),
        (words["where"], escape(_where(row, words))),
        (words["challenge"], escape((row["challenge"] or {}).get("question", ""))),
        (words["seats"], escape(_seats(row, words)) if row["state"] == "PUBLISHED" else ""),
        (words["themes"], escape(", ".join(themes.get(slug, slug) for slug in row["themes"]))),
        (words["languages"], escape(", ".join(language_name(code, language) for code in row["languages"]))),
        (words["access"], escape(_access(row, words))),
        (words["website"], _link(row["website"], row["website"]) if row["website"] else ""),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts if value)
    return (
        f"<h1>{escape(row['title'])}</h1>{state}<dl>{listed}</dl>{paragraphs(row['description'])}"
        f"{_programme(row, words)}{_outcome(row, words)}"
        f"<p>{_link(public_url + '/calendar/' + row['slug'] + '.ics', words['calendar'])}</p>"
        f"<p>{_link(public_url + '/events', words['all'])}</p>"
    )


def agenda_body(page: Row, language: str, public_url: str) -> str:
    """A page of the agenda, as HTML, the earliest first."""
    words = texts_in(language)
    items = "".join(
        f"<li>{_when(row, language)}<br>{_link(public_url + '/events/' + row['slug'], row['title'])}"
        f"<br>{escape(_where(row, words))}</li>"
        for row in page["items"]
    )
    more = f"?after={escape(page['cursors'][-1])}" if page["has_next"] else ""
    return (
        f"<h1>{words['agenda']}</h1>"
        + (f'<ul class="agenda">{items}</ul>' if items else f"<p>{words['none']}</p>")
        + (f"<p>{_link(f'{public_url}/events{more}', words['more'])}</p>" if more else "")
        + f"<p>{_link(f'{public_url}/calendar.ics', words['subscribe'])}</p>"
    )


def described(row: Row, public_url: str) -> dict[str, Any]:
    """The gathering as schema.org's Event (https://schema.org/Event)."""
    place = row["place"] or {}
    address = {
        "@type": "PostalAddress",
        "streetAddress": place.get("address"),
        "addressLocality": place.get("city"),
        "addressCountry": place.get("country"),
    }
    onsite = {"@type": "Place", "name": place.get("name") or place.get("city"), "address": _given(address)}
    room = {"@type": "VirtualLocation", "url": row["website"] or f"{public_url}/events/{row['slug']}"}
    locations = [*([onsite] if place else []), *([room] if row["mode"] != "ONSITE" else [])]
    return _given(
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "@id": f"{public_url}/events/{row['slug']}",
            "name": row["title"],
            "description": row["description"],
            "startDate": _dated(row, _local(row, "starts_at")),
            "endDate": _dated(row, _last_moment(row)),
            "eventStatus": f"https://schema.org/{STATUS.get(row['state'], 'EventScheduled')}",
            "eventAttendanceMode": f"https://schema.org/{MODES.get(row['mode'], 'MixedEventAttendanceMode')}",
            "location": locations,
            "inLanguage": row["languages"],
            "keywords": row["themes"],
            "maximumAttendeeCapacity": row["capacity"],
            "remainingAttendeeCapacity": row["seats_left"],
            "sameAs": row["website"],
            "url": f"{public_url}/events/{row['slug']}",
        }
    )


def _local(row: Row, name: str) -> datetime:
    return read_instant(row[name]).astimezone(ZoneInfo(row["timezone"]))


def _last_moment(row: Row) -> datetime:
    """Its end; of whole days the last one, which ends at midnight."""
    return _local(row, "ends_at") - timedelta(days=1 if row["all_day"] else 0)


def _dated(row: Row, moment: datetime) -> str:
    """As schema.org and HTML want it: whole days without a time."""
    return moment.date().isoformat() if row["all_day"] else moment.isoformat()


def _when(row: Row, language: str) -> str:
    """Start and end, in the gathering's timezone, readable to people and, as ``time``, to machines."""
    start, end = _local(row, "starts_at"), _last_moment(row)
    same_day = start.date() == end.date()
    if row["all_day"]:
        parts = [_day(start, language)] if same_day else [_day(start, language), _day(end, language)]
        said = " – ".join(parts)
    else:
        until = f"{end:%H:%M}" if same_day else f" {_day(end, language)}, {end:%H:%M}"
        said = f"{_day(start, language)}, {start:%H:%M}{'–' if same_day else ' –'}{until} ({row['timezone']})"
    return f'<time datetime="{_dated(row, start)}">{escape(said)}</time>'


def _day(moment: datetime, language: str) -> str:
    return f"{moment.day} {MONTHS.get(language, MONTHS['fr'])[moment.month - 1]} {moment.year}"


def _where(row: Row, words: Texts) -> str:
    place = row["place"] or {}
    parts = [place[part] for part in ("name", "address", "city", "country") if place.get(part)]
    if row["mode"] == "ONSITE":
        return ", ".join(parts)
    return f"{', '.join(parts)} {words['also_online']}" if parts else words["online"]


def _seats(row: Row, words: Texts) -> str:
    if row["seats_left"] is None:
        return ""
    if row["seats_left"] > 0 and not row["waiting"]:
        return str(row["seats_left"])
    return words["full"] if row["waiting_list"] else words["closed"]


def _access(row: Row, words: Texts) -> str:
    offered = row["accessibility"] or {}
    known = [words[name] for name in offered if name in words and offered[name]]
    return ", ".join([*known, *([offered["other"]] if offered.get("other") else [])])


def _programme(row: Row, words: Texts) -> str:
    items = "".join(
        f"<li>{escape(_part(one['title'], words))} ({one['minutes']} {words['minutes']})</li>" for one in row["agenda"]
    )
    return f"<h2>{words['agenda_of']}</h2><ol>{items}</ol>" if items else ""


def _part(title: str, words: Texts) -> str:
    return words[title] if title in PARTS else title


def _outcome(row: Row, words: Texts) -> str:
    report = row["outcome"]
    if not report:
        return ""
    solutions = "".join(f"<li>{escape(one['text'])}</li>" for one in report["solutions"] if one["retained"])
    after = f"<h3>{words['next']}</h3>{paragraphs(report['next_steps'])}" if report["next_steps"] else ""
    return f"<h2>{words['outcome']}</h2><ul>{solutions}</ul>{after}"


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}" rel="nofollow noopener">{escape(text)}</a>'


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
