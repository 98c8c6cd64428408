"""Things with an id of their own: opaque global ids, and ``node(id)``."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from typing import Annotated, ClassVar, Self

import strawberry

from gateway.context import Info
from gateway.schema.wire import FromWire, Row

GlobalId = Annotated[strawberry.ID, strawberry.argument(description="A global id, as `id` fields give it.")]
SUBJECT = re.compile(r"[a-z_]{1,40}/[a-z0-9-]{1,100}")


def global_id(kind: str, id: str) -> strawberry.ID:
    """The opaque id of a thing: its subject (``project/<uuid>``) in base64url."""
    return strawberry.ID(urlsafe_b64encode(f"{kind}/{id}".encode()).decode().rstrip("="))


def kind_and_id(id: str) -> tuple[str, str] | None:
    """The kind and the service's own id inside an opaque id; None when it was never one of ours."""
    try:
        kind, _, own = urlsafe_b64decode(id + "=" * (-len(id) % 4)).decode().partition("/")
    except (BadBase64, ValueError):
        return None
    return (kind, own) if SUBJECT.fullmatch(f"{kind}/{own}") else None


@strawberry.interface(description="A thing with an id of its own, that `node(id)` finds again.")
class Node(FromWire):
    """What a service answers by id. A subclass names its ``kind`` and the loader (gateway/loaders.py) of its rows.

    ``key`` is the service's own id: what RPCs and facts name the thing by.
    """

    kind: ClassVar[str]
    loader: ClassVar[str]

    id: strawberry.ID = strawberry.field(description="Opaque and stable; unique in the whole network.")
    key: strawberry.Private[str]

    @classmethod
    def named(cls, row: Row) -> Row:
        """The row with a global id; ``key`` is the service's own."""
        return {**row, "id": global_id(cls.kind, row["id"]), "key": row["id"]}

    @classmethod
    async def load(cls, info: Info, key: str | None) -> Self | None:
        """The thing with this id of its service, as the asker may see it; None for none and for what is hidden."""
        if key is None:
            return None
        return cls.from_wire_or_none(await info.context.loaders.of(cls.loader, **cls.wanted(info)).load(key))

    @classmethod
    async def load_each(cls, info: Info, keys: list[str] | None) -> list[Self]:
        """The things with these ids, in this order, without those that the asker may not see."""
        rows = await info.context.loaders.of(cls.loader, **cls.wanted(info)).load_many(keys or [])
        return [cls.from_wire(row) for row in rows if row is not None]


async def find_node(info: Info, id: str) -> Node | None:
    """The thing behind an opaque id; None when there is none, or none that the asker may see."""
    kind, key = kind_and_id(id) or (None, None)
    for node in Node.__subclasses__():
        if node.__dict__.get("kind") == kind:
            return await node.load(info, key)
    return None
