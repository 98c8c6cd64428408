"""What happened in the network, one entry per fact."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from gateway.schema.problems import Actor


@strawberry.type(description="Something that happened, as its owner told it.")
class Activity:
    id: strawberry.ID = strawberry.field(description="Id of the fact.")
    type: str = strawberry.field(description="Kind of the fact, in the past tense, such as `project.admitted`.")
    subject: str = strawberry.field(description="What it happened to: `<kind>/<id>`.")
    subject_id: strawberry.ID = strawberry.field(description="The same as a global id, for `node(id)`.")
    at: datetime = strawberry.field(description="When, in UTC.")
    data: JSON = strawberry.field(description="What the fact carries: ids, codes, numbers, dates and public titles.")
    actor: Actor | None = strawberry.field(description="Who caused it.")
    cause: strawberry.ID | None = strawberry.field(description="Id of the fact that this one answers to.")
