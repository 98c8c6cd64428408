"""A person is erased from the incubators: their words go, what others built upon stays and names nobody."""

from typing import Any
from uuid import UUID, uuid4

from services.backbone.actor import Actor
from services.incubator.queries.projects import projects_by_ids
from services.incubator.use_cases.apply_to_incubator import apply_to_incubator
from services.incubator.use_cases.assign_reviewers import assign_reviewers
from services.incubator.use_cases.erase_person import erase_person
from services.incubator.use_cases.post_update import post_update
from services.incubator.use_cases.recommend_stage import recommend_stage
from services.incubator.use_cases.record_evidence import record_evidence
from services.incubator.use_cases.submit_review import submit_review
from tests.bench import Bench
from tests.incubator.people import House, person

SECRET = "Ce que je ne dis qu'ici."
GRADES = "Clair, utile, déjà essayé à petite échelle."


def erase(incubator: Bench, one: Actor) -> dict[str, Any]:
    """Let the erasure begin, delivered twice; what the incubators answer."""
    fact = incubator.fact("people", "person.erasure_started", str(one.id), person=one.id, request=uuid4())
    incubator.deliver(erase_person, fact)
    [told] = incubator.facts("person.erased_in")
    assert (told["subject"], told["aggregateversion"]) == (f"person/{one.id}", 1)
    assert (told["causationid"], told["data"]["request"]) == (str(fact.id), fact.data["request"])
    data: dict[str, Any] = told["data"]
    return data


def names(incubator: Bench, one: Actor) -> set[str]:
    """The tables in which a person still stands, but for what the backbone keeps for a time."""
    kept = {"outbox", "positions"}
    return {name for name, rows in incubator.everything().items() if str(one.id) in str(rows)} - kept


def founders(incubator: Bench, house: House, project: str) -> list[str]:
    [row] = incubator.ask(projects_by_ids, by=house.staff, ids=[project])
    found: list[str] = row["founders"]
    return found


def test_a_founder_leaves_the_others_and_takes_their_private_words_along(incubator: Bench) -> None:
    house = House(incubator)
    project = house.colette()
    by_founder = {"by": house.founder, "project": project}
    proof = {"criterion": "interviews_10", "kind": "URL", "ref": "https://a.test", "note": SECRET}
    incubator.perform(record_evidence, **by_founder, **proof)
    incubator.perform(post_update, **by_founder, text=SECRET)
    incubator.perform(post_update, **by_founder, text="Nous cherchons un local.", shared=True)

    answer = erase(incubator, house.founder)

    assert names(incubator, house.founder) == set()
    assert SECRET not in str(incubator.everything())
    assert "Nous cherchons un local." in str(incubator.everything())
    assert founders(incubator, house, project) == [str(house.co_founder.id)]
    assert (answer["counts"]["notes"], answer["counts"]["updates"], answer["counts"]["founders_left"]) == (1, 1, 1)
    assert incubator.facts("project.recorded")[-1]["data"]["founders"] == [str(house.co_founder.id)]


def test_who_founded_alone_is_followed_by_nobody_that_can_be_named(incubator: Bench) -> None:
    house = House(incubator)
    project = house.colette(founders=[house.founder.id])
    answer = erase(incubator, house.founder)
    [stand_in] = founders(incubator, house, project)
    assert UUID(stand_in) != house.founder.id
    assert answer["kept"] == {"projects_founded_alone": 1}
    assert names(incubator, house.founder) == set()


def test_an_applicant_takes_their_answers_along_when_these_are_theirs_alone(incubator: Bench) -> None:
    house = House(incubator)
    said = {"call": house.call(), "name": "Seule", "pitch": "Un projet.", "themes": ["accueil"]}
    incubator.perform(apply_to_incubator, by=house.founder, **said, answers={"why": SECRET})
    erase(incubator, house.founder)
    assert SECRET not in str(incubator.everything())
    assert names(incubator, house.founder) == set()


def test_a_mentor_ends_as_mentors_do_and_their_note_goes(incubator: Bench) -> None:
    house = House(incubator)
    project = house.colette()
    house.meet_gate(project)
    incubator.perform(recommend_stage, by=house.mentor, project=project, to="PROTOTYPE", note=SECRET)
    answer = erase(incubator, house.mentor)
    [ended] = incubator.facts("project.mentor_ended")
    assert (ended["data"]["project"], answer["counts"]["mentorings_ended"]) == (project, 1)
    assert SECRET not in str(incubator.everything())
    assert names(incubator, house.mentor) == set()


def test_a_review_stays_and_says_of_nobody_that_it_is_theirs(incubator: Bench) -> None:
    house = House(incubator)
    said = {"call": house.call(), "name": "Relue", "pitch": "Un projet.", "themes": ["accueil"]}
    applied = incubator.perform(apply_to_incubator, by=house.founder, **said, answers={"why": "Pour aider."})
    reviewers = [house.staff.id, house.other_staff.id]
    incubator.perform(assign_reviewers, by=house.staff, project=applied["id"], reviewers=reviewers)
    [grid] = incubator.rows("SELECT grid FROM calls")
    grades = [{"criterion": one, "score": 4, "comment": GRADES} for one in grid["grid"]]
    incubator.perform(submit_review, by=house.other_staff, project=applied["id"], grades=grades)
    answer = erase(incubator, house.other_staff)
    assert answer["kept"] == {"reviews_given": 1}
    assert len(incubator.rows("SELECT 1 FROM reviews")) == 1
    assert names(incubator, house.other_staff) == set()


def test_who_left_no_trace_is_answered_for_all_the_same(incubator: Bench) -> None:
    house = House(incubator)
    house.colette()
    before = {name: rows for name, rows in incubator.everything().items() if name == "projects"}
    answer = erase(incubator, person())
    assert (answer["counts"], answer["kept"]) == ({}, {})
    assert {"projects": incubator.everything()["projects"]} == before
