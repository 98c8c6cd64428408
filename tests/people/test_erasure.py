"""A person is erased: who may ask, what is emptied at once, when it is complete."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.backbone.actor import ANONYMOUS, Actor, ActorKind, Grant
from services.people import queries
from services.people.use_cases.declare_organisation import declare_organisation
from services.people.use_cases.erase_person import erase_person
from services.people.use_cases.grant_mandate import grant_mandate
from services.people.use_cases.grant_role import grant_role
from services.people.use_cases.note_erasure_answer import note_erasure_answer
from services.people.use_cases.sign_in import sign_in
from tests.bench import Bench

ADMIN = Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("ADMIN")}))
CLAIMS = {"issuer": "https://issuer.test", "subject": "amina-1", "display_name": "Amina", "email": "amina@example.org"}


def person(people: Bench, **claims: str) -> Actor:
    known = people.perform(sign_in, **{**CLAIMS, **claims})
    return Actor(ActorKind.PERSON, UUID(known["id"]))


def answer(people: Bench, service: str, one: Actor, request: str, **more: Any) -> None:
    told = {"person": one.id, "request": request, "service": service, "counts": {"history": 1}, "kept": {}, **more}
    # Each service numbers its own facts about a person: the bench counts them together.
    fact = people.fact(service, "person.erased_in", str(one.id), **told)
    people._sequence.clear()
    people.deliver(note_erasure_answer, fact)


def test_who_erases_themselves_is_named_nowhere_and_comes_back_as_somebody_new(people: Bench) -> None:
    amina = person(people)
    assert people.perform(erase_person, by=amina)["id"]
    assert people.ask(queries.persons_by_ids, ids=[amina.id]) == [None]
    assert people.ask(queries.viewer, by=amina) is None
    left = str(people.everything())
    for said in CLAIMS.values():
        assert said not in left
    [fact] = people.facts("person.erasure_started")
    assert (fact["subject"], fact["data"]["person"]) == (f"person/{amina.id}", str(amina.id))
    moves = people.rows("SELECT from_state, to_state, rule FROM history ORDER BY number")
    assert moves[-1] == {
        "from_state": "KNOWN",
        "to_state": "MADE_ANONYMOUS",
        "rule": "person.erased_by_themselves",
    }
    again = person(people)
    assert again.id != amina.id
    assert people.ask(queries.persons_by_ids, ids=[amina.id, again.id])[0] is None


def test_roles_and_mandates_end_as_they_always_do(people: Bench) -> None:
    amina, berthe = person(people), person(people, subject="berthe")
    own = people.perform(declare_organisation, by=berthe, name="Le Pont", kind="ASSOCIATION")["id"]
    scope = f"incubator/{uuid4()}"
    people.perform(grant_role, by=ADMIN, person=amina.id, role="INCUBATOR_STAFF", scope=scope)
    people.perform(grant_mandate, by=berthe, person=amina.id, organisation=own, coalition=uuid4())
    people.perform(erase_person, by=ADMIN, person=amina.id)
    [revoked], [ended] = people.facts("role.revoked"), people.facts("mandate.ended")
    assert (revoked["data"]["scope"], ended["data"]["reason"]) == (scope, "REVOKED")
    assert people.rows("SELECT 1 FROM role_grants WHERE person = :person", person=amina.id) == []
    [move] = people.rows("SELECT rule, actor_id FROM history WHERE to_state = 'MADE_ANONYMOUS'")
    assert move == {"rule": "person.erased_by_admin", "actor_id": ADMIN.id}


@pytest.mark.parametrize(
    ("who", "code", "rule"),
    [
        ("nobody", "UNAUTHENTICATED", "actor.sign_in_first"),
        ("somebody else", "FORBIDDEN", "person.erase_others"),
        ("a director", "FORBIDDEN", "person.erase_others"),
    ],
)
def test_only_oneself_or_an_administrator_may_ask(people: Bench, who: str, code: str, rule: str) -> None:
    amina = person(people)
    director = Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("DIRECTOR")}))
    asking = {"nobody": ANONYMOUS, "somebody else": person(people, subject="berthe"), "a director": director}[who]
    whom = {} if who == "nobody" else {"person": amina.id}
    problem = people.refused(erase_person, by=asking, **whom)
    assert (problem["code"], problem["rule"]) == (code, rule)


def test_the_last_administrator_of_anything_stays_until_there_is_another(people: Bench) -> None:
    amina, berthe = person(people), person(people, subject="berthe")
    own = people.perform(declare_organisation, by=amina, name="Le Pont", kind="ASSOCIATION")["id"]
    assert people.refused(erase_person, by=amina)["code"] == "LAST_ADMIN"
    assert people.refused(erase_person, by=ADMIN, person=amina.id)["code"] == "LAST_ADMIN"
    people.perform(grant_role, by=ADMIN, person=berthe.id, role="ORG_ADMIN", scope=f"organisation/{own}")
    people.perform(erase_person, by=amina)


def test_nobody_is_erased_twice_and_nobody_unknown(people: Bench) -> None:
    amina = person(people)
    people.perform(erase_person, by=amina)
    assert people.refused(erase_person, by=ADMIN, person=amina.id)["rule"] == "person.erased_already"
    assert people.refused(erase_person, by=ADMIN, person=uuid4())["code"] == "NOT_FOUND"


def test_who_was_erased_is_given_nothing_any_more(people: Bench) -> None:
    amina, berthe = person(people), person(people, subject="berthe")
    own = people.perform(declare_organisation, by=berthe, name="Le Pont", kind="ASSOCIATION")["id"]
    people.perform(erase_person, by=amina)
    assert people.refused(grant_role, by=ADMIN, person=amina.id, role="DIRECTOR")["code"] == "NOT_FOUND"
    mandate = {"person": amina.id, "organisation": own, "coalition": uuid4()}
    assert people.refused(grant_mandate, by=berthe, **mandate)["code"] == "NOT_FOUND"


def test_an_erasure_is_complete_when_everybody_has_answered(people: Bench) -> None:
    amina = person(people)
    request = people.perform(erase_person, by=amina)["id"]
    before_the_last = ["events", "incubator", "journal"]
    for service in before_the_last:
        answer(people, service, amina, request)
    [open_] = people.ask(queries.erasures_by_ids, by=ANONYMOUS, ids=[request])
    assert (open_["completed_at"], [one["service"] for one in open_["answers"]]) == (None, before_the_last)
    assert people.facts("person.erased") == []

    answer(people, "coalitions", amina, request, kept={"stances_of_organisations": 2})
    [done, unknown] = people.ask(queries.erasures_by_ids, by=ANONYMOUS, ids=[request, uuid4()])
    assert done["completed_at"] is not None
    assert {one["service"]: one["kept"] for one in done["answers"]}["coalitions"] == {"stances_of_organisations": 2}
    assert str(amina.id) not in str(done)
    assert unknown is None
    [told] = people.facts("person.erased")
    assert told["data"] == {"person": str(amina.id), "request": request}
