"""Files of projects, with the incubator service behind the gateway: streamed, and refused in the caller's language."""

from __future__ import annotations

import gc
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from deploy.local import ports
from gateway.calls import Calls
from gateway.http.exports import as_csv, as_json_lines, project_lots
from gateway.identity.principal import ANONYMOUS, THE_NETWORK
from services.backbone.migrations import upgrade
from tests.gateway.conftest import connected_broker
from tests.gateway.serving import Serving
from tests.running import running, until

#: In lots of 500.
PROJECTS = 1200
#: Of the second incubator: a lot is more than what a connection holds on its way (tcp(7), tcp_wmem: 4 MB).
LONG = 9000


@pytest.fixture(scope="module")
def health_port() -> int:
    [port] = ports.free_ports(1)
    return port


@pytest.fixture(scope="module")
def vhost(
    new_database: Callable[[str], str], new_vhost: Callable[[str], str], passport_key: Path, health_port: int
) -> Iterator[str]:
    """Where an incubator service answers that knows many projects."""
    database, vhost = new_database("incubator"), new_vhost("exports")
    upgrade("incubator", database)
    settings = {
        "MAILLAGE_DATABASE_URL": database,
        "MAILLAGE_AMQP_URL": vhost,
        "MAILLAGE_PASSPORT_PUBLIC_KEY": str(passport_key.with_suffix(".pub.pem")),
        "MAILLAGE_HEALTH_PORT": health_port,
    }
    with running("services.incubator", ready="started", **settings):
        fill(database.replace("+psycopg", ""))
        yield vhost


def fill(database: str) -> None:
    """Two incubators and their projects, straight into the tables: what is asked here is how they come out."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "INSERT INTO incubators (id, slug, name, summary, stage_model, created_at, version) "
            "SELECT gen_random_uuid(), slug, slug, '', '{\"version\": 1, \"stages\": []}', now(), 1 "
            "FROM unnest(ARRAY['courte', 'longue']) AS slug"
        )
        connection.execute(
            "INSERT INTO projects (id, slug, incubator_id, name, pitch, themes, founders, visibility, lifecycle, "
            "stage, stage_since, stage_model_version, stalled_told, history_recorded, charter_accepted_by, pause_told, "
            "lesson_shareable, quoted_in, created_at, search_text, version) "
            "SELECT gen_random_uuid(), slug || n, id, 'P ' || n, repeat('mot ', letters / 4), '{climat}', '{}', "
            "'PUBLIC', 'ACTIVE', 'IDEA', '2026-01-01', 1, false, false, '{}', false, false, '{}', now(), 'p', 1 "
            "FROM incubators, generate_series(1, %s) AS n, "
            "LATERAL (SELECT CASE slug WHEN 'longue' THEN %s ELSE 160 END AS letters) AS pitch",
            [PROJECTS, LONG],
        )


def rows_held() -> int:
    """How many rows of an export are alive in this process."""
    return sum(type(thing) is dict and type(thing.get("days_in_stage")) is int for thing in gc.get_objects())


@pytest.mark.parametrize(("write", "headings"), [(as_csv, 1), (as_json_lines, 0)])
async def test_the_gateway_holds_one_lot_and_asks_for_the_next_when_it_was_taken(
    vhost: str, passport_key: Path, write: Any, headings: int
) -> None:
    async with connected_broker(vhost, passport_key, question_within=20.0) as broker:
        calls = Calls(broker.rpc, THE_NETWORK, "export", "en")
        seen, lines = [], 0
        async for part in write(project_lots(calls, {"filter": {"incubator": "courte"}})):
            gc.collect()
            seen.append((len(calls.made), rows_held()))
            lines += part.count(b"\n")
    lots = [(1, 500), (2, 500), (3, 200)]
    assert seen == [(0, 0)] * headings + lots
    assert lines == headings + PROJECTS


async def test_whoever_stops_reading_costs_one_lot(vhost: str, passport_key: Path) -> None:
    async with connected_broker(vhost, passport_key, question_within=20.0) as broker:
        calls = Calls(broker.rpc, ANONYMOUS, "export", "en")
        parts = as_json_lines(project_lots(calls, {"filter": {"incubator": "courte"}}))
        await anext(parts)
        await parts.aclose()
        assert len(calls.made) == 1


@pytest.fixture(scope="module")
def exporting(vhost: str, serve: Callable[..., AbstractContextManager[Serving]]) -> Iterator[Serving]:
    with serve(amqp_url=vhost, question_within=20.0) as gateway:
        yield gateway


@pytest.mark.parametrize(
    ("path", "status", "english", "french"),
    [
        ("csv?teme=climat", 400, "There is no filter teme.", "Il n'y a pas de filtre teme."),
        ("csv?stalled=oui", 400, "stalled is true or false.", "stalled vaut true ou false."),
        ("jsonl?mentor=moi", 400, "This is not an id of the network.", "Ce n'est pas un identifiant du réseau."),
        ("xml", 404, "Projects are exported as csv or jsonl.", "Les projets s'exportent en csv ou en jsonl."),
    ],
)
def test_what_cannot_be_exported_is_said_in_the_callers_language(
    exporting: Serving, path: str, status: int, english: str, french: str
) -> None:
    for language, sentence in (("en", english), ("fr-FR,fr;q=0.9", french)):
        answer = httpx.get(f"{exporting.url}/exports/projects.{path}", headers={"accept-language": language})
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["message"]) == (status, sentence)


@pytest.mark.parametrize("wrong", ["need=LOVE", "lifecycle=ASLEEP"])
def test_a_code_that_is_none_is_a_mistake_and_not_an_empty_file(exporting: Serving, wrong: str) -> None:
    answer = httpx.get(f"{exporting.url}/exports/projects.csv?{wrong}", headers={"accept-language": "fr"})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "VALIDATION")


def test_a_file_comes_whole_over_http(exporting: Serving) -> None:
    with httpx.stream(
        "GET", f"{exporting.url}/exports/projects.csv?theme=climat&incubator=courte", timeout=30
    ) as answer:
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "content-length" not in answer.headers
        assert sum(1 for _ in answer.iter_lines()) == PROJECTS + 1


def test_whoever_stops_reading_holds_the_service_back(exporting: Serving, health_port: int) -> None:
    """A reader takes the first bytes and no more; meanwhile another reads the whole file; then the first goes on."""

    def asked() -> int:
        found = httpx.get(f"http://127.0.0.1:{health_port}/metrics").text
        return sum(int(float(n)) for n in re.findall(r'call_seconds_count\{method="export_projects".*\} (\S+)', found))

    path, before = "/exports/projects.jsonl?incubator=longue", asked()
    host, port = exporting.url.removeprefix("http://").split(":")
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect((host, int(port)))
        reader.sendall(f"GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
        assert reader.recv(12) == b"HTTP/1.1 200"
        until(lambda: asked() - before == 2)
        assert len(httpx.get(f"{exporting.url}{path}", timeout=60).content.splitlines()) == PROJECTS
        assert asked() - before == 2 + 3
        rest = b"".join(iter(lambda: reader.recv(1 << 20), b""))
    assert asked() - before == 3 + 3
    assert rest.count(b'"slug":"longue') == PROJECTS
