"""Projects that were running before they came here: read from a record line by line, kept as they were.

A record is plain data, as an import hands it over: ``incubator, slug, name, pitch, description, themes, city, country,
website, repository, founded_on, visibility, founders, mentors, lifecycle, phases [{stage, entered_on, left_on}],
exits [{state, on, reason}], ended_on, stop_reason``; dates are ISO 8601. What cannot be kept is refused with the field
that is wrong; what is kept in part is noted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.backbone.identifiers import slug_of
from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.details import checked_name
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.project import distinct
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import EXITED, RUNNING, Direction, Lifecycle, StopReason, Visibility

FIELDS = frozenset(
    {
        *("incubator", "slug", "name", "pitch", "description", "themes", "city", "country", "website", "repository"),
        *("founded_on", "visibility", "founders", "mentors", "lifecycle", "phases", "exits", "ended_on", "stop_reason"),
    }
)


@dataclass(frozen=True, kw_only=True)
class RecordedStay:
    stage: str
    entered_on: date
    left_on: date | None
    direction: Direction


@dataclass(frozen=True, kw_only=True)
class RecordedExit:
    """``after``: the place of the last stay that began before it or on its day, -1 without any."""

    state: Lifecycle
    on: date
    after: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectRecord:
    """A record that can be kept. ``described`` holds the attributes of a project that it sets."""

    slug: str
    described: dict[str, Any]
    mentors: tuple[UUID, ...]
    stays: tuple[RecordedStay, ...]
    exits: tuple[RecordedExit, ...]
    lifecycle: Lifecycle
    ended_on: date | None
    stop_reason: str | None
    notes: list[str] = field(default_factory=list)

    def named(self, slug: str) -> ProjectRecord:
        """The same record under another slug."""
        return replace(self, slug=slug)


def read_record(data: Mapping[str, Any], model: StageModel) -> ProjectRecord:
    """The record in plain data, or VALIDATION with the field that is wrong."""
    unknown = sorted(set(data) - FIELDS)
    refuse_unless(
        not unknown, "VALIDATION", "record.unknown_field", f"{', '.join(unknown)}: no field of a project.",
        field=unknown[0] if unknown else None, fields=", ".join(unknown),
    )  # fmt: skip
    notes: list[str] = []
    name = checked_name(_text(data, "name") or "")
    pitch, description = _pitch(_text(data, "pitch"), _text(data, "description"), notes)
    lifecycle = _code(data, "lifecycle", Lifecycle, Lifecycle.ACTIVE)
    refuse_unless(
        lifecycle in RUNNING | EXITED, "VALIDATION", "record.not_running",
        f"{lifecycle} is not recorded: applications come in through a call.", field="lifecycle", lifecycle=lifecycle,
    )  # fmt: skip
    ended_on = _date(data, "ended_on")
    ended_on = ended_on if lifecycle in EXITED else None
    ends = _ends(data.get("exits") or [])
    stays = _stays(data.get("phases") or [], model, [on for on, _, _ in ends], ended_on)
    reason = _code(data, "stop_reason", StopReason, StopReason.OTHER) if lifecycle is Lifecycle.STOPPED else None
    return ProjectRecord(
        slug=_text(data, "slug") or slug_of(name),
        described={
            "name": name,
            "pitch": pitch,
            "description": description,
            "themes": _themes(data, notes),
            "city": _text(data, "city"),
            "country": _text(data, "country"),
            "website": _text(data, "website"),
            "repository": _text(data, "repository"),
            "founded_on": _date(data, "founded_on"),
            # What a record does not say is left as it is.
            **({"founders": _ids(data, "founders")} if data.get("founders") else {}),
            **({"visibility": _code(data, "visibility", Visibility, None)} if data.get("visibility") else {}),
        },
        mentors=_ids(data, "mentors"),
        stays=stays,
        exits=_exits(ends, stays, lifecycle, ended_on, reason),
        lifecycle=lifecycle,
        ended_on=ended_on,
        stop_reason=reason,
        notes=notes,
    )


def cut_at_word(text: str, most: int) -> str:
    """The text up to a whole word, at most ``most`` characters with the ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    ends_here = text[most - 1].isspace() or len(cut.split()) < 2
    whole = cut if ends_here else cut.rsplit(None, 1)[0]
    return whole.rstrip(" ,;:.") + "…"


def _pitch(pitch: str | None, description: str | None, notes: list[str]) -> tuple[str | None, str | None]:
    if pitch is None or len(pitch) <= INCUBATION.longest_pitch:
        return pitch, description
    notes.append(f"cut the pitch of {len(pitch)} characters at a word; the full text is in the description")
    return cut_at_word(pitch, INCUBATION.longest_pitch), "\n\n".join(filter(None, [pitch, description]))


def _themes(data: Mapping[str, Any], notes: list[str]) -> tuple[str, ...]:
    given = _list(data, "themes", str)
    slugs = distinct(slug_of(theme) for theme in given if theme.strip())
    if not slugs:
        notes.append("it has no theme")
    if len(slugs) > INCUBATION.most_themes:
        notes.append(f"kept {INCUBATION.most_themes} of {len(slugs)} themes")
    return slugs[: INCUBATION.most_themes]


def _stays(phases: Any, model: StageModel, ends: Sequence[date], ended_on: date | None) -> tuple[RecordedStay, ...]:
    if not isinstance(phases, list) or not all(isinstance(phase, Mapping) for phase in phases):
        raise _wrong("phases", "a list of {stage, entered_on, left_on}")
    dated = sorted(
        (
            (_required_date(phase, "entered_on", index), _date(phase, "left_on", index), _text(phase, "stage") or "")
            for index, phase in enumerate(phases)
        ),
        key=lambda stay: stay[0],
    )
    stays: list[RecordedStay] = []
    for index, (entered_on, left_on, stage) in enumerate(dated):
        place = model.place_of(model.now(stage))
        before = model.place_of(model.now(stays[-1].stage)) if stays else None
        following = [*(other[0] for other in dated[index + 1 : index + 2]), *(on for on in ends if on >= entered_on)]
        end = left_on or min(following, default=None) or (ended_on if index + 1 == len(dated) else None)
        refuse_unless(
            end is None or end >= entered_on, "VALIDATION", "record.ends_before_it_starts",
            f"{stage} ends on {end}, before it starts on {entered_on}.", field="phases", stage=stage,
            entered_on=str(entered_on), left_on=str(end),
        )  # fmt: skip
        stays.append(RecordedStay(stage=stage, entered_on=entered_on, left_on=end, direction=_direction(before, place)))
    return tuple(stays)


Ends = list[tuple[date, Lifecycle, str | None]]


def _ends(given: Any) -> Ends:
    """The dated ends as they are given, in order."""
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise _wrong("exits", "a list of {state, on, reason}")
    ends = []
    for one in given:
        state, on = _code(one, "state", Lifecycle, None), _date(one, "on")
        if state not in EXITED or on is None:
            raise _wrong("exits", "a list of {state: GRADUATED or STOPPED, on, reason}")
        ends.append((on, state, _code(one, "reason", StopReason, None)))
    return sorted(ends, key=lambda end: end[0])


def _exits(
    ends: Ends, stays: tuple[RecordedStay, ...], lifecycle: Lifecycle, ended_on: date | None, reason: str | None
) -> tuple[RecordedExit, ...]:
    """The dated ends, each after its stay; the last one is where the project stands, if it has ended."""
    if lifecycle in EXITED and stays and not ended_on and not ends:
        ended_on = stays[-1].left_on or stays[-1].entered_on
    if lifecycle in EXITED and ended_on and (ended_on, lifecycle) not in [(on, state) for on, state, _ in ends]:
        ends = [*ends, (ended_on, lifecycle, reason)]
    return tuple(
        RecordedExit(state=state, on=on, reason=why, after=sum(stay.entered_on <= on for stay in stays) - 1)
        for on, state, why in ends
    )


def _direction(before: int | None, place: int) -> Direction:
    if before is None:
        return Direction.START
    if place == before:
        return Direction.SAME
    return Direction.FORWARD if place > before else Direction.BACKWARD


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(name, "a text")
    if "\x00" in value:
        raise _wrong(name, "a text without null characters")
    return value.strip() or None


def _list(data: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    value = data.get(name) or []
    if not isinstance(value, list | tuple) or not all(isinstance(item, kind) for item in value):
        raise _wrong(name, "a list of texts")
    if any(isinstance(item, str) and "\x00" in item for item in value):
        raise _wrong(name, "a list of texts without null characters")
    return list(value)


def _ids(data: Mapping[str, Any], name: str) -> tuple[UUID, ...]:
    try:
        return distinct(UUID(item) for item in _list(data, name, str))
    except ValueError:
        raise _wrong(name, "a list of ids") from None


def _date(data: Mapping[str, Any], name: str, index: int | None = None) -> date | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        where = name if index is None else f"phases[{index}].{name}"
        raise BrokenRule(
            "VALIDATION", "record.bad_date", f"{where} is not a date like 2026-03-31.", field=where,
            values={"where": where},
        ) from None  # fmt: skip


def _required_date(data: Mapping[str, Any], name: str, index: int) -> date:
    value = _date(data, name, index)
    if value is None:
        where = f"phases[{index}].{name}"
        raise BrokenRule(
            "VALIDATION", "record.date_missing", f"{where} is missing.", field=where, values={"where": where}
        )
    return value


def _code(data: Mapping[str, Any], name: str, codes: Any, otherwise: Any) -> Any:
    value = _text(data, name)
    if value is None:
        return otherwise
    if value not in set(codes):
        raise _wrong(name, f"one of {', '.join(codes)}")
    return codes(value)


def _wrong(name: str, expected: str) -> BrokenRule:
    return BrokenRule(
        "VALIDATION", "record.wrong_type", f"{name} is not {expected}.", field=name,
        values={"where": name, "expected": expected},
    )  # fmt: skip
