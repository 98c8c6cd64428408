"""What the answer to each question shows: the facts of which things make it another answer.

The one place that says so. A question that is not named here, or that is in ``NOT_KEPT``, makes its answer one that is
not kept. tests/gateway/test_remembered_questions.py holds this table against the questions that there are, and against
the tables that each of them reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

#: What an answer shows: a service; all its things of a kind (``("incubator", "project")``); one of them, by its id.
Token = tuple[str, ...]

#: More things than this are as good as all of their kind.
MOST_NAMED = 50


class Lasts(Enum):
    """How long an answer holds though no fact comes: not all changes are somebody's doing."""

    UNTIL_A_FACT = "UNTIL_A_FACT"
    #: It counts days: the days of the services begin at midnight UTC.
    TODAY = "TODAY"
    #: It says what is open, due or possible now.
    A_MOMENT = "A_MOMENT"


@dataclass(frozen=True)
class Shows:
    """``kinds`` of things of which it shows something, as they stand in the answering service.

    Of things of other services that is a copy: it changes when their fact has taken effect there, not when it is told.
    ``ids``: the field of the request that names the things of the first kind; the others of that kind do not matter.
    """

    kinds: tuple[str, ...]
    ids: str | None = None
    lasts: Lasts = Lasts.UNTIL_A_FACT


def _of(*kinds: str, ids: str | None = None, lasts: Lasts = Lasts.UNTIL_A_FACT) -> Shows:
    return Shows(kinds, ids, lasts)


TODAY, A_MOMENT = Lasts.TODAY, Lasts.A_MOMENT

QUESTIONS: Mapping[tuple[str, str], Shows] = {
    ("people", "persons_by_ids"): _of("person", ids="ids"),
    ("people", "organisations_by_ids"): _of("organisation", ids="ids"),
    ("people", "organisation_by_slug"): _of("organisation"),
    ("people", "list_organisations"): _of("organisation"),
    ("people", "themes_by_slugs"): _of("theme"),
    ("people", "list_themes"): _of("theme"),
    # A project holds all its parts; it is asked for with the day, for how long it has been in its stage.
    ("incubator", "incubators_by_ids"): _of("incubator", ids="ids"),
    ("incubator", "incubator_by_slug"): _of("incubator"),
    ("incubator", "list_incubators"): _of("incubator"),
    ("incubator", "project_counts_by_incubator_ids"): _of("project"),
    ("incubator", "calls_by_ids"): _of("call", ids="ids", lasts=A_MOMENT),
    ("incubator", "list_calls"): _of("call", "incubator", lasts=A_MOMENT),
    ("incubator", "projects_by_ids"): _of("project", ids="ids", lasts=TODAY),
    ("incubator", "project_by_slug"): _of("project", lasts=TODAY),
    ("incubator", "list_projects"): _of("project", "incubator", "theme", lasts=TODAY),
    ("incubator", "projects_by_themes"): _of("project", lasts=TODAY),
    ("incubator", "needs_by_ids"): _of("project"),
    ("incubator", "gates_by_project_ids"): _of("project", "incubator", ids="ids", lasts=A_MOMENT),
    ("incubator", "transitions_by_project_ids"): _of("project", "incubator", ids="ids", lasts=A_MOMENT),
    ("incubator", "changes_by_project_ids"): _of("project", "incubator", ids="ids", lasts=A_MOMENT),
    ("incubator", "applications_by_project_ids"): _of("project", "incubator", ids="ids", lasts=A_MOMENT),
    ("incubator", "timelines_by_project_ids"): _of("project", ids="ids"),
    ("incubator", "stage_changes_by_ids"): _of("project"),
    ("incubator", "replies_by_positions"): _of("project"),
    ("incubator", "pipeline"): _of("project", "incubator", lasts=TODAY),
    ("incubator", "board"): _of("project", "incubator", lasts=TODAY),
    ("incubator", "cohort"): _of("project", "incubator", lasts=TODAY),
    ("incubator", "network"): _of("project", "incubator", lasts=TODAY),
    # Whole coalitions, positions and consultations come with the ways on from here, which open and close by the hour.
    ("coalitions", "coalitions_by_ids"): _of("coalition", ids="ids", lasts=A_MOMENT),
    ("coalitions", "coalition_by_slug"): _of("coalition", lasts=A_MOMENT),
    ("coalitions", "list_coalitions"): _of("coalition", lasts=A_MOMENT),
    ("coalitions", "coalitions_by_themes"): _of("coalition", lasts=A_MOMENT),
    ("coalitions", "memberships_by_ids"): _of("coalition", lasts=A_MOMENT),
    ("coalitions", "positions_by_ids"): _of("position", "coalition", "project", ids="ids", lasts=A_MOMENT),
    ("coalitions", "position_by_slug"): _of("position", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "list_positions"): _of("position", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "positions_by_themes"): _of("position", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "positions_by_coalitions"): _of("position", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "positions_by_projects"): _of("position", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "differences_by_positions"): _of("position", ids="ids"),
    ("coalitions", "ballots_by_ids"): _of("position"),
    ("coalitions", "amendments_by_ids"): _of("position"),
    ("coalitions", "consultations_by_ids"): _of("consultation", "coalition", ids="ids", lasts=A_MOMENT),
    ("coalitions", "consultation_by_slug"): _of("consultation", "coalition", lasts=A_MOMENT),
    ("coalitions", "list_consultations"): _of("consultation", "coalition", lasts=A_MOMENT),
    ("coalitions", "consultations_by_themes"): _of("consultation", "coalition", lasts=A_MOMENT),
    ("coalitions", "consultations_by_coalitions"): _of("consultation", "coalition", lasts=A_MOMENT),
    ("coalitions", "statements_by_consultations"): _of("consultation", "coalition", ids="ids", lasts=A_MOMENT),
    ("coalitions", "statements_by_ids"): _of("consultation", "coalition", lasts=A_MOMENT),
    ("coalitions", "suggestions_by_ids"): _of("suggestion", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "list_suggestions"): _of("suggestion", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "suggestions_by_projects"): _of("suggestion", "coalition", "project", lasts=A_MOMENT),
    ("coalitions", "suggestions_by_coalitions"): _of("suggestion", "coalition", "project", lasts=A_MOMENT),
    # The seats of a gathering and who holds them are one thing with it.
    ("events", "events_by_ids"): _of("event", ids="ids"),
    ("events", "event_by_slug"): _of("event"),
    ("events", "list_events"): _of("event", "project", "coalition"),
    ("events", "events_by_themes"): _of("event"),
    ("events", "events_by_projects"): _of("event"),
    ("events", "events_by_coalitions"): _of("event"),
    ("events", "event_counts_by_projects"): _of("event"),
    ("events", "event_counts_by_coalitions"): _of("event"),
    ("events", "drafts_by_needs"): _of("event"),
    ("events", "allowed_transitions_by_ids"): _of("event", ids="ids", lasts=A_MOMENT),
    ("events", "event_histories_by_ids"): _of("event", ids="ids"),
    ("events", "registrations_by_ids"): _of("event", lasts=A_MOMENT),
    ("events", "my_registrations_by_events"): _of("event", ids="ids", lasts=A_MOMENT),
}

#: What is asked in somebody's own name, or for a file, a calendar or a letter.
NOT_KEPT = frozenset(
    {
        *(("people", name) for name in ("contacts_by_ids", "viewer", "erasures_by_ids")),
        ("incubator", "export_projects"),
        *(("events", name) for name in ("list_registrations", "export_participants", "my_registrations", "my_data")),
        *(("events", name) for name in ("my_notices", "calendar_entries", "own_calendar")),
    }
)

#: Commands that come by the hundred, and the one thing that each changes: its kind, and the field that names it. Of the
#: others nobody says what they change.
CHANGE_ONE: Mapping[tuple[str, str], tuple[str, str]] = {("coalitions", "cast_votes"): ("consultation", "consultation")}


def shown_by(service: str, method: str, request: Mapping[str, Any]) -> frozenset[Token] | None:
    """What the answer to this request will show; None when it may not be kept."""
    shows = QUESTIONS.get((service, method))
    if shows is None:
        return None
    named = _named(request.get(shows.ids)) if shows.ids else None
    tokens: set[Token] = {(service,)}
    for kind in shows.kinds:
        if named is not None and kind == shows.kinds[0]:
            tokens.update((service, kind, identity) for identity in named)
        else:
            tokens.add((service, kind))
    return frozenset(tokens)


def lasts(service: str, method: str) -> Lasts:
    """How long the answer to a question of ``QUESTIONS`` holds without a fact."""
    return QUESTIONS[service, method].lasts


def changed_by(service: str, method: str, request: Mapping[str, Any]) -> list[Token]:
    """What a command may have changed."""
    kind, field = CHANGE_ONE.get((service, method), ("", ""))
    named = _named([request.get(field)])
    return [(service,)] if named is None else [(service, kind), (service, kind, *named)]


def _named(ids: object) -> list[str] | None:
    """The ids as facts write them, whatever form they were given in; None when they are too many, or are none."""
    if not isinstance(ids, list) or len(ids) > MOST_NAMED:
        return None
    try:
        return [str(UUID(identity)) for identity in ids]
    except (ValueError, TypeError, AttributeError):
        return None
