"""Executing what is there already without ceremony.

graphql-core spends some 7 µs on every field: a path, an info object, its arguments, a chain of questions about its
type, whether or not the field only shows an attribute. Most of an answer is such fields. Here the part of a selection
that needs nothing else is shown by a **plan** (plans.py), which is compiled once for a document.

What a plan gives up on, and everything that is not plain, is executed by graphql-core as if there were no plans. So
every error, its path and its place come from the ordinary executor, and an answer cannot depend on which of both made
it: tests/gateway/test_execution.py compares them over random queries and data.
"""

from __future__ import annotations

from typing import Any

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gateway.schema.documents import Known
from gateway.schema.plans import Plans


class PlannedExecution(StrawberryGraphQLCoreExecutionContext):
    """Executes plain selections by plan, and leaves the rest to graphql-core.

    The plans are those that are kept beside the document that the context knows, or made for this execution alone.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        known: Known | None = getattr(self.context_value, "known", None)
        self._plans = (known.plans if known else None) or Plans(self.schema)
        self._plain = not (self.middleware_manager and self.middleware_manager.middlewares)

    def build_per_event_executor(self, payload: Any) -> Any:
        """The executor of one item of a subscription: what it finds selected is found for it alone."""
        executor: Any = super().build_per_event_executor(payload)
        # graphql-core knows it by lists that are made for each item, and would keep those of all.
        executor._relevant_sub_fields = {}
        return executor

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """The value by its plan, if it has one and keeps to it."""
        plan = self._plans.of_value(return_type, field_details_list, self.collect_subfields) if self._plain else None
        if plan is not None:
            try:
                return plan(result)
            except Exception:
                pass  # the ordinary executor comes upon it again, and says where it is
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def execute_field(
        self, parent_type: Any, source: Any, field_details_list: Any, path: Any, position_context: Any
    ) -> Any:
        """A plain field by its plan, on an object that has other fields too."""
        plan = self._plans.of_field(parent_type, field_details_list, self.collect_subfields) if self._plain else None
        if plan is not None:
            try:
                return plan(source)
            except Exception:
                pass  # as above
        return super().execute_field(parent_type, source, field_details_list, path, position_context)
