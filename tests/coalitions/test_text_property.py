"""The consolidated text is the original with the accepted amendments, always."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.coalitions.domain.amendment import Amendment, AmendmentState, Operation, collisions
from services.coalitions.domain.text import Paragraph, ParagraphChange, consolidated, differences

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ORIGINAL = [Paragraph(f"p{number}", f"Texte {number}.") for number in range(1, 5)]
PIDS = [paragraph.pid for paragraph in ORIGINAL]


def amendment(number: int, operation: str, pid: str | None, text: str) -> Amendment:
    return Amendment(
        id=UUID(int=number),
        position=UUID(int=0),
        number=number,
        base_text_version=1,
        operation=operation,
        pid=None if operation == Operation.GLOBAL else pid,
        new_text="" if operation == Operation.DELETE else text,
        rationale="Une raison suffisante.",
        organisation=UUID(int=1),
        submitted_by=UUID(int=2),
        submitted_at=NOW,
        state=AmendmentState.ACCEPTED,
        applied_order=number,
    )


ONE = st.one_of(
    st.tuples(st.sampled_from(["REPLACE", "DELETE"]), st.sampled_from(PIDS), st.text("abc ", min_size=1)),
    st.tuples(st.just("INSERT_AFTER"), st.sampled_from([None, *PIDS]), st.text("abc", min_size=1)),
    st.tuples(st.just("GLOBAL"), st.none(), st.lists(st.text("abc", min_size=1), min_size=1).map("\n\n".join)),
)
AMENDMENTS = st.lists(ONE, max_size=8).map(
    lambda given: [amendment(number, *one) for number, one in enumerate(given, start=1)]
)


def rebuilt(original: list[Paragraph], accepted: list[Amendment]) -> list[str]:
    """The text made again, line by line on a marked-up list, as somebody with scissors and glue would."""
    pids = [one.pid for one in original]
    lines: list[tuple[str, str]] = [("top", ""), *((one.pid, one.text) for one in original)]
    for one in accepted:
        anchor = "top" if one.pid is None else one.pid
        if one.operation == "GLOBAL":
            lines = [(name, "") for name, _ in lines if name in ("top", *pids)]
            pieces = [piece for piece in one.applied_text.split("\n\n") if piece.strip()]
            lines[1:1] = [(f"after {anchor}", piece) for piece in pieces]
        elif one.operation == "INSERT_AFTER":
            place = max(index for index, (name, _) in enumerate(lines) if name in (anchor, f"after {anchor}"))
            lines.insert(place + 1, (f"after {anchor}", one.applied_text))
        else:
            lines = [(name, one.applied_text if name == anchor else text) for name, text in lines]
    return [text for _, text in lines if text]


@given(accepted=AMENDMENTS)
def test_the_consolidated_text_is_the_original_with_the_accepted_amendments(accepted: list[Amendment]) -> None:
    text = consolidated(ORIGINAL, accepted)
    assert [one.text for one in text] == rebuilt(ORIGINAL, accepted)
    assert len({one.pid for one in text}) == len(text)


@given(accepted=AMENDMENTS)
def test_differences_tell_how_one_version_became_the_other(accepted: list[Amendment]) -> None:
    text = consolidated(ORIGINAL, accepted)
    told = differences(ORIGINAL, text)
    after = [Paragraph(one.pid, one.after) for one in told if one.after is not None]
    assert after == text
    assert {one.pid: one.before for one in told if one.before is not None} == {one.pid: one.text for one in ORIGINAL}
    assert all((one.change == ParagraphChange.SAME) == (one.before == one.after) for one in told)


@given(accepted=AMENDMENTS)
def test_collisions_are_mutual_and_of_one_paragraph_or_the_whole(accepted: list[Amendment]) -> None:
    for one in accepted:
        for other in collisions(one, accepted):
            assert one in collisions(other, accepted)
            assert "GLOBAL" in (one.operation, other.operation) or one.pid == other.pid


@given(accepted=AMENDMENTS.filter(lambda found: all(one.operation != "GLOBAL" for one in found)))
def test_amendments_of_different_paragraphs_give_the_same_text_in_any_order(accepted: list[Amendment]) -> None:
    apart = {one.pid: one for one in accepted}
    forward, backward = list(apart.values()), list(apart.values())[::-1]
    for order, one in enumerate(forward):
        one.applied_order = order
    text = consolidated(ORIGINAL, forward)
    for order, one in enumerate(backward):
        one.applied_order = order
    assert consolidated(ORIGINAL, backward) == text


def test_nothing_accepted_changes_nothing() -> None:
    assert consolidated(ORIGINAL, []) == ORIGINAL
