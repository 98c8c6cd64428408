"""What the network thinks belongs together: suggested once, explained, answered, silent after a no."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.backbone.actor import ANONYMOUS, Actor, Grant
from services.backbone.identifiers import new_id
from services.coalitions.queries.positions import positions_by_ids, positions_by_projects
from services.coalitions.queries.suggestions import (
    list_suggestions,
    suggestions_by_coalitions,
    suggestions_by_projects,
)
from services.coalitions.use_cases.answer_suggestion import answer_suggestion
from services.coalitions.use_cases.draft_position import draft_position
from services.coalitions.use_cases.expire_suggestions import expire_suggestions
from tests.coalitions.network import Network, a_person


def tell(network: Network, type_: str, project: UUID, **more: Any) -> str:
    card = {
        "project": project,
        "slug": "colette",
        "name": "Colette",
        "visibility": "PUBLIC",
        "incubator": new_id(),
        "themes": ["mieux-vieillir"],
        "city": "Paris",
        "country": "France",
        "stage": "IDEA",
        "lifecycle": "ADMITTED",
        "founders": [],
    }
    return network.tell("incubator", type_, project, **{**card, **more})


def suggested(network: Network, project: UUID, by: Actor) -> list[dict[str, Any]]:
    [rows] = network.ask(suggestions_by_projects, by, ids=[project])
    found: list[dict[str, Any]] = rows
    return found


def a_theme() -> str:
    return f"theme-{new_id().hex[-8:]}"


def test_an_admitted_project_is_suggested_once_to_coalitions_on_its_theme(network: Network) -> None:
    theme, project, founder = a_theme(), new_id(), a_person()
    coalition = network.a_coalition(themes=[theme])
    network.a_coalition(themes=[a_theme()])
    tell(network, "project.admitted", project, themes=[theme, "accueil"], founders=[founder.id])
    for sees in (coalition.convener, founder):
        [row] = suggested(network, project, sees)
        assert (row["coalition"], row["state"], row["themes"]) == (str(coalition.id), "PROPOSED", [theme])
        assert row["cause_type"] == "project.admitted"
    [fact] = network.facts(f"suggestion/{row['id']}")
    assert (fact["type"], fact["data"]["project_name"]) == ("suggestion.proposed", "Colette")
    assert fact["data"]["cause"] == fact["causationid"] == row["cause"]
    tell(network, "project.themes_changed", project, themes=[theme], founders=[founder.id])
    assert len(network.facts(f"suggestion/{row['id']}")) == 1


def test_a_dismissed_suggestion_stays_away_for_180_days(network: Network) -> None:
    theme, project = a_theme(), new_id()
    coalition = network.a_coalition(themes=[theme])
    tell(network, "project.admitted", project, themes=[theme])
    [row] = suggested(network, project, coalition.convener)
    dismiss = {"suggestion": row["id"], "answer": "DISMISSED"}
    assert network.refused(answer_suggestion, a_person(), **dismiss)[0] == "NOT_FOUND"
    network.do(answer_suggestion, coalition.convener, **dismiss)
    assert network.refused(answer_suggestion, coalition.convener, **dismiss)[0] == "ILLEGAL_TRANSITION"
    tell(network, "project.themes_changed", project, themes=[theme])
    assert suggested(network, project, coalition.convener)[0]["state"] == "DISMISSED"
    network.change("UPDATE suggestions SET answered_at = now() - interval '181 days' WHERE id = :id", id=row["id"])
    tell(network, "project.themes_changed", project, themes=[theme])
    [again] = suggested(network, project, coalition.convener)
    assert (again["state"], again["cause_type"]) == ("PROPOSED", "project.themes_changed")


def test_a_suggestion_lapses_after_thirty_days(network: Network) -> None:
    theme, project = a_theme(), new_id()
    coalition = network.a_coalition(themes=[theme])
    tell(network, "project.admitted", project, themes=[theme])
    [row] = suggested(network, project, coalition.convener)
    network.change("UPDATE suggestions SET expires_at = now() - interval '1 hour' WHERE id = :id", id=row["id"])
    assert (
        network.refused(answer_suggestion, coalition.convener, suggestion=row["id"], answer="ACCEPTED")[0]
        == "DEADLINE_PASSED"
    )
    assert network.run(expire_suggestions) == 1
    assert network.run(expire_suggestions) == 0
    assert suggested(network, project, coalition.convener)[0]["state"] == "EXPIRED"


def test_a_founder_accepts_a_suggestion(network: Network) -> None:
    theme, project = a_theme(), new_id()
    coalition = network.a_coalition(themes=[theme])
    tell(network, "project.admitted", project, themes=[theme])
    founder = a_person(Grant("FOUNDER", f"project/{project}"))
    [row] = suggested(network, project, founder)
    network.do(answer_suggestion, founder, suggestion=row["id"], answer="ACCEPTED")
    assert network.facts(f"suggestion/{row['id']}")[-1]["data"]["answer"] == "ACCEPTED"
    [page] = network.ask(suggestions_by_coalitions, coalition.convener, ids=[coalition.id])
    assert [one["state"] for one in page["items"]] == ["ACCEPTED"]
    listed = network.ask(list_suggestions, coalition.convener, filter={"coalition": coalition.slug})
    assert [one["id"] for one in listed["items"]] == [row["id"]]


def test_only_running_projects_that_are_not_private_are_suggested(network: Network) -> None:
    theme = a_theme()
    coalition = network.a_coalition(themes=[theme])
    for lifecycle, visibility, many in (
        ("STOPPED", "PUBLIC", 0),
        ("APPLIED", "PUBLIC", 0),
        ("ACTIVE", "PRIVATE", 0),
        ("ACTIVE", "PUBLIC", 1),
    ):
        project = new_id()
        tell(network, "project.recorded", project, themes=[theme], lifecycle=lifecycle, visibility=visibility)
        assert len(suggested(network, project, coalition.convener)) == many


def test_a_coalition_that_becomes_active_learns_of_the_projects_known_already(network: Network) -> None:
    theme, project = a_theme(), new_id()
    tell(network, "project.recorded", project, themes=[theme], lifecycle="ACTIVE")
    coalition = network.a_coalition(themes=[theme])
    assert suggested(network, project, coalition.convener) == []
    activated = network.tell_itself("coalition.activated", f"coalition/{coalition.id}")
    [row] = suggested(network, project, coalition.convener)
    assert (row["cause"], row["cause_type"]) == (str(activated.id), "coalition.activated")
    assert network.deliver(activated) == "DUPLICATE"


def test_suggestions_are_shown_to_those_whom_they_concern(network: Network) -> None:
    theme, project, incubator = a_theme(), new_id(), new_id()
    coalition = network.a_coalition(themes=[theme])
    tell(network, "project.admitted", project, themes=[theme], incubator=incubator)
    for stranger in (ANONYMOUS, a_person(), network.a_coalition().convener):
        assert suggested(network, project, stranger) == []
    staff = a_person(Grant("INCUBATOR_STAFF", f"incubator/{incubator}"))
    mentor = a_person(Grant("MENTOR", f"project/{project}"))
    for concerned in (coalition.convener, coalition.voices[0], staff, mentor, a_person(Grant("DIRECTOR"))):
        assert len(suggested(network, project, concerned)) == 1


def test_a_position_that_quotes_a_project_follows_what_becomes_of_it(network: Network) -> None:
    project = new_id()
    coalition = network.a_coalition()
    evidence = [{"kind": "PROJECT", "thing": project, "quote": "12 colocations ouvertes"}]
    draft: dict[str, Any] = {"coalition": coalition.id, "title": "Loger", "evidence": evidence}
    assert network.refused(draft_position, coalition.voices[0], **draft) == ("NOT_FOUND", "project.not_found")
    tell(network, "project.recorded", project, themes=["autre"], lifecycle="ACTIVE")
    position = network.do(draft_position, coalition.voices[0], **draft)["id"]
    network.tell("incubator", "project.stage_changed", project, project=project, to="LAUNCH", direction="FORWARD")
    network.tell("incubator", "project.stopped", project, project=project, stage="LAUNCH", reason_code="FUNDING")
    [row] = network.ask(positions_by_ids, coalition.voices[0], ids=[position])
    assert row["evidence"][0]["project_lifecycle"] == "STOPPED"
    [quoting] = network.ask(positions_by_projects, coalition.voices[0], ids=[project])
    assert [one["id"] for one in quoting] == [str(position)]
    assert network.ask(positions_by_projects, ids=[project]) == [[]]


def test_a_mandate_that_ends_ends_the_voice(network: Network) -> None:
    coalition = network.a_coalition()
    [mandate] = network.rows("SELECT id FROM known_mandates WHERE person = :one", one=coalition.voices[0].id)
    draft = {"coalition": coalition.id, "title": "Sans voix"}
    ended = {"mandate": mandate["id"], "person": coalition.voices[0].id, "reason": "REVOKED"}
    network.tell("people", "mandate.ended", mandate["id"], **ended)
    assert network.refused(draft_position, coalition.voices[0], **draft)[0] == "MANDATE_REQUIRED"


def test_a_suspended_organisation_does_not_apply(network: Network) -> None:
    organisation = network.an_organisation()
    for state in ("suspended", "closed"):
        network.tell("people", f"organisation.{state}", organisation, organisation=organisation, slug="une")
        [row] = network.rows("SELECT state, name FROM known_organisations WHERE id = :id", id=organisation)
        assert row["state"] == state.upper()
        assert row["name"] is not None


def test_a_graduated_project_is_marked(network: Network) -> None:
    project = new_id()
    tell(network, "project.recorded", project, lifecycle="ACTIVE")
    network.tell("incubator", "project.graduated", project, project=project, stage="SCALE")
    [row] = network.rows("SELECT lifecycle FROM known_projects WHERE id = :id", id=project)
    assert row["lifecycle"] == "GRADUATED"


def test_the_card_follows_a_pause_its_end_and_a_reopening(network: Network) -> None:
    project = new_id()
    tell(network, "project.recorded", project, lifecycle="ACTIVE")
    for happened, lifecycle, because in (
        ("paused", "PAUSED", None),
        ("resumed", "ACTIVE", None),
        ("stopped", "STOPPED", "FUNDING"),
        ("reopened", "ACTIVE", None),
    ):
        network.tell("incubator", f"project.{happened}", project, project=project, reason_code="FUNDING")
        [row] = network.rows("SELECT lifecycle, ended_because FROM known_projects WHERE id = :id", id=project)
        assert (row["lifecycle"], row["ended_because"]) == (lifecycle, because)
