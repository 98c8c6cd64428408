"""Who may see a thing: the same three answers everywhere."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum(description="Who may see a thing. What may not be seen is not found.")
class Visibility(Enum):
    PUBLIC = strawberry.enum_value("PUBLIC", description="Everybody, signed in or not.")
    NETWORK = strawberry.enum_value("NETWORK", description="Everybody who is signed in.")
    PRIVATE = strawberry.enum_value("PRIVATE", description="Its own people and those who run it.")
