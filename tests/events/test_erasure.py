"""A person is erased from the whole network: what the events service does, and what it answers."""

from uuid import uuid4

from services.events.queries import gatherings
from services.events.use_cases.choose_notices import choose_notices
from services.events.use_cases.erase_person import erase_person
from services.events.use_cases.hold_ended_events import hold_ended_events
from services.events.use_cases.open_my_calendar import open_my_calendar
from services.events.use_cases.register import register
from services.events.use_cases.remember_neighbours import remember_project
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person


def test_seats_to_come_are_given_back_past_ones_count_on_and_nobody_is_named(agenda: Agenda, events: Bench) -> None:
    one = person()
    past = agenda.meetup(in_days=1)
    events.perform(register, by=one, event=past, needs="Une rampe large")
    events.clock.goes_on(days=2)
    events.run_due(hold_ended_events)
    ahead = agenda.meetup(capacity=1)
    events.perform(register, by=one, event=ahead)
    [(_, place)] = agenda.fill(ahead, 1)
    own = agenda.meetup(organisers=[one.id, agenda.organiser.id])
    events.perform(open_my_calendar, by=one)
    events.perform(choose_notices, by=one, unwanted=[])
    project = uuid4()
    card = {"project": project, "slug": "colette", "name": "Colette", "founders": [one.id]}
    events.deliver(remember_project, events.fact("incubator", "project.recorded", project, **card))
    confirmed = agenda.row(past)["confirmed"]

    fact = events.fact("people", "person.erasure_started", str(one.id), person=one.id, request=uuid4())
    events.deliver(erase_person, fact)

    assert agenda.state_of(place) == "OFFERED"
    assert agenda.row(past)["confirmed"] == confirmed
    left = {name for name, rows in events.everything().items() if str(one.id) in str(rows)}
    assert left == {"outbox", "positions"}, "facts told are dropped after 7 days; positions number what people tells"
    [row] = events.ask(gatherings.events_by_ids, by=agenda.organiser, ids=[own])
    assert len(row["organisers"]) == 2
    assert str(agenda.organiser.id) in row["organisers"]
    [told] = events.facts("person.erased_in")
    assert (told["subject"], told["aggregateversion"], told["causationid"]) == (f"person/{one.id}", 1, str(fact.id))
    counts = told["data"]["counts"]
    assert (counts["registrations"], counts["needs"], counts["known_roles"], counts["events"]) == (2, 1, 1, 1)
    assert told["data"]["kept"] == {"organised": 1}
