"""Imports into services that run, through the command line: what a person does and sees."""

import random
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.imports.records import Record, Refusal
from gateway.imports.sending import LARGEST_BATCH, batches
from tests.imports.network import Network, command_line, command_line_process
from tests.imports.reading import STAGES, written
from tests.running import Keys


@pytest.fixture
def name() -> str:
    """A name that no other test uses."""
    return f"essai-{secrets.token_hex(4)}"


@pytest.fixture
def incubators(tmp_path: Path, name: str) -> Path:
    return written(
        tmp_path / "incubators.jsonl", {"slug": name, "name": "Tom et Josette", "summary": "", "website": ""}
    )


def project(name: str, number: int, **changes: Any) -> dict[str, Any]:
    """A project that has gone through three phases."""
    started = date(2022, 1, 3) + timedelta(days=number)
    names = ("investigation", "construction", "acceleration")
    phases = [{"name": each, "start": str(started + timedelta(days=200 * at))} for at, each in enumerate(names)]
    return {
        "name": f"Projet {number}",
        "slug": f"{name}-{number}",
        "incubator": name,
        "mission": "Vieillir ensemble.",
        "themes": ["Mieux vieillir", f"Thème {name}"],
        "phases": phases,
        **changes,
    }


def projects_of(network: Network, name: str) -> dict[str, dict[str, Any]]:
    found = network.all_of("incubator.list_projects", filter={"incubator": name})
    return {each["slug"]: each for each in found}


def test_projects_are_imported_with_their_history_and_a_second_time_nothing_is_created(
    network: Network, incubators: Path, tmp_path: Path, name: str
) -> None:
    file = written(tmp_path / "projects.jsonl", *(project(name, number) for number in range(120)))
    said = network.imports("projects", file, "--stages", STAGES, "--incubators", incubators)
    assert said.status == 0
    assert said.line("Projects, 120 in all: 120 created")
    assert said.line("Incubators, 1 in all: 1 created")
    assert re.match(r"Done in \d+\.\d s\.", said.lines[-1])
    found = projects_of(network, name)
    assert len(found) == 120
    stays = [(stay["stage"], stay["entered_on"], stay["left_on"]) for stay in found[f"{name}-7"]["history"]]
    assert stays == [
        ("IDEA", "2022-01-10", "2022-07-29"),
        ("PROTOTYPE", "2022-07-29", "2023-02-14"),
        ("GROWTH", "2023-02-14", None),
    ]
    themes = network.ask("people.themes_by_slugs", slugs=["mieux-vieillir", f"theme-{name}"])
    assert [theme["label_fr"] for theme in themes] == ["Mieux vieillir", f"Thème {name}"]

    before = network.everything()
    again = network.imports("projects", file, "--stages", STAGES, "--incubators", incubators)
    assert again.line("Projects, 120 in all: 120 left alone")
    assert network.everything() == before


def test_bad_lines_are_refused_with_line_and_reason_and_the_rest_is_imported(
    network: Network, incubators: Path, tmp_path: Path, name: str
) -> None:
    backward = [{"name": "investigation", "start": "2024-05-14", "end": "2024-01-01"}]
    reasons: dict[int, tuple[object, str]] = {
        2: ('{"name": "Colette"', "not JSON"),
        4: (project(name, 4, phases=[{"name": "croissance", "start": "2024-01-01"}]), "unknown stage 'croissance'"),
        6: (project(name, 6, phases=backward), "dates run backward"),
        8: (project(name, 8, incubator="nulle-part"), "There is no incubator nulle-part"),
        10: ('{"name": "' + "x" * 5_000_000 + '"}', "longer than 1,000,000 bytes"),
        12: ('{"name": "Orléans"}'.encode("latin-1"), "not UTF-8"),
        14: (project(name, 14, slug=secrets.token_hex(8000)), ""),
        16: (project(name, 16, phases=[{"name": "LUNE", "start": "2024-02-01"}]), "LUNE is none of the stages"),
        18: (project(name, 1), f"line 1 has the slug {name}-1 already"),
    }  # fmt: skip
    lines = [reasons[number][0] if number in reasons else project(name, number) for number in range(1, 21)]
    file = written(tmp_path / "projects.jsonl", *lines)
    said = network.imports("projects", file, "--stages", STAGES, "--incubators", incubators)
    assert said.status == 0
    for number, (_, reason) in reasons.items():
        assert reason in said.line(f"line {number} ", "refused")
    assert said.line("Projects, 20 in all: 11 created, 9 refused")
    assert set(projects_of(network, name)) == {f"{name}-{number}" for number in range(1, 21) if number not in reasons}


@pytest.mark.parametrize("known", [True, False], ids=["incubator known", "incubator to be made"])
def test_a_dry_run_says_every_line_and_changes_nothing(
    network: Network, incubators: Path, tmp_path: Path, name: str, known: bool
) -> None:
    file = written(tmp_path / "projects.jsonl", project(name, 1), "{", project(name, 3, incubator="nulle-part"))
    if known:
        network.imports("projects", written(tmp_path / "none.jsonl"), "--incubators", incubators)
    before = network.everything()
    said = network.imports("projects", file, "--stages", STAGES, "--incubators", incubators, "--dry-run")
    assert said.status == 0
    assert f"{name}-1" in said.line("line 1 ", "created", name + "-1")
    assert "not JSON" in said.line("line 2 ", "refused")
    assert "There is no incubator" in said.line("line 3 ", "refused")
    assert said.line("Projects, 3 in all: would be 1 created, 2 refused")
    assert "Nothing was changed" in said.lines[-1]
    assert network.everything() == before


def test_a_project_that_its_file_tells_anew_is_changed(
    network: Network, incubators: Path, tmp_path: Path, name: str
) -> None:
    file = written(tmp_path / "projects.jsonl", project(name, 1), project(name, 2))
    network.imports("projects", file, "--stages", STAGES, "--incubators", incubators)
    written(file, project(name, 1, mission="Vieillir mieux."), project(name, 2))
    said = network.imports("projects", file, "--stages", STAGES)
    assert said.line("Projects, 2 in all: 1 changed, 1 left alone")
    assert projects_of(network, name)[f"{name}-1"]["pitch"] == "Vieillir mieux."


def test_projects_come_from_csv_as_well(network: Network, incubators: Path, tmp_path: Path, name: str) -> None:
    file = written(
        tmp_path / "projects.csv",
        "name;slug;incubator;mission;themes;phases",
        f'"Colette";{name};{name};"Une colocation; entre générations";"Mieux vieillir; Logement";'
        '"investigation:2024-05-14:2024-07-01;construction:2024-08-12"',
        f"Josette;{name}-2;{name};;;croissance:2024-01-01",
    )
    said = network.imports("projects", file, "--stages", STAGES, "--incubators", incubators)
    assert "unknown stage" in said.line("line 3 ", "refused")
    [found] = projects_of(network, name).values()
    assert (found["pitch"], found["themes"]) == ("Une colocation; entre générations", ["mieux-vieillir", "logement"])
    assert [(stay["stage"], stay["left_on"]) for stay in found["history"]] == [
        ("IDEA", "2024-07-01"),
        ("PROTOTYPE", None),
    ]


def test_conferences_are_imported_once_each_under_all_their_themes(network: Network, tmp_path: Path, name: str) -> None:
    conference = {
        "startDate": "2025-03-15",
        "endDate": "2025-03-16",
        "city": "Lyon",
        "country": "France",
        "online": None,
    }
    lines: list[Any] = [{**conference, "name": f"{name} {number}", "theme": "Logement"} for number in range(1, 251)]
    lines[99] = {**conference, "name": f"{name} 1", "theme": "Santé"}
    lines[199] = {**conference, "name": "À rebours", "endDate": "2025-01-01"}
    file = written(tmp_path / "conferences.jsonl", *lines)
    before = network.everything()
    said = network.imports("events", file, "--dry-run")
    assert said.line("Events, 250 in all: would be 248 created, 1 changed, 1 refused")
    assert "the same gathering as on line 1" in said.line("line 100 ", "changed")
    assert network.everything() == before

    said = network.imports("events", file)
    assert said.status == 0
    assert said.line("Events, 250 in all: 248 created, 1 changed, 1 refused")
    assert "dates run backward" in said.line("line 200 ", "refused")
    found = network.all_of("events.list_events", search=name)
    assert len(found) == 248
    assert {each["kind"] for each in found} == {"CONFERENCE"}
    assert next(each for each in found if each["title"] == f"{name} 1")["themes"] == ["logement", "sante"]

    before = network.everything()
    again = network.imports("events", file)
    assert again.line("Events, 250 in all: 249 left alone, 1 refused")
    assert network.everything() == before


def test_a_calendar_is_imported_by_its_uids(network: Network, tmp_path: Path, name: str) -> None:
    def events(title: str) -> list[str]:
        return [
            "BEGIN:VCALENDAR",
            *("BEGIN:VEVENT", f"UID:{name}", f"SUMMARY:{title}", "DTSTART;TZID=Europe/Paris:20250315T180000"),
            *("DTEND;TZID=Europe/Paris:20250315T200000", "LOCATION:Lyon", "CATEGORIES:Logement", "END:VEVENT"),
            *("BEGIN:VEVENT", f"UID:{name}-2", "SUMMARY:Sans date", "END:VEVENT"),
            "END:VCALENDAR",
        ]

    file = written(tmp_path / "calendar.ics", *events(f"Café {name}"))
    said = network.imports("events", file)
    assert said.line("Events, 2 in all: 1 created, 1 refused")
    assert "DTSTART" in said.line(f"event 2 (UID {name}-2)", "refused")
    [found] = network.all_of("events.list_events", search=name)
    assert (found["starts_at"], found["kind"], found["place"]["city"]) == ("2025-03-15T17:00:00Z", "CONFERENCE", "Lyon")
    assert network.imports("events", file).line("Events, 2 in all: 1 left alone, 1 refused")
    written(file, *events(f"Thé {name}"))
    assert network.imports("events", file).line("Events, 2 in all: 1 changed, 1 refused")
    assert [each["title"] for each in network.all_of("events.list_events", search=name)] == [f"Thé {name}"]


@pytest.fixture
def deliberation(tmp_path: Path, name: str) -> Path:
    """A consultation with more votes than a call carries, many of them by people who changed their mind."""
    folder = tmp_path / "deliberation"
    folder.mkdir()
    dice = random.Random(name)
    written(folder / "summary.csv", f"topic,{name}", "conversation-description,Comment vieillir ?")
    statements = [f"{1000 + number},x,{number},1,9,9,{dice.choice([-1, 0, 1])},Avis {number}" for number in range(12)]
    written(folder / "comments.csv", "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body",
            *statements, "2000,x,12,1,0,0,1,")  # fmt: skip
    votes = [
        f"{dice.randrange(5000, 9000)},x,{dice.randrange(12)},{dice.randrange(200)},{dice.choice([-1, 0, 1])}"
        for _ in range(4500)
    ]
    written(folder / "votes.csv", "timestamp,datetime,comment-id,voter-id,vote", *votes, "9,x,99,1,1", "9,x,1,1,5")
    return folder


def counted(folder: Path) -> dict[str, Counter[str]]:
    """Agrees, disagrees and passes per statement, each person once by their last vote."""
    last: dict[tuple[str, str], tuple[int, int, str]] = {}
    for number, line in enumerate((folder / "votes.csv").read_text().splitlines()[1:-2]):
        at, _, statement, voter, vote = line.split(",")
        last[statement, voter] = max(last.get((statement, voter), (0, 0, "")), (int(at), number, vote))
    counts: dict[str, Counter[str]] = {}
    for (statement, _), (_, _, vote) in last.items():
        counts.setdefault(statement, Counter())[vote] += 1
    return counts


def statements_of(network: Network, slug: str) -> dict[str, dict[str, Any]]:
    consultation = network.ask("coalitions.consultation_by_slug", slug=slug)
    [page] = network.ask("coalitions.statements_by_consultations", ids=[consultation["id"]], first=100)
    return {each["reference"]: each for each in page["items"]}


def test_a_deliberation_is_imported_and_each_person_counts_once(
    network: Network, deliberation: Path, name: str
) -> None:
    said = network.imports("deliberations", deliberation)
    assert said.status == 0
    assert said.line(f"Consultation: {name}")
    assert said.line("Statements, 13 in all: 12 created, 1 refused")
    assert "comment-body is missing" in said.line("line 14 ", "refused")
    assert "no statement 99" in said.line("line 4502 ", "refused")
    assert "a vote is 1, -1 or 0" in said.line("line 4503 ", "refused")
    wanted = counted(deliberation)
    found = statements_of(network, name)
    assert {reference: (each["agrees"], each["disagrees"], each["passes"]) for reference, each in found.items()} == {
        reference: (counts["1"], counts["-1"], counts["0"]) for reference, counts in wanted.items()
    }

    before = network.everything()
    again = network.imports("deliberations", deliberation)
    assert again.line("Votes, 4,502 in all: 4,500 left alone, 2 refused")
    assert network.everything() == before


def test_a_dry_run_of_a_deliberation_changes_nothing(network: Network, deliberation: Path, name: str) -> None:
    before = network.everything()
    said = network.imports("deliberations", deliberation, "--dry-run")
    pairs = sum(counts.total() for counts in counted(deliberation).values())
    assert said.line("Statements, 13 in all: would be 12 created, 1 refused")
    assert said.line(f"Votes, 4,502 in all: would be {pairs:,} created, {4500 - pairs:,} changed, 2 refused")
    assert network.everything() == before
    network.imports("deliberations", deliberation)
    before = network.everything()
    said = network.imports("deliberations", deliberation, "--dry-run")
    assert said.line("Votes, 4,502 in all: would be 4,500 left alone, 2 refused")
    assert network.everything() == before


def test_a_coalition_that_is_not_there_is_an_unusable_argument(network: Network, deliberation: Path) -> None:
    before = network.everything()
    said = network.imports("deliberations", deliberation, "--coalition", "nulle-part")
    assert (said.status, said.lines[-1]) == (2, "There is no coalition nulle-part.")
    assert network.everything() == before


@pytest.mark.parametrize(
    "arguments", [["projects", "nowhere.jsonl"], ["events", "nowhere.ics"], ["deliberations", "x"]]
)
def test_a_file_that_is_not_there_is_an_unusable_argument(network: Network, arguments: list[str]) -> None:
    assert network.imports(*arguments).status == 2


def test_stages_that_say_nothing_are_an_unusable_argument(network: Network, tmp_path: Path, name: str) -> None:
    file = written(tmp_path / "projects.jsonl", project(name, 1))
    assert network.imports("projects", file, "--stages", "investigation").status == 2


def test_a_file_of_which_nothing_can_be_read_ends_with_2(network: Network, tmp_path: Path) -> None:
    file = tmp_path / "utf-16.jsonl"
    file.write_bytes('{"name": "Colette"}\n'.encode("utf-16"))
    said = network.imports("projects", file)
    assert said.status == 2
    assert "UTF-16" in said.line("line 1 ", "refused")


def test_without_services_the_import_says_who_does_not_answer(
    new_vhost: Callable[[str], str], tmp_path: Path, network: Network
) -> None:
    environment = {**network.environment, "MAILLAGE_AMQP_URL": new_vhost("nobody")}
    said = command_line("import", "events", written(tmp_path / "events.jsonl", "{}"), **environment)
    assert said.status == 1
    assert said.line("The people service does not answer: make up, then make status.")
    assert not any("Traceback" in line for line in said.lines)


def test_without_a_broker_the_import_says_that_the_network_does_not_run(tmp_path: Path, network: Network) -> None:
    environment = {**network.environment, "MAILLAGE_AMQP_URL": "amqp://guest:guest@127.0.0.1:1/"}
    said = command_line_process("import", "events", written(tmp_path / "events.jsonl", "{}"), **environment)
    assert said.status == 1
    assert said.line("The network does not run")
    assert not any("Traceback" in line for line in said.lines)


def test_lots_are_bounded_by_number_and_by_size() -> None:
    def items() -> Iterator[Record | Refusal]:
        for number in range(10):
            yield Record(f"line {number}", {}, size=LARGEST_BATCH // 3)
            yield Refusal(f"line {number}", "no")

    lots = list(batches(items(), 100))
    assert [sum(isinstance(each, Record) for each in lot) for lot in lots] == [3, 3, 3, 1]
    assert [len(lot) for lot in batches((Record("", {}) for _ in range(250)), 100)] == [100, 100, 50]


def test_keys_of_another_gateway_open_nothing(network: Network, tmp_path: Path) -> None:
    stranger = Keys.make(tmp_path)
    (tmp_path / "passport.pem").write_bytes(stranger.key.as_pem(private=True))
    environment = {**network.environment, "MAILLAGE_PASSPORT_PRIVATE_KEY": str(tmp_path / "passport.pem")}
    before = network.everything()
    said = command_line("import", "events", written(tmp_path / "events.jsonl", "{}"), **environment)
    assert said.status == 1
    assert network.everything() == before
