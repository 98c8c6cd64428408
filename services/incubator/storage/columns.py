"""How the domain's codes and values stand in a column."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Any

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from services.incubator.domain.call import Question
from services.incubator.domain.stage_model import StageModel, stage_model_data, stage_model_of


class Codes(TypeDecorator[StrEnum]):
    """A code as text, an enum in the domain."""

    impl = Text
    cache_ok = True

    def __init__(self, codes: type[StrEnum]) -> None:
        super().__init__()
        self.codes = codes

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.codes(value)


class StageModels(TypeDecorator[StageModel]):
    """A stage model as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else stage_model_data(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else stage_model_of(value)


class Questions(TypeDecorator[tuple[Question, ...]]):
    """The questions of a call as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else [asdict(question) for question in value]

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else tuple(Question(**question) for question in value)
