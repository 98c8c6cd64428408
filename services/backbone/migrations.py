"""Migrations of one service's database, by Alembic.

``python -m services.backbone.migrations incubator upgrade`` (``check``, ``revision "what changed"``). Each service
keeps only its steps, in ``storage/migrations/versions``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, text

from services.backbone.settings import Settings

SERVICES = Path(__file__).resolve().parents[1]

#: What every service's database can do beside tables: ``plain`` folds case and accents, for search.
FOUNDATION = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE OR REPLACE FUNCTION plain(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT lower(public.unaccent('public.unaccent', value)) $$;
"""


def configuration(service: str, url: str) -> Config:
    """Alembic's settings for one service."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES / "backbone" / "alembic"))
    config.set_main_option("version_locations", str(SERVICES / service / "storage" / "migrations" / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    config.attributes["service"] = service
    return config


def run(metadata: MetaData) -> None:
    """What ``alembic/env.py`` calls: migrate under a lock, so that several processes may begin at once."""
    engine = create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('maillage migrations'))"))
        connection.execute(text(FOUNDATION))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(hashtext('maillage migrations'))"))
        connection.commit()
    engine.dispose()


def upgrade(service: str, url: str) -> None:
    """Bring a database to the newest form."""
    command.upgrade(configuration(service, url), "head")


def main(arguments: list[str]) -> None:
    service, what, *rest = arguments
    config = configuration(service, Settings.from_environment().database_url)
    if what == "upgrade":
        command.upgrade(config, "head")
    elif what == "check":
        command.check(config)
    elif what == "revision":
        number = len(list((SERVICES / service / "storage" / "migrations" / "versions").glob("*.py"))) + 1
        command.revision(config, message=rest[0], autogenerate=True, rev_id=f"{number:04}")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
