"""Whoever reads English finds every regulation, chapter and clause by an English name, and what a clause does in English sentences."""

from __future__ import annotations

import re
from typing import Any

from django.core.cache import cache
from django.test import Client

from luyue.apps.cases.links import token_of
from tests.acceptance.workspace_house import FEE, NOW, found
from tests.coverage.amputation import whole

HAN = re.compile(r"[一-鿿]")
LAW = re.compile(r"\(law: [^()]*\)")  # the law is quoted by its own name


def test_every_shipped_title_and_rule_can_be_said_in_english() -> None:
    from luyue.core.regulation.rules import Phrasebook
    from luyue.core.regulation.sentence import sentence

    book = whole()
    for regulation in book.regulations:
        names = [regulation.label.say("en"), *(one.titled("en") for one in regulation.clauses), *(one.chapter_english for one in regulation.clauses)]
        assert [one for one in names if not one or HAN.search(one)] == [], regulation.id
        spoken = [sentence(rule, book, "en") for rule in regulation.rules if not isinstance(rule, Phrasebook)]  # what is never to be said stays as it is
        assert [one for one in spoken if HAN.search(LAW.sub("", one))] == [], regulation.id


def test_pages_in_english_name_regulations_chapters_and_clauses_in_english(db: Any, settings: Any, tmp_path: Any, monkeypatch: Any) -> None:
    from django.utils import timezone

    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    cache.clear()
    house = found()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    case = house.objection("zhou", "deposit", NOW, FEE, "web")
    browser = Client()
    browser.cookies["luyue_language"] = "en"
    browser.force_login(house.user("zhaolan"))

    def page(path: str) -> str:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        return str(answer.content.decode())

    company = page("/regulation/company")
    toc = company[company.index('class="book-toc"') : company.index('class="book-page"')]
    assert not HAN.search(toc), toc
    assert "Taking a complaint" in toc
    assert "Art. 8" in toc
    titles = re.findall(r'<h2 class="clause-title".*?</h2>', company, re.S)
    assert titles
    assert not HAN.search("".join(titles))
    edition = page("/editions/company/2026-01-01")
    assert "<h1>Company base regulation</h1>" in edition
    assert not HAN.search("".join(re.findall(r"<title>.*?</title>|<h3[^>]*>.*?</h3>", edition, re.S)))
    assert "for handling complaints and later disputes" in edition
    for path in ("/editions", "/me"):
        assert "Company base regulation" in page(path)
        assert "公司基础制度" not in page(path)
    shown = page(f"/cases/{case.number}")
    peeks = re.findall(r'<span class="song">(.*?)</span>', shown, re.S)
    assert "Response times" in peeks
    assert not HAN.search(LAW.sub("", "".join(peeks))), peeks

    portal = Client()
    portal.cookies["luyue_language"] = "en"
    text = portal.get("/portal/regulation/live-rental-objections").content.decode()
    assert "Art. 16 Response times" in text
    assert "Receiving and recording" in text
    assert "within 5 min" in text
    assert "Standard escalation" not in text  # who hears of a miss is the house's own business
    followed = portal.get(f"/portal/m/{token_of(case.number)}/").content.decode()
    assert not HAN.search(LAW.sub("", "".join(re.findall(r'<span class="song">(.*?)</span>', followed, re.S))))
