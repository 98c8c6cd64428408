"""No sequence of commands reaches a stage by a way that the rules do not allow; no history has a hole.

Whoever tries whatever, and whatever becomes of the incubator's stages meanwhile.
"""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.backbone.actor import SYSTEM, Actor, Grant
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule
from services.incubator.domain import gates, lifecycle, recording, stage_moves
from services.incubator.domain.parts import StageChange
from services.incubator.domain.project import Project
from services.incubator.domain.records import read_record
from services.incubator.domain.stage_model import DEFAULT_STAGE_MODEL, Criterion, Stage
from services.incubator.domain.states import ChangeState, Direction, EvidenceKind, Lifecycle
from services.incubator.domain.transitions import allowed_transitions
from tests.incubator.people import person

HOUSE, EVENT = new_id(), new_id()
STAFF, OTHER = (person(Grant("INCUBATOR_STAFF", f"incubator/{HOUSE}")) for _ in range(2))
FOUNDER, MENTOR, STRANGER = person(), person(), person()
DIRECTOR = person(Grant("DIRECTOR"))
EVERYBODY = st.sampled_from([STAFF, OTHER, FOUNDER, MENTOR, STRANGER, DIRECTOR, SYSTEM])
PLACES = st.integers(0, 9)
REASONS = st.sampled_from(["", "parce que", "une raison assez longue pour passer outre"])


class ALivedProject(RuleBasedStateMachine):
    """Anybody tries anything; what the rules let through must be what the table of moves allows."""

    @initialize()
    def begin(self) -> None:
        self.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
        self.began = self.now.date()
        self.model = DEFAULT_STAGE_MODEL
        record = read_record(
            {
                "name": "Colette",
                "founders": [str(FOUNDER.id)],
                "mentors": [str(MENTOR.id)],
                "phases": [{"stage": "IDEA", "entered_on": self.began}],
            },
            self.model,
        )
        self.project: Project = recording.new_project(record, HOUSE, self.model, by=STAFF, now=self.now)
        self.project.take_facts()
        self.project.take_moves()
        self.course = [("IDEA", Direction.START)]

    @rule(days=st.integers(0, 90))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(how=st.sampled_from(["rename", "drop", "insert", "open"]), from_here=st.sampled_from([0, 1, 1, 2, 3]))
    def the_staff_change_the_stages(self, how: str, from_here: int) -> None:
        """One stage, mostly the next, is called otherwise, goes, comes between, or loses its gate."""
        stages, renamed = list(self.model.stages), {}
        place = (self.model.place_of(self.model.now(self.project.stage)) + from_here) % len(stages)
        old, new = stages[place], f"STAGE_{self.model.version}"
        match how:
            case "rename":
                stages[place], renamed = replace(old, code=new), {old.code: new}
            case "drop" if len(stages) > 2:
                del stages[place]
                renamed = {old.code: stages[min(place, len(stages) - 1)].code}
            case "insert":
                asked = Criterion(code=new.lower(), label_fr=new, label_en=new)
                stages.insert(place, Stage(code=new, label_fr=new, label_en=new, gate=(asked,)))
            case "open":
                stages[place] = replace(old, gate=())
        stages[-1] = replace(stages[-1], gate=())
        if tuple(stages) != self.model.stages:
            self.model = self.model.followed_by(tuple(stages), renamed)

    @rule()
    def the_job_comes_by(self) -> None:
        self.carry_over()

    @rule(by=EVERYBODY, number=st.integers(0, 30))
    def somebody_gives_evidence(self, by: Actor, number: int) -> None:
        asked = [criterion for stage in self.model.stages for criterion in stage.gate]
        if not asked:
            return
        criterion = asked[number % len(asked)]
        [kind, *_] = [one for one in criterion.evidence_kinds if one != "METRIC"]
        shown = gates.Shown(kind=EvidenceKind(kind), ref="here", counts=kind not in ("EVENT", "POSITION"))
        self.tries(
            lambda: gates.record_evidence(
                self.project, self.model, criterion=criterion.code, shown=shown, note=None, by=by, now=self.now
            )
        )  # fmt: skip

    @rule(by=EVERYBODY, place=PLACES)
    def somebody_recommends(self, by: Actor, place: int) -> None:
        self.recommends(by, self.code_at(place))

    def recommends(self, by: Actor, to: str) -> None:
        self.tries(lambda: stage_moves.recommend(self.project, self.model, to=to, note=None, by=by, now=self.now))

    @rule(by=EVERYBODY, place=PLACES)
    def somebody_proposes(self, by: Actor, place: int) -> None:
        self.proposes(by, self.code_at(place))

    def proposes(self, by: Actor, to: str) -> None:
        self.carry_over()
        gate = gates.gate_of(self.project, self.model)
        if self.tries(lambda: stage_moves.propose(self.project, self.model, to=to, note=None, by=by, now=self.now)):
            assert gate is not None
            assert gate.met
            assert gate.to_stage == to
            assert by not in (STRANGER, MENTOR)

    @rule(
        by=st.sampled_from([STAFF, FOUNDER]),
        missing=st.sampled_from([None, None, 0]),
        recommended=st.booleans(),
        aim=st.sampled_from([1, 1, 2]),
        approver=st.sampled_from([STAFF, OTHER, FOUNDER, DIRECTOR, None]),
    )
    def the_project_is_almost_ready_and_proposed(
        self, by: Actor, missing: int | None, recommended: bool, aim: int, approver: Actor | None
    ) -> None:
        """What chance alone would seldom bring about: all of a gate, or all but a little of it."""
        self.carry_over()
        gate = gates.gate_of(self.project, self.model)
        if gate is None or self.project.lifecycle is not Lifecycle.ACTIVE:
            return
        asked = [state.criterion for place, state in enumerate(gate.criteria) if place != missing]
        gates.meet_by_event(self.project, asked, EVENT, SYSTEM, self.now, EVENT)
        self.project.take_facts()
        if recommended:
            self.recommends(MENTOR, gate.to_stage)
        self.proposes(by, self.code_at(min(self.model.place_of(self.project.stage) + aim, len(self.model.codes) - 1)))
        if approver is not None and self.project.open_change is not None:
            self.approves(approver, self.project.open_change)

    @precondition(lambda self: self.project.open_change)
    @rule()
    def the_evidence_turns_out_to_be_wrong(self) -> None:
        self.project.evidence.clear()

    @precondition(lambda self: self.project.changes)
    @rule(by=st.sampled_from([STAFF, OTHER, FOUNDER, DIRECTOR]), data=st.data())
    def somebody_approves(self, by: Actor, data: st.DataObject) -> None:
        self.approves(by, self.project.open_change or data.draw(st.sampled_from(self.project.changes)))

    def approves(self, by: Actor, change: StageChange) -> None:
        self.carry_over()
        drawn = {way.to: way for way in allowed_transitions(self.project, self.model, by, self.now)}
        before, gate = self.project.stage, gates.gate_of(self.project, self.model)
        stay = len(self.project.stays)
        recommended = {(one.stage, one.stay) for one in self.project.recommendations} >= {(change.to_stage, stay)}
        if self.tries(lambda: stage_moves.approve(self.project, self.model, change.id, by=by, now=self.now)):
            assert drawn[change.to_stage].allowed, "what was drawn as blocked was allowed"
            assert gate is not None
            assert gate.met
            assert by in (STAFF, OTHER)
            assert by.id != change.proposed_by
            assert recommended
            assert self.model.place_of(self.project.stage) == self.model.place_of(before) + 1

    @precondition(lambda self: self.project.open_change)
    @rule(by=EVERYBODY, refuse=st.booleans(), reason=REASONS)
    def somebody_ends_a_proposal(self, by: Actor, refuse: bool, reason: str) -> None:
        change = self.project.open_change
        assert change is not None
        if refuse:
            self.tries(lambda: stage_moves.refuse(self.project, change.id, reason=reason, by=by, now=self.now))
        else:
            self.tries(lambda: stage_moves.cancel(self.project, change.id, by=by, now=self.now))

    @rule(by=EVERYBODY, place=PLACES, reason=REASONS)
    def somebody_skips(self, by: Actor, place: int, reason: str) -> None:
        self.carry_over()
        before, to = self.project.stage, self.code_at(place)
        if self.tries(lambda: stage_moves.skip_to(self.project, self.model, to=to, reason=reason, by=by, now=self.now)):
            assert by is DIRECTOR
            assert len(reason) >= 20
            assert self.model.place_of(to) > self.model.place_of(before)

    @rule(by=EVERYBODY, place=PLACES, reason=REASONS, code=st.sampled_from(["PIVOT", "WHIM"]))
    def somebody_moves_back(self, by: Actor, place: int, reason: str, code: str) -> None:
        self.carry_over()
        before, to = self.project.stage, self.code_at(place)
        if self.tries(
            lambda: stage_moves.move_back(
                self.project, self.model, to=to, reason_code=code, reason=reason, by=by, now=self.now
            )
        ):
            assert by is not STRANGER
            assert reason
            assert code == "PIVOT"
            assert self.model.place_of(to) < self.model.place_of(before)

    @rule(by=EVERYBODY, what=st.sampled_from(["pause", "resume", "graduate", "stop", "reopen"]), reason=REASONS)
    def somebody_changes_its_life(self, by: Actor, what: str, reason: str) -> None:
        project, now = self.project, self.now
        self.tries(
            {
                "pause": lambda: lifecycle.pause(project, reason=reason, until=None, by=by, now=now),
                "resume": lambda: lifecycle.resume(project, by=by, now=now),
                "graduate": lambda: lifecycle.graduate(project, self.model, reason=reason, by=by, now=now),
                "stop": lambda: lifecycle.stop(
                    project, reason_code="TEAM", lesson="ne plus jamais partir seule", lesson_shareable=True, by=by,
                    now=now,
                ),
                "reopen": lambda: lifecycle.reopen(project, self.model, reason=reason, by=by, now=now),
            }[what]
        )  # fmt: skip

    @invariant()
    def the_history_has_no_hole_and_days_add_up(self) -> None:
        stays = self.project.stays
        assert [stay.seq for stay in stays] == list(range(len(stays)))
        rest = 0
        for before, after in itertools.pairwise(stays):
            assert before.left_on is not None
            assert before.entered_on <= before.left_on <= after.entered_on
            gap = (after.entered_on - before.left_on).days
            assert gap == 0 or after.direction is Direction.REOPENED
            rest += gap
        running = self.project.lifecycle in (Lifecycle.ACTIVE, Lifecycle.PAUSED)
        assert (stays[-1].left_on is None) is running
        end = stays[-1].left_on or self.now.date()
        assert sum(stay.days(end) for stay in stays) + rest == (end - self.began).days

    @invariant()
    def the_stage_is_where_the_last_stay_is_under_the_name_of_now(self) -> None:
        last = self.project.stays[-1]
        assert self.model.now(self.project.stage) == self.model.now(last.stage)
        assert self.project.stage_since == last.entered_on

    @invariant()
    def history_keeps_the_names_of_its_time_and_holds_what_was_done(self) -> None:
        assert [(stay.stage, stay.direction) for stay in self.project.stays] == self.course

    @invariant()
    def one_proposal_at_most_is_open_and_only_towards_the_next_stage(self) -> None:
        standing = [change for change in self.project.changes if change.state is ChangeState.PROPOSED]
        assert len(standing) <= 1
        if self.project.stage_model_version == self.model.version:
            for change in standing:
                following = self.model.next_after(self.project.stage)
                assert change.from_stage == self.project.stage
                assert following is not None
                assert change.to_stage == following.code

    def code_at(self, place: int) -> str:
        return self.model.codes[place % len(self.model.codes)]

    def carry_over(self) -> None:
        """What every command does first, and a job for those that nobody commands."""
        version = self.project.version
        carried = stage_moves.carry_over(self.project, self.model, now=self.now)
        assert carried == bool(self.project.take_facts()) == (self.project.version > version)
        self.project.take_moves()
        assert self.project.stage in self.model.codes
        assert self.project.stage_model_version == self.model.version

    def tries(self, act) -> bool:  # type: ignore[no-untyped-def]
        """Whether it was allowed; a refusal leaves everything as it was, an act says a fact and moves the version.

        A stay that begins is a step in the direction that it names, as stages are ordered when it begins.
        """
        self.carry_over()
        before, stage = self.picture(), self.project.stage
        try:
            act()
        except BrokenRule:
            assert self.picture() == before
            assert self.project.take_facts() == []
            assert self.project.take_moves() == []
            return False
        facts = self.project.take_facts()
        assert [number for number, _ in facts] == list(range(before[0] + 1, self.project.version + 1))
        assert facts
        changed = [move for move in self.project.take_moves() if move.aspect == "stage"]
        assert len(changed) <= 1
        for stay in self.project.stays[len(self.course) :]:
            step = self.model.place_of(stay.stage) - self.model.place_of(stage)
            signs = {Direction.FORWARD: step > 0, Direction.BACKWARD: step < 0, Direction.REOPENED: step == 0}
            assert signs[stay.direction]
            self.course.append((stay.stage, stay.direction))
        return True

    def picture(self) -> tuple[int, object]:
        project = self.project
        state: list[object] = [project.stage, project.stage_since, project.lifecycle, project.ended_on]
        state += [(stay.stage, stay.entered_on, stay.left_on) for stay in project.stays]
        state += [(change.id, change.state) for change in project.changes]
        state += [len(project.evidence), len(project.recommendations), len(project.timeline)]
        return project.version, tuple(state)


ALivedProject.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestALivedProject = ALivedProject.TestCase
