"""What the commands on a position's text take, from its draft to its publication and after."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from gateway.schema.coalitions.codes import (
    DecisionClass,
    DeliveryResponse,
    PositionEvidenceKind,
    PositionKind,
)
from gateway.schema.commands import ChangeInput, CommandInput


@strawberry.input(description="What a position stands on.")
class PositionEvidenceInput:
    kind: PositionEvidenceKind = strawberry.field(description="What kind of thing it is.")
    thing: strawberry.ID | None = strawberry.field(
        default=None, description="The thing, unless it is a page elsewhere."
    )
    url: str | None = strawberry.field(default=None, description="Address of a page elsewhere.")
    pinned_version: int | None = strawberry.field(
        default=None, description="The version that is quoted, of what has versions: not of a page or a measurement."
    )
    quote: str | None = strawberry.field(default=None, description="What is quoted of it.")


@strawberry.input(description="A paragraph of a draft.")
class ParagraphInput:
    pid: str | None = strawberry.field(default=None, description="Its id, to keep it; left out for a new one.")
    text: str = strawberry.field(description="The words of the paragraph.")


@strawberry.input(description="Drafts a position; who drafts it is its first editor.")
class DraftPositionInput(CommandInput):
    coalition: strawberry.ID = strawberry.field(description="Id of the coalition in whose name it will speak.")
    title: str = strawberry.field(description="Heading of the text; its readable address is made from it.")
    kind: PositionKind | None = strawberry.field(default=None, description="What kind of text: a paper unless said.")
    decision_class: DecisionClass | None = strawberry.field(
        name="class", default=None, description="By which policy it is decided: POLICY unless said."
    )
    summary: str | None = strawberry.field(default=None, description="In a few sentences.")
    themes: list[str] | None = strawberry.field(
        default=None, description="Slugs of its themes; those of the coalition unless given."
    )
    paragraphs: list[str] | None = strawberry.field(default=None, description="The text, paragraph by paragraph.")
    evidence: list[PositionEvidenceInput] | None = strawberry.field(default=None, description="What it stands on.")
    no_evidence_reason: str | None = strawberry.field(default=None, description="Why it names no evidence.")
    language: str | None = strawberry.field(
        default=None, description="Language of the text, as a tag such as `fr` or `pt-BR`; not known unless said."
    )
    editors: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Persons that write it beside you, each with a mandate in the coalition."
    )
    embargo_until: datetime | None = strawberry.field(default=None, description="Before which it is not published.")
    supersedes: strawberry.ID | None = strawberry.field(
        default=None, description="The older position that it replaces once published."
    )
    concerns: strawberry.ID | None = strawberry.field(
        default=None,
        description="What the decision acts on: the position a POLICY retracts, the organisation a CALL expels or the "
        "coalition it closes.",
    )


@strawberry.input(description="Edits a draft; what is left out stays.")
class EditDraftInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the draft.")
    title: str | None = strawberry.field(default=None, description="Another heading.")
    summary: str | None = strawberry.field(default=None, description="In a few sentences.")
    themes: list[str] | None = strawberry.field(default=None, description="Slugs of one to three themes.")
    paragraphs: list[ParagraphInput] | None = strawberry.field(default=None, description="The whole text, in order.")
    evidence: list[PositionEvidenceInput] | None = strawberry.field(default=None, description="What it stands on.")
    no_evidence_reason: str | None = strawberry.field(default=None, description="Why it names no evidence.")
    language: str | None = strawberry.field(
        default=None, description="Language of the text, as a tag such as `fr` or `pt-BR`; as it was unless said."
    )
    editors: list[strawberry.ID] | None = strawberry.field(default=None, description="All who write it.")


@strawberry.input(description="Closes amendments and consolidates the text.")
class ConsolidatePositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position whose amendments are over.")


@strawberry.input(description="Publishes a position that was signed off.")
class PublishPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the adopted position.")


@strawberry.input(description="Gives a position up before adoption.")
class AbandonPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of a position that is not adopted yet.")
    reason: str = strawberry.field(description="Why it is given up.")


@strawberry.input(description="Retracts a published position; it stays readable.")
class RetractPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the published position.")
    reason: str = strawberry.field(description="Why it is retracted; printed on its page.")
    decision: strawberry.ID | None = strawberry.field(
        default=None, description="The adopted position of class POLICY that decided it; it concerns this position."
    )


@strawberry.input(description="Notes to whom a published position was sent.")
class DeliverPositionInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the published position.")
    target: str = strawberry.field(description="Whom it was delivered to: a ministry, an assembly, a person in office.")
    channel: str = strawberry.field(description="By which way it went: a letter, a meeting, an e-mail.")
    sent_on: date = strawberry.field(description="The day on which it was delivered.")


@strawberry.input(description="Notes what was answered to a delivery.")
class NoteResponseInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that was delivered.")
    delivery: strawberry.ID = strawberry.field(description="Id of the delivery that was answered.")
    response: DeliveryResponse = strawberry.field(description="What they made of it.")
    responded_on: date = strawberry.field(description="When they answered.")


@strawberry.input(description="Reviews what came of a delivery.")
class ReviewDeliveryInput(ChangeInput):
    position: strawberry.ID = strawberry.field(description="Id of the position that was delivered.")
    delivery: strawberry.ID = strawberry.field(description="Id of the delivery to look back on.")
    review: str = strawberry.field(description="What came of it.")


@strawberry.input(description="An organisation that signed a position published elsewhere.")
class SignatoryInput:
    organisation: strawberry.ID = strawberry.field(description="Id of the organisation that signed.")
    reservation: str | None = strawberry.field(default=None, description="Printed beside its signature.")


@strawberry.input(
    description="Records a position that was published before it came here; recorded again, it is updated."
)
class RecordPositionInput(CommandInput):
    slug: str = strawberry.field(description="Readable name, which names the position for good.")
    coalition: str = strawberry.field(description="Slug of the coalition.")
    title: str = strawberry.field(description="Heading under which it was published.")
    summary: str | None = strawberry.field(default=None, description="In a few sentences.")
    kind: PositionKind | None = strawberry.field(default=None, description="What kind of text: a paper unless said.")
    decision_class: DecisionClass | None = strawberry.field(
        name="class", default=None, description="By which policy it was decided: POLICY unless said."
    )
    themes: list[str] | None = strawberry.field(
        default=None, description="Slugs of its themes; those of the coalition unless given."
    )
    paragraphs: list[str] = strawberry.field(description="The text, paragraph by paragraph.")
    evidence: list[PositionEvidenceInput] | None = strawberry.field(
        default=None, description="What it stands on; the projects among it are quoted."
    )
    language: str | None = strawberry.field(
        default=None, description="Language of the text, as a tag such as `fr` or `pt-BR`; not known unless said."
    )
    published_on: date = strawberry.field(description="The day on which it was published.")
    signatories: list[SignatoryInput] = strawberry.field(description="The organisations that signed.")
    members: int = strawberry.field(description='Members that were asked: the m of "signed by n of m".')
