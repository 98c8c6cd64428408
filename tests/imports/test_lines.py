"""Files with everything in them that files have: what can be read is, the rest is refused with its line."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.imports.lines import csv_records, json_records, records_in
from gateway.imports.records import Item, Record, Unusable
from tests.imports.reading import file_of, told

GOOD = {"name": "Colette", "city": "Paris"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"name": "Colette"', "not JSON"),
        ('{"name": NaN}', "not JSON"),
        ('{"name": Infinity}', "not JSON"),
        ('{"a": 1e999}', "not JSON"),
        ('{"a": 1} {"b": 2}', "not JSON"),
        (b'{"name": "\\ud800"}', "not JSON"),
        (b'{"name": "Caf\xe9"}', "not UTF-8 (byte 14 of it)"),
        ("", "blank"),
        ("   ", "blank"),
        ("[1, 2]", "not a JSON object"),
        ('"Colette"', "not a JSON object"),
        (b'{"name": "\\u0000"}', "null character"),
        (b'{"name": "\x00"}', "null characters"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": "' + "x" * 5_000_000 + '"}', "longer than 1,000,000 bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_line_that_is_no_record_is_refused_and_the_others_are_read(line: object, reason: str) -> None:
    records, refused = told(json_records(file_of(GOOD, line, {**GOOD, "name": "Josette"})))
    assert [record["name"] for record in records] == ["Colette", "Josette"]
    assert list(refused) == ["line 2"]
    assert reason in refused["line 2"]


def test_a_backslash_before_u0000_is_text() -> None:
    records, refused = told(json_records(file_of(r'{"name": "\\u0000"}')))
    assert (records, refused) == ([{"name": r"\u0000"}], {})


def test_the_mark_of_utf_8_at_the_start_is_no_part_of_the_text() -> None:
    records, refused = told(json_records(file_of(b"\xef\xbb\xbf" + b'{"name": "Colette"}')))
    assert (records, refused) == ([{"name": "Colette"}], {})


def test_a_file_in_utf_16_is_refused_once() -> None:
    text = '{"name": "Colette"}\n' * 100
    records, refused = told(json_records(io.BytesIO(text.encode("utf-16"))))
    assert records == []
    assert refused == {"line 1": "the file is written in UTF-16, not in UTF-8"}


def test_the_last_line_needs_no_end() -> None:
    records, _ = told(json_records(io.BytesIO(b'{"a": 1}\r\n{"a": 2}')))
    assert records == [{"a": 1}, {"a": 2}]


def test_a_long_line_is_never_held_in_memory() -> None:
    file = io.BytesIO(b'{"a": "' + b"x" * 60_000_000 + b'"}\n' + b'{"a": 1}\n' * 1000)
    tracemalloc.start()
    read = sum(isinstance(item, Record) for item in json_records(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 1000
    assert peak < 4_000_000


def test_csv_rows_are_fields_by_the_heading_and_empty_ones_are_none() -> None:
    records, refused = told(csv_records(file_of("name, city", "Colette,Paris", "Josette,")))
    assert records == [{"name": "Colette", "city": "Paris"}, {"name": "Josette", "city": None}]
    assert refused == {}


@pytest.mark.parametrize("mark", [";", "\t"])
def test_csv_may_be_separated_by_semicolons_and_tabs(mark: str) -> None:
    records, _ = told(csv_records(file_of(f"name{mark}city", f'"Colette, la vraie"{mark}Paris')))
    assert records == [{"name": "Colette, la vraie", "city": "Paris"}]


def test_a_quoted_field_may_span_lines_and_its_record_has_the_number_of_the_first() -> None:
    items = list(csv_records(file_of("name,said", 'Colette,"un', "", 'deux"', "Josette,trois")))
    assert [item.where for item in items] == ["line 2", "line 5"]
    assert told(items)[0][0]["said"] == "un\n\ndeux"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Colette", "has 1 fields where the heading has 2"),
        ("Colette,Paris,France", "has 3 fields where the heading has 2"),
        ("", "blank"),
        ('"Colette"x,Paris', "not CSV"),
        (b"Colette,Orl\xe9ans", "not UTF-8"),
        (b"Colette,\x00", "null characters"),
        ("Colette," + "x" * 5_000_000, "longer than"),
        ("Colette," + "x" * 200_000, "not CSV: field larger than field limit"),
        ('"Colette', "not CSV"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_row_that_is_no_record_is_refused_and_the_others_are_read(line: object, reason: str) -> None:
    records, refused = told(csv_records(file_of("name,city", "Tom,Lyon", line, "Josette,Paris", "Ana,Brest")))
    assert [record["name"] for record in records] == ["Tom", "Josette", "Ana"]
    assert list(refused) == ["line 3"]
    assert reason in refused["line 3"]


def test_a_line_that_is_no_text_within_a_quoted_field_ends_only_that_record() -> None:
    records, refused = told(csv_records(file_of("name,city", 'Tom,"Ly', b"\xff", "Josette,Paris")))
    assert [record["name"] for record in records] == ["Josette"]
    assert list(refused) == ["line 3"]


def test_a_heading_that_cannot_be_read_makes_the_file_unusable() -> None:
    with pytest.raises(Unusable, match=r"heading.*line 1.*UTF-16"):
        list(csv_records(io.BytesIO("name,city\n".encode("utf-16"))))


@pytest.mark.parametrize(
    ("name", "first"), [("a.csv", "name"), ("a.jsonl", '{"name": 1}'), ("a", '{"name": 1}'), ("a", "name")]
)
def test_json_and_csv_are_told_apart_by_name_or_by_their_start(name: str, first: str) -> None:
    assert told(records_in(file_of(first, "x" if first == "name" else {"name": 2}), name))[1] == {}


def test_an_empty_file_holds_no_records() -> None:
    assert list(records_in(io.BytesIO(b""), "a.csv")) == list(records_in(io.BytesIO(b""), "a.jsonl")) == []


@given(st.binary(max_size=300))
def test_every_line_of_any_bytes_is_read_or_refused_once(content: bytes) -> None:
    items = list(json_records(io.BytesIO(content)))
    lines = content.count(b"\n") + (content[-1:] not in (b"\n", b""))
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert [item.where for item in items] == [f"line {number + 1}" for number in range(lines)]


@given(st.lists(st.sampled_from([b'"', b",", b"a", b"\n", b"\xff", b'""', b"\r\n"]), max_size=40))
def test_csv_of_any_form_comes_to_an_end_and_good_rows_after_it_are_read(parts: list[bytes]) -> None:
    content = b"one,two\n" + b"".join(parts) + b'"\nx\xffx\n' + b"good,row\n"
    items: list[Item] = list(csv_records(io.BytesIO(content)))
    assert isinstance(items[-1], Record)
    assert items[-1].data == {"one": "good", "two": "row"}
