"""Records of running projects, as an import brings them: kept as they were, or refused with the reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incubator.domain.records import cut_at_word
from services.incubator.queries import incubators, projects
from services.incubator.use_cases.change_themes import change_themes
from services.incubator.use_cases.record_incubators import record_incubators
from services.incubator.use_cases.record_project import record_project
from services.incubator.use_cases.record_projects import record_projects
from services.incubator.use_cases.skip_to_stage import skip_to_stage
from tests.bench import Bench
from tests.incubator.people import DIRECTOR, STRANGER, House

RECORD: dict[str, Any] = {
    "incubator": "makesense",
    "slug": "a.just",
    "name": "A-JUST",
    "pitch": "Aider les juridictions à répartir leurs forces.",
    "themes": ["Justice"],
    "phases": [
        {"stage": "IDEA", "entered_on": "2021-02-01", "left_on": "2021-05-26"},
        {"stage": "PROTOTYPE", "entered_on": "2021-09-01"},
        {"stage": "GROWTH", "entered_on": "2022-11-30"},
    ],
}


@pytest.fixture
def house(incubator: Bench) -> House:
    return House(incubator)


def recorded(bench: Bench, *records: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = bench.perform(record_projects, projects=list(records), **more)["results"]
    return results


def history(bench: Bench, slug: str) -> list[tuple[Any, ...]]:
    shown = bench.ask(projects.project_by_slug, slug=slug)
    return [(stay["stage"], stay["entered_on"], stay["left_on"], stay["direction"]) for stay in shown["history"]]


def test_a_record_is_kept_with_its_dated_history_and_told_once(incubator: Bench, house: House) -> None:
    [result] = recorded(incubator, RECORD)
    assert (result["outcome"], result["slug"], result["notes"]) == ("CREATED", "a.just", [])
    assert history(incubator, "a.just") == [
        ("IDEA", "2021-02-01", "2021-05-26", "START"),
        ("PROTOTYPE", "2021-09-01", "2022-11-30", "FORWARD"),
        ("GROWTH", "2022-11-30", None, "FORWARD"),
    ]
    [fact] = incubator.facts("project.recorded", "project.admitted")
    told = fact["data"]
    assert (told["slug"], told["themes"], told["stage"], told["lifecycle"]) == (
        "a.just",
        ["justice"],
        "GROWTH",
        "ACTIVE",
    )


def test_the_same_record_again_changes_nothing_and_tells_nothing(incubator: Bench, house: House) -> None:
    recorded(incubator, RECORD)
    before = incubator.everything()
    assert [result["outcome"] for result in recorded(incubator, RECORD, RECORD)] == ["UNCHANGED", "UNCHANGED"]
    assert incubator.everything() == before


def test_another_record_of_it_changes_what_differs(incubator: Bench, house: House) -> None:
    recorded(incubator, RECORD)
    phases = [*RECORD["phases"], {"stage": "SCALE", "entered_on": "2026-01-01"}]
    [result] = recorded(incubator, {**RECORD, "phases": phases, "themes": ["Justice", "Droit"]})
    assert result["outcome"] == "CHANGED"
    assert [stay[0] for stay in history(incubator, "a.just")] == ["IDEA", "PROTOTYPE", "GROWTH", "SCALE"]
    assert [fact["type"] for fact in incubator.facts()][-2:] == ["project.recorded", "project.themes_changed"]


def test_a_history_that_went_on_here_is_kept(incubator: Bench, house: House) -> None:
    [result] = recorded(incubator, RECORD)
    incubator.perform(
        skip_to_stage, by=DIRECTOR, project=result["id"], to="SCALE", reason="Déployé dans tout le pays depuis mars."
    )
    [again] = recorded(incubator, {**RECORD, "name": "A-JUST 2"})
    assert (again["outcome"], again["notes"]) == ("CHANGED", ["its history has gone on here and was kept"])
    assert incubator.ask(projects.project_by_slug, slug="a.just")["stage"] == "SCALE"


def test_overlaps_same_days_and_moves_back_are_kept_as_they_were(incubator: Bench, house: House) -> None:
    recorded(
        incubator,
        {
            **RECORD,
            "lifecycle": "STOPPED",
            "ended_on": "2024-06-01",
            "phases": [
                {"stage": "PROTOTYPE", "entered_on": "2022-01-01", "left_on": "2022-09-01"},
                {"stage": "GROWTH", "entered_on": "2022-06-01"},
                {"stage": "SCALE", "entered_on": "2022-06-01"},
                {"stage": "PROTOTYPE", "entered_on": "2023-01-01"},
                {"stage": "PROTOTYPE", "entered_on": "2023-02-01"},
            ],
        },
    )
    assert history(incubator, "a.just") == [
        ("PROTOTYPE", "2022-01-01", "2022-09-01", "START"),
        ("GROWTH", "2022-06-01", "2022-06-01", "FORWARD"),
        ("SCALE", "2022-06-01", "2023-01-01", "FORWARD"),
        ("PROTOTYPE", "2023-01-01", "2023-02-01", "BACKWARD"),
        ("PROTOTYPE", "2023-02-01", "2024-06-01", "SAME"),
    ]
    shown = incubator.ask(projects.project_by_slug, slug="a.just")
    assert (shown["lifecycle"], shown["stop_reason"], shown["ended_on"]) == ("STOPPED", "OTHER", "2024-06-01")


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"incubator": "nowhere"}, "record.unknown_incubator", "incubator"),
        ({"incubator": None}, "record.unknown_incubator", "incubator"),
        ({"name": "  "}, "project.name_missing", "name"),
        ({"name": None}, "project.name_missing", "name"),
        ({"name": 12}, "record.wrong_type", "name"),
        ({"name": "nul\x00"}, "record.wrong_type", "name"),
        ({"themes": "justice"}, "record.wrong_type", "themes"),
        ({"themes": ["nul\x00"]}, "record.wrong_type", "themes"),
        ({"phases": "IDEA"}, "record.wrong_type", "phases"),
        ({"phases": [{"stage": "FAME", "entered_on": "2021-01-01"}]}, "stage_model.unknown_stage", "stage"),
        ({"phases": [{"stage": "IDEA"}]}, "record.date_missing", "phases[0].entered_on"),
        ({"phases": [{"stage": "IDEA", "entered_on": "12/03/2021"}]}, "record.bad_date", "phases[0].entered_on"),
        ({"phases": [{"stage": "IDEA", "entered_on": 2021}]}, "record.bad_date", "phases[0].entered_on"),
        (
            {"phases": [{"stage": "IDEA", "entered_on": "2021-03-01", "left_on": "2021-01-01"}]},
            "record.ends_before_it_starts",
            "phases",
        ),
        ({"lifecycle": "APPLIED"}, "record.not_running", "lifecycle"),
        ({"lifecycle": "LOST"}, "record.wrong_type", "lifecycle"),
        ({"founders": ["Amina"]}, "record.wrong_type", "founders"),
        ({"colour": "blue"}, "record.unknown_field", "colour"),
    ],
)
def test_a_bad_record_is_refused_with_its_reason_and_the_good_ones_are_kept(
    incubator: Bench, house: House, change: dict[str, Any], rule: str, field: str
) -> None:
    bad, good = recorded(incubator, {**RECORD, **change}, {**RECORD, "slug": "good"})
    assert (bad["outcome"], good["outcome"]) == ("REFUSED", "CREATED")
    assert [(problem["rule"], problem["field"]) for problem in bad["problems"]] == [(rule, field)]
    assert incubator.ask(projects.list_projects)["total"] == 1
    assert {fact["data"]["slug"] for fact in incubator.facts("project.recorded")} == {"good"}


def test_what_is_kept_in_part_is_noted(incubator: Bench, house: House) -> None:
    pitch = "mot " * 100
    [result] = recorded(incubator, {**RECORD, "themes": [" Santé", "santé ", *"abcdef"], "pitch": pitch})
    assert result["notes"] == [
        "cut the pitch of 399 characters at a word; the full text is in the description",
        "kept 5 of 7 themes",
    ]
    shown = incubator.ask(projects.project_by_slug, slug="a.just")
    assert shown["themes"] == ["sante", "a", "b", "c", "d"]
    assert shown["pitch"].endswith("mot…")
    assert len(shown["pitch"]) <= 280
    assert shown["description"] == pitch.strip()
    [bare] = recorded(incubator, {**RECORD, "slug": "bare", "themes": []})
    assert (bare["outcome"], bare["notes"]) == ("CREATED", ["it has no theme"])


@given(st.text(max_size=400), st.integers(1, 300))
def test_a_cut_never_exceeds_its_length_nor_touches_what_fits(text: str, most: int) -> None:
    cut = cut_at_word(text, most)
    assert len(cut) <= max(most, 1)
    assert cut == text or cut.endswith("…")
    assert (len(text) > most) or cut == text


def test_a_dry_run_says_the_same_and_leaves_nothing(incubator: Bench, house: House) -> None:
    before = incubator.everything()
    dry = recorded(incubator, RECORD, {**RECORD, "name": None}, dry_run=True)
    assert [result["outcome"] for result in dry] == ["CREATED", "REFUSED"]
    assert incubator.everything() == before


def test_a_slug_belongs_to_one_incubator(incubator: Bench, house: House) -> None:
    House(incubator, "bellevilloise")
    recorded(incubator, RECORD)
    [other] = recorded(incubator, {**RECORD, "incubator": "bellevilloise"})
    assert (other["outcome"], other["problems"][0]["code"]) == ("REFUSED", "DUPLICATE")


def test_records_are_kept_by_the_staff_of_their_incubator(incubator: Bench, house: House) -> None:
    other = House(incubator, "bellevilloise")
    for by in (STRANGER, other.staff):
        [result] = incubator.perform(record_projects, by=by, projects=[RECORD])["results"]
        assert [problem["code"] for problem in result["problems"]] == ["FORBIDDEN"]
    [kept] = incubator.perform(record_projects, by=house.staff, projects=[RECORD])["results"]
    assert kept["outcome"] == "CREATED"


def test_one_project_recorded_by_staff_joins_the_network_as_an_admitted_one(incubator: Bench, house: House) -> None:
    colette = house.colette()
    assert [fact["type"] for fact in incubator.facts()][-2:] == ["project.recorded", "project.admitted"]
    admitted = house.colette(name="Josette", lifecycle="ADMITTED", stage="PROTOTYPE")
    shown = incubator.ask(projects.projects_by_ids, ids=[colette, admitted])
    assert [(one["lifecycle"], one["stage"], len(one["history"])) for one in shown] == [
        ("ACTIVE", "IDEA", 1),
        ("ADMITTED", "PROTOTYPE", 0),
    ]


def test_what_a_person_types_is_not_cut_but_refused(incubator: Bench, house: House) -> None:
    def refused(by: Any = house.staff, **other: Any) -> str:
        said = {"incubator": "makesense", "name": "Josette", "pitch": "Une crèche.", "themes": ["accueil"], **other}
        return str(incubator.refused(record_project, by=by, **said)["rule"])

    house.colette()
    assert refused(pitch="") == "project.pitch_missing"
    assert refused(pitch="x" * 281) == "project.pitch_too_long"
    assert refused(themes=[]) == "project.theme_missing"
    assert refused(incubator="nowhere") == "incubator.not_found"
    assert refused(by=STRANGER) == "incubator.staff_only"
    assert refused(slug="colette") == "project.slug_taken"
    assert refused(lifecycle="APPLIED") == "record.not_running"
    assert refused(stage="FAME") == "stage_model.unknown_stage"


def test_themes_change_by_the_project_or_its_staff(incubator: Bench, house: House) -> None:
    colette = house.colette()
    incubator.perform(change_themes, by=house.founder, project=colette, themes=["Mieux vieillir", "Logement"])
    [fact] = incubator.facts("project.themes_changed")
    assert fact["data"]["themes"] == ["mieux-vieillir", "logement"]
    same = incubator.refused(change_themes, by=house.staff, project=colette, themes=["mieux-vieillir", "logement"])
    assert same["rule"] == "project.themes_unchanged"
    assert incubator.refused(change_themes, by=STRANGER, project=colette, themes=["x"])["code"] == "FORBIDDEN"


def test_incubators_are_recorded_described_anew_and_left_alone(incubator: Bench) -> None:
    def outcome(**other: Any) -> str:
        said = {"slug": "MEN", "name": "Éducation nationale", "summary": "Services numériques.", **other}
        [result] = incubator.perform(record_incubators, incubators=[said])["results"]
        return str(result["outcome"])

    own = [
        {"code": "SEED", "label_fr": "Graine", "label_en": "Seed"},
        {"code": "TREE", "label_fr": "Arbre", "label_en": "Tree"},
    ]
    assert [outcome(), outcome(), outcome(name="Éducation"), outcome(slug=" "), outcome(slug="X", name="")] == [
        "CREATED",
        "UNCHANGED",
        "CHANGED",
        "REFUSED",
        "REFUSED",
    ]
    assert outcome(slug="own", stages=own) == "CREATED"
    assert outcome(slug="one", stages=own[:1]) == "REFUSED"
    shown = incubator.ask(incubators.incubator_by_slug, slug="own")
    assert [stage["code"] for stage in shown["stage_model"]["stages"]] == ["SEED", "TREE"]
    assert incubator.ask(incubators.list_incubators)["total"] == 2
    refused = incubator.refused(record_incubators, by=STRANGER, incubators=[])
    assert refused["code"] == "FORBIDDEN"
