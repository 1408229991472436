"""The company of `workspace_house` served to real browsers: its address, signing in by the form, what axe says of a page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.installation import ROOT, Installation

PASSWORD = "acht-mal-gruen"


@contextmanager
def company_served(made: Installation, *words: str) -> Iterator[str]:
    """The address of this installation, filled with the company and served with one web process; `words` go to `luyue serve`."""
    subprocess.run([sys.executable, "-m", "tests.acceptance.workspace_house"], env=made.variables(), cwd=ROOT, check=True, timeout=120)
    with made.served("--workers", "1", *words) as address:
        yield address


def sign_in(page: Any, address: str, username: str = "chensiyuan") -> list[str]:
    """Signs in by the form; gives the list that faults of the page are written to."""
    faults: list[str] = []
    page.set_default_timeout(10_000)
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
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
