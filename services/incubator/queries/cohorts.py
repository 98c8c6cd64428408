"""Projects admitted in a period, and where they are after so many months."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, and_, case, cast, column, func, select, values

from services.backbone.perform import Reader
from services.backbone.rules import refuse_unless
from services.incubator.domain.states import Lifecycle
from services.incubator.queries.asked import rows_of
from services.incubator.queries.pipeline import FINAL, models_of, of_incubator, stages_of
from services.incubator.queries.standing import IN, on_day, standing
from services.incubator.storage.tables import projects

#: Points on the way of a cohort, unless others are asked for, and how many may be.
MONTHS = (0, 6, 12, 24, 36)
MOST_POINTS = 24


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """``incubator``: a slug; all of them without one. Admitted from ``since`` to ``until``, both days included."""

    since: date
    until: date
    incubator: str | None = None
    months: list[int] = field(default_factory=lambda: list(MONTHS))


def cohort(asked: Cohort, reader: Reader) -> list[dict[str, Any]]:
    """For each number of months ``{months, projects, places: [{stage, label_fr, label_en, projects}]}``.

    Only projects that were admitted that long ago count, so ``projects`` falls with the months in a young cohort.
    A project was admitted on the day of its admission; one that was recorded, on the day its history begins.
    """
    refuse_unless(
        asked.since <= asked.until, "VALIDATION", "cohort.ends_before_it_starts",
        "The period ends before it begins.", field="until",
    )  # fmt: skip
    months = sorted(set(asked.months))
    refuse_unless(
        0 < len(months) <= MOST_POINTS and months[0] >= 0 and months[-1] <= 1200, "VALIDATION", "cohort.bad_months",
        f"Ask for 1 to {MOST_POINTS} numbers of months, none below zero.", field="months", most=MOST_POINTS,
    )  # fmt: skip
    models = models_of(asked.incubator, reader)
    after = values(column("months", Integer), name="after").data([(count,) for count in months])
    day = cast(projects.c.admitted_on + func.make_interval(0, after.c.months), Date)
    stood = (
        standing(day, models, projects.join(after, day <= on_day(reader.now.date())))
        .add_columns(after.c.months)
        .where(
            of_incubator(asked.incubator, models, reader),
            and_(projects.c.admitted_on >= asked.since, projects.c.admitted_on <= asked.until),
        )
        .subquery()
    )
    place = case((stood.c.state == IN, stood.c.stage), else_=stood.c.state)
    query = select(stood.c.months, place.label("place"), func.count().label("projects"))
    counted: dict[int, dict[str, int]] = {count: {} for count in months}
    for row in rows_of(reader, query.group_by(stood.c.months, place)):
        counted[row["months"]][row["place"]] = row["projects"]
    places = [(Lifecycle.ADMITTED.value, "Admis, pas encore lancés", "Admitted"), *stages_of(models), *FINAL]
    return [
        {
            "months": count,
            "projects": sum(found.values()),
            "places": [
                {"stage": code, "label_fr": fr, "label_en": en, "projects": found.get(code, 0)}
                for code, fr, en in places
            ],
        }
        for count, found in counted.items()
    ]
