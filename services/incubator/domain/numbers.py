"""The numbers of incubation: defaults, in one place, never constants in the rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Incubation:
    """Every limit that a rule of this service compares with (domain.md section 3)."""

    #: Characters of a pitch: one sentence that fits on a card.
    longest_pitch: int = 280
    fewest_themes: int = 1
    most_themes: int = 5
    #: Reviewers of an application, none of them tied to the project.
    fewest_reviewers: int = 2
    lowest_score: int = 1
    highest_score: int = 5
    #: Mean of all scores of the completed reviews that admits a project.
    admitting_mean: float = 3.0
    #: Characters of a reason that overrides a gate or reopens what is final.
    shortest_override_reason: int = 20
    shortest_lesson: int = 20
    longest_lesson: int = 2_000
    longest_pause_days: int = 180
    reopening_days: int = 365
    #: A project is stalled at this many times the expected stay in its stage.
    stalled_at: float = 1.5
    mentor_load: int = 4
    need_lifetime_days: int = 90
    longest_need_title: int = 140
    longest_name: int = 160
    #: Days after its due date at which a milestone that nobody settled is missed.
    milestone_grace_days: int = 7
    longest_milestone_title: int = 140
    #: Days between two updates of a running project.
    update_every_days: int = 90
    longest_update: int = 2_000
    #: Days in which a quoted project may answer the position that quotes it.
    reply_days: int = 7
    longest_reply: int = 1_000


INCUBATION = Incubation()
