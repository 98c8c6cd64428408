"""Scenarios 1, 2 and 4 of domain.md section 8, and what surrounds them, through the gateway of a running network."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.incubator.everybody import Everybody
from tests.incubator.front import Front
from tests.running import until

REST = ("problem_statement", "team_2", "impact_hypothesis")


SHOWN = """query($slug: String!) { project(slug: $slug) {
  slug stage lifecycle proposedChange { id } history { stage direction } changes { aspect from to rule waived }
  gate { from to met criteria { code met evidence { kind ref counts cause } } }
  allowedTransitions { to allowed blockedBy { code message fix } }
} }"""


def shown(front: Front, slug: str) -> dict[str, Any]:
    project: dict[str, Any] = front.ask(SHOWN, slug=slug)["project"]
    return project


def test_scenario_1_a_gate_names_what_is_missing_and_another_approves(everybody: Everybody) -> None:
    of = everybody.of
    colette = everybody.project(slug="colette-1")
    everybody.evidence(colette, *REST)

    refused = of["staff"].refused("proposeStageChange", "stageChange { id }", project=colette, to="PROTOTYPE")
    assert refused["code"] == "GATE_NOT_MET"
    assert [blocker["code"] for blocker in refused["blockedBy"]] == ["interviews_10"]
    [way] = [way for way in shown(of["staff"], "colette-1")["allowedTransitions"] if way["to"] == "PROTOTYPE"]
    assert (way["allowed"], way["blockedBy"]) == (False, refused["blockedBy"])

    next_step = "query($slug: String!) { project(slug: $slug) { nextStep { to blockedBy { code } } } }"
    assert of["staff"].ask(next_step, slug="colette-1")["project"]["nextStep"] == {
        "to": "PROTOTYPE",
        "blockedBy": [{"code": "interviews_10"}],
    }

    everybody.evidence(colette, "interviews_10")
    of["mentor"].do("recommendStage", "project { id }", project=colette, to="PROTOTYPE")
    proposed = of["staff"].do("proposeStageChange", "stageChange { id }", project=colette, to="PROTOTYPE")
    change = {"project": colette, "change": proposed["stageChange"]["id"]}
    assert of["staff"].refused("approveStageChange", "project { id }", **change)["code"] == "SELF_APPROVAL"
    assert shown(of["staff"], "colette-1")["stage"] == "IDEA"

    approved = of["staff2"].do("approveStageChange", "project { stage }", **change)
    assert approved["project"] == {"stage": "PROTOTYPE"}
    project = shown(of["staff"], "colette-1")
    moves = [(move["from"], move["to"]) for move in project["changes"] if move["aspect"] == "stage"]
    assert moves == [(None, "IDEA"), ("IDEA", "PROTOTYPE")]
    assert [(stay["stage"], stay["direction"]) for stay in project["history"]] == [
        ("IDEA", "START"),
        ("PROTOTYPE", "FORWARD"),
    ]
    [told] = everybody.told("project.stage_changed", "colette-1")
    assert (told["from_stage"], told["to"], told["direction"]) == ("IDEA", "PROTOTYPE", "FORWARD")


def test_scenario_2_only_a_director_skips_and_a_move_back_is_explained(everybody: Everybody) -> None:
    of = everybody.of
    colette = everybody.project(slug="colette-2")
    reason = "Elle loge déjà trente personnes dans deux villes."

    skipped = of["staff"].refused("proposeStageChange", "stageChange { id }", project=colette, to="LAUNCH")
    assert skipped["code"] == "ILLEGAL_TRANSITION"
    further = {"project": colette, "to": "LAUNCH", "reason": reason}
    assert of["staff"].refused("skipToStage", "project { id }", **further)["code"] == "FORBIDDEN"
    short = of["director"].refused("skipToStage", "project { id }", project=colette, to="LAUNCH", reason="Vite.")
    assert short["code"] == "VALIDATION"
    assert shown(of["staff"], "colette-2")["stage"] == "IDEA"

    of["director"].do("skipToStage", "project { id }", **further)
    project = shown(of["staff"], "colette-2")
    [skip] = [move for move in project["changes"] if move["rule"] == "project.skip"]
    assert (skip["from"], skip["to"]) == ("IDEA", "LAUNCH")
    assert {"interviews_10", *REST, "holdup_1"} <= set(skip["waived"])
    [told] = everybody.told("project.stage_changed", "colette-2")
    assert told["waived"] == skip["waived"]

    back = {"project": colette, "to": "IDEA", "reasonCode": "PIVOT"}
    assert of["founder"].refused("moveProjectBack", "project { id }", **back, reason="  ")["code"] == "VALIDATION"
    moved = of["founder"].do("moveProjectBack", "project { stage }", **back, reason="Un autre public.")
    assert moved["project"] == {"stage": "IDEA"}


def test_scenario_4_a_challenge_becomes_a_hold_up_and_its_report_meets_the_gate(everybody: Everybody) -> None:
    of = everybody.of
    colette = everybody.project(slug="colette-4", stage="PROTOTYPE")
    of["founder"].do(
        "publishNeed", "need { id }", project=colette, kind="CHALLENGE", title="Comment convaincre un bailleur ?"
    )
    events = "query($slug: String!) { project(slug: $slug) { events { nodes { id slug state } } } }"
    [draft] = until(lambda: of["organiser"].ask(events, slug="colette-4")["project"]["events"]["nodes"])

    begins_at = datetime.now(UTC) + timedelta(seconds=4)
    of["organiser"].do(
        "takeUpDraft",
        "event { id }",
        event=draft["id"],
        startsAt=begins_at.isoformat(),
        endsAt=(begins_at + timedelta(minutes=120)).isoformat(),
        place={"name": "Le Rize", "city": "Villeurbanne", "country": "France"},
        facilitators=[everybody.ids["convener"]],
        capacity=5,
    )
    of["organiser"].do("publishEvent", "event { state }", event=draft["id"])
    of["citizen"].do("register", "registration { state }", event=draft["id"])
    until(lambda: datetime.now(UTC) > begins_at)
    marks = [{"person": everybody.ids["citizen"], "at": datetime.now(UTC).isoformat()}]
    of["organiser"].do("checkIn", "event { id }", event=draft["id"], marks=marks)
    of["organiser"].do("endEvent", "event { state }", event=draft["id"])

    def hold_up() -> dict[str, Any]:
        [criterion] = [one for one in shown(of["staff"], "colette-4")["gate"]["criteria"] if one["code"] == "holdup_1"]
        return dict(criterion)

    until(lambda: everybody.told("project.timeline_noted", "colette-4"))
    assert (hold_up()["met"], hold_up()["evidence"]) == (False, [])
    of["organiser"].do(
        "reportOutcome", "event { id }", event=draft["id"],
        solutions=[{"text": "Un bail à trois.", "retained": True}], nextSteps="Rencontrer deux bailleurs.",
    )  # fmt: skip
    [evidence] = until(lambda: hold_up()["evidence"])
    assert hold_up()["met"]
    assert (evidence["kind"], evidence["ref"], evidence["counts"]) == ("EVENT", draft["id"], True)
    assert evidence["cause"] is not None


def test_a_project_lives_around_its_stages(everybody: Everybody) -> None:
    """Milestones, updates and a new description, as front-ends see them."""
    of = everybody.of
    colette = everybody.project(slug="colette-5")
    wanted = "project { milestones { id title state evidenceKind } updates { text shared } name }"
    due = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    planned = of["founder"].do("planMilestone", wanted, project=colette, title="Dix binômes", dueOn=due)
    [milestone] = planned["project"]["milestones"]
    reached = {"project": colette, "milestone": milestone["id"], "kind": "METRIC", "ref": "binômes"}
    assert of["founder"].refused("achieveMilestone", "project { id }", **reached)["code"] == "GATE_NOT_MET"
    of["founder"].do(
        "recordMetric",
        "project { id }",
        project=colette,
        indicator="binômes",
        period="2026-10",
        value=11,
        unit="binôme",
    )
    achieved = of["founder"].do("achieveMilestone", wanted, **reached)["project"]["milestones"]
    assert [(one["state"], one["evidenceKind"]) for one in achieved] == [("ACHIEVED", "METRIC")]

    of["founder"].do("postUpdate", "project { id }", project=colette, text="Onze binômes.", shared=True)
    of["founder"].do("postUpdate", "project { id }", project=colette, text="La trésorerie tient six mois.")
    of["staff"].do("describeProject", "project { id }", project=colette, name="Colette & compagnie")
    asked = "query($slug: String!) { project(slug: $slug) { name updates { text } milestones { title } } }"
    assert [one["text"] for one in of["staff"].ask(asked, slug="colette-5")["project"]["updates"]] == [
        "La trésorerie tient six mois.",
        "Onze binômes.",
    ]
    others = of["citizen"].ask(asked, slug="colette-5")["project"]
    assert (others["name"], others["updates"], others["milestones"]) == (
        "Colette & compagnie",
        [{"text": "Onze binômes."}],
        [],
    )


def test_the_pipeline_the_board_and_a_cohort_are_asked_for(everybody: Everybody) -> None:
    everybody.project(slug="colette-6", phases=[{"stage": "IDEA", "enteredOn": "2024-01-01"}])
    asked = """query($incubator: String!, $day: Date!) {
      pipeline(incubator: $incubator, asOf: $day) {
        stage label projects medianDays conversion stops { reason projects } }
      board(incubator: $incubator, first: 5) { stage totalCount endCursor projects { slug stalled } }
      cohort(incubator: $incubator, since: "2024-01-01", until: "2024-01-31", months: [0, 6]) {
        months projects places { stage label projects } }
      incubator(slug: $incubator) { stageModelVersion renamedStages { code } stages { code gate { code mandatory } } }
    }"""
    data = everybody.of["staff"].ask(asked, incubator=everybody.slug, day="2024-02-01")
    assert [(row["stage"], row["projects"]) for row in data["pipeline"] if row["projects"]] == [("IDEA", 1)]
    [first, *_] = data["board"][0]["projects"]
    assert first == {"slug": "colette-6", "stalled": True}
    assert [(point["months"], point["projects"]) for point in data["cohort"]] == [(0, 1), (6, 1)]
    assert len(data["incubator"]["stages"][0]["gate"]) == 4


SCREEN = """query($incubator: String!) {
  board(incubator: $incubator, first: 20) { stage label totalCount endCursor projects {
    slug name lifecycle daysInStage stalled updateDueOn mentors { primary mentor { displayName } }
    proposedChange { to proposedBy { displayName } } nextStep { to allowed blockedBy { code message fix } } } }
  stuck: projects(filter: {incubator: $incubator, stalled: true}, orderBy: STALLED_FIRST) {
    totalCount nodes { slug stage daysInStage } }
  pipeline(incubator: $incubator) { stage label projects medianDays quartiles conversion stops { reason projects } }
}"""


def test_one_query_shows_every_project_what_it_lacks_and_who_is_stuck(everybody: Everybody) -> None:
    """As a member of the staff opens the morning, in French, with twenty cards in a column."""
    stuck = everybody.project(slug="screen-stuck", phases=[{"stage": "IDEA", "enteredOn": "2023-01-01"}])
    ready = everybody.project(slug="screen-ready")
    everybody.evidence(stuck, *REST)
    everybody.evidence(ready, *REST, "interviews_10")
    front = Front(everybody.network, "staff", language="fr")
    answer = front.http.post("/graphql", json={"query": SCREEN, "variables": {"incubator": everybody.slug}}).json()
    assert "errors" not in answer
    assert answer["extensions"]["cost"]["asked"] < answer["extensions"]["cost"]["most"] / 2
    data = answer["data"]
    cards = {card["slug"]: card for column in data["board"] for card in column["projects"]}
    assert cards["screen-ready"]["nextStep"] == {"to": "PROTOTYPE", "allowed": True, "blockedBy": []}
    [missing] = cards["screen-stuck"]["nextStep"]["blockedBy"]
    assert (missing["code"], missing["message"]) == (
        "interviews_10",
        "Dix entretiens (interviews_10) : aucune preuve ne compte encore.",
    )
    assert (data["board"][0]["label"], data["board"][0]["projects"][0]["slug"]) == ("Idée", "screen-stuck")
    assert data["stuck"]["nodes"][0]["slug"] == "screen-stuck"
    assert data["stuck"]["totalCount"] == sum(card["stalled"] for card in cards.values())


def test_an_export_holds_exactly_what_the_filter_shows(everybody: Everybody) -> None:
    everybody.project(slug="export-public")
    hidden = everybody.of["staff"].do(
        "recordProject", "project { id }", incubator=everybody.slug, name="=1+1", slug="export-private",
        pitch="Un secret.", themes=["accueil"], visibility="PRIVATE",
    )  # fmt: skip
    assert hidden["project"]

    def exported(person: str | None, query: str) -> list[dict[str, Any]]:
        front = everybody.of[person] if person else Front(everybody.network)
        answer = front.http.get(f"/exports/projects.jsonl?{query}")
        assert answer.status_code == 200, answer.text
        rows = [json.loads(line) for line in answer.text.splitlines()]
        table = front.http.get(f"/exports/projects.csv?{query}")
        assert [row["slug"] for row in csv.DictReader(io.StringIO(table.text))] == [row["slug"] for row in rows]
        return rows

    def listed(person: str | None, **filter: Any) -> set[str]:
        front = everybody.of[person] if person else Front(everybody.network)
        asked = "query($filter: ProjectFilter) { projects(filter: $filter, first: 100) { nodes { slug } } }"
        return {node["slug"] for node in front.ask(asked, filter=filter)["projects"]["nodes"]}

    for person in ("staff", "citizen", None):
        for query, filter in (
            ("", {}),
            ("stage=IDEA&stage=LAUNCH&stalled=false", {"stage": ["IDEA", "LAUNCH"], "stalled": False}),
            ("theme=accueil", {"theme": "accueil"}),
            (f"mentor={everybody.ids['mentor']}", {"mentor": everybody.ids["mentor"]}),
        ):
            assert {row["slug"] for row in exported(person, query)} == listed(person, **filter), (person, query)
    assert "export-private" not in {row["slug"] for row in exported(None, "")}
    cells = everybody.of["staff"].http.get("/exports/projects.csv?theme=accueil").text
    assert "'=1+1" in cells
    for wrong, status in (("/exports/projects.xml", 404), ("/exports/projects.csv?teme=accueil", 400)):
        assert everybody.of["staff"].http.get(wrong).status_code == status
    forged = Front(everybody.network).http.get("/exports/projects.csv", headers={"authorization": "Bearer nobody"})
    assert forged.status_code == 401
