"""Fills databases to a size: the first projects as an import records them, the rest as copies of their rows.

Votes are written straight into their tables. So the sizes are there in seconds, and the rows are what commands leave.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from deploy.demo.asking import Asking
from deploy.local.servers import plain

#: So many are recorded; copies are made of all of them.
RECORDED, HOUSES = 600, 12
STAGES = ("IDEA", "PROTOTYPE", "LAUNCH", "GROWTH", "SCALE")
THEMES = ("mieux-vieillir", "accueil", "sans-abrisme", "agriculture", "petite-enfance", "climat", "handicap")
CITIES = ("Paris", "Lyon", "Nantes", "Saint-Étienne", "Lille", "Marseille", "Rennes", "Besançon")
WORDS = ("habitat", "générations", "école", "ferme", "crèche", "énergie", "mobilité", "quartier", "santé", "forêt")

#: What a copy of a row has otherwise.
OTHERWISE = {
    "id": "md5(id::text || {copy})::uuid",
    "project_id": "md5(project_id::text || {copy})::uuid",
    "slug": "slug || '-' || {copy}",
    "name": "name || ' ' || {copy}",
    "search_text": "search_text || ' ' || {copy}",
}
#: Tables of a project's parts that a recorded project has rows in, after the project itself.
PARTS = ("projects", "stage_stays", "project_exits", "timeline_entries")


async def fill_projects(network: Asking, database: str, count: int) -> None:
    """So many projects (a multiple of 600) in twelve incubators, visible to anybody, in an empty incubator service."""
    houses = [{"slug": f"maison-{number}", "name": f"Maison {number}"} for number in range(HOUSES)]
    await network.do("incubator.record_incubators", incubators=houses)
    records = _records(RECORDED)
    for start in range(0, RECORDED, 100):
        answer = await network.do("incubator.record_projects", projects=records[start : start + 100])
        refused = [result["problems"] for result in answer["results"] if result["outcome"] != "CREATED"]
        if refused:
            raise RuntimeError(f"Not recorded: {refused[0]}")
    with psycopg.connect(plain(database), autocommit=True) as connection:
        for table in PARTS:
            connection.execute(_copies(connection, table, count // RECORDED - 1))
        connection.execute("vacuum analyze")


def _records(count: int) -> list[dict[str, Any]]:
    """Always the same: one to five stages, each of days to years."""
    random = Random(7)
    records = []
    for number in range(count):
        words, day, phases = random.sample(WORDS, 5), date(2015, 1, 1) + timedelta(days=random.randrange(3000)), []
        for stage in STAGES[: random.randint(1, 5)]:
            phases.append({"stage": stage, "entered_on": str(day)})
            day += timedelta(days=random.randint(10, 250))
        records.append(
            {
                "incubator": f"maison-{number % HOUSES}",
                "slug": f"projet-{number}",
                "name": f"{words[0].title()} {words[1]} {number}",
                "pitch": f"Un projet de {words[2]} et de {words[3]} pour {words[4]}, avec les habitants du quartier.",
                "themes": random.sample(THEMES, random.randint(1, 3)),
                "city": random.choice(CITIES),
                "website": f"https://projet-{number}.example/",
                "lifecycle": "ACTIVE",
                "phases": phases,
            }
        )
    return records


def _copies(connection: psycopg.Connection[Any], table: str, copies: int) -> sql.Composed:
    """The statement that adds the rows of a table so many times again."""
    asked = (
        "select column_name from information_schema.columns "
        "where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'"
    )
    names = [str(row[0]) for row in connection.execute(asked, [table])]
    copy = sql.SQL("copy::text")
    values = [
        sql.SQL(OTHERWISE[name]).format(copy=copy) if name in OTHERWISE else sql.Identifier(name) for name in names
    ]
    return sql.SQL(
        "insert into {table} ({names}) select {values} from {table}, generate_series(1, {copies}) copy"
    ).format(
        table=sql.Identifier(table),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(values),
        copies=copies,
    )


#: Statements of each consultation, and votes in each but the largest.
STATEMENTS, VOTES_EACH = 100, 5_000
COALITION = """
insert into coalitions (id, slug, name, call, charter, charter_version, themes, visibility, steering, policy, state,
  founded_at, version)
values (md5('coalition')::uuid, 'mesure', 'Mesure', 'Mesurer.', 'Mesurer.', 1, '{climat}', 'PUBLIC', '{}', '[]',
  'ACTIVE', now(), 1)
"""
CONSULTATION = """
insert into consultations (id, slug, coalition, visibility, question, description, themes, opens_at, closes_at, state,
  voters, votes, version)
values (md5(%(slug)s)::uuid, %(slug)s, md5('coalition')::uuid, 'PUBLIC', %(slug)s, '', '{climat}', now(),
  now() + interval '30 days', 'OPEN', %(voters)s, %(votes)s, 1)
"""
THEIR_STATEMENTS = """
insert into statements (id, consultation, number, body, state, at)
select md5(%(slug)s || '/' || n)::uuid, md5(%(slug)s)::uuid, n, 'Proposition ' || n, 'ACCEPTED', now()
from generate_series(1, %(statements)s) n
"""
THEIR_VOTES = """
insert into votes (statement, voter, consultation, vote, at, "order")
select md5(%(slug)s || '/' || n)::uuid, md5('voter' || v)::uuid, md5(%(slug)s)::uuid, (v * 7 + n) %% 3 - 1, now(), n
from generate_series(1, %(voters)s) v, generate_series(1, %(statements)s) n
"""


def fill_votes(database: str, count: int) -> None:
    """So many votes: half of them in the consultation ``grande``, the others in ``petite-0``, ``petite-1``... ."""
    with psycopg.connect(plain(database), autocommit=True) as connection:
        connection.execute(COALITION)
        small = count // 2 // VOTES_EACH
        sizes = {"grande": count // 2} | {f"petite-{number}": VOTES_EACH for number in range(small)}
        for slug, votes in sizes.items():
            about = {"slug": slug, "votes": votes, "voters": votes // STATEMENTS, "statements": STATEMENTS}
            for statement in (CONSULTATION, THEIR_STATEMENTS, THEIR_VOTES):
                connection.execute(statement, about)
        connection.execute("vacuum analyze")
