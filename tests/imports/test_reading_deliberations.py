from pathlib import Path

import pytest

from gateway.imports.deliberations import Deliberation, deliberations_in
from gateway.imports.records import Unusable
from tests.imports.reading import told, written

STATEMENTS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body"
VOTES = "timestamp,datetime,comment-id,voter-id,vote"


def deliberation(
    folder: Path, statements: list[object] | None = None, votes: list[object] | None = None
) -> Deliberation:
    folder.mkdir(exist_ok=True)
    written(folder / "summary.csv", "topic,Vieillir ensemble ?", 'conversation-description,"Dites-nous', 'tout."')
    written(folder / "comments.csv", STATEMENTS, *(statements or []))
    written(folder / "votes.csv", VOTES, *(votes or []))
    return Deliberation(folder)


def test_a_consultation_is_named_by_its_topic_and_spans_its_votes(tmp_path: Path) -> None:
    found = deliberation(tmp_path, votes=["2000,x,0,a,1", "1000,x,0,b,-1", "1500,x,0,c,0"])
    assert found.request() == {
        "slug": "vieillir-ensemble",
        "question": "Vieillir ensemble ?",
        "description": "Dites-nous\ntout.",
        "state": "CLOSED",
        "opens_at": "1970-01-01T00:00:01.000+00:00",
        "closes_at": "1970-01-01T00:00:02.000+00:00",
    }


def test_a_folder_without_summary_gives_its_own_name(tmp_path: Path) -> None:
    found = deliberation(tmp_path / "vieillir.ensemble")
    (found.folder / "summary.csv").unlink()
    assert (found.request()["slug"], found.request()["question"]) == ("vieillir-ensemble", "vieillir.ensemble")


def test_statements_come_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    found = deliberation(
        tmp_path, ["2000,x,1,7,9,9,-1,Non", '1000,x,0,7,9,9,1,"Oui,', 'vraiment"', "3000,x,2,7,0,0,0,Si"]
    )
    records, refused = told(found.statements())
    assert refused == {}
    assert [(each["reference"], each["state"], each["body"]) for each in records] == [
        ("0", "ACCEPTED", "Oui,\nvraiment"),
        ("1", "REJECTED", "Non"),
        ("2", "PENDING", "Si"),
    ]


def test_a_vote_knows_the_line_on_which_it_stands(tmp_path: Path) -> None:
    records, _ = told(deliberation(tmp_path, votes=["1000,x,0,a,1", "1000,x,0,a,-1"]).votes())
    assert records[1] == {
        "statement": "0", "voter": "a", "vote": "DISAGREE", "at": "1970-01-01T00:00:01.000+00:00", "order": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1000,x,0,a,2", "a vote is 1, -1 or 0, not '2'"),
        ("hier,x,0,a,1", "timestamp 'hier' is not a number of milliseconds"),
        ("9" * 400 + ",x,0,a,1", "is not a number of milliseconds"),
        ("1000,x,,a,1", "comment-id is missing"),
        ("1000,x,0,,1", "voter-id is missing"),
        ("1000,x,0,a", "has 4 fields where the heading has 5"),
        (b"1000,x,0,\xff,1", "not UTF-8"),
    ],
)
def test_a_vote_that_is_none_is_refused_and_the_others_are_read(tmp_path: Path, line: object, reason: str) -> None:
    records, refused = told(deliberation(tmp_path, votes=["1000,x,0,a,1", line, "1000,x,0,b,1"]).votes())
    assert [each["voter"] for each in records] == ["a", "b"]
    assert reason in refused["line 3"]


def test_a_statement_without_words_or_with_an_unknown_moderation_is_refused(tmp_path: Path) -> None:
    _, refused = told(deliberation(tmp_path, ["1000,x,0,7,0,0,1,", "1000,x,1,7,0,0,5,Oui"]).statements())
    assert refused == {
        "line 2": "comment-body is missing",
        "line 3": "moderated is none of 1, -1 and 0: '5'",
    }


def test_a_folder_is_one_deliberation_or_holds_several(tmp_path: Path) -> None:
    one, other = deliberation(tmp_path / "b"), deliberation(tmp_path / "a")
    assert deliberations_in(one.folder) == [one]
    assert deliberations_in(tmp_path) == [other, one]


def test_a_folder_without_deliberations_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="holds no deliberation"):
        deliberations_in(tmp_path)
