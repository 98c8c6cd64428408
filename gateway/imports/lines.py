"""Files read line by line, however large: JSON lines (RFC 8259 objects) and CSV (RFC 4180).

A line that cannot be read is refused with its number and the reason, and reading goes on with the next. No line is ever
held beyond ``LONGEST_LINE``; the rest of a longer one is passed over.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from gateway.imports.records import Item, Record, Refusal, Unusable

#: Bytes of a line, and of a CSV record that spans lines.
LONGEST_LINE = 1_000_000
SKIPPED_AT_ONCE = 64 * 1024
UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Line:
    """A line without its end; ``fault`` says why it cannot be used, and then ``text`` is empty."""

    number: int
    text: str
    size: int
    fault: str = ""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading bytes; Unusable when it cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None
    with file:
        yield file


def records_in(file: BinaryIO, name: str) -> Iterator[Item]:
    """The records of a file of JSON lines or CSV, told apart by its name, else by its first character."""
    suffix = Path(name).suffix.lower()
    is_json = suffix in (".jsonl", ".ndjson", ".json") or (suffix not in (".csv", ".tsv") and _start(file)[:1] in b"{[")
    return json_records(file) if is_json else csv_records(file)


def is_calendar(file: BinaryIO, name: str) -> bool:
    """Whether the file is iCalendar, by its name, else by how it begins."""
    return Path(name).suffix.lower() in (".ics", ".ical") or _start(file).upper().startswith(b"BEGIN:VCALENDAR")


def json_records(file: BinaryIO) -> Iterator[Item]:
    """One JSON object a line."""
    for line in lines_of(file):
        where = f"line {line.number}"
        if line.fault:
            yield Refusal(where, line.fault)
            continue
        try:
            data = msgspec.json.decode(line.text)
        except (msgspec.DecodeError, RecursionError) as error:
            yield Refusal(where, _why_not_json(error))
            continue
        if not isinstance(data, dict):
            yield Refusal(where, "not a JSON object: a line holds one record, {...}")
        elif "\\u0000" in line.text and _has_null_character(data):
            yield Refusal(where, "a text holds a null character")
        else:
            yield Record(where, data, size=line.size)


def csv_records(file: BinaryIO) -> Iterator[Item]:
    """The rows below a heading, each as fields by the heading's names; a field that is empty is None."""
    rows = csv_rows(file)
    heading: list[str] | None = None
    for row in rows:
        if isinstance(row, Refusal):
            if heading is None:
                raise Unusable(f"The heading cannot be read: {row.where}: {row.reason}")
            yield row
        elif heading is None:
            heading = [name.strip() for name in row.cells]
        elif len(row.cells) != len(heading):
            yield Refusal(f"line {row.number}", f"has {len(row.cells)} fields where the heading has {len(heading)}")
        else:
            data = {name: cell or None for name, cell in zip(heading, row.cells, strict=True)}
            yield Record(f"line {row.number}", data, size=row.size)


@dataclass(frozen=True)
class Row:
    """The cells of one CSV record, and the number of the line on which it begins."""

    number: int
    cells: list[str]
    size: int


def csv_rows(file: BinaryIO) -> Iterator[Row | Refusal]:
    """The records of a CSV file. After a broken one reading goes on with the line after its first."""
    lines = CsvLines(file)
    parser = csv.reader(lines, delimiter=lines.delimiter(), strict=True)
    while True:
        lines.begin()
        try:
            cells = next(parser)
        except StopIteration:
            return
        except BadLine as bad:
            yield Refusal(f"line {bad.line.number}", bad.line.fault)
            continue
        except csv.Error as error:
            if lines.taken:
                yield Refusal(f"line {lines.taken[0].number}", f"not CSV: {error}")
            lines.go_back()
            continue
        first = lines.taken[0]
        if cells:
            yield Row(first.number, cells, sum(line.size for line in lines.taken))
        else:
            yield Refusal(f"line {first.number}", "the line is blank")


class BadLine(Exception):
    """A line that cannot be used, met where a record was expected or within one."""

    def __init__(self, line: Line) -> None:
        self.line = line


class CsvLines:
    """The lines of a file for the csv module, with the way back to the second line of a record that came to nothing."""

    def __init__(self, file: BinaryIO) -> None:
        self._coming = lines_of(file, blank_is_fault=False)
        self._again: deque[Line] = deque()
        self.taken: list[Line] = []
        self._size = 0

    def begin(self) -> None:
        """A record begins here."""
        self.taken, self._size = [], 0

    def go_back(self) -> None:
        """All lines of the record but the first come again."""
        self._again.extendleft(reversed(self.taken[1:]))

    def delimiter(self) -> str:
        """The character between the fields of the heading: comma, semicolon or tab, whichever stands there most."""
        first = next(self._coming, None)
        if first is None:
            return ","
        self._again.append(first)
        return max(",;\t", key=first.text.count)

    def __iter__(self) -> CsvLines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._coming)
        if line.fault:
            raise BadLine(line)
        self.taken.append(line)
        self._size += line.size
        if self._size > LONGEST_LINE:
            raise csv.Error("a quote is opened here and not closed")
        return line.text + "\n"


def lines_of(file: BinaryIO, *, blank_is_fault: bool = True) -> Iterator[Line]:
    """Every line of the file with its number, from 1."""
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1 and raw.startswith(UTF_16_MARKS):
            yield Line(1, "", len(raw), "the file is written in UTF-16, not in UTF-8")
            return
        if len(raw) > LONGEST_LINE:
            _pass_over_rest(file, raw)
            yield Line(number, "", len(raw), f"the line is longer than {LONGEST_LINE:,} bytes")
            continue
        yield _line(number, raw.removeprefix(UTF_8_MARK) if number == 1 else raw, blank_is_fault)


def _line(number: int, raw: bytes, blank_is_fault: bool) -> Line:
    if b"\0" in raw:
        return Line(number, "", len(raw), "the line holds null characters: it is not UTF-8 text")
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        return Line(number, "", len(raw), f"the line is not UTF-8 (byte {error.start + 1} of it)")
    if blank_is_fault and not text.strip():
        return Line(number, "", len(raw), "the line is blank")
    return Line(number, text, len(raw))


def _pass_over_rest(file: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(SKIPPED_AT_ONCE)


def _start(file: BinaryIO) -> bytes:
    start = file.read(1024).removeprefix(UTF_8_MARK).lstrip()
    file.seek(0)
    return start


def _why_not_json(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "not JSON that is read here: nested too deeply"
    return f"not JSON: {str(error).removeprefix('JSON is malformed: ')}"


def _has_null_character(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_null_character(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_has_null_character(each) for each in value)
