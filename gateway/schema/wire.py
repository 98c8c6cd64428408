"""From the plain rows that services answer to the types of the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, overload

from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.private import is_private

if TYPE_CHECKING:
    from gateway.context import Info

#: One object as a service answers it: snake_case keys, plain JSON values.
Row = dict[str, Any]
Reader = Callable[[Any], Any]
T = TypeVar("T")
Shaped = TypeVar("Shaped", bound="FromWire")


class Later(Sequence[T]):
    """A list that is made when somebody looks into it."""

    def __init__(self, make: Callable[[], list[T]]) -> None:
        self._make = make

    @cached_property
    def made(self) -> list[T]:
        """The list."""
        return self._make()

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        return self.made[at]

    def __iter__(self) -> Iterator[T]:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)


class Rows(Later[Shaped]):
    """The objects of a list of rows. Where only what the rows hold is shown, none is made (plans.py)."""

    def __init__(self, kind: type[Shaped], rows: list[Row]) -> None:
        super().__init__(lambda: [kind.from_wire(row) for row in rows])
        self.kind = kind
        self.rows = rows


class FromWire:
    """Types that a row fills: a plain field takes the value under its own name, read as its type says.

    A field that may be null, and a private one, may be missing from the row; any other missing key is a KeyError, that
    is a fault. A private field named ``row`` keeps the whole row, for resolvers that need more than is shown.
    """

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        """The object that the row describes."""
        shown, private = _plan(cls)  # type: ignore[arg-type]
        named = cls.named(row)
        values = {name: read(named[name] if required else named.get(name)) for name, required, read in shown}
        values.update((name, row if name == "row" else named.get(name)) for name in private)
        return cls(**values)

    @classmethod
    def named(cls, row: Row) -> Row:
        """The row under the names of the fields, where they differ."""
        return row

    @classmethod
    def wanted(cls, info: Info) -> dict[str, Any]:
        """What to add to a request for such rows: nothing, since they come whole."""
        return {}

    @classmethod
    def from_wire_or_none(cls, row: Row | None) -> Self | None:
        """The object, or None where the service answered null."""
        return None if row is None else cls.from_wire(row)

    @classmethod
    def each_from_wire(cls, rows: list[Row] | None) -> list[Self]:
        """The objects of a list of rows; a missing list is an empty one."""
        return [cls.from_wire(row) for row in rows or ()]


class InParts(FromWire):
    """Types whose rows hold only what was asked for: in a request, ``parts`` names the keys that are shown.

    What was not asked for is no attribute of the object: showing it is a fault, and never a null. ``read``: what
    resolvers take from the row, each under its field's own name; ``made_of``: of which keys fields are made that have
    no key of their own name.
    """

    read: ClassVar[frozenset[str]] = frozenset()
    made_of: ClassVar[dict[str, tuple[str, ...]]] = {}

    @classmethod
    def wanted(cls, info: Info) -> dict[str, Any]:
        """``parts``: what the operation shows of such a row; nothing, so all of it, where no document says so."""
        shown = info.context.shown
        if shown is None:
            return {}
        parts = shown.parts(cls.__name__, _parts(cls))  # type: ignore[arg-type]
        return {"parts": tuple(key for part in parts for key in cls.made_of.get(part, (part,)))}

    @classmethod
    def from_wire(cls, row: Row) -> Self:
        """The object of what the row holds."""
        named, made = cls.named(row), cls.__new__(cls)
        shown, private = _plan_of_part(cls, tuple(named))  # type: ignore[arg-type]
        own = vars(made)
        for name, read in shown:
            own[name] = read(named[name])
        for name in private:
            own[name] = row if name == "row" else named.get(name)
        return made


def reader_of(cls: Any, name: str) -> Reader | None:
    """How a field's value is read from a row under its own name; None where a type makes its objects in its own way."""
    makes = getattr(getattr(cls, "from_wire", None), "__func__", None)
    return _readers(cls).get(name) if makes in OWN_MAKING else None


#: Of what a row holds, and nothing else.
OWN_MAKING = frozenset(vars(own)["from_wire"].__func__ for own in (FromWire, InParts))


@cache
def _readers(cls: Any) -> dict[str, Reader]:
    return {name: read for name, _, read in _plan(cls)[0]}


@lru_cache(1000)
def _plan_of_part(cls: Any, keys: tuple[str, ...]) -> tuple[list[tuple[str, Reader]], tuple[str, ...]]:
    """How to read each of these keys of a row, and the names of the private fields."""
    shown, private = _plan(cls)
    return [(name, read) for name, _, read in shown if name in keys], private


@cache
def _parts(cls: Any) -> frozenset[str]:
    """The keys of a row of which an object is made, and those that resolvers take."""
    shown, _ = _plan(cls)
    return frozenset(cls.read).union(name for name, _, _ in shown)


@cache
def _plan(cls: Any) -> tuple[tuple[tuple[str, bool, Reader], ...], tuple[str, ...]]:
    """Which keys to take and how to read each, and the names of the private fields; worked out once for a type."""
    definition = get_object_definition(cls, strict=True)
    shown = {field.python_name: field for field in definition.fields if not is_private(field.type)}
    plain = [field for field in shown.values() if field.base_resolver is None]
    private = tuple(field.name for field in fields(cls) if field.name not in shown)
    return tuple((f.python_name, not isinstance(f.type, StrawberryOptional), _reader(f.type)) for f in plain), private


def _reader(kind: object) -> Reader:
    """How a JSON value becomes a value of this type."""
    if isinstance(kind, StrawberryOptional):
        read = _reader(kind.of_type)
        return lambda value: None if value is None else read(value)
    if isinstance(kind, StrawberryList):
        if isinstance(kind.of_type, type) and issubclass(kind.of_type, FromWire):
            rows_of = partial(Rows, kind.of_type)
            return lambda values: rows_of(values or [])
        read_one = _reader(kind.of_type)
        return lambda values: [read_one(value) for value in values or ()]
    if isinstance(kind, StrawberryEnumDefinition):
        return kind.wrapped_cls
    if kind is datetime:
        return read_instant
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, FromWire):
        return kind.from_wire
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind is float:
        return float
    return as_it_is


def read_instant(value: str) -> datetime:
    """An instant in UTC from its ISO 8601 form."""
    return datetime.fromisoformat(value).astimezone(UTC)


def as_it_is(value: Any) -> Any:
    """The value as the service gave it."""
    return value
