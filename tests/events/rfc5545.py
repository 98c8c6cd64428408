"""RFC 5545 read by another hand than the library that writes it: the grammar of lines, and what an entry must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

LINE = re.compile(
    r'^(?P<name>[A-Z][A-Z0-9-]*)(?P<parameters>(?:;[A-Z-]+=(?:"[^"]*"|[^":;,]*))*):(?P<value>.*)$', re.DOTALL
)
ESCAPED = re.compile(r"\\([\\;,nN])")
MOMENT = "%Y%m%dT%H%M%S"
LONGEST_LINE = 75
ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE", "LAST-MODIFIED")


@dataclass
class Component:
    """``BEGIN:NAME`` to ``END:NAME``: its lines as (name, parameters, value), and what is inside."""

    name: str
    lines: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    inside: list[Component] = field(default_factory=list)

    def one(self, name: str) -> tuple[dict[str, str], str]:
        [(parameters, value)] = [(given, value) for found, given, value in self.lines if found == name]
        return parameters, value

    def text(self, name: str) -> str:
        return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.one(name)[1])

    def all(self, name: str) -> list[Component]:
        return [one for one in self.inside if one.name == name]


def read(content: bytes) -> Component:
    """The VCALENDAR of a file, whose every line and entry keeps the rules; AssertionError for what does not."""
    assert content.endswith(b"\r\n")
    folded = content.split(b"\r\n")[:-1]
    assert all(b"\r" not in line and b"\n" not in line and 0 < len(line) <= LONGEST_LINE for line in folded)
    lines = b"\r\n".join(folded).replace(b"\r\n ", b"").decode().split("\r\n")
    open_: list[Component] = [Component("")]
    for line in lines:
        found = LINE.match(line)
        assert found, line
        name, value = found["name"], found["value"]
        if name == "BEGIN":
            open_.append(Component(value))
        elif name == "END":
            ended = open_.pop()
            assert ended.name == value
            open_[-1].inside.append(ended)
        else:
            given = dict(one.split("=", 1) for one in found["parameters"].split(";")[1:])
            open_[-1].lines.append((name, given, value))
    [nothing] = open_
    [calendar] = nothing.inside
    assert calendar.name == "VCALENDAR"
    assert calendar.one("VERSION")[1] == "2.0"
    assert calendar.one("PRODID")[1]
    for entry in calendar.all("VEVENT"):
        _judge(entry, {zone.one("TZID")[1]: zone for zone in calendar.all("VTIMEZONE")})
    return calendar


def _judge(entry: Component, zones: dict[str, Component]) -> None:
    for name in ONCE:
        entry.one(name)
    assert entry.one("STATUS")[1] in ("CONFIRMED", "TENTATIVE", "CANCELLED")
    assert int(entry.one("SEQUENCE")[1]) >= 0
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        assert entry.one(name)[1].endswith("Z")
    assert when(entry, "DTSTART", zones) < when(entry, "DTEND", zones)
    for alarm in entry.all("VALARM"):
        assert alarm.one("ACTION")[1] == "DISPLAY"
        assert re.fullmatch(r"-P(\d+D|T\d+H)", alarm.one("TRIGGER")[1])


def when(entry: Component, name: str, zones: dict[str, Component]) -> datetime:
    """An instant of an entry, by the offsets that the file itself gives for its timezone; a day's beginning as UTC."""
    given, value = entry.one(name)
    if given.get("VALUE") == "DATE":
        return datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC)
    if value.endswith("Z"):
        return datetime.strptime(value, MOMENT + "Z").replace(tzinfo=UTC)
    local = datetime.strptime(value, MOMENT)
    begun = [(datetime.strptime(one.one("DTSTART")[1], MOMENT), one) for one in zones[given["TZID"]].inside]
    _, holds = max(((since, one) for since, one in begun if since <= local), key=lambda each: each[0])
    return (local - offset(holds.one("TZOFFSETTO")[1])).replace(tzinfo=UTC)


def offset(written: str) -> timedelta:
    """``+0530`` as a timedelta."""
    sign = -1 if written[0] == "-" else 1
    return sign * timedelta(hours=int(written[1:3]), minutes=int(written[3:5]))
