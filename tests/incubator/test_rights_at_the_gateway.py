"""The table of rights of the service (test_rights), asked for through the gateway with each person's own token.

First everything that the table refuses, of everybody, while nothing has moved; then everything that it allows. What is
allowed may still be refused for the state of things, which the one asked before has moved; never for who asks.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from strawberry.utils.str_converters import to_camel_case

from gateway.schema.node import global_id, kind_and_id
from services.backbone.envelope import Envelope
from tests.bench import Bench, OwnClock, plain
from tests.incubator.everybody import Everybody
from tests.incubator.front import Front
from tests.incubator.test_rights import CODES, COMMANDS, QUERIES
from tests.incubator.world import ROLES, World
from tests.running import until

#: Who of the demonstration people stands for each role of the table.
PLAYERS = dict(zip(ROLES, ("founder", "mentor", "staff", "citizen", "director", None), strict=True))
#: For imports alone: no mutation.
NOT_HERE = {"record_projects"}
#: These end what the others need; asked last, and of one only: the next would find it gone.
AT_LAST = (
    *("close_call", "withdraw_application", "admit_project", "decline_project", "declare_conflict", "pause_project"),
    *("stop_project", "end_mentoring", "change_stage_model"),
)
#: What another one of the table leaves no room for: a need is resolved or withdrawn, a proposal approved or refused.
EITHER_OR = {
    *("decline_project", "declare_conflict", "submit_review", "withdraw_need", "refuse_stage_change"),
    *("cancel_stage_change", "drop_milestone"),
}
OF_WHO_ASKS = set(CODES.values()) - {None}


class RunningBench(Bench):
    """A bench on the database of a service that runs: relay and jobs are at work there, so nothing stands still."""

    def deliver(self, reaction: Callable[[Any, Any], None], fact: Envelope) -> None:
        assert self.receiver.receive(reaction, fact) == "DONE"


class Gate:
    """The world of the service's own table, in a running network, and the front-ends of those who come by."""

    def __init__(self, everybody: Everybody) -> None:
        own = {name: UUID(_own(id)) for name, id in everybody.ids.items()}
        bench = RunningBench(
            "incubator", everybody.network.plan().database_url("incubator"), OwnClock(datetime.now(UTC))
        )
        known = {"founder": own["founder"], "mentor": own["mentor"], "staff": own["staff"]}
        self.world = World(bench, **known, other_staff=own["staff2"])
        self.fronts = {role: Front(everybody.network, player) for role, player in PLAYERS.items()}
        houses = {"staff": self.world.house.id, "citizen": self.world.elsewhere}
        for player, house in houses.items():
            everybody.of["admin"].do(
                "grantRole", "id", person=everybody.ids[player], role="INCUBATOR_STAFF",
                scope=global_id("incubator", str(house)),
            )  # fmt: skip
        known_by_now = "SELECT count(*) AS grants FROM role_grants WHERE scope = ANY(:scopes)"
        scopes = [f"incubator/{house}" for house in houses.values()]
        until(lambda: bench.rows(known_by_now, scopes=scopes) == [{"grants": len(houses)}])

    def code(self, role: str, command: str) -> str | None:
        """The code with which this command is refused to this role; None when it was done."""
        name = to_camel_case(command)
        form = f"{name[0].upper()}{name[1:]}Input"
        wanted = (
            "results { problems { code } } problems { code }" if name == "recordIncubators" else "problems { code }"
        )
        answer = self.asked(
            role,
            f"mutation($input: {form}!) {{ done: {name}(input: $input) {{ {wanted} }} }}",
            input=as_input(command, plain(COMMANDS[command][1](self.world))),
        )
        if "errors" in answer:
            return str(answer["errors"][0]["extensions"]["code"])
        done = answer["data"]["done"]
        problems = done["problems"] + [problem for result in done.get("results", ()) for problem in result["problems"]]
        return problems[0]["code"] if problems else None

    def asked(self, role: str, query: str, **variables: Any) -> Any:
        return self.fronts[role].http.post("/graphql", json={"query": query, "variables": variables}).json()


def _own(id: str) -> str:
    named = kind_and_id(id)
    assert named
    return named[1]


def as_input(command: str, request: dict[str, Any]) -> Any:
    """A request of the service as a front-end writes it."""
    if command == "apply_to_incubator":
        request["answers"] = [{"question": code, "answer": text} for code, text in request["answers"].items()]
    if command == "change_stage_model":
        request["renamed"] = [{"code": code, "now": now} for code, now in request["renamed"].items()]
    return _written(request)


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {to_camel_case(name): _written(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_written(each) for each in value]
    try:
        return global_id("thing", str(UUID(value)))
    except (ValueError, AttributeError, TypeError):
        return value


@pytest.fixture(scope="module")
def gate(everybody: Everybody) -> Gate:
    return Gate(everybody)


#: What a front-end asks, by the question that it becomes: whoever sees all of it gets what the director gets.
ROOTS = {
    "list_incubators": "{ incubators(first: 100) { nodes { slug } } }",
    "incubator_by_slug": '{ incubator(slug: "makesense") { name } }',
    "list_calls": '{ calls(incubator: "makesense") { nodes { title } } }',
    "project_by_slug": '{ project(slug: "secret") { name } }',
    "projects_by_ids": "query($secret: ID!) { node(id: $secret) { ... on Project { name } } }",
    "list_projects": '{ projects(filter: {incubator: "makesense", lifecycle: [ADMITTED, ACTIVE, PAUSED, STOPPED]}) '
    "{ nodes { slug } } }",
    "pipeline": '{ pipeline(incubator: "makesense") { stage projects } }',
    "board": '{ board(incubator: "makesense") { projects { slug } } }',
    "cohort": 'query($today: Date!) { cohort(since: $today, until: $today, incubator: "makesense", months: [0]) '
    "{ projects } }",
}


def test_everybody_is_shown_what_the_table_says(gate: Gate) -> None:
    variables = {"secret": global_id("project", gate.world.secret), "today": str(gate.world.bench.clock.now.date())}
    for question, query in ROOTS.items():
        named = {name: value for name, value in variables.items() if f"${name}" in query}
        answers = {role: gate.asked(role, query, **named)["data"] for role in ROLES}
        letters = dict(zip(ROLES, QUERIES[question][0], strict=True))
        assert {role: answers[role] == answers["director"] for role in ROLES} == {
            role: letter == "Y" for role, letter in letters.items()
        }, question
    counted = {role: gate.asked(role, "{ network { projects } }")["data"]["network"]["projects"] for role in ROLES}
    outside = [role for role, letter in zip(ROLES, QUERIES["network"][0], strict=True) if letter == "N"]
    assert {role for role in ROLES if counted[role] == min(counted.values())} == set(outside)


def test_a_command_is_done_for_whom_the_table_says(gate: Gate) -> None:
    may = {
        command: dict(zip(ROLES, (CODES[letter] for letter in letters), strict=True))
        for command, (letters, _) in COMMANDS.items()
        if command not in NOT_HERE
    }
    refused = {(command, role): code for command, codes in may.items() for role, code in codes.items() if code}
    assert {(command, role): gate.code(role, command) for command, role in refused} == refused
    done = set()
    for command in [*(name for name in may if name not in AT_LAST), *AT_LAST]:
        allowed = [role for role, code in may[command].items() if code is None]
        answers = [gate.code(role, command) for role in (allowed[:1] if command in AT_LAST else allowed)]
        assert OF_WHO_ASKS.isdisjoint(answers), (command, answers)
        done |= {command} if None in answers else set()
    assert {command for command, codes in may.items() if None in codes.values()} - done <= EITHER_OR
