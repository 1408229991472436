"""The company of `workspace_house` in real browsers: signing in by the form, what axe says of a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

PASSWORD = "acht-mal-gruen"


def sign_in(page: Any, address: str, username: str = "chensiyuan") -> list[str]:
    """Signs in by the form; gives the list that faults of the page are written to."""
    faults: list[str] = []
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/accounts/login/?next=/today")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/today")
    return faults


def serious(page: Any) -> list[str]:
    """Violations of WCAG 2.2 AA that axe finds on the page."""
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
