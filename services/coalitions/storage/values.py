"""Values of the domain in a JSON column: read back as the very types they were."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB


class Values(TypeDecorator[Any]):
    """``Values(list[Paragraph])``: plain data in the database, frozen dataclasses in the domain."""

    impl = JSONB
    cache_ok = True

    def __init__(self, shape: Any = None) -> None:
        super().__init__(none_as_null=True)
        self.shape = shape

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else msgspec.to_builtins(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else msgspec.convert(value, self.shape)
