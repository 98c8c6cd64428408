"""One house with a project for every moment of a project's life, and everybody who may come by."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.backbone.actor import ANONYMOUS
from services.incubator.use_cases.accept_charter import accept_charter
from services.incubator.use_cases.apply_to_incubator import apply_to_incubator
from services.incubator.use_cases.assign_mentor import assign_mentor
from services.incubator.use_cases.assign_reviewers import assign_reviewers
from services.incubator.use_cases.pause_project import pause_project
from services.incubator.use_cases.plan_milestone import plan_milestone
from services.incubator.use_cases.propose_stage_change import propose_stage_change
from services.incubator.use_cases.publish_need import publish_need
from services.incubator.use_cases.recommend_stage import recommend_stage
from services.incubator.use_cases.stop_project import stop_project
from services.incubator.use_cases.submit_review import submit_review
from services.incubator.use_cases.take_position_into_account import take_position_to_be_signed
from tests.bench import Bench
from tests.incubator.people import DIRECTOR, House

#: Everybody who may come by, in the order in which tables of rights name them.
ROLES = ("founder", "mentor", "staff", "staff of another", "director", "anonymous")
LONG = "Une raison assez longue pour que l'on comprenne."


class World:
    """One house with a project for every moment of a project's life, and everybody who may come by.

    ``known``: the ids of those of the house who are somebody already.
    """

    def __init__(self, bench: Bench, **known: UUID) -> None:
        self.bench, self.house = bench, House(bench, **known)
        house = self.house
        another = House(bench, slug="ailleurs")
        self.elsewhere = another.id
        self.actors = dict(
            zip(ROLES, (house.founder, house.mentor, house.staff, another.staff, DIRECTOR, ANONYMOUS), strict=True)
        )
        founder = {"founders": [house.founder.id]}
        self.active = house.colette(slug="active", **founder)
        self.last = house.colette(slug="last", stage="SCALE", **founder)
        self.paused = house.colette(slug="paused", **founder)
        bench.perform(pause_project, by=house.founder, project=self.paused, reason="Un congé.")
        self.stopped = house.colette(slug="stopped", **founder)
        bench.perform(stop_project, by=house.founder, project=self.stopped, reason_code="TEAM", lesson=LONG)
        self.admitted = house.colette(slug="admitted", lifecycle="ADMITTED", **founder)
        self.ready = house.colette(slug="ready", lifecycle="ADMITTED", **founder)
        bench.perform(accept_charter, by=house.founder, project=self.ready)
        self.secret = house.colette(slug="secret", visibility="PRIVATE", **founder)
        self._around(house)
        self._applied(house)

    def _around(self, house: House) -> None:
        bench, founder = self.bench, house.founder
        self.proposed = house.colette(slug="proposed", founders=[founder.id])
        for project in (self.active, self.proposed):
            house.meet_gate(project)
        bench.perform(recommend_stage, by=house.mentor, project=self.proposed, to="PROTOTYPE")
        self.change = bench.perform(propose_stage_change, by=founder, project=self.proposed, to="PROTOTYPE")["change"]
        self.further = house.colette(slug="further", stage="PROTOTYPE", founders=[founder.id])
        self.wished = str(uuid4())
        bench.perform(assign_mentor, by=founder, project=self.active, mentor=self.wished)
        self.need = self._need(self.active)
        self.secret_need = self._need(self.secret)
        due = {"title": "Dix binômes", "due_on": self.soon}
        self.milestone = bench.perform(plan_milestone, by=founder, project=self.active, **due)["milestone"]
        self.position = uuid4()
        said = {"position": self.position, "slug": "logement", "title": "Loger", "cited": [self.active, self.secret]}
        told = bench.fact("coalitions", "position.sign_off_opened", self.position, **said)
        bench.deliver(take_position_to_be_signed, told)

    def _need(self, project: str) -> str:
        made = self.bench.perform(
            publish_need, by=self.house.founder, project=project, kind="SKILL", title="Un juriste"
        )
        return str(made["need"])

    def _applied(self, house: House) -> None:
        self.call = house.call()
        self.applied, self.reviewed = self._application("Candidate"), self._application("Relue")
        reviewers = [house.staff.id, house.other_staff.id]
        self.bench.perform(assign_reviewers, by=house.staff, project=self.reviewed, reviewers=reviewers)
        for reviewer in (house.staff, house.other_staff):
            self.bench.perform(submit_review, by=reviewer, project=self.reviewed, **self.review)

    def _application(self, name: str) -> str:
        said = {"name": name, "pitch": "Un projet.", "themes": ["accueil"], "answers": {"why": "Parce que."}}
        return str(self.bench.perform(apply_to_incubator, by=self.house.founder, call=self.call, **said)["id"])

    @property
    def soon(self) -> date:
        return self.bench.clock.now.date() + timedelta(days=120)

    @property
    def review(self) -> dict[str, Any]:
        grid = ("problem", "solution", "team", "impact")
        return {"grades": [{"criterion": one, "score": 4, "comment": "Clair."} for one in grid]}
