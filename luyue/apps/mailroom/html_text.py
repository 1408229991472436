"""HTML of a stranger as plain text. What comes out is text and is only ever shown escaped; no tag, style or address of it lives on.

One pass from left to right, in time proportional to its length. A parser that builds the tree takes minutes for a mail of a hundred
thousand nested tags (400 s with a good one), and a mail costs nothing to send.
"""

from __future__ import annotations

import re
from html import unescape

LONGEST = 2_000_000  # characters looked at
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select"})
_BREAKS = frozenset({"br", "hr", "li", "tr", "option", "dt", "dd"})
_BLOCKS = frozenset({"p", "div", "table", "ul", "ol", "dl", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"})
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9]{0,20}")
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u3000]+")


def text_of(html: str) -> str:
    """The words people would see, with line breaks where blocks end."""
    html, parts, at = html[:LONGEST], [], 0
    while at < len(html):
        start = html.find("<", at)
        if start < 0:
            parts.append(_said(html[at:]))
            break
        parts.append(_said(html[at:start]))
        at, word = _after_tag(html, start)
        parts.append(word)
    return _tidy("".join(parts))


def _after_tag(html: str, start: int) -> tuple[int, str]:
    """Where the tag at `start` ends, and what it leaves in the text. What never ends swallows the rest, as in a browser."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return (end + 3, "") if end >= 0 else (len(html), "")
    name = _NAME.match(html, start + 1)
    if name is None and html[start + 1 : start + 2] not in ("!", "?", "/"):
        return start + 1, "<"  # a sign of its own: 3 < 5
    end = html.find(">", start + 1)
    if end < 0:
        return len(html), ""
    tag = name[0].lower() if name else ""
    if tag in _SILENT and html[end - 1] != "/":
        close = re.compile(rf"</{tag}\b", re.IGNORECASE).search(html, end)
        if close is None:
            return len(html), ""
        after = html.find(">", close.end())
        return (after + 1 if after >= 0 else len(html)), " "
    bare = tag.removeprefix("/")
    return end + 1, "\n" if bare in _BREAKS else "\n\n" if bare in _BLOCKS else "\t" if bare in ("td", "th") else ""


def _said(text: str) -> str:
    return unescape(_SPACES.sub(" ", text))


def _tidy(text: str) -> str:
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
