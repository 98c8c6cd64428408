"""What this service knows of the things of others: rows kept from their facts, each kept again without harm."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.coalitions.domain.known_metric import KnownMetric
from services.coalitions.domain.known_project import RUNNING, KnownProject
from services.coalitions.storage.tables import (
    coalition_activity,
    heard,
    known_events,
    known_mandates,
    known_metrics,
    known_organisations,
    known_projects,
)


def _keep(session: Session, table: Table, row: dict[str, Any]) -> None:
    new = insert(table).values(row)
    changes = {name: new.excluded[name] for name in row if name != "id"}
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_=changes))


class SqlProjects:
    """Cards of projects."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def known(self, identity: UUID) -> KnownProject | None:
        """The card of a project, or None when the incubator has told nothing of it."""
        row = self._session.execute(select(known_projects).where(known_projects.c.id == identity)).mappings().first()
        return KnownProject(**row) if row else None

    def keep(self, project: KnownProject) -> None:
        """The card as it is from now on."""
        _keep(self._session, known_projects, asdict(project))

    def running_on(self, themes: list[str]) -> list[KnownProject]:
        """Running projects that share one of these themes and are not private."""
        query = select(known_projects).where(
            known_projects.c.themes.overlap(themes),
            known_projects.c.lifecycle.in_(sorted(RUNNING)),
            known_projects.c.visibility != "PRIVATE",
        )
        return [KnownProject(**row) for row in self._session.execute(query.order_by(known_projects.c.id)).mappings()]


class SqlMetrics:
    """What projects measured."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, metric: KnownMetric) -> None:
        """A value as it was told."""
        _keep(self._session, known_metrics, asdict(metric))

    def is_known(self, identity: UUID) -> bool:
        return self._session.scalar(select(known_metrics.c.id).where(known_metrics.c.id == identity)) is not None

    def of_indicator(self, project: UUID, indicator: str) -> list[KnownMetric]:
        """Every value of one indicator of a project."""
        query = select(known_metrics).where(known_metrics.c.project == project, known_metrics.c.indicator == indicator)
        return [KnownMetric(**row) for row in self._session.execute(query.order_by(known_metrics.c.id)).mappings()]


class SqlEvents:
    """Gatherings that were published, recorded or held."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def state_of(self, identity: UUID) -> str | None:
        """Its state as last told; None when nothing is known of it, or it is private."""
        query = select(known_events.c.state).where(
            known_events.c.id == identity, known_events.c.visibility != "PRIVATE"
        )
        return self._session.scalar(query)

    def keep(self, identity: UUID, *, state: str, visibility: str) -> None:
        """The gathering as it is from now on."""
        _keep(self._session, known_events, {"id": identity, "state": state, "visibility": visibility})


class SqlVersions:
    """How far the facts of the others' things have come: a fact's place in its sequence is the thing's version."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self, source: str, subject: str) -> int:
        """The version of the last fact that was read, 0 when none was."""
        query = select(heard.c.version).where(heard.c.source == source, heard.c.subject == subject)
        return self._session.scalar(query) or 0


class SqlOrganisations:
    """Organisations and whether they are verified."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_known(self, identity: UUID) -> bool:
        query = select(known_organisations.c.id).where(known_organisations.c.id == identity)
        return self._session.scalar(query) is not None

    def is_verified(self, identity: UUID) -> bool:
        query = select(known_organisations.c.state).where(known_organisations.c.id == identity)
        return self._session.scalar(query) == "VERIFIED"

    def keep(self, identity: UUID, *, slug: str, name: str | None, state: str) -> None:
        """The organisation as it is from now on; a name that is not told stays as it was."""
        row = {"id": identity, "slug": slug, "state": state}
        _keep(self._session, known_organisations, row if name is None else {**row, "name": name})


class SqlMandates:
    """Who speaks for whom."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def organisations_of(self, person: UUID, coalition: UUID, on: date) -> set[UUID]:
        """The organisations for which a person may speak in a coalition on a day."""
        query = select(known_mandates.c.organisation).where(
            known_mandates.c.person == person,
            known_mandates.c.coalition == coalition,
            known_mandates.c.ended.is_(False),
            known_mandates.c.starts_on <= on,
            func.coalesce(known_mandates.c.ends_on, on) >= on,
        )
        return set(self._session.scalars(query))

    def keep(
        self,
        identity: UUID,
        *,
        person: UUID,
        organisation: UUID,
        coalition: UUID,
        mandate_kind: str,
        starts_on: date,
        ends_on: date | None,
    ) -> None:
        """A mandate that was granted."""
        row = {
            "id": identity,
            "person": person,
            "organisation": organisation,
            "coalition": coalition,
            "mandate_kind": mandate_kind,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "ended": False,
        }
        _keep(self._session, known_mandates, row)

    def end(self, identity: UUID) -> None:
        """A mandate that was revoked or ran out."""
        self._session.execute(update(known_mandates).where(known_mandates.c.id == identity).values(ended=True))


class SqlActivity:
    """When something last happened in a coalition."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, coalition: UUID, at: datetime) -> None:
        """Something happened; news that come late do not turn the clock back."""
        new = insert(coalition_activity).values(coalition=coalition, last_at=at)
        later = func.greatest(coalition_activity.c.last_at, new.excluded.last_at)
        self._session.execute(new.on_conflict_do_update(index_elements=["coalition"], set_={"last_at": later}))
