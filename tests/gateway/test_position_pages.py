"""The public page of a position, its Markdown and the feed: complete, escaped, readable without a script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from gateway.http.position_feed import feed
from gateway.http.position_page import POLICY, STYLE, page
from gateway.http.position_text import markdown
from gateway.http.position_words import WORDS
from gateway.http.positions import Published

WILD = 'Compter <script>alert("1")</script> & *tout*'
VOID = {"meta", "link"}


def published(**more: Any) -> Published:
    row: dict[str, Any] = {
        "id": "0190a5d8-6f00-7000-8000-000000000001",
        "slug": "compter",
        "title": WILD,
        "language": "fr",
        "state": "PUBLISHED",
        "retraction": None,
        "summary": "Un résumé.",
        "signatories": 2,
        "members": 6,
        "published_at": "2026-06-18T00:00:00Z",
        "themes": ["accueil"],
        "paragraphs": [{"pid": "p1", "text": WILD}],
        "signatures": [
            {"organisation": "o1", "reservation": "Nous aurions voulu <mieux>."},
            {"organisation": "o2", "reservation": None},
        ],
        "evidence": [
            {
                "kind": "PROJECT", "ref": "p1", "quote": "84 binômes", "metric": None, "pinned_version": 7,
                "weakened": [{"reason": "PROJECT_STOPPED", "at": "2026-07-01T00:00:00Z"}],
            },
            {
                "kind": "URL", "ref": "https://page.example/?a=1&b=2", "quote": None, "weakened": [],
                "metric": None, "pinned_version": None,
            },
            {
                "kind": "METRIC", "ref": "m1", "quote": None, "pinned_version": None, "weakened": [],
                "metric": {
                    "indicator": "binômes", "period": "2026-Q1", "value": 84.0, "unit": "binômes",
                    "latest_period": "2026-Q2", "latest_value": None,
                },
            },
        ],
        "ballots": [
            {
                "round": 1, "closed_at": "2026-06-01T00:00:00Z", "result": {"outcome": "ADOPTED"},
                "counts": [{"tallies": [{"stance": "AGREE", "heads": 4}]}], "recount": {"matches": True},
            },
        ],
        "deliveries": [{"target": "Le Sénat", "sent_on": "2026-07-01", "response": "TAKEN_UP"}],
        "texts": [{"number": 1, "frozen_at": "2026-05-01T00:00:00Z", "paragraphs": [{"pid": "p1", "text": "Avant."}]}],
        "no_evidence_reason": None,
        "history": [{"at": "2026-06-18T00:00:00Z"}],
        **more,
    }  # fmt: skip
    names = {"o1": "Âge & Vivre", "o2": "Mutuelle", "p1": "Colette", "accueil": "Accueil"}
    replies = [{"project": "p1", "reply": "Nos chiffres datent."}]
    return Published(row, "https://h.example/positions/compter", "fr", {"name": "Agir", "slug": "agir"}, names, replies)


class Structure(HTMLParser):
    """The elements of a page, seen to be closed in the order in which they were opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.opened == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.seen if tag == name]


def test_the_page_has_every_part_under_its_heading_and_no_script() -> None:
    written = page(published())
    structure = Structure(written)
    assert written.startswith("<!DOCTYPE html>")
    assert structure.tags("html") == [{"lang": "fr"}]
    assert len(structure.tags("h1")) == len(structure.tags("main")) == 1
    assert structure.tags("script") == []
    headings = {one["id"] for one in structure.tags("h2")}
    assert {one["aria-labelledby"] for one in structure.tags("section")} == headings
    parts = "text signatories replies evidence decisions deliveries versions"
    assert headings == {f"{part}-heading" for part in parts.split()}
    identities = [one["id"] for _, one in structure.seen if "id" in one]
    assert len(identities) == len(set(identities))
    assert "width=device-width" in str(structure.tags("meta"))


def test_what_people_wrote_is_shown_as_they_wrote_it() -> None:
    written = page(published())
    assert "&lt;script&gt;alert" in written
    assert "Signée par 2 membres sur 6" in written
    assert "Nous aurions voulu &lt;mieux&gt;." in written
    assert "Nos chiffres datent." in written
    assert "le projet s'est arrêté" in written
    assert "vérifié par recomptage" in written
    assert "Colette (version 7)" in written
    assert (
        "binômes, 2026-Q1\N{NO-BREAK SPACE}: 84 binômes → 2026-Q2\N{NO-BREAK SPACE}: valeur non communiquée" in written
    )


@pytest.mark.parametrize("language", ["pt-BR", None])
def test_the_words_of_a_position_are_said_to_be_in_their_language_and_the_page_in_its_own(language: str | None) -> None:
    """For who listens to it: a page in French around a text in Portuguese, or in a language that nobody said."""
    found = published(language=language, state="RETRACTED", retraction="Não mais.")
    structure = Structure(page(found))
    assert structure.tags("html") == [{"lang": "fr"}]
    tagged = [tag for tag, attributes in structure.seen if attributes.get("lang") == (language or "")]
    assert sorted(tagged) == ["h1", "p", "p", "p", "span", "span", "title"]
    [entry] = fromstring(
        feed([found.row], title="Agir", address="https://h.example/positions.atom", public_url="https://h.example")
    ).iter("{http://www.w3.org/2005/Atom}entry")
    assert entry.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": language or ""}


def test_signatories_stand_in_the_order_in_which_they_are_looked_up() -> None:
    written = page(published())
    assert written.index("Âge &amp; Vivre") < written.index("Mutuelle")
    alike = published()
    alike.names["o2"] = alike.names["o1"]
    assert page(alike).count("Âge &amp; Vivre") == 2


def test_the_feed_of_the_coalition_is_found_from_the_page() -> None:
    [feed_of_it] = [
        one for one in Structure(page(published())).tags("link") if one.get("type") == "application/atom+xml"
    ]
    assert feed_of_it["href"] == "https://h.example/coalitions/agir/positions.atom"


def test_a_retracted_position_keeps_its_page_with_a_notice() -> None:
    written = page(published(state="RETRACTED", retraction="Les chiffres étaient faux."))
    assert 'Cette position a été retirée. <span lang="fr">Les chiffres étaient faux.</span>' in written
    assert "Retirée" not in page(published())


def test_only_the_style_of_the_page_is_let_in() -> None:
    assert "default-src 'none'" in POLICY
    assert "unsafe" not in POLICY
    assert "script-src" not in POLICY


@pytest.mark.parametrize("colour", sorted(set(re.findall(r"(?<!-)color: (#\w+)", STYLE))))
def test_every_colour_of_words_stands_out_as_wcag_aa_asks(colour: str) -> None:
    """At least 4.5 to 1 against the page and the notice (WCAG 2.2, 1.4.3)."""
    for ground in ("#ffffff", "#fff6f4"):
        lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(one * 2 for one in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_markdown_reads_what_people_wrote_as_words() -> None:
    written = markdown(published())
    assert written.startswith("# Compter \\<script\\>")
    assert "& \\*tout\\*" in written
    assert "> Réserve\N{NO-BREAK SPACE}: Nous aurions voulu \\<mieux\\>." in written


def test_the_feed_is_atom_with_stable_names() -> None:
    rows = [published(summary="", title="Un \x0b titre").row]
    root = fromstring(
        feed(rows, title="Agir", address="https://h.example/positions.atom", public_url="https://h.example")
    )
    atom = "{http://www.w3.org/2005/Atom}"
    [entry] = root.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}id") == f"urn:uuid:{rows[0]['id']}"
    assert entry.find(f"{atom}link").attrib["href"] == "https://h.example/positions/compter"  # type: ignore[union-attr]
    assert entry.findtext(f"{atom}summary") == "Un  titre"
    assert root.findtext(f"{atom}updated") == "2026-06-18T00:00:00Z"
    empty = feed([], title="Agir", address="https://h.example/positions.atom", public_url="https://h.example")
    assert fromstring(empty).findall(f"{atom}entry") == []


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()
