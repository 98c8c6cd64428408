"""The schema that front-ends build on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    parse,
    validate,
)

from gateway.http.graphiql import example_tabs
from gateway.problems import french
from gateway.schema.__main__ import COMMITTED, printed
from gateway.schema.budget import Budget, in_operation
from gateway.schema.error_codes import ErrorCode
from gateway.schema.measure import measure
from gateway.schema.problems import ProblemCode
from services.backbone.rules import PROBLEM_CODES

GATEWAY = COMMITTED.parent


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(printed())


def own_types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    return [kind for name, kind in schema.type_map.items() if not name.startswith("__")]


def test_the_committed_schema_is_the_one_in_the_code() -> None:
    assert COMMITTED.read_text("utf-8") == printed(), "python -m gateway.schema --write"


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str, str | None]]:
    """Everything of our own that has a description: where it stands, its name, what is said of it."""
    for kind in own_types(schema):
        if kind.name in ("Int", "Float", "String", "Boolean", "ID"):
            continue
        yield kind.name, kind.name, kind.description
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                yield f"{kind.name}.{name}", name, value.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", name, field.description
                arguments = field.args if isinstance(field, GraphQLField) else {}
                for argument, given in arguments.items():
                    yield f"{kind.name}.{name}({argument})", argument, given.description


#: Words that say nothing of what a thing is.
EMPTY_WORDS = frozenset(re.findall("[a-z]+", "a an and as by for in is it its of own that the this to with your"))


def words(text: str) -> set[str]:
    """The words of a name or a sentence that mean something, in the singular."""
    return {word.lower().rstrip("s") for word in re.findall("[A-Za-z][a-z]*", text)} - EMPTY_WORDS


def test_every_type_field_argument_and_value_says_what_it_is(schema: GraphQLSchema) -> None:
    everything = list(described(schema))
    assert len(everything) > 2500
    assert [where for where, _, said in everything if not (said or "").strip()] == []


def test_no_description_merely_repeats_the_name(schema: GraphQLSchema) -> None:
    assert words("Its cohorts, by the project") == {"cohort", "project"}
    assert [f"{where}: {said}" for where, name, said in described(schema) if words(said or "") <= words(name)] == []


def test_every_code_of_an_error_is_published() -> None:
    """Codes stand as constants where failures are made; services' refusals of questions bring problem codes along."""
    made = set()
    for path in GATEWAY.rglob("*.py"):
        made |= set(re.findall(r'(?:\bFailure|_failure)\(\s*"([A-Z_]+)"', path.read_text("utf-8")))
        made |= set(re.findall(r'(?:refused|error_response)\([^"()]*\d{3}, "([A-Z_]+)"', path.read_text("utf-8")))
    assert {"INTERNAL", "METHOD_NOT_ALLOWED", "QUERY_TOO_COSTLY", "RESYNC"} <= made
    assert made <= {code.value for code in ErrorCode}


CONTRACT = """
    Query: node viewer themes theme network incubators incubator project projects pipeline coalition coalitions position
      consultation event events activity
    Mutation: applyToIncubator recordProject recordEvidence recommendStage proposeStageChange approveStageChange
      moveProjectBack stopProject publishNeed foundCoalition applyForMembership grantMandate draftPosition
      openAmendments submitAmendment decideAmendment openBallot castStance signOff openConsultation addStatement
      castVotes
      answerSuggestion scheduleEvent publishEvent changeCapacity cancelEvent register cancelRegistration answerOffer
      checkIn reportOutcome
    Subscription: activity projectChanged ballotChanged consultationChanged seatsChanged
    Project: id slug name pitch description website repository incubator themes city country visibility lifecycle stage
      stageSince daysInStage stalled history allowedTransitions gate founders mentors needs metrics milestones
      suggestions events quotedIn timeline version
    StageStay: stage enteredOn leftOn days
    StageSummary: stage label projects medianDays quartiles advanced stopped
    Consultation: id slug question state coalition voters votes statements
    Statement: id reference body agrees disagrees passes participants agreement
    Event: id slug kind title state startsAt endsAt timezone mode place capacity seatsLeft waiting confirmed themes
      project coalition challenge myRegistration calendarUrl allowedTransitions outcome
    Problem: code message field blockedBy
    Blocker: code message fix
    Transition: to allowed blockedBy
    Change: at from to actor reason waived
"""


def test_the_names_of_the_contract_are_kept(schema: GraphQLSchema) -> None:
    missing = []
    for kind, names in re.findall(r"^    (\w+): ((?:.|\n      )+)", CONTRACT, re.MULTILINE):
        found = schema.type_map.get(kind)
        fields = found.fields if isinstance(found, GraphQLObjectType) else {}
        missing += [f"{kind}.{name}" for name in names.split() if name not in fields]
    assert missing == []


def test_every_mutation_takes_one_input_and_answers_problems(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        assert list(field.args) == ["input"], name
        given = field.args["input"].type.of_type  # type: ignore[union-attr]
        assert "idempotencyKey" in given.fields, name
        assert "problems" in field.type.of_type.fields, name  # type: ignore[union-attr]


def test_every_list_that_can_grow_is_a_page(schema: GraphQLSchema) -> None:
    for kind in own_types(schema):
        if isinstance(kind, GraphQLObjectType) and not kind.name.endswith(("Connection", "Payload")):
            for name, field in kind.fields.items():
                if str(field.type).rstrip("!").endswith("Connection"):
                    assert {"first", "after"} <= set(field.args), f"{kind.name}.{name}"


def test_the_codes_of_problems_are_those_of_the_services() -> None:
    assert {code.value for code in ProblemCode} == PROBLEM_CODES


@pytest.mark.parametrize("number", range(len(example_tabs())))
def test_the_examples_of_the_page_are_valid_and_within_the_budget(schema: GraphQLSchema, number: int) -> None:
    document = parse(example_tabs()[number]["query"])
    assert validate(schema, document) == []
    for operation in document.definitions:
        assert isinstance(operation, OperationDefinitionNode)
        assert list(in_operation(operation, measure(schema, document, operation, {}), Budget())) == []


def test_french_sentences_have_their_holes_filled_by_name_only() -> None:
    for rule, sentence in french().items():
        assert not re.search(r"\{[^a-z}]*[^a-z_}]", sentence), rule
    assert Path(COMMITTED).exists()
