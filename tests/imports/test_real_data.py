"""The public records that the project was built with, imported whole. They lie beside the checkout, not in it."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.imports.network import REAL_DATA, Network, Said

INCUBATION, CONFERENCES = REAL_DATA / "incubation", REAL_DATA / "events" / "conferences.jsonl"
MAPPED = {
    "investigation": "IDEA",
    "construction": "PROTOTYPE",
    "acceleration": "GROWTH",
    "consolidation": "SCALE",
    "transfere": "GRADUATED",
    "opere": "GRADUATED",
    "abandon": "STOPPED",
    "abandon-investigation": "STOPPED",
}
EXITS = ("GRADUATED", "STOPPED")
DELIBERATIONS = sorted(REAL_DATA.glob("deliberations/*"))


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def import_projects(network: Network) -> Said:
    stages = ",".join(f"{name}={code}" for name, code in MAPPED.items())
    file, incubators = INCUBATION / "projects.jsonl", INCUBATION / "incubators.jsonl"
    return network.imports("projects", file, "--stages", stages, "--incubators", incubators)


@pytest.fixture(scope="module")
def projects(network: Network) -> dict[str, dict[str, Any]]:
    said = import_projects(network)
    assert said.status == 0, said.lines
    assert said.line("Projects, 300 in all: 300 created")
    known = {each["slug"] for each in records(INCUBATION / "projects.jsonl")}
    return {each["slug"]: each for each in network.all_of("incubator.list_projects") if each["slug"] in known}


def test_every_project_is_imported_with_every_dated_phase(projects: dict[str, dict[str, Any]]) -> None:
    assert len(projects) == 300
    for record in records(INCUBATION / "projects.jsonl"):
        stays = [(phase["start"], MAPPED[phase["name"]]) for phase in record["phases"]]
        kept = [(stay["entered_on"], stay["stage"]) for stay in projects[record["slug"]]["history"]]
        assert sorted(kept) == sorted(stay for stay in stays if stay[1] not in EXITS), record["slug"]


def test_projects_stand_where_their_last_phase_says(projects: dict[str, dict[str, Any]]) -> None:
    wanted: Counter[str] = Counter()
    for record in records(INCUBATION / "projects.jsonl"):
        day = max(phase["start"] for phase in record["phases"])
        codes = [MAPPED[phase["name"]] for phase in record["phases"] if phase["start"] == day]
        wanted[max(codes, key=list(MAPPED.values()).index) if set(codes).isdisjoint(EXITS) else codes[-1]] += 1
    found = Counter(each["lifecycle"] if each["lifecycle"] in EXITS else each["stage"] for each in projects.values())
    assert found == wanted


def test_projects_imported_again_are_left_alone(network: Network, projects: dict[str, dict[str, Any]]) -> None:
    before = network.everything()
    assert import_projects(network).line("Projects, 300 in all: 300 left alone")
    assert network.everything() == before


def test_every_conference_is_taken_once_under_all_its_themes(network: Network) -> None:
    said = network.imports("events", CONFERENCES)
    lines = records(CONFERENCES)
    distinct = {(each["name"].lower(), each["startDate"], each["city"], each["url"].rstrip("/")) for each in lines}
    assert said.line(f"Events, {len(lines):,} in all: {len(distinct):,} created, {len(lines) - len(distinct)} changed")
    assert network.imports("events", CONFERENCES).line(f"{len(lines):,} left alone")


@pytest.mark.parametrize("folder", DELIBERATIONS, ids=lambda folder: folder.name)
def test_agrees_and_disagrees_are_those_of_the_last_votes(network: Network, folder: Path) -> None:
    said = network.imports("deliberations", folder)
    slug = said.line("Consultation: ").removeprefix("Consultation: ")
    consultation = network.ask("coalitions.consultation_by_slug", slug=slug)
    [first] = network.ask("coalitions.statements_by_consultations", ids=[consultation["id"]], first=100)
    statements = first["items"]
    if first["has_next"]:
        [rest] = network.ask(
            "coalitions.statements_by_consultations", ids=[consultation["id"]], first=100, after=first["cursors"][-1]
        )
        statements += rest["items"]
    with (folder / "participants-votes.csv").open(newline="", encoding="utf-8") as file:
        heading, *rows = csv.reader(file)
    wanted = {
        reference: Counter(row[column] for row in rows if row[column])
        for column, reference in enumerate(heading)
        if reference.isdigit()
    }
    found = {each["reference"]: (each["agrees"], each["disagrees"]) for each in statements}
    assert found == {reference: (votes["1"], votes["-1"]) for reference, votes in wanted.items() if votes}
    assert (consultation["voters"], consultation["votes"]) == (len(rows), sum(each.total() for each in wanted.values()))
    assert "left alone" in network.imports("deliberations", folder).line("Votes,")
