"""``python -m gateway.schema --print`` writes the schema, ``--check`` says whether the committed one is up to date."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from gateway.schema.assembly import make_schema

COMMITTED = Path(__file__).parent.parent / "schema.graphql"


def printed() -> str:
    """The schema in GraphQL's own language."""
    return make_schema(local=False).as_str().rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """0 when done or up to date, 1 when the committed schema is old, 2 for wrong arguments."""
    match arguments:
        case ["--print"]:
            sys.stdout.write(printed())
            return 0
        case ["--write"]:
            COMMITTED.write_text(printed(), "utf-8")
            return 0
        case ["--check"]:
            committed = COMMITTED.read_text("utf-8") if COMMITTED.exists() else ""
            changes = difflib.unified_diff(
                committed.splitlines(), printed().splitlines(), "committed", "code", lineterm=""
            )
            found = list(changes)
            print("\n".join(found) if found else "gateway/schema.graphql is up to date.")
            return 1 if found else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
