"""Stages and gates as data: what an incubator calls its stages, in which order, and what leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.backbone.rules import BrokenRule, refuse_unless
from services.incubator.domain.states import EvidenceKind, Lifecycle

ANY_EVIDENCE = tuple(EvidenceKind)


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """What a gate asks for. An event of one of ``event_kinds``, once held, is evidence of it by itself."""

    code: str
    label_fr: str
    label_en: str
    mandatory: bool = True
    evidence_kinds: tuple[str, ...] = ANY_EVIDENCE
    event_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage, how long a stay in it is expected to last (days; None: as long as it takes), and the gate out of it."""

    code: str
    label_fr: str
    label_en: str
    expected_days: int | None = None
    gate: tuple[Criterion, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StageModel:
    """Ordered stages with a version. ``renamed`` maps the codes of earlier versions that are gone to codes of now."""

    version: int
    stages: tuple[Stage, ...]
    renamed: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        codes = self.codes
        refuse_unless(len(codes) >= 2, "VALIDATION", "stage_model.two_stages", "A stage model has two stages or more.")
        refuse_unless(all(codes), "VALIDATION", "stage_model.code_missing", "A stage has a code.", field="stages")
        reserved = sorted(set(codes) & set(Lifecycle))
        refuse_unless(
            not reserved, "VALIDATION", "stage_model.reserved_code",
            f"{', '.join(reserved)}: these codes say where a project stands in its life.", field="stages",
            stages=", ".join(reserved),
        )  # fmt: skip
        refuse_unless(
            len(set(codes)) == len(codes), "VALIDATION", "stage_model.stage_twice", "A stage is named once in a model."
        )
        criteria = [criterion.code for stage in self.stages for criterion in stage.gate]
        refuse_unless(
            len(set(criteria)) == len(criteria), "VALIDATION", "stage_model.criterion_twice",
            "A criterion is asked for by one gate of a model.",
        )  # fmt: skip
        refuse_unless(
            not self.stages[-1].gate,
            "VALIDATION",
            "stage_model.gate_after_last",
            "No gate leads out of the last stage.",
        )

    def followed_by(self, stages: tuple[Stage, ...], renamed: Mapping[str, str]) -> StageModel:
        """The next version; every stage that goes says which one stands for it, so that no project is lost."""
        codes = {stage.code for stage in stages}
        gone = [code for code in self.codes if code not in codes]
        for code in gone:
            refuse_unless(
                renamed.get(code) in codes, "VALIDATION", "stage_model.stage_lost",
                f"Say which of the new stages stands for {code}.", field="renamed", stage=code,
            )  # fmt: skip
        unknown = sorted(set(renamed) - set(gone))
        refuse_unless(
            not unknown, "VALIDATION", "stage_model.not_gone", f"{', '.join(unknown)}: no stage that goes.",
            field="renamed", stages=", ".join(unknown),
        )  # fmt: skip
        again = sorted(codes & {old for old, _ in self.renamed})
        refuse_unless(
            not again, "VALIDATION", "stage_model.code_used_before",
            f"{', '.join(again)} named another stage once; history would be misread.", field="stages",
            stages=", ".join(again),
        )  # fmt: skip
        carried = {old: renamed.get(code, code) for old, code in self.renamed}
        following = StageModel(version=self.version + 1, stages=stages, renamed=tuple({**carried, **renamed}.items()))
        refuse_unless(
            stages != self.stages, "VALIDATION", "stage_model.unchanged", "These are its stages.", field="stages"
        )
        return following

    def now(self, code: str) -> str:
        """What a stage of any version is called now; a code that was never known stays itself."""
        return code if code in self.codes else dict(self.renamed).get(code, code)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(stage.code for stage in self.stages)

    @property
    def first(self) -> str:
        return self.stages[0].code

    def is_last(self, code: str) -> bool:
        return self.stages[-1].code == code

    def place_of(self, code: str) -> int:
        """The place of a stage in the order, from 0; VALIDATION for a code that is none of this model's."""
        if code not in self.codes:
            raise BrokenRule(
                "VALIDATION",
                "stage_model.unknown_stage",
                f"{code} is none of the stages {', '.join(self.codes)}.",
                field="stage",
                values={"stage": code, "stages": ", ".join(self.codes)},
            )
        return self.codes.index(code)

    def stage(self, code: str) -> Stage:
        return self.stages[self.place_of(code)]

    def next_after(self, code: str) -> Stage | None:
        """The stage after this one, or None at the last."""
        place = self.place_of(code) + 1
        return self.stages[place] if place < len(self.stages) else None

    def between(self, start: str, end: str) -> tuple[Stage, ...]:
        """The stages whose gates a forward move from ``start`` to ``end`` passes, in order."""
        return self.stages[self.place_of(start) : self.place_of(end)]

    def criterion(self, code: str) -> Criterion:
        """The criterion of this name, of any gate; VALIDATION when no gate asks for it."""
        for stage in self.stages:
            for criterion in stage.gate:
                if criterion.code == code:
                    return criterion
        raise BrokenRule(
            "VALIDATION",
            "stage_model.unknown_criterion",
            f"No gate asks for {code}.",
            field="criterion",
            values={"criterion": code},
        )

    def criteria_met_by_event(self, kind: str) -> tuple[Criterion, ...]:
        """The criteria of all gates for which a held event of this kind counts by itself."""
        return tuple(c for stage in self.stages for c in stage.gate if kind in c.event_kinds)


def _criterion(code: str, fr: str, en: str, *kinds: EvidenceKind, event_kinds: tuple[str, ...] = ()) -> Criterion:
    return Criterion(code=code, label_fr=fr, label_en=en, evidence_kinds=kinds or ANY_EVIDENCE, event_kinds=event_kinds)


_FILES = (EvidenceKind.DOCUMENT, EvidenceKind.URL)
_NUMBERS = (EvidenceKind.METRIC, EvidenceKind.DOCUMENT, EvidenceKind.URL)

DEFAULT_STAGE_MODEL = StageModel(
    version=1,
    stages=(
        Stage(
            code="IDEA",
            label_fr="Idée",
            label_en="Idea",
            expected_days=150,
            gate=(
                _criterion("interviews_10", "Dix entretiens", "Ten interviews", *_NUMBERS),
                _criterion(
                    "problem_statement",
                    "Un énoncé du problème, éprouvé avec d'autres",
                    "A problem statement, tried on others",
                    *_FILES,
                    EvidenceKind.EVENT,
                    event_kinds=("HOLD_UP",),
                ),
                _criterion("team_2", "Une équipe de deux personnes au moins", "A team of two or more", *_FILES),
                _criterion("impact_hypothesis", "Une hypothèse d'impact", "An impact hypothesis", *_FILES),
            ),
        ),
        Stage(
            code="PROTOTYPE",
            label_fr="Prototype",
            label_en="Prototype",
            expected_days=230,
            gate=(
                _criterion("prototype_tested_5", "Un prototype essayé par cinq usagers", "A prototype tried by five"),
                _criterion(
                    "holdup_1", "Un hold-up tenu et restitué", "A hold-up held and reported",
                    EvidenceKind.EVENT, event_kinds=("HOLD_UP",),
                ),
                _criterion("legal_form", "Une forme juridique", "A legal form", *_FILES),
                _criterion("impact_indicator", "Un indicateur d'impact", "An impact indicator", *_NUMBERS),
            ),
        ),
        Stage(
            code="LAUNCH",
            label_fr="Lancement",
            label_en="Launch",
            expected_days=460,
            gate=(
                _criterion("recurring_users", "Des usagers qui reviennent", "Users who come back", *_NUMBERS),
                _criterion("revenue_or_funding", "Des revenus ou un financement", "Revenue or funding", *_NUMBERS),
                _criterion("impact_measured", "Un impact mesuré", "Impact measured", *_NUMBERS),
                _criterion("partner_1", "Un partenaire engagé", "A committed partner"),
            ),
        ),
        Stage(
            code="GROWTH",
            label_fr="Développement",
            label_en="Growth",
            expected_days=650,
            gate=(
                _criterion("unit_economics", "Un modèle économique qui tient", "Unit economics that hold", *_NUMBERS),
                _criterion("second_site", "Un second lieu", "A second site"),
                _criterion("impact_measured_2", "Un impact mesuré deux fois", "Impact measured twice", *_NUMBERS),
                _criterion("governance", "Une gouvernance partagée", "Shared governance", *_FILES),
            ),
        ),
        Stage(code="SCALE", label_fr="Passage à l'échelle", label_en="Scale"),
    ),
)  # fmt: skip


def stage_model_data(model: StageModel) -> dict[str, Any]:
    """The model as plain data, for storage and for facts."""
    return {
        "version": model.version,
        "renamed": dict(model.renamed),
        "stages": [
            {
                "code": stage.code,
                "label_fr": stage.label_fr,
                "label_en": stage.label_en,
                "expected_days": stage.expected_days,
                "gate": [
                    {
                        "code": criterion.code,
                        "label_fr": criterion.label_fr,
                        "label_en": criterion.label_en,
                        "mandatory": criterion.mandatory,
                        "evidence_kinds": list(criterion.evidence_kinds),
                        "event_kinds": list(criterion.event_kinds),
                    }
                    for criterion in stage.gate
                ],
            }
            for stage in model.stages
        ],
    }


def stage_model_of(data: dict[str, Any]) -> StageModel:
    """The model in plain data, as ``stage_model_data`` wrote it."""
    return StageModel(
        version=data["version"],
        renamed=tuple(data.get("renamed", {}).items()),
        stages=tuple(
            Stage(
                code=stage["code"],
                label_fr=stage["label_fr"],
                label_en=stage["label_en"],
                expected_days=stage.get("expected_days"),
                gate=tuple(
                    Criterion(
                        code=criterion["code"],
                        label_fr=criterion["label_fr"],
                        label_en=criterion["label_en"],
                        mandatory=criterion["mandatory"],
                        evidence_kinds=tuple(criterion["evidence_kinds"]),
                        event_kinds=tuple(criterion.get("event_kinds", ())),
                    )
                    for criterion in stage["gate"]
                ),
            )
            for stage in data["stages"]
        ),
    )
