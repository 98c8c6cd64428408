"""What the commands on consultations and suggestions take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from gateway.schema.coalitions.codes import Moderation, SuggestionAnswer, Vote
from gateway.schema.commands import ChangeInput, CommandInput


@strawberry.input(description="What you say of a statement.")
class VoteInput:
    statement: strawberry.ID = strawberry.field(description="Id of an accepted statement.")
    vote: Vote = strawberry.field(description="What you say of it.")


@strawberry.input(description="Asks people an open question.")
class OpenConsultationInput(CommandInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the active coalition that asks.")
    question: str = strawberry.field(description="The open question.")
    description: str | None = strawberry.field(default=None, description="What it is about.")
    themes: list[str] | None = strawberry.field(
        default=None, description="Slugs of its themes; those of the coalition unless given."
    )
    closes_at: datetime = strawberry.field(description="Until when people may vote.")
    statements: list[str] | None = strawberry.field(default=None, description="The first statements to vote on.")


@strawberry.input(description="Adds a statement; it waits for moderation.")
class AddStatementInput(CommandInput):
    consultation: strawberry.ID = strawberry.field(description="Id of an open consultation.")
    body: str = strawberry.field(description="What the person thinks, in 280 characters at most.")


@strawberry.input(description="Accepts or rejects a participant's statement.")
class ModerateStatementInput(ChangeInput):
    consultation: strawberry.ID = strawberry.field(description="Id of the consultation to which it was added.")
    statement: strawberry.ID = strawberry.field(description="Id of the statement that waits.")
    decision: Moderation = strawberry.field(description="What is decided.")
    reason: str | None = strawberry.field(default=None, description="Why it is accepted or turned down.")


@strawberry.input(description="Votes on statements.")
class CastVotesInput(CommandInput):
    consultation: strawberry.ID = strawberry.field(description="Id of an open consultation.")
    votes: list[VoteInput] = strawberry.field(
        description="What you say of each statement; the last on a statement counts."
    )


@strawberry.input(description="Closes a consultation before its time.")
class CloseConsultationInput(ChangeInput):
    consultation: strawberry.ID = strawberry.field(description="Id of the consultation to close.")


@strawberry.input(description="Accepts or dismisses a suggestion; nothing else happens by itself.")
class AnswerSuggestionInput(ChangeInput):
    suggestion: strawberry.ID = strawberry.field(
        description="Id of the suggestion, as coalitions and projects list it."
    )
    answer: SuggestionAnswer = strawberry.field(description="Whether it is taken up or dismissed.")
    reason: str | None = strawberry.field(default=None, description="Why it is taken up or let go.")
