"""Whether a fact's contract may take the place of one that was published: its readers read what they always read.

A reader ignores what it does not know, so fields may be added. It may need any field that was there, in any form that
was allowed: nothing may go, become something else, or become empty that never was. What must change so gets another
``major`` and is told beside the old one for as long as anybody reads that.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def breaks(published: Schema, now: Schema) -> list[str]:
    """What the contract of now would break for a reader of the published one; empty when it may take its place."""
    return _object_breaks(published, now, published, now, "")


def _object_breaks(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> list[str]:
    fields, found = new.get("properties", {}), []
    for name, field in old.get("properties", {}).items():
        place = f"{where}{name}"
        if name not in fields:
            found.append(f"{place} is gone")
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            found.append(f"{place} may be left out")
        found += _value_breaks(field, fields[name], old_root, new_root, place)
    return found


def _value_breaks(old: Schema, new: Schema, old_root: Schema, new_root: Schema, where: str) -> list[str]:
    """Every form that the value may have now must be one that it might have then."""
    olds, found = _forms(old, old_root), []
    if any(not form for form in olds):  # anything was allowed
        return []
    for form in _forms(new, new_root):
        same = [one for one in olds if _kind(one) == _kind(form)]
        if not same:
            found.append(f"{where} may be {_kind(form) or 'anything'}, and was {' or '.join(map(_kind, olds))}")
            continue
        before = same[0]
        strange = set(form.get("enum", ())) - set(before.get("enum", ()))
        if strange and "enum" in before:
            found.append(f"{where} may be {', '.join(map(str, sorted(strange, key=str)))}")
        if form.get("type") == "object":
            found += _object_breaks(before, form, old_root, new_root, f"{where}.")
        if form.get("type") == "array" and before.get("items"):
            found += _value_breaks(before["items"], form.get("items", {}), old_root, new_root, f"{where}[]")
    return found


def _forms(schema: Schema, root: Schema) -> list[Schema]:
    """The alternatives that a schema allows, references followed."""
    if "$ref" in schema:
        return _forms(root["definitions"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in schema:
        return [form for one in schema["anyOf"] for form in _forms(one, root)]
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return [{**schema, "type": kind} for kind in kinds]
    return [schema]


def _kind(form: Schema) -> str:
    kind = str(form.get("type", ""))
    return f"{kind} ({form['format']})" if "format" in form else kind
