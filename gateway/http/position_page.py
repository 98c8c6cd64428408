"""A published position as a page: no script, readable on a phone and on paper, every part under its heading.

The words around it are in the reader's language, its own words in theirs: each says which (WCAG 3.1.1 and 3.1.2).
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from gateway.http.position_words import day, said, told

if TYPE_CHECKING:
    from gateway.http.positions import Published

STYLE = (Path(__file__).parent / "position.css").read_text("utf-8")
#: Nothing but the page's own style is ever loaded or run.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(found: Published) -> str:
    """The whole page as HTML."""
    html = Element("html", lang=found.language)
    _head(html, found)
    body = SubElement(html, "body")
    _text(body, "a", said(found.language, "skip"), href="#text", **{"class": "skip"})
    header = SubElement(body, "header")
    _text(header, "p", found.coalition.get("name", ""))
    article = SubElement(SubElement(body, "main"), "article")
    for part in (_title, _words, _signatories, _replies, _evidence, _decisions, _deliveries, _versions):
        part(article, found)
    footer = SubElement(body, "footer")
    _text(SubElement(footer, "p"), "a", said(found.language, "download"), href=f"{found.address}.md")
    _text(SubElement(footer, "p"), "a", said(found.language, "follow"), href=found.feed)
    return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html")


def _head(html: Element, found: Published) -> None:
    head = SubElement(html, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    _text(head, "title", f"{found.row['title']} — {found.coalition.get('name', '')}", lang=found.written_in)
    SubElement(head, "meta", name="description", content=found.row["summary"] or found.row["title"])
    SubElement(head, "link", rel="canonical", href=found.address)
    SubElement(head, "link", rel="alternate", type="text/markdown", href=f"{found.address}.md")
    SubElement(head, "link", rel="alternate", type="application/atom+xml", href=found.feed)
    _text(head, "style", STYLE)


def _title(article: Element, found: Published) -> None:
    row, language = found.row, found.language
    _text(article, "h1", row["title"], lang=found.written_in)
    if row["state"] in ("RETRACTED", "SUPERSEDED"):
        notice = _text(article, "p", f"{said(language, row['state'])} ", **{"class": "notice", "role": "note"})
        if row["retraction"]:
            _text(notice, "span", row["retraction"], lang=found.written_in)
    if row["summary"]:
        _text(article, "p", row["summary"], lang=found.written_in, **{"class": "summary"})
    facts = SubElement(article, "p", {"class": "facts"})
    signed = said(language, "signed", n=row["signatories"], m=row["members"])
    _text(facts, "strong", signed).tail = ". " + said(language, "published", date=day(language, row["published_at"]))
    themes = ", ".join(found.name(theme) for theme in row["themes"])
    _text(article, "p", told(language, said(language, "themes"), themes))


def _words(article: Element, found: Published) -> None:
    section = _section(article, found, "text")
    for paragraph in found.row["paragraphs"]:
        _text(section, "p", paragraph["text"], id=paragraph["pid"], lang=found.written_in)


def _signatories(article: Element, found: Published) -> None:
    signatories = SubElement(_section(article, found, "signatories"), "ul")
    for signature in found.signatures:
        item = _text(signatories, "li", found.name(signature["organisation"]))
        if signature["reservation"]:
            quote = SubElement(item, "blockquote")
            words = _text(quote, "p", f"{said(found.language, 'reservation')} — ")
            _text(words, "span", signature["reservation"], lang=found.written_in)


def _replies(article: Element, found: Published) -> None:
    if not found.replies:
        return
    section = _section(article, found, "replies")
    for reply in found.replies:
        _text(section, "h3", found.name(reply["project"]))
        _text(SubElement(section, "blockquote"), "p", reply["reply"])


def _evidence(article: Element, found: Published) -> None:
    section = _section(article, found, "evidence")
    if not found.row["evidence"]:
        reason = found.row["no_evidence_reason"]
        if reason:
            _text(section, "p", reason, lang=found.written_in)
        else:
            _text(section, "p", said(found.language, "no_evidence"))
        return
    listed = SubElement(section, "ul")
    for evidence in found.row["evidence"]:
        item = _text(listed, "li", f"{said(found.language, evidence['kind'])} — ")
        if evidence["kind"] == "URL":
            _text(item, "a", evidence["ref"], href=evidence["ref"], rel="nofollow")
        else:
            _text(item, "span", named(found, evidence))
        if evidence["quote"]:
            _text(item, "q", evidence["quote"])
        for weakness in evidence["weakened"]:
            reason = said(found.language, weakness["reason"])
            since = f"{said(found.language, 'weakened')} ({day(found.language, weakness['at'])})"
            words = told(found.language, since, reason)
            _text(item, "p", words, **{"class": "notice"})


def named(found: Published, evidence: dict[str, Any]) -> str:
    """What the evidence is called, with the version that is quoted; a measurement by what it measures."""
    metric, number = evidence["metric"], evidence["pinned_version"]
    if evidence["kind"] == "METRIC" and metric is not None:
        return _measured(found.language, metric)
    pinned = f" ({said(found.language, 'pinned', number=number)})" if number else ""
    return f"{found.name(evidence['ref'])}{pinned}"


def _measured(language: str, metric: dict[str, Any]) -> str:
    """What was measured when it was quoted, and how it moved since."""
    undisclosed = said(language, "undisclosed")
    value, latest = (
        undisclosed if metric[which] is None else f"{metric[which]:g} {metric['unit']}"
        for which in ("value", "latest_value")
    )
    quoted = told(language, f"{metric['indicator']}, {metric['period']}", value)
    if (metric["latest_period"], latest) == (metric["period"], value):
        return quoted
    return f"{quoted} → {told(language, metric['latest_period'], latest)}"


def _decisions(article: Element, found: Published) -> None:
    section = _section(article, found, "decisions")
    closed = [ballot for ballot in found.row["ballots"] if ballot["result"]]
    if not closed:
        _text(section, "p", said(found.language, "recorded"))
        return
    listed = SubElement(section, "ul")
    for ballot in closed:
        _text(listed, "li", decided(found, ballot))


def decided(found: Published, ballot: dict[str, Any]) -> str:
    """One ballot in a line: its round, its day, who said what, what became of it, and that a recount proves it."""
    language = found.language
    tallies = ", ".join(f"{one['heads']} {said(language, one['stance'])}" for one in ballot["counts"][0]["tallies"])
    outcome = said(language, ballot["result"]["outcome"])
    proved = f" ({said(language, 'recounted')})" if ballot["recount"]["matches"] else ""
    held = f"{said(language, 'round', number=ballot['round'])}, {day(language, ballot['closed_at'])}"
    return told(language, held, f"{tallies} — {outcome}{proved}")


def _deliveries(article: Element, found: Published) -> None:
    if not found.row["deliveries"]:
        return
    listed = SubElement(_section(article, found, "deliveries"), "ul")
    for delivery in found.row["deliveries"]:
        answer = said(found.language, delivery["response"])
        sent = f"{delivery['target']}, {day(found.language, delivery['sent_on'])}"
        _text(listed, "li", told(found.language, sent, answer))


def _versions(article: Element, found: Published) -> None:
    section = _section(article, found, "versions")
    for version in found.row["texts"]:
        details = SubElement(section, "details")
        frozen = day(found.language, version["frozen_at"])
        _text(details, "summary", said(found.language, "version", number=version["number"], date=frozen))
        for paragraph in version["paragraphs"]:
            _text(details, "p", paragraph["text"], lang=found.written_in)


def _section(article: Element, found: Published, name: str) -> Element:
    section = SubElement(article, "section", {"id": name, "aria-labelledby": f"{name}-heading"})
    _text(section, "h2", said(found.language, name), id=f"{name}-heading")
    return section


def _text(parent: Element, tag: str, text: str, /, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = text
    return element
