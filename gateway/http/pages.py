"""Pages for people without JavaScript: a frame, and how text gets into it safely."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

#: Nothing is loaded but the picture of the browser itself; forms go nowhere else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
STYLE = """
body{font:1.06rem/1.55 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}
body{overflow-wrap:anywhere}h1{line-height:1.2;margin:.6em 0}a{color:#0b5394}ul.agenda{list-style:none;padding:0}
ul.agenda li{padding:.8rem 0;border-top:1px solid #ccc}dt{font-weight:600;margin-top:.7rem}dd{margin:0}
.state{background:#fdecc8;padding:.4rem .7rem;border-radius:.3rem}button{font:inherit;padding:.5rem 1rem}
@media(prefers-color-scheme:dark){body{color:#eee;background:#16181c}a{color:#8ab8ee}.state{color:#1b1b1b}}
"""


def page(title: str, body: str, *, language: str, status: int = 200, data: Any = None, links: str = "") -> HTMLResponse:
    """A whole page. ``body`` and ``links`` are HTML; ``title`` is text; ``data`` is shown to machines (JSON-LD)."""
    described = f'<script type="application/ld+json">{embedded(data)}</script>' if data else ""
    html = (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{links}<style>{STYLE}</style>{described}</head>"
        f"<body><main>{body}</main></body></html>"
    )
    headers = {"content-security-policy": POLICY, "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
    return HTMLResponse(html, status_code=status, headers=headers)


def embedded(data: Any) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def paragraphs(text: str) -> str:
    """Plain text as paragraphs; an empty line ends one."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return "".join(f"<p>{escape(block)}</p>".replace("\n", "<br>") for block in blocks)
