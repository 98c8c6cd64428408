from pathlib import Path
from typing import Any

import pytest

from gateway.imports.lines import csv_records
from gateway.imports.projects import read_incubator, read_project
from gateway.imports.records import Record, Refused, Unusable, each_read, once_each
from gateway.imports.stages import Stages
from tests.imports.reading import STAGES, TODAY, file_of, told, written

COLETTE: dict[str, Any] = {
    "name": "Colette",
    "slug": "colette",
    "incubator": "tom-et-josette",
    "mission": "Une colocation entre générations.",
    "themes": ["Mieux vieillir"],
    "phases": [
        {"name": "investigation", "start": "2024-05-14", "end": "2024-07-01"},
        {"name": "construction", "start": "2024-08-12"},
    ],
}


def read(**changes: Any) -> Record:
    return read_project(Record("line 1", {**COLETTE, **changes}), Stages.given(STAGES), TODAY)


def phases(*given: tuple[str, ...]) -> list[dict[str, str]]:
    return [dict(zip(("name", "start", "end"), phase, strict=False)) for phase in given]


def test_a_project_is_read_with_its_stages_mapped() -> None:
    project = read().data
    assert (project["slug"], project["pitch"], project["incubator"]) == (
        "colette",
        COLETTE["mission"],
        "tom-et-josette",
    )
    assert project["phases"] == [
        {"stage": "IDEA", "entered_on": "2024-05-14", "left_on": "2024-07-01"},
        {"stage": "PROTOTYPE", "entered_on": "2024-08-12", "left_on": None},
    ]
    assert (project["lifecycle"], project["ended_on"]) == ("ACTIVE", None)


def test_an_end_that_is_missing_is_the_start_of_the_next_phase() -> None:
    project = read(phases=phases(("investigation", "2024-01-01"), ("construction", "2024-03-01"))).data
    assert project["phases"][0]["left_on"] == "2024-03-01"


def test_a_phase_that_ends_a_project_is_no_stage() -> None:
    project = read(phases=phases(("construction", "2024-01-01"), ("abandon", "2024-06-01"))).data
    assert project["phases"] == [{"stage": "PROTOTYPE", "entered_on": "2024-01-01", "left_on": "2024-06-01"}]
    assert (project["lifecycle"], project["ended_on"]) == ("STOPPED", "2024-06-01")


def test_of_two_ends_the_last_counts_and_the_other_is_remarked() -> None:
    record = read(phases=phases(("construction", "2024-01-01"), ("transfere", "2024-06-01"), ("abandon", "2025-01-01")))
    assert (record.data["lifecycle"], record.data["ended_on"]) == ("STOPPED", "2025-01-01")
    assert record.data["phases"][0]["left_on"] == "2024-06-01"
    assert record.notes == ("abandon on 2025-01-01 follows transfere of 2024-06-01",)


def test_a_project_that_came_back_is_active_again() -> None:
    record = read(phases=phases(("abandon", "2024-01-01"), ("investigation", "2025-01-01")))
    assert (record.data["lifecycle"], len(record.data["phases"])) == ("ACTIVE", 1)
    assert "follows abandon" in record.notes[0]


def test_phases_of_one_day_stand_in_the_order_of_the_stages() -> None:
    project = read(
        phases=phases(("construction", "2024-01-01"), ("investigation", "2024-01-01"), ("consolidation", "2024-05-01"))
    ).data
    assert [stay["stage"] for stay in project["phases"]] == ["IDEA", "PROTOTYPE", "SCALE"]
    assert [stay["left_on"] for stay in project["phases"]] == ["2024-01-01", "2024-05-01", None]


def test_phases_that_overlap_or_are_to_come_are_kept_with_a_remark() -> None:
    record = read(phases=phases(("investigation", "2024-01-01", "2024-09-01"), ("construction", "2027-01-01")))
    assert record.notes == ("construction starts on 2027-01-01, which is to come",)
    record = read(phases=phases(("investigation", "2024-01-01", "2024-09-01"), ("construction", "2024-05-01")))
    assert record.notes == ("investigation ends on 2024-09-01, after construction starts on 2024-05-01",)


def test_a_phase_that_is_mapped_to_nothing_is_passed_over() -> None:
    project = read(phases=phases(("investigation", "2024-01-01"), ("committee", "2024-02-01"))).data
    assert project["phases"] == [{"stage": "IDEA", "entered_on": "2024-01-01", "left_on": None}]


def test_codes_of_stages_need_no_mapping() -> None:
    record = Record("line 1", {**COLETTE, "phases": phases(("LAUNCH", "2024-01-01"), ("GRADUATED", "2025-01-01"))})
    project = read_project(record, Stages(), TODAY).data
    assert [stay["stage"] for stay in project["phases"]] == ["LAUNCH"]
    assert project["lifecycle"] == "GRADUATED"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": None}, "name is missing"),
        ({"name": "  "}, "name is missing"),
        ({"name": 12}, "name is not a text"),
        ({"incubator": None}, "incubator is missing"),
        ({"themes": {"a": 1}}, "themes is not a list of texts"),
        ({"themes": ["a", 1]}, "themes is not a list of texts"),
        ({"phases": {"name": "investigation"}}, "phases are not a list"),
        ({"phases": ["investigation"]}, "phases are not a list"),
        ({"phases": phases(("investigation", ""))}, "investigation has no start"),
        ({"phases": [{"start": "2024-01-01"}]}, "name is missing"),
        ({"phases": phases(("investigation", "14/05/2024"))}, "the start of investigation '14/05/2024' is not a date"),
        ({"phases": phases(("investigation", "2024-02-30"))}, "is not a date"),
        ({"phases": phases(("croissance", "2024-01-01"))}, "unknown stage 'croissance'"),
        (
            {"phases": phases(("investigation", "2024-05-14", "2024-05-13"))},
            "dates run backward: investigation ends on 2024-05-13, before it starts on 2024-05-14",
        ),
        (
            {"phases": phases(("investigation", "2024-05-14"), ("construction", "2023-01-01"))},
            "dates run backward: construction starts on 2023-01-01, after investigation which starts on 2024-05-14",
        ),
        ({"slug": None, "name": "!!!"}, "gives no slug"),
        ({"founded_on": "hier"}, "founded_on 'hier' is not a date"),
    ],
)
def test_a_project_that_cannot_be_taken_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(**changes)
    assert reason in str(refused.value)


def test_labels_of_themes_that_differ_in_case_accents_and_blanks_are_one_theme() -> None:
    record = read(themes=["Éducation", " education ", "EDUCATION", "Travail / Emploi", "…"])
    assert record.data["themes"] == ["education", "travail-emploi"]
    assert record.themes == {"education": "Éducation", "travail-emploi": "Travail / Emploi"}


def test_an_address_that_is_none_is_left_out_with_a_remark() -> None:
    record = read(website="javascript:alert(1)", repository=" https://example.org/colette ")
    assert (record.data["website"], record.data["repository"]) == (None, "https://example.org/colette")
    assert "left out the website" in record.notes[0]


def test_a_project_in_csv_is_read_as_in_json() -> None:
    file = file_of(
        "name,slug,incubator,mission,themes,phases,repository,website",
        "Colette,colette,tom-et-josette,Une colocation entre générations.,Mieux vieillir; Logement,"
        "investigation:2024-05-14:2024-07-01;construction:2024-08-12,,",
        "Josette,,tom-et-josette,,,investigation,,",
    )
    records, refused = told(each_read(csv_records(file), lambda each: read_project(each, Stages.given(STAGES), TODAY)))
    assert records == [read(themes=["Mieux vieillir", "Logement"]).data]
    assert refused == {"line 3": "phases are not written as name:start:end;name:start:end"}


def test_a_slug_that_stands_twice_in_a_file_is_refused_the_second_time() -> None:
    _, refused = told(once_each([read(), Record("line 7", read().data)], "slug"))
    assert refused == {"line 7": "line 1 has the slug colette already"}


def test_an_incubator_is_read_with_an_empty_website_as_none() -> None:
    data = {"slug": "MEN", "name": "L'incubateur ", "summary": "", "website": "", "else": 1}
    assert read_incubator(Record("line 1", data)).data == {
        "slug": "MEN", "name": "L'incubateur", "summary": "", "website": None
    }  # fmt: skip
    with pytest.raises(Refused, match="slug is missing"):
        read_incubator(Record("line 1", {"name": "Sans nom"}))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stages.json", '{"investigation": "IDEA", "abandon-investigation": "STOPPED"}'),
        ("stages.json", '{"stages": {"investigation": "IDEA", "abandon-investigation": "STOPPED"}}'),
        ("stages.toml", 'investigation = "IDEA"\nabandon-investigation = "STOPPED"'),
        ("stages.toml", '[stages]\ninvestigation = "IDEA"\nabandon-investigation = "STOPPED"'),
    ],
)
def test_stages_may_come_from_a_file(tmp_path: Path, name: str, content: str) -> None:
    stages = Stages.given(str(written(tmp_path / name, content)))
    assert stages.targets == {"investigation": "IDEA", "abandon-investigation": "STOPPED"}


@pytest.mark.parametrize("wanted", ["investigation=", "=IDEA", "a=idea", "no-such-file.toml", "a=IDEA,b"])
def test_stages_that_say_nothing_are_unusable(wanted: str) -> None:
    with pytest.raises(Unusable):
        Stages.given(wanted)
