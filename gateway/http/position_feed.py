"""Published positions as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

ATOM = "http://www.w3.org/2005/Atom"
#: When a feed without positions was last changed: never.
NEVER = "1970-01-01T00:00:00Z"

#: xml:lang, empty where nobody said the language (XML 1.0, section 2.12).
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

#: Characters that no XML document may hold (XML 1.0, section 2.2).
NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("", ATOM)


def feed(rows: list[dict[str, Any]], *, title: str, address: str, public_url: str) -> bytes:
    """The positions in the order given, each with its stable address."""
    root = Element(f"{{{ATOM}}}feed")
    _text(root, "title", title)
    _text(root, "id", address)
    _text(root, "updated", max((_updated(row) for row in rows), default=NEVER))
    _text(SubElement(root, f"{{{ATOM}}}author"), "name", title)
    SubElement(root, f"{{{ATOM}}}link", rel="self", href=address)
    for row in rows:
        entry = SubElement(root, f"{{{ATOM}}}entry")
        entry.set(LANGUAGE, row["language"] or "")
        _text(entry, "title", row["title"])
        _text(entry, "id", f"urn:uuid:{row['id']}")
        _text(entry, "published", row["published_at"])
        _text(entry, "updated", _updated(row))
        SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=f"{public_url}/positions/{row['slug']}")
        _text(entry, "summary", row["summary"] or row["title"])
        for theme in row["themes"]:
            SubElement(entry, f"{{{ATOM}}}category", term=theme)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _updated(row: dict[str, Any]) -> str:
    """When it last became something else: published, superseded, retracted."""
    return str(max([row["published_at"], *(change["at"] for change in row["history"])]))


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = NOT_XML.sub("", text)
