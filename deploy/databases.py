"""The databases of the network: one per service, made and brought to the newest form.

`python -m deploy.databases` does it all, from MAILLAGE_ADMIN_DATABASE_URL and one
MAILLAGE_DATABASE_URL_<SERVICE> per service (the form in which Compose starts it, before the services).
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from deploy.local.processes import NotReadyError
from deploy.local.servers import plain
from deploy.local.settings import PROJECT, SERVICES


def make_databases(administrator: str, urls: Mapping[str, str]) -> None:
    """One database per service, owned by an account of its own that can enter no other.

    `administrator` is the address of a database for an account that may create; `urls` has each
    service's own address, whose account, password and database name are what is made. Safe to repeat.
    """
    with psycopg.connect(plain(administrator), autocommit=True) as connection:
        for url in urls.values():
            parts = urlsplit(url)
            name, owner = parts.path.removeprefix("/"), parts.username or ""
            if not connection.execute("select 1 from pg_roles where rolname = %s", [owner]).fetchone():
                made = sql.SQL("create role {} login password {}").format(sql.Identifier(owner), parts.password)
                connection.execute(made)
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                database = sql.Identifier(name)
                connection.execute(sql.SQL("create database {} owner {}").format(database, sql.Identifier(owner)))
                connection.execute(sql.SQL("revoke connect on database {} from public").format(database))


def migrate(environments: Mapping[str, Mapping[str, str]]) -> None:
    """Bring every service's database to the newest form, each with its own environment.

    Raises NotReadyError with what a migration printed.
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(_migrate_one, environments, environments.values()))


def _migrate_one(service: str, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.backbone.migrations", service, "upgrade"],
        env=dict(environment),
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).splitlines()[-20:]
        raise NotReadyError(f"The migrations of {service} failed:\n" + "\n".join(lines))


def main() -> None:
    """Make and migrate all databases that the environment names."""
    urls = {service: os.environ[f"MAILLAGE_DATABASE_URL_{service.upper()}"] for service in SERVICES}
    make_databases(os.environ["MAILLAGE_ADMIN_DATABASE_URL"], urls)
    unused_broker = {"MAILLAGE_AMQP_URL": "amqp://not-used"}
    migrate({service: os.environ | unused_broker | {"MAILLAGE_DATABASE_URL": url} for service, url in urls.items()})
    print(f"The databases of {', '.join(SERVICES)} have the newest form.")


if __name__ == "__main__":
    main()
