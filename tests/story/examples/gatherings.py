"""Gatherings with approval, with a line, postponed, called off, held and reported; and a person's own letters."""

from __future__ import annotations

from tests.running import until
from tests.story.examples.players import Cast, soon


def play(cast: Cast, project: str) -> None:
    """``project`` has the demonstration's founder, and a challenge becomes a hold-up for it."""
    _with_approval(cast)
    _with_a_line(cast)
    _held(cast, project)
    for name in ("openMyCalendar", "closeMyCalendar", "chooseNotices", "eraseMyEventData"):
        cast["visitor of gatherings"].play(name)
    cast["staff"].play("recordEvents")


def _announced(cast: Cast, capacity: int | None = None, *before: str) -> str:
    """A gathering of the organiser, after what else is done to its draft."""
    organiser = cast["organiser"]
    when = {"startsAt": soon(days=20), "endsAt": soon(days=20, hours=2)}
    event: str = organiser.play("scheduleEvent", **when, capacity=capacity)["event"]["id"]
    for name in (*before, "publishEvent"):
        organiser.play(name, event=event)
    return event


def _registered(cast: Cast, person: str, event: str) -> str:
    registration: str = cast[person].play("register", event=event)["registration"]["id"]
    return registration


def _with_approval(cast: Cast) -> None:
    organiser, event = cast["organiser"], _announced(cast, 12, "editEvent")
    organiser.play("approveRegistration", registration=_registered(cast, "citizen", event))
    organiser.play("rejectRegistration", registration=_registered(cast, "citizen2", event))
    organiser.play("changeCapacity", event=event)
    organiser.play("copyEvent", event=event, startsAt=soon(days=27))


def _with_a_line(cast: Cast) -> None:
    """The first gives the seat back, the second is passed over, the third takes it and then moves elsewhere."""
    organiser, third = cast["organiser"], cast["mentor"]
    full, elsewhere = _announced(cast, 1), _announced(cast)
    seat, passed_over, offered = (_registered(cast, one, full) for one in ("citizen", "citizen2", "mentor"))
    organiser.play("setEligibility", registration=passed_over)
    cast["citizen"].play("cancelRegistration", registration=seat)
    third.play("answerOffer", registration=offered)
    moved = third.play("moveRegistration", registration=offered, event=elsewhere)["registration"]["id"]
    organiser.play("cancelEvent", event=full)
    organiser.play("postponeEvent", event=elsewhere)
    when = {"startsAt": soon(days=40), "endsAt": soon(days=40, hours=2)}
    organiser.play("rescheduleEvent", event=elsewhere, **when)
    third.play("reconfirmRegistration", registration=moved)


def _held(cast: Cast, project: str) -> None:
    organiser = cast["organiser"]
    cast["founder"].play("publishNeed", project=project)
    document = "query($id: ID!) { node(id: $id) { ... on Project { events { nodes { id state } } } } }"

    def drafted() -> list[str]:
        nodes = organiser.ask(document, id=project)["node"]["events"]["nodes"]
        return [one["id"] for one in nodes if one["state"] == "DRAFT"]

    named = {"event": until(drafted)[0]}
    when = {"startsAt": soon(hours=1), "endsAt": soon(hours=3)}
    organiser.play("takeUpDraft", **named, **when, facilitators=[cast["facilitator"].id])
    organiser.play("publishEvent", **named)
    registration = _registered(cast, "citizen", named["event"])
    cast.move("events", named["event"], "UPDATE events SET starts_at = now() - interval '1 minute' WHERE id = %(id)s")
    organiser.play("checkIn", **named, registration=registration, at=soon())
    organiser.play("endEvent", **named)
    organiser.play("reportOutcome", **named)
    # Three days pass; that attendance is settled then is a job of once a minute, which nobody waits for here.
    settled = "UPDATE events SET held_at = held_at - interval '73 hours', state = 'CLOSED' WHERE id = %(id)s"
    cast.move("events", named["event"], settled)
    organiser.play("correctAttendance", registration=registration)
