"""What facts carry, and which of it names persons: that is not for everybody who sees an entry. Pure.

Every field of every fact stands here under the kind of thing that the fact is about; tests/journal/test_persons.py
holds this against the contracts. What stands nowhere is shown to nobody but administrators. The gateway hides the same
from the live log (gateway/schema/activity.py).
"""

from __future__ import annotations

from typing import Any

from services.backbone.actor import Actor

#: Fields with the id of a person, or a list of such ids.
PERSONS: dict[str, frozenset[str]] = {
    "project": frozenset({"founders", "mentor", "person", "reviewer", "reviewers"}),
    **dict.fromkeys(("event", "person", "mandate", "role"), frozenset({"person"})),
}
_OF_ALL = {"slug", "name", "title", "visibility", "themes", "state"}
#: Fields with ids of things and organisations, codes, numbers, dates, and words that the thing itself shows.
PLAIN: dict[str, frozenset[str]] = {
    kind: frozenset({kind, *_OF_ALL, *fields.split()}) - PERSONS.get(kind, frozenset())
    for kind, fields in {
        "project": "incubator city country stage lifecycle call accepted reason_code criterion evidence kind counts "
        "primary metric indicator period value unit supersedes milestone due_on evidence_kind need expires_on until "
        "position reply_until reviews change from_stage to direction days waived what about cause update shared",
        "incubator": "website stages stage_model_version renamed",
        "call": "incubator opens_at closes_at",
        "coalition": "membership organisation category weight charter_version steering",
        "position": "coalition amendment organisation successor ballot counts delivery thing cited holder projects "
        "project decision by number sponsors closes_at text_version operation pid round outcome rule quorum_reached "
        "eligible decision_class method opens_at undecided review_due_on response position_kind evidence_kind "
        "reason_code signatories members recorded due_on answer voted",
        "consultation": "question coalition statement voters votes closes_at statement_state created changed",
        "suggestion": "coalition coalition_slug project project_slug project_name answer cause cause_type",
        "event": "kind city starts_at ends_at project coalition need position cause cause_type registration seats "
        "checked_in undone attended sequence registrations no_shows changed eligible free solutions retained "
        "cause_code needs answers capacity registration_opens_at reconfirm_by reference mode website "
        "formerly_starts_at expires_at",
        "person": "request service counts kept",
        "organisation": "kind",
        "mandate": "organisation coalition reason mandate_kind starts_on ends_on",
        "role": "grant role scope until",
        "theme": "label_fr label_en",
    }.items()
}


def shown_of(data: dict[str, Any], kind: str, actor: Actor) -> dict[str, Any]:
    """What a fact carries, as this actor may see it: without the ids of other persons, unless for administrators."""
    if actor.is_admin:
        return data
    plain, persons = PLAIN.get(kind, frozenset()), PERSONS.get(kind, frozenset())
    shown: dict[str, Any] = {name: value for name, value in data.items() if name in plain}
    for name in persons.intersection(data):
        if own := _own(data[name], str(actor.id)):
            shown[name] = own
    return shown


def _own(value: Any, own: str) -> Any:
    """One's own id, or the list with it alone; nothing when it does not stand there."""
    if isinstance(value, list):
        return [one for one in value if one == own]
    return value if value == own else None
