"""The words around a published position, in French and English."""

from __future__ import annotations

from datetime import datetime
from unicodedata import normalize

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)

WORDS = {
    "fr": {
        "skip": "Aller au texte",
        "signed": "Signée par {n} membres sur {m}",
        "published": "Publiée le {date}",
        "text": "Le texte",
        "signatories": "Signataires",
        "reservation": "Réserve",
        "evidence": "Sur quoi elle s'appuie",
        "no_evidence": "Sans preuve citée",
        "replies": "Réponses des projets cités",
        "decisions": "Comment elle a été décidée",
        "versions": "Versions du texte",
        "deliveries": "Ce qu'elle est devenue",
        "round": "Tour {number}",
        "version": "Version {number}, arrêtée le {date}",
        "themes": "Thèmes",
        "pinned": "version {number}",
        "undisclosed": "valeur non communiquée",
        "download": "Télécharger en Markdown",
        "follow": "Suivre les positions de la coalition",
        "RETRACTED": "Cette position a été retirée.",
        "SUPERSEDED": "Une position plus récente la remplace.",
        "PROJECT": "Projet",
        "METRIC": "Mesure",
        "EVENT": "Rencontre",
        "CONSULTATION": "Consultation",
        "URL": "Page",
        "PROJECT_STOPPED": "le projet s'est arrêté",
        "METRIC_CONTRADICTED": "une mesure plus récente la contredit",
        "EVENT_CANCELLED": "la rencontre n'a pas eu lieu",
        "weakened": "Affaiblie depuis",
        "AGREE": "pour",
        "ABSTAIN": "abstention",
        "DISAGREE": "contre",
        "BLOCK": "blocage",
        "ADOPTED": "adoptée",
        "RETURNED": "renvoyée",
        "REJECTED": "rejetée",
        "NONE": "pas encore de réponse",
        "ACKNOWLEDGED": "accusé de réception",
        "PARTLY_TAKEN_UP": "reprise en partie",
        "TAKEN_UP": "reprise",
        "REFUSED": "refusée",
        "recounted": "résultat vérifié par recomptage",
        "recorded": "Cette position a été publiée avant d'être enregistrée ici.",
    },
    "en": {
        "skip": "Skip to the text",
        "signed": "Signed by {n} of {m} members",
        "published": "Published on {date}",
        "text": "The text",
        "signatories": "Signatories",
        "reservation": "Reservation",
        "evidence": "What it stands on",
        "no_evidence": "Without evidence",
        "replies": "Replies of the projects it quotes",
        "decisions": "How it was decided",
        "versions": "Versions of the text",
        "deliveries": "What became of it",
        "round": "Round {number}",
        "version": "Version {number}, frozen on {date}",
        "themes": "Themes",
        "pinned": "version {number}",
        "undisclosed": "value not disclosed",
        "download": "Download as Markdown",
        "follow": "Follow the coalition's positions",
        "RETRACTED": "This position was retracted.",
        "SUPERSEDED": "A newer position takes its place.",
        "PROJECT": "Project",
        "METRIC": "Measurement",
        "EVENT": "Event",
        "CONSULTATION": "Consultation",
        "URL": "Page",
        "PROJECT_STOPPED": "the project stopped",
        "METRIC_CONTRADICTED": "a newer measurement contradicts it",
        "EVENT_CANCELLED": "the event did not take place",
        "weakened": "Weakened since",
        "AGREE": "agree",
        "ABSTAIN": "abstain",
        "DISAGREE": "disagree",
        "BLOCK": "block",
        "ADOPTED": "adopted",
        "RETURNED": "returned",
        "REJECTED": "rejected",
        "NONE": "no answer yet",
        "ACKNOWLEDGED": "acknowledged",
        "PARTLY_TAKEN_UP": "taken up in part",
        "TAKEN_UP": "taken up",
        "REFUSED": "refused",
        "recounted": "result proved by a recount",
        "recorded": "This position was published before it was recorded here.",
    },
}


def said(language: str, key: str, **values: object) -> str:
    """The words in that language, their holes filled."""
    return WORDS[language][key].format(**values)


def told(language: str, name: str, what: str) -> str:
    """A name, a colon as that language sets it (in French after a blank that does not break), and what is told."""
    return f"{name}\N{NO-BREAK SPACE}: {what}" if language == "fr" else f"{name}: {what}"


def looked_up(name: str) -> bytes:
    """What a name is sorted by, as people look it up: accents and case do not count."""
    return normalize("NFKD", name).encode("ascii", "ignore").lower()


def day(language: str, instant: str) -> str:
    """A day as people write it: ``18 juin 2026``, ``18 June 2026``."""
    at = datetime.fromisoformat(instant)
    month = MONTHS[at.month - 1] if language == "fr" else f"{at:%B}"
    return f"{at.day} {month} {at.year}"
