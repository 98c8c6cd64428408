"""The checker: compares what was asked and answered with what the databases hold once all is healed and drained.

"Nothing lost" means little without how much was tried: everything is counted.
"""

from __future__ import annotations

import inspect
import itertools
import time
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import psycopg

from deploy.local.settings import SERVICES
from gateway.schema.node import kind_and_id
from tests.faults.history import OK, REFUSED, UNAVAILABLE, UNKNOWN, Operation, Strike

Databases = dict[str, psycopg.Connection[tuple[Any, ...]]]


@dataclass
class Findings:
    """What is wrong, by sort; each a sentence. ``counts`` holds the figures around it."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        return [*self.lost, *self.duplicated, *self.ghosts, *self.out_of_order, *self.broken]


@dataclass(frozen=True)
class Told:
    """A row of an outbox."""

    number: int
    fact: str
    type: str
    subject: str
    version: int
    cause: str | None
    published: bool


@dataclass
class Stored:
    """What the services' databases hold, read once."""

    outboxes: dict[str, list[Told]]
    inboxes: dict[str, list[str]]
    positions: dict[str, dict[tuple[str, str], int]]
    waiting: dict[str, Counter[str]]
    registrations: list[dict[str, Any]]
    events: list[dict[str, Any]]
    votes: list[dict[str, Any]]
    votes_counted: int
    stances: list[dict[str, Any]]
    needs: list[dict[str, Any]]
    drafts: Counter[str]
    moves: list[dict[str, Any]]

    @classmethod
    def read(cls, databases: Databases) -> Stored:
        def rows(service: str, sql: str) -> list[dict[str, Any]]:
            cursor = databases[service].execute(sql.encode())
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        drafts = rows("events", "SELECT need::text AS need FROM events WHERE need IS NOT NULL")
        return cls(
            outboxes={
                service: [
                    Told(**row)
                    for row in rows(
                        service,
                        "SELECT number, fact::text AS fact, type, subject, version, envelope ->> 'causationid' AS "
                        "cause, published_at IS NOT NULL AS published FROM outbox ORDER BY number",
                    )
                ]
                for service in SERVICES
            },
            inboxes={
                service: [row["fact"] for row in rows(service, "SELECT fact::text AS fact FROM inbox")]
                for service in SERVICES
            },
            positions={
                service: {
                    (row["source"], row["subject"]): row["version"]
                    for row in rows(service, "SELECT source, subject, version FROM positions")
                }
                for service in SERVICES
            },
            waiting={
                service: Counter(row["reason"] for row in rows(service, "SELECT reason FROM waiting"))
                for service in SERVICES
            },
            registrations=rows(
                "events",
                "SELECT id::text, event::text, person::text, state, place_in_line, (SELECT max(number) FROM outbox "
                "WHERE type = 'event.registration_waitlisted' AND envelope -> 'data' ->> 'registration' = "
                "registrations.id::text) AS committed FROM registrations",
            ),
            events=rows("events", "SELECT id::text, capacity, confirmed, offered, waiting FROM events"),
            votes=rows("coalitions", "SELECT statement::text, voter::text, vote FROM votes"),
            votes_counted=sum(row["votes"] for row in rows("coalitions", "SELECT votes FROM consultations")),
            stances=rows(
                "coalitions",
                "SELECT number, organisation::text, value, reason FROM stances ORDER BY number",
            ),
            needs=rows("incubator", "SELECT id::text, title FROM needs"),
            drafts=Counter(row["need"] for row in drafts),
            moves=rows(
                "incubator",
                "SELECT subject, from_state, to_state, rule FROM history WHERE aspect = 'stage' ORDER BY number",
            ),
        )


def followed(service: str) -> set[tuple[str, str]]:
    """The facts (source, type) that a service reacts to; the type # is all of them, as they come."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # eventlet announces its retirement
        module = import_module(f"services.{service}.service")
    return {
        (entrypoint.source, entrypoint.fact_type)
        for one in vars(module).values()
        if inspect.isclass(one) and one.__module__ == module.__name__
        for _, method in inspect.getmembers(one, inspect.isfunction)
        for entrypoint in getattr(method, "nameko_entrypoints", ())
        if hasattr(entrypoint, "fact_type")
    }


def check(operations: list[Operation], stored: Stored, people: dict[str, str]) -> Findings:
    """Everything that can be said; ``people`` maps the load's people to their ids."""
    findings = Findings()
    findings.counts.update(
        attempted=len(operations),
        acknowledged=sum(one.outcome == OK for one in operations),
        refused=sum(one.outcome == REFUSED for one in operations),
        unavailable=sum(one.outcome == UNAVAILABLE for one in operations),
        unknown=sum(one.outcome == UNKNOWN for one in operations),
        attempts=sum(one.attempts for one in operations),
    )
    findings.duplicated += [f"{one.kind} {one.key}: answered in two ways" for one in operations if one.mismatch]
    check_facts(stored, findings)
    check_registrations(operations, stored, people, findings)
    check_needs(operations, stored, findings)
    check_votes(operations, stored, people, findings)
    check_stances(operations, stored, findings)
    check_moves(operations, stored, findings)
    return findings


def check_facts(stored: Stored, findings: Findings) -> None:
    """Every fact left, reached everybody who reacts to it, and what it caused came once and in order."""
    told = {fact.fact: fact for facts in stored.outboxes.values() for fact in facts}
    findings.counts["facts"] = len(told)
    findings.lost += [f"{fact.type} {fact.fact} never left" for fact in told.values() if not fact.published]
    for service in SERVICES:
        wanted = followed(service)
        kinds = {(source, type_.split(".")[0]) for source, type_ in wanted}
        read = set(stored.inboxes[service])
        positions = stored.positions[service]
        last: dict[tuple[str, str], int] = {}
        for source, facts in stored.outboxes.items():
            for fact in facts:
                if (source, "#") not in wanted and (source, fact.subject.split("/")[0]) in kinds:
                    last[source, fact.subject] = max(last.get((source, fact.subject), 0), fact.version)
                if (source, fact.type) in wanted or (source, "#") in wanted:
                    findings.counts["effects owed"] += 1
                    if fact.fact not in read:
                        findings.lost.append(f"{fact.type} {fact.fact} of {source} had no effect in {service}")
        findings.lost += [
            f"{service} has read {subject} of {source} up to {positions.get((source, subject), 0)} of {version}"
            for (source, subject), version in last.items()
            if positions.get((source, subject), 0) != version
        ]
        findings.broken += [
            f"{count} facts still wait in {service} ({reason})" for reason, count in stored.waiting[service].items()
        ]
        seen: dict[str, int] = {}
        for fact in stored.outboxes[service]:
            if fact.cause is None:
                continue
            cause = told.get(fact.cause)
            if cause is None:
                findings.ghosts.append(f"{fact.type} {fact.fact} was caused by a fact that nobody told")
            elif cause.version < seen.get(cause.subject, 0):
                findings.out_of_order.append(f"{service} acted on {cause.subject} {cause.version} after a later one")
            else:
                seen[cause.subject] = cause.version


def check_each_once(asked: dict[str, Operation], there: Counter[str], findings: Findings) -> None:
    """What was asked for in words of its own is there once if it was acknowledged, and at most once in any case."""
    for words, one in asked.items():
        if one.acknowledged and not there[words]:
            findings.lost.append(f"{one.kind} {one.key} was acknowledged and is not there")
        if there[words] > 1:
            findings.duplicated.append(f"{one.kind} {one.key} is there {there[words]} times")
        if there[words] and not one.may_be_done:
            findings.ghosts.append(f"{one.kind} {one.key} is there and was {one.outcome}")
    findings.ghosts += [f"{words} was never asked for" for words in there if words not in asked]


def check_needs(operations: list[Operation], stored: Stored, findings: Findings) -> None:
    """Each acknowledged need is there once, and drafted one gathering in the other service."""
    asked = {one.asked["title"]: one for one in operations if one.kind == "need"}
    check_each_once(asked, Counter(row["title"] for row in stored.needs), findings)
    for row in stored.needs:
        drafted = stored.drafts[row["id"]]
        if drafted == 0:
            findings.lost.append(f"need {row['id']} drafted nothing")
        elif drafted > 1:
            findings.duplicated.append(f"need {row['id']} drafted {drafted} gatherings")


def check_registrations(
    operations: list[Operation], stored: Stored, people: dict[str, str], findings: Findings
) -> None:
    """Each acknowledged registration is there once; no gathering is overbooked; its line is in commit order."""
    there: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in stored.registrations:
        there[row["event"], row["person"]].append(row)
    asked = {
        (own(one.asked["event"]), people.get(one.asked["by"], "")): one for one in operations if one.kind == "register"
    }
    cancelled = {own(one.asked["registration"]): one for one in operations if one.kind == "cancel"}
    for seat, one in asked.items():
        rows = there.get(seat, [])
        if one.acknowledged and not rows:
            findings.lost.append(f"registration {one.key} was acknowledged and is not there")
        if len(rows) > 1:
            findings.duplicated.append(f"registration {one.key} is there {len(rows)} times")
        if rows and not one.may_be_done:
            findings.ghosts.append(f"registration {one.key} is there and was {one.outcome}")
    findings.ghosts += [f"registration {seat} was never asked for" for seat in there if seat not in asked]
    for row in stored.registrations:
        cancelling = cancelled.get(row["id"])
        gone = row["state"] in ("CANCELLED", "OFFER_DECLINED", "OFFER_EXPIRED")
        if cancelling is not None and cancelling.acknowledged and not gone:
            findings.lost.append(f"the cancelling {cancelling.key} was acknowledged and is not there")
        if gone and row["state"] == "CANCELLED" and (cancelling is None or not cancelling.may_be_done):
            findings.ghosts.append(f"registration {row['id']} was cancelled and nobody asked")
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for row in stored.registrations:
        taken[row["event"]][row["state"]] += 1
    for event in stored.events:
        states = taken[event["id"]]
        counted = (states["CONFIRMED"], states["OFFERED"], states["WAITLISTED"])
        if counted != (event["confirmed"], event["offered"], event["waiting"]):
            findings.broken.append(f"event {event['id']} counts {counted} seats otherwise than it says")
        if event["capacity"] is not None and counted[0] + counted[1] > event["capacity"]:
            findings.broken.append(f"event {event['id']} is overbooked: {counted}")
        line = [row for row in stored.registrations if row["event"] == event["id"] and row["state"] == "WAITLISTED"]
        places = [row["place_in_line"] for row in sorted(line, key=lambda row: row["committed"])]
        if places != sorted(places) or len(set(places)) != len(places):
            findings.broken.append(f"the line of event {event['id']} is not in the order of the commits")


def check_votes(operations: list[Operation], stored: Stored, people: dict[str, str], findings: Findings) -> None:
    """The last acknowledged vote of a person on a statement counts, once, unless a later one is in doubt."""
    values = {1: "AGREE", -1: "DISAGREE", 0: "PASS"}
    there = {(row["statement"], row["voter"]): values[row["vote"]] for row in stored.votes}
    possible: dict[tuple[str, str], set[str]] = defaultdict(set)
    owed: set[tuple[str, str]] = set()
    for one in sorted((one for one in operations if one.kind == "vote"), key=lambda one: one.number):
        [vote] = one.asked["votes"]
        seat = (own(vote["statement"]), people.get(one.asked["by"], ""))
        if one.acknowledged:
            possible[seat] = {vote["vote"]}
            owed.add(seat)
        elif one.doubtful:
            possible[seat].add(vote["vote"])
    for seat, vote_there in there.items():
        if vote_there not in possible[seat]:
            findings.ghosts.append(f"the vote {seat} is {vote_there}, which was not the last that was asked for")
    findings.lost += [f"the vote {seat} was acknowledged and is not there" for seat in owed if seat not in there]
    if stored.votes_counted != len(there):
        findings.broken.append(f"{stored.votes_counted} votes are counted and {len(there)} are there")


def check_stances(operations: list[Operation], stored: Stored, findings: Findings) -> None:
    """Each stance is kept once, in an unbroken row; an organisation's last one is the last that was acknowledged."""
    said = [one for one in operations if one.kind == "stance"]
    asked = {one.asked["reason"]: one for one in said}
    check_each_once(asked, Counter(row["reason"] for row in stored.stances), findings)
    if [row["number"] for row in stored.stances] != list(range(1, len(stored.stances) + 1)):
        findings.broken.append("the stances of the ballot are not numbered without a gap")
    last = {row["organisation"]: asked.get(row["reason"]) for row in stored.stances}
    for one in filter(None, last.values()):
        later = [other for other in said if other.asked["by"] == one.asked["by"] and other.number > one.number]
        if not one.doubtful:
            findings.broken += [f"after stance {one.key} came {other.key}" for other in later if other.acknowledged]


def check_moves(operations: list[Operation], stored: Stored, findings: Findings) -> None:
    """A project's stages follow one on the other, one move for each that was asked for."""
    histories: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in stored.moves:
        histories[row["subject"]].append(row)
    asked: dict[str, list[Operation]] = defaultdict(list)
    for one in operations:
        if one.kind in ("forward", "back"):
            asked[f"project/{own(one.asked['project'])}"].append(one)
    for subject, rows in histories.items():
        for before, after in itertools.pairwise(rows):
            if after["from_state"] != before["to_state"]:
                findings.broken.append(f"{subject} went to {before['to_state']} and on from {after['from_state']}")
        moved = sum(row["rule"] in ("project.skip", "project.move_back") for row in rows)
        least = sum(one.acknowledged for one in asked[subject])
        most = sum(one.may_be_done for one in asked[subject])
        if moved < least:
            findings.lost.append(f"{subject} moved {moved} times, {least} moves were acknowledged")
        if moved > most:
            findings.duplicated.append(f"{subject} moved {moved} times, {most} moves were asked for")


def own(id: str) -> str:
    """The service's own id in the gateway's."""
    known = kind_and_id(id)
    return known[1] if known else id


@dataclass(frozen=True)
class Recovery:
    """Seconds from a fault's healing until a command of every kind was acknowledged again; None: never."""

    fault: str
    under_way: int
    seconds: float | None


def recoveries(operations: list[Operation], strikes: list[Strike]) -> list[Recovery]:
    """How long each fault was felt after it was healed, as far as the next one lets it be seen."""
    kinds = ("register", "vote", "need")
    found = []
    for strike in strikes:
        after = [one for one in operations if one.acknowledged and one.ended >= strike.healed]
        firsts = [min((one.ended for one in after if one.kind == kind), default=None) for kind in kinds]
        known = [first for first in firsts if first is not None]
        seconds = max(known) - strike.healed if len(known) == len(kinds) else None
        found.append(Recovery(strike.fault, strike.under_way, seconds))
    return found


def until_drained(read: Any, wrong: Any, within: float) -> tuple[Any, float]:
    """Read again until nothing is owed any more or the time is over; what was read last and how long it took."""
    began = time.monotonic()
    while True:
        try:
            stored = read()
            if not wrong(stored) or time.monotonic() - began > within:
                return stored, time.monotonic() - began
        except psycopg.Error:
            if time.monotonic() - began > within:
                raise
        time.sleep(1.0)
