"""JSON as it is meant (RFC 8259), for bodies from outside: what is doubtful is refused, not guessed."""

from __future__ import annotations

import json
import math
import re
from typing import Any

DEEPEST = 32
#: Values that one body holds at most; what has more is not a query but a load.
MOST_VALUES = 5000
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{},]', re.DOTALL)


def read_json(body: bytes | str) -> Any:
    """The value of a body in UTF-8; JSONDecodeError for another encoding, a byte order mark, nesting deeper than 32,
    more than 5,000 values, a key given twice, NaN, Infinity, a number too large, a lone surrogate, no JSON at all."""
    try:
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        _refuse_size(text)
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_float, parse_int=_int
        )
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError(str(error), "", 0) from None
    return value


def _refuse_size(text: str) -> None:
    depth, values = 0, 1
    for match in _STRUCTURE.finditer(text):
        mark = match.group()
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                raise ValueError(f"nested deeper than {DEEPEST}")
        elif mark in "]}":
            depth -= 1
        elif mark == ",":
            values += 1
            if values > MOST_VALUES:
                raise ValueError(f"more than {MOST_VALUES} values")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _int(text: str) -> int:
    if len(text) > 40:
        raise ValueError("a number is too large")
    return int(text)
