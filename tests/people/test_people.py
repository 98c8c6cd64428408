"""Persons, organisations, roles and mandates on the bench."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.backbone.actor import Actor, ActorKind, Grant
from services.people import queries
from services.people.use_cases.declare_organisation import declare_organisation
from services.people.use_cases.expire_mandates import expire_mandates
from services.people.use_cases.grant_mandate import grant_mandate
from services.people.use_cases.grant_role import grant_role
from services.people.use_cases.record_themes import record_themes
from services.people.use_cases.revoke_mandate import revoke_mandate
from services.people.use_cases.revoke_role import revoke_role
from services.people.use_cases.sign_in import sign_in
from services.people.use_cases.suspend_organisation import suspend_organisation
from services.people.use_cases.verify_organisation import verify_organisation
from tests.bench import Bench

STAFF = Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("INCUBATOR_STAFF", f"incubator/{uuid4()}")}))
ADMIN = Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("ADMIN")}))


def person(people: Bench, name: str) -> Actor:
    known = people.perform(sign_in, issuer="https://issuer.test", subject=name, display_name=name.title())
    return Actor(ActorKind.PERSON, UUID(known["id"]))


def organisation(people: Bench, by: Actor, name: str = "Les Petits Frères") -> str:
    declared = people.perform(declare_organisation, by=by, name=name, kind="ASSOCIATION")
    return str(declared["id"])


def test_somebody_who_signs_in_twice_is_one_person_and_changes_are_taken_over(people: Bench) -> None:
    first = people.perform(sign_in, issuer="https://issuer.test", subject="amina", display_name="Amina")
    again = people.perform(sign_in, issuer="https://issuer.test", subject="amina", display_name="Amina")
    renamed = people.perform(sign_in, issuer="https://issuer.test", subject="amina", display_name="Amina B.")
    elsewhere = people.perform(sign_in, issuer="https://other.test", subject="amina", display_name="Amina")

    assert first == again
    assert renamed == {"id": first["id"], "version": 2}
    assert elsewhere["id"] != first["id"]
    assert [fact["type"] for fact in people.facts()] == ["person.known", "person.changed", "person.known"]


def test_a_role_counts_at_once_in_the_service_that_gives_it_and_no_more_when_taken_back(people: Bench) -> None:
    amina, berthe = person(people, "amina"), person(people, "berthe")
    first, second = organisation(people, berthe, "Premier"), organisation(people, berthe, "Second")
    granted = people.perform(
        grant_role, by=ADMIN, person=amina.id, role="INCUBATOR_STAFF", scope=f"incubator/{uuid4()}"
    )
    people.perform(verify_organisation, by=amina, organisation=first)
    people.perform(revoke_role, by=ADMIN, grant=granted["id"])
    assert people.refused(verify_organisation, by=amina, organisation=second)["code"] == "FORBIDDEN"


def test_who_declares_an_organisation_administers_it_everywhere(people: Bench) -> None:
    amina = person(people, "amina")
    declared = organisation(people, amina)
    [fact] = people.facts("role.granted")
    told = (fact["data"]["person"], fact["data"]["role"], fact["data"]["scope"])
    assert told == (str(amina.id), "ORG_ADMIN", f"organisation/{declared}")


def test_no_fact_carries_anything_personal(people: Bench) -> None:
    people.perform(
        sign_in, issuer="https://issuer.test", subject="secret-subject", display_name="Zoé", email="zoe@example.org"
    )
    told = str(people.facts())
    assert "Zoé" not in told
    assert "zoe@example.org" not in told
    assert "secret-subject" not in told


def test_others_see_a_display_name_and_nothing_else(people: Bench) -> None:
    amina = person(people, "amina")
    [seen, nobody] = people.ask(queries.persons_by_ids, ids=[amina.id, uuid4()])
    assert seen == {"id": str(amina.id), "display_name": "Amina"}
    assert nobody is None


def test_staff_verify_an_organisation_but_nobody_their_own(people: Bench) -> None:
    amina = person(people, "amina")
    declared = organisation(people, amina)

    assert people.refused(verify_organisation, by=amina, organisation=declared)["code"] == "FORBIDDEN"
    people.perform(verify_organisation, by=STAFF, organisation=declared)

    [fact] = people.facts("organisation.verified")
    assert fact["data"]["organisation"] == declared
    assert fact["data"]["name"] == "Les Petits Frères"

    own = organisation(people, STAFF, "Maison Commune")
    assert people.refused(verify_organisation, by=STAFF, organisation=own)["code"] == "SELF_APPROVAL"


def test_a_verified_organisation_is_not_verified_again_and_may_be_suspended(people: Bench) -> None:
    declared = organisation(people, person(people, "amina"))
    people.perform(verify_organisation, by=STAFF, organisation=declared)
    assert people.refused(verify_organisation, by=STAFF, organisation=declared)["code"] == "ILLEGAL_TRANSITION"
    people.perform(suspend_organisation, by=STAFF, organisation=declared, reason="Ne répond plus.")
    assert [fact["type"] for fact in people.facts()][-1] == "organisation.suspended"


def test_an_old_version_is_refused(people: Bench) -> None:
    declared = organisation(people, person(people, "amina"))
    problem = people.refused(verify_organisation, by=STAFF, organisation=declared, expected_version=7)
    assert problem["code"] == "STALE_VERSION"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "X", "kind": "ASSOCIATION"},
        {"name": "Sans genre", "kind": "CLUB"},
        {"name": "Mauvais numéro", "kind": "COMPANY", "siren": "12"},
        {"name": "Champ inconnu", "kind": "COMPANY", "colour": "red"},
        {"kind": "COMPANY"},
    ],
)
def test_an_organisation_that_makes_no_sense_is_refused(people: Bench, wrong: dict[str, str]) -> None:
    assert people.refused(declare_organisation, by=ADMIN, **wrong)["code"] == "VALIDATION"


def test_two_organisations_of_one_name_get_two_slugs(people: Bench) -> None:
    amina = person(people, "amina")
    slugs = [people.perform(declare_organisation, by=amina, name="Été", kind="INFORMAL")["slug"] for _ in range(3)]
    assert slugs == ["ete", "ete-2", "ete-3"]


def test_administrators_give_roles_others_do_not(people: Bench) -> None:
    amina = person(people, "amina")
    scope = f"incubator/{uuid4()}"
    problem = people.refused(grant_role, by=amina, person=amina.id, role="INCUBATOR_STAFF", scope=scope)
    assert problem["code"] == "FORBIDDEN"

    granted = people.perform(grant_role, by=ADMIN, person=amina.id, role="INCUBATOR_STAFF", scope=scope)
    again = people.perform(grant_role, by=ADMIN, person=amina.id, role="INCUBATOR_STAFF", scope=scope)

    assert granted == again
    [fact] = people.facts("role.granted")
    assert fact["data"] == {
        "grant": granted["id"],
        "person": str(amina.id),
        "role": "INCUBATOR_STAFF",
        "scope": scope,
        "until": None,
    }


@pytest.mark.parametrize(
    ("role", "scope"),
    [("ADMIN", "incubator/x"), ("WIZARD", None), ("MENTOR", None), ("MENTOR", f"coalition/{uuid4()}")],
)
def test_a_role_over_the_wrong_thing_is_refused(people: Bench, role: str, scope: str | None) -> None:
    amina = person(people, "amina")
    assert people.refused(grant_role, by=ADMIN, person=amina.id, role=role, scope=scope)["code"] == "VALIDATION"


def test_nobody_gives_a_role_to_themselves(people: Bench) -> None:
    amina = person(people, "amina")
    ruler = Actor(ActorKind.PERSON, amina.id, frozenset({Grant("ADMIN")}))
    assert people.refused(grant_role, by=ruler, person=amina.id, role="DIRECTOR")["code"] == "SELF_APPROVAL"


def test_the_last_administrator_stays(people: Bench) -> None:
    amina, berthe = person(people, "amina"), person(people, "berthe")
    first = people.perform(grant_role, by=ADMIN, person=amina.id, role="ADMIN")
    assert people.refused(revoke_role, by=ADMIN, grant=first["id"])["code"] == "LAST_ADMIN"
    people.perform(grant_role, by=ADMIN, person=berthe.id, role="ADMIN")
    people.perform(revoke_role, by=ADMIN, grant=first["id"])
    assert [fact["data"]["person"] for fact in people.facts("role.revoked")] == [str(amina.id)]


def test_who_administers_an_organisation_gives_and_takes_its_mandates(people: Bench) -> None:
    amina, berthe, coalition = person(people, "amina"), person(people, "berthe"), uuid4()
    declared = organisation(people, amina)
    wanted = {"person": berthe.id, "organisation": declared, "coalition": coalition}

    assert people.refused(grant_mandate, by=berthe, **wanted)["code"] == "FORBIDDEN"
    granted = people.perform(grant_mandate, by=amina, **wanted)
    assert people.perform(grant_mandate, by=amina, **wanted) == granted
    people.perform(revoke_mandate, by=amina, mandate=granted["id"])
    assert people.refused(revoke_mandate, by=amina, mandate=granted["id"])["code"] == "ILLEGAL_TRANSITION"

    assert [fact["type"] for fact in people.facts("mandate.granted", "mandate.ended")] == [
        "mandate.granted",
        "mandate.ended",
    ]


def test_a_mandate_ends_the_day_after_its_last(people: Bench) -> None:
    amina, berthe = person(people, "amina"), person(people, "berthe")
    last_day = (people.clock.now + timedelta(days=10)).date()
    people.perform(
        grant_mandate,
        by=amina,
        person=berthe.id,
        organisation=organisation(people, amina),
        coalition=uuid4(),
        ends_on=last_day,
    )
    people.clock.goes_on(days=10)
    assert people.run_due(expire_mandates) == 0
    people.clock.goes_on(days=1)
    assert people.run_due(expire_mandates) == 1
    assert [fact["data"]["reason"] for fact in people.facts("mandate.ended")] == ["EXPIRED"]


def test_themes_are_created_once_and_relabelled_only_when_asked(people: Bench) -> None:
    theme = {"slug": "mieux-vieillir", "label_fr": "Mieux vieillir", "label_en": "Ageing better", "synonyms": ["âge"]}
    bad = {"slug": "Pas Un Slug", "label_fr": "Non"}
    outcomes = lambda answer: [one["outcome"] for one in answer["results"]]  # noqa: E731

    assert outcomes(people.perform(record_themes, themes=[theme, bad])) == ["CREATED", "REFUSED"]
    assert outcomes(people.perform(record_themes, themes=[theme])) == ["UNCHANGED"]
    relabelled = {**theme, "label_en": "Growing old well"}
    assert outcomes(people.perform(record_themes, themes=[relabelled], keep_known=True)) == ["UNCHANGED"]
    assert outcomes(people.perform(record_themes, themes=[relabelled])) == ["CHANGED"]
    [found, unknown] = people.ask(queries.themes_by_slugs, slugs=["mieux-vieillir", "nulle-part"])
    assert found["label_en"] == "Growing old well"
    assert unknown is None


def test_a_rehearsal_says_what_would_happen_and_changes_nothing(people: Bench) -> None:
    before = people.everything()
    theme = {"slug": "accueil", "label_fr": "Accueil"}
    answer = people.perform(record_themes, themes=[theme], dry_run=True)
    assert [one["outcome"] for one in answer["results"]] == ["CREATED"]
    assert people.everything() == before


def test_a_page_of_101_is_too_large_and_pages_hold_while_rows_are_added(people: Bench) -> None:
    amina = person(people, "amina")
    for name in ("Bleu", "Dune", "Falaise", "Hameau"):
        organisation(people, amina, name)
    assert people.ask_refused(queries.list_organisations, first=101)["code"] == "PAGE_TOO_LARGE"
    assert people.ask_refused(queries.list_organisations, first=0)["code"] == "VALIDATION"
    assert people.ask_refused(queries.list_organisations, after="n'importe")["code"] == "VALIDATION"

    first = people.ask(queries.list_organisations, first=2)
    organisation(people, amina, "Amandier")
    second = people.ask(queries.list_organisations, first=2, after=first["cursors"][-1])

    assert [row["name"] for row in first["items"]] == ["Bleu", "Dune"]
    assert [row["name"] for row in second["items"]] == ["Falaise", "Hameau"]
    assert (first["has_next"], second["has_next"], second["total"]) == (True, False, 5)


def test_the_viewer_sees_their_own_roles_and_mandates(people: Bench) -> None:
    amina = person(people, "amina")
    people.perform(grant_role, by=ADMIN, person=amina.id, role="DIRECTOR")
    seen = people.ask(queries.viewer, by=amina)
    assert seen["display_name"] == "Amina"
    assert [role["role"] for role in seen["roles"]] == ["DIRECTOR"]
    assert people.ask(queries.viewer, by=STAFF) is None
