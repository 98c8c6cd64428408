"""Answers kept by the gateway, over a real service, its relay and a broker: never another answer than the service's."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from deploy.local.keys import make_pair
from gateway.app import Gateway
from gateway.schema.budget import REQUEST
from gateway.settings import Settings
from services.backbone.migrations import upgrade
from tests.gateway.issuing import Issuing
from tests.gateway.serving import Answered, Serving
from tests.running import Caller, Keys, Process, running, until

ORIGIN = "https://front.example"
LIST = "{ organisations(first: 5) { nodes { id name state version } totalCount } }"
ONE = "query($slug: String!) { organisation(slug: $slug) { name state version } }"
THEMES = "{ themes { slug label } }"


@dataclass
class Town:
    """A people service with its relay, and two gateways before it: one remembers, the other does not."""

    remembering: Serving
    forgetful: Serving
    relay: Process
    caller: Caller
    issuing: Issuing

    def change(self, by: str, query: str, **input: Any) -> Any:
        """The payload of a mutation through the gateway that remembers, by an administrator of this name."""
        token = self.issuing.token(sub=by, roles=["ADMIN"])
        answer = self.remembering.post(query, token, variables={"input": input})
        assert "errors" not in answer, answer
        [payload] = answer["data"].values()
        assert payload["problems"] == [], payload
        return payload

    def declare(self, name: str) -> str:
        mutation = "mutation($input: DeclareOrganisationInput!) { declareOrganisation(input: $input) { %s } }"
        shown = "organisation { id slug } problems { code }"
        made: str = self.change("founder", mutation % shown, name=name, kind="INFORMAL")["organisation"]["id"]
        return made

    def verify(self, organisation: str) -> None:
        mutation = "mutation($input: VerifyOrganisationInput!) { verifyOrganisation(input: $input) { %s } }"
        self.change("verifier", mutation % "problems { code }", organisation=organisation)

    def hear(self) -> None:
        """Return when the gateway that remembers has heard that nothing is behind."""
        until(lambda: not self.remembering.gateway.memory._watermarks.late("people"))

    def remembered(self, query: str, **more: Any) -> httpx.Response:
        """The answer from memory, which it comes from at the second time at the latest."""
        self.hear()
        return until(lambda: kept(self.remembering.respond({"query": query, **more})))  # type: ignore[no-any-return]


def kept(answer: httpx.Response) -> httpx.Response | None:
    """The answer, if it came from memory."""
    return answer if "age" in answer.headers else None


@pytest.fixture(scope="module")
def town(
    new_database: Callable[[str], str],
    new_vhost: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
    issuing: Issuing,
) -> Iterator[Town]:
    private = tmp_path_factory.mktemp("town") / "passport.pem"
    public = private.with_suffix(".pub.pem")
    make_pair(private, public)
    database, url = new_database("people"), new_vhost("town")
    upgrade("people", database)
    environment = {
        "MAILLAGE_DATABASE_URL": database, "MAILLAGE_AMQP_URL": url, "MAILLAGE_PASSPORT_PUBLIC_KEY": str(public)
    }  # fmt: skip
    settings = Settings(
        amqp_url=url,
        passport_private_key=private,
        issuer_url=issuing.url,
        mode="local",
        cost_per_minute=10**9,
        allowed_origins=(ORIGIN,),
    )
    keys = Keys(public, OKPKey.import_key(private.read_bytes()))
    with (
        running("services.people", ready="started", **environment),
        running("services.backbone.relay", "people", ready="relaying", **environment) as relay,
        Serving.running(Gateway(settings)) as remembering,
        Serving.running(Gateway(replace(settings, remembered_bytes=0))) as forgetful,
    ):
        # Where much else runs a relay may be silent for a second; a kept answer is to be given all the same.
        remembering.gateway.memory._watermarks.bound = 20.0
        caller = Caller(url, keys)
        yield Town(remembering, forgetful, relay, caller, issuing)
        caller.close()


def test_the_second_answer_comes_from_memory_and_is_the_same(town: Town) -> None:
    town.declare("La Première")
    first, second = town.forgetful.respond({"query": LIST}), town.remembered(LIST)
    assert "age" not in first.headers
    assert first.headers["cache-control"] == second.headers["cache-control"] == "private, no-cache"
    assert first.headers["content-type"] == second.headers["content-type"]
    costs = [answer.json()["extensions"].pop("cost") for answer in (first, second)]
    assert costs[0]["asked"] == costs[1]["asked"] > 0
    assert first.json()["data"] == second.json()["data"]
    assert int(second.headers["content-length"]) == len(second.content)
    assert first.headers["x-correlation-id"] != second.headers["x-correlation-id"]


def test_an_answer_from_memory_costs_what_it_costs_and_is_refused_to_whoever_cannot_pay(town: Town) -> None:
    cost = town.remembered(LIST).json()["extensions"]["cost"]
    shares, before = town.remembering.gateway.shares, town.remembering.gateway.shares._per_minute
    shares.purses._purses.clear()
    shares._per_minute = cost["asked"] * 2
    try:
        first, second = (town.remembering.respond({"query": LIST}) for _ in range(2))
    finally:
        shares._per_minute = before
        shares.purses._purses.clear()
    assert kept(first)
    left = first.json()["extensions"]["cost"]["left"]
    assert left == cost["asked"] * 2 - cost["asked"] - REQUEST
    assert (second.status_code, second.headers["retry-after"].isdigit(), kept(second)) == (429, True, None)
    assert second.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


@pytest.mark.parametrize("origin", [None, ORIGIN, "https://elsewhere.example"])
def test_a_kept_answer_looks_the_same_at_the_door_and_behind_all_layers(town: Town, origin: str | None) -> None:
    """What is not plainly a question goes the long way: here, who names the encoding that is meant anyway."""
    town.remembered(LIST)
    sent = {"x-correlation-id": "the-same-id"} | ({"origin": origin} if origin else {})
    forms = ("application/json", "application/json; charset=utf-8")
    answers = [
        town.remembering.respond(
            {"query": LIST}, headers={**sent, "content-type": form, "x-correlation-id": "the-same-id"}
        )
        for form in forms
    ]
    assert all(map(kept, answers))
    looks = [{name: value for name, value in answer.headers.items() if name != "date"} for answer in answers]
    for answer, look in zip(answers, looks, strict=True):
        assert int(look.pop("content-length")) == len(answer.content)
    assert looks[0] == looks[1]
    assert looks[0]["x-correlation-id"] == "the-same-id"
    assert looks[0].get("access-control-allow-origin") == (ORIGIN if origin == ORIGIN else None)


@pytest.mark.parametrize("pieces", [1, 2, 40])
def test_a_kept_answer_is_given_in_how_many_pieces_it_is_ever_asked_for(town: Town, pieces: int) -> None:
    town.remembered(LIST)
    with town.remembering.line() as line:

        def from_memory() -> Answered | None:
            line.send({"query": LIST}, pieces=pieces)
            answer = line.answer()
            return answer if "age" in answer.headers else None

        for _ in range(3):
            answer = until(from_memory)
            assert (answer.status, "date" in answer.headers) == (200, True)
            assert answer.body["data"] == town.forgetful.post(LIST)["data"]


def test_answers_come_in_the_order_of_the_questions_whether_they_are_kept_or_not(town: Town) -> None:
    numbers = count()
    with town.remembering.line() as line:

        def asked() -> list[bool]:
            """Which of seven answers came from memory."""
            town.remembered(LIST)
            fresh = [LIST.replace("{ o", f"{{ new{next(numbers)}: o", 1) for _ in range(3)]
            questions = [LIST, fresh[0], LIST, LIST, fresh[1], fresh[2], LIST]
            line.send(*({"query": question} for question in questions))
            answers = [line.answer() for _ in questions]
            for question, answer in zip(questions, answers, strict=True):
                assert answer.body["data"].keys() == town.forgetful.post(question)["data"].keys()
            return ["age" in answer.headers for answer in answers]

        until(lambda: asked() == [True, False, True, True, False, False, True])


def test_who_wants_the_connection_closed_is_answered_first(town: Town) -> None:
    town.remembered(LIST)
    with town.remembering.line() as line:
        line.send({"query": LIST}, connection="close")
        assert line.answer().status == 200
        assert line.lines.read() == b""


def test_what_is_no_http_after_a_question_is_refused(town: Town) -> None:
    town.remembered(LIST)
    with town.remembering.line() as line:
        line.send({"query": LIST})
        assert line.answer().status == 200
        line.connection.sendall(b"POST /graphql HTTP/1.1\r\ncontent-length: nonsense\r\n\r\n")
        assert b" 400 " in line.lines.readline()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"x-much": "x" * 17_000}, None),
        ({"content-encoding": "gzip"}, None),
        ({"content-type": "text/plain"}, None),
        ({"authorization": "Bearer nonsense"}, None),
        ({}, LIST.encode()),
    ],
)
def test_what_is_refused_is_refused_though_an_answer_is_kept(
    town: Town, headers: dict[str, str], body: bytes | None
) -> None:
    town.remembered(LIST)
    asked = json.dumps({"query": LIST}).encode() if body is None else body
    refused = town.remembering.respond(asked, headers=headers)
    assert refused.status_code in (400, 401, 415, 431)
    assert kept(refused) is None


def test_a_kept_answer_leaves_its_line_in_the_log_and_is_counted(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    town.remembered(LIST)
    """Of its own, if a correlation id was named that it can be found by; else with others of the same second."""
    sent = {"x-correlation-id": "a-line-of-its-own"}
    before, lines = hits(town), list[str]()

    def said(*words: str) -> bool:
        lines.extend(capsys.readouterr().out.splitlines())
        return any(all(word in line for word in words) for line in lines)

    assert kept(town.remembering.respond({"query": LIST}, headers=sent))
    assert hits(town) == before + 1
    until(lambda: said("a-line-of-its-own", "remembered=True"))
    unnamed = kept(town.remembering.respond({"query": LIST}))
    assert unnamed
    until(lambda: said("remembered ", "answers="))
    assert not said(unnamed.headers["x-correlation-id"])


def test_headers_that_are_said_twice_are_left_to_the_layers_behind(town: Town) -> None:
    town.remembered(LIST)
    body = json.dumps({"query": LIST}).encode()
    twice = [("content-type", "application/json"), ("authorization", "Bearer a"), ("authorization", "Bearer b")]
    refused = town.remembering.client.post(f"{town.remembering.url}/graphql", content=body, headers=twice)
    assert (refused.status_code, kept(refused)) == (400, None)
    languages = [("content-type", "application/json"), ("accept-language", "en"), ("accept-language", "fr")]
    answer = town.remembering.client.post(f"{town.remembering.url}/graphql", content=body, headers=languages)
    assert answer.status_code == 200


def hits(town: Town) -> float:
    """How many requests were answered from memory so far."""
    text = town.remembering.client.get(f"{town.remembering.url}/metrics").text
    line = next(
        line for line in text.splitlines() if line.startswith('maillage_gateway_remembered_total{outcome="hit"')
    )
    return float(line.rpartition(" ")[2])


def test_whoever_changes_something_sees_it_in_the_next_question(town: Town) -> None:
    for number in range(5):
        before = total(town.remembered(LIST).json())
        town.declare(f"Vue {number}")
        assert total(town.remembering.post(LIST)) == before + 1


def total(answer: Any) -> int:
    found: int = answer["data"]["organisations"]["totalCount"]
    return found


def test_what_somebody_else_changes_is_dropped_by_its_fact_and_nothing_else_is(town: Town) -> None:
    made = town.caller.value("people.declare_organisation", name="Ailleurs", kind="INFORMAL")
    slug = {"slug": made["slug"]}
    town.remembered(ONE, variables=slug)
    town.remembered(THEMES)
    town.caller.value("people.verify_organisation", organisation=made["id"])
    until(lambda: town.remembering.post(ONE, variables=slug)["data"]["organisation"]["state"] == "VERIFIED")
    assert kept(town.remembering.respond({"query": THEMES}))


def test_an_answer_belongs_to_its_language_and_to_nobody_in_particular(town: Town) -> None:
    labels = [{"slug": "vieillir", "label_fr": "Vieillir", "label_en": "Ageing"}]
    town.caller.value("people.record_themes", themes=labels)
    until(lambda: town.remembering.post(THEMES)["data"]["themes"])
    viewer = "{ viewer { person { displayName } } organisations(first: 1) { nodes { name } } }"
    town.remembered(viewer)
    answers = {}
    for name in ("Ada", "Boris"):
        answer = town.remembering.respond({"query": viewer}, town.issuing.token(sub=name, name=name))
        assert kept(answer) is None
        answers[name] = answer.json()["data"]["viewer"]["person"]["displayName"]
    assert answers == {"Ada": "Ada", "Boris": "Boris"}
    assert town.remembered(viewer).json()["data"]["viewer"] is None
    for language in ("fr", "en"):
        town.remembering.respond({"query": THEMES}, headers={"accept-language": language})
    french, english = (
        town.remembering.respond({"query": THEMES}, headers={"accept-language": language}) for language in ("fr", "en")
    )
    assert kept(french)
    assert kept(english)


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ organisations(first: 101) { nodes { name } } }"},
        {"query": "{ organisations(first: 1) { nodes { name } } projects(first: 1) { nodes { name } } }"},
        {"query": "{ nothing }"},
        {"query": 'mutation { declareOrganisation(input: {name: "x", kind: INFORMAL}) { problems { code } } }'},
    ],
)
def test_what_fails_in_any_part_is_not_kept(town: Town, body: dict[str, Any]) -> None:
    """The incubator is not there."""
    before = len(town.remembering.gateway.memory)
    answers = [town.remembering.respond(body) for _ in range(2)]
    assert [answer.json().get("errors") is not None for answer in answers] == [True, True]
    assert not any(map(kept, answers))
    assert len(town.remembering.gateway.memory) == before


def test_many_who_ask_the_same_at_once_are_answered_by_one_call(town: Town) -> None:
    town.hear()
    query = LIST.replace("{ org", "query Herd { org", 1)
    body = json.dumps({"query": query}).encode()
    before = asked(town, "list_organisations")
    with ThreadPoolExecutor(20) as together:
        answers = list(together.map(lambda _: town.remembering.respond(body), range(40)))
    assert len({json.dumps(answer.json()["data"]) for answer in answers}) == 1
    assert asked(town, "list_organisations") - before < 40
    assert sum(map(bool, map(kept, answers))) > 0


def asked(town: Town, method: str) -> float:
    """How often the gateway that remembers, or the other, has asked this."""
    text = town.remembering.client.get(f"{town.remembering.url}/metrics").text
    lines = [line for line in text.splitlines() if f'method="{method}"' in line and "_count{" in line]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


CHANGES = st.lists(st.sampled_from(["declare here", "declare elsewhere", "verify here", "ask", "ask one"]), max_size=8)


@given(CHANGES)
@examples(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_gateway_that_remembers_answers_as_one_that_does_not(town: Town, steps: list[str]) -> None:
    made: list[str] = []
    for step in steps:
        if step == "declare here":
            made.append(town.declare("Au hasard"))
        elif step == "declare elsewhere":
            town.caller.value("people.declare_organisation", name="Par ailleurs", kind="INFORMAL")
        elif step == "verify here" and made:
            town.verify(made.pop())
        else:
            town.remembering.post(LIST if step == "ask" else THEMES)
    heard_all(town)
    for query in (LIST, THEMES):
        for _ in range(2):
            assert town.remembering.post(query)["data"] == town.forgetful.post(query)["data"]


def heard_all(town: Town) -> None:
    """Return when everything that was committed until now has been heard."""
    watermarks = town.remembering.gateway.memory._watermarks
    now = watermarks._clock()
    until(lambda: watermarks._clock() - watermarks.behind("people") > now)


def test_while_a_relay_is_silent_the_service_itself_is_asked(town: Town) -> None:
    """Stopped, not dead: its connections stay. Facts that come late then drop what is no longer true."""
    before = total(town.remembered(LIST).json())
    watermarks = town.remembering.gateway.memory._watermarks
    watermarks.bound, patience = 1.0, watermarks.bound
    os.kill(town.relay.child.pid, signal.SIGSTOP)
    try:
        until(lambda: watermarks.late("people"))
        town.caller.value("people.declare_organisation", name="Sans relais", kind="INFORMAL")
        answer = town.remembering.respond({"query": LIST})
        assert kept(answer) is None
        assert total(answer.json()) == before + 1
    finally:
        os.kill(town.relay.child.pid, signal.SIGCONT)
    heard_all(town)
    watermarks.bound = patience
    after = town.remembered(LIST).json()["data"]
    assert after == town.forgetful.post(LIST)["data"]


def test_when_the_stream_breaks_all_is_forgotten(town: Town) -> None:
    town.remembered(LIST)
    gateway = town.remembering
    gateway.server.loop.call_soon_threadsafe(gateway.gateway.memory.heed, None)
    until(lambda: len(gateway.gateway.memory) == 0)
    town.remembered(LIST)
