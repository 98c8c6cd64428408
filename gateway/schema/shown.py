"""What a document shows of each type, so that services are asked for no more.

A type that is asked for in parts (``InParts`` in wire.py) names in each request what the document shows of it, in
whatever place. So all who load such rows for one operation ask for the same: one batch and one cache serve them, and no
row lacks what another place shows. The walk is done once for a document, when something is first asked for in parts.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, visit


class Shown:
    """The fields that a valid document selects of each type, operations and fragments together.

    What a directive leaves out counts as shown: more may be asked for than is shown, never less.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._document = document
        self._parts: dict[str, tuple[str, ...]] = {}

    def parts(self, kind: str, there_are: frozenset[str]) -> tuple[str, ...]:
        """Of the parts that there are of a type, those that are shown of it somewhere."""
        if kind not in self._parts:
            self._parts[kind] = tuple(sorted(self._fields[kind] & there_are))
        return self._parts[kind]

    @cached_property
    def _fields(self) -> dict[str, set[str]]:
        """By the name of the type, the python names of its fields."""
        looking = _Looking(TypeInfo(self._schema))
        visit(self._document, TypeInfoVisitor(looking.types, looking))
        return looking.found


class _Looking(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.found: defaultdict[str, set[str]] = defaultdict(set)

    def enter_field(self, _node: FieldNode, *_: Any) -> None:
        parent, field = self.types.get_parent_type(), self.types.get_field_def()
        definition = field.extensions.get("strawberry-definition") if field else None
        if parent is not None and definition is not None:
            self.found[parent.name].add(definition.python_name)
