"""The life of an edition, from the draft to the last old case, and a calendar that is revised while clocks run; through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from luyue.apps.cases.links import token_of
from luyue.apps.cases.models import Case
from luyue.apps.casework import moving, perform, rebuild, ticker
from luyue.apps.clocks.models import Clock
from luyue.apps.journal.models import Entry
from luyue.apps.journal.verify import verify
from luyue.apps.regulation.models import Draft, Edition, Move
from luyue.apps.regulation.selectors import current_rulebook
from luyue.apps.regulation.shipped import keep_calendar
from tests.acceptance.edition_texts import CALENDAR, CHANGES, objections, published, with_holiday
from tests.acceptance.wall_clock import Time
from tests.acceptance.workspace_house import NOW, SHANGHAI, House, at, found

RULES = "live-rental-objections"
FIRST_DAY = "2026-11-25"
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)
AUTHOR, MANAGER = "zhaolan", "zhouqiming"
Browser = Callable[[str], Client]


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Any, time: Time) -> House:
    settings.DATA, time.now = tmp_path, NOW
    cache.clear()
    return found()


@pytest.fixture
def next_year(house: House) -> None:
    """The days of 2027 are published: no edition comes into force whose longest promise nobody can count."""
    assert keep_calendar("cn", published(2027), NOW - timedelta(days=20))


@pytest.fixture
def signed_in(house: House) -> Browser:
    def browser(username: str) -> Client:
        client = Client()
        client.force_login(house.user(username))
        return client

    return browser


def fee_case(house: House, customer: str = "zhou") -> Case:
    """An objection about a deposit that finance has looked into since 9:36."""
    case = house.objection(customer, "押金没有到账", at(24, 9, 30))
    house.do(case, "answer", "chensiyuan", at(24, 9, 32), text="收到，正在核对。")
    house.do(case, "register-objection", "chensiyuan", at(24, 9, 34), promised_at="2026-11-30T18:00")
    house.do(case, "transfer-objection", "chensiyuan", at(24, 9, 36))
    return case


def clock(case: Case, rule: str) -> Clock:
    return Clock.objects.filter(case=case, rule=rule).latest("id")


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def begun(client: Client, text: str, kind: str = f"edition:{RULES}") -> str:
    """A new draft with this text, uploaded as a file; its address."""
    answer = client.post("/editions/new", {"from": kind, "file": SimpleUploadedFile("text.md", text.encode())})
    assert answer.status_code == 302, text_of(answer)
    return str(answer.headers["Location"])


def proposed(client: Client, text: str, kind: str = f"edition:{RULES}") -> str:
    where = begun(client, text, kind)
    answer = client.post(where, {"do": "propose", "source": text, "version": "1"})
    assert answer.status_code == 302, text_of(answer)
    return where


def nothing_differs() -> None:
    """Rows and journal agree, and every chain holds."""
    assert list(map(str, rebuild.check())) == []
    assert list(map(str, rebuild.recompute())) == []
    assert verify(ticker.all_heads()).findings == []


@pytest.mark.usefixtures("next_year")
def test_from_a_draft_to_the_last_old_case(house: House, signed_in: Browser, time: Time) -> None:
    case, other = fee_case(house), house.objection("lin", "少计一根线", at(24, 10, 0))
    house.do(case, "nudge", "chensiyuan", at(24, 9, 38))
    fresh = fee_case(house, "tang")
    house.do(fresh, "nudge", "chensiyuan", at(24, 10, 30))
    author, manager = signed_in(AUTHOR), signed_in(MANAGER)

    # A draft begins from the newest edition, dated tomorrow; what is written is checked beside its lines.
    where = author.post("/editions/new", {"from": f"edition:{RULES}"}).headers["Location"]
    page = text_of(author.get(where))
    assert "edition: 2026-11-25" in page
    assert "没有问题" in page or "没有错误" in page
    broken = objections(FIRST_DAY).replace(
        "stops_at: [contact.progress-told, contact.answered, feedback.given]\nwithin: 1 h", "stops_at: contact.told\nwithn: 1 h"
    )
    assert author.post(where, {"do": "save", "source": broken, "version": "1"}).status_code == 302
    line = broken[: broken.index("withn: 1 h")].count("\n") + 1
    page = text_of(author.get(where))
    assert re.search(rf'PL001</code><button[^>]*data-line="{line}"', page), "the checker's word stands at its line"
    assert "<mark>withn" in page
    refused = author.post(where, {"do": "propose", "source": broken, "version": "2"})
    assert refused.status_code == 409
    assert "第一处：第" in text_of(refused)
    assert author.get(f"{where}/preview").status_code == 302, "what has an error is not previewed"

    # Two windows never overwrite each other, and what was typed is not lost.
    stale = author.post(where, {"do": "save", "source": "另一个窗口的文本", "version": "1"})
    assert stale.status_code == 409
    assert "另一个窗口的文本" in text_of(stale)

    # The preview counts every open case and names those this reader may open.
    assert author.post(where, {"do": "save", "source": objections(FIRST_DAY), "version": "2"}).status_code == 302
    page = text_of(author.get(f"{where}/preview"))
    assert '<dt>未结工单</dt><dd class="num">3</dd>' in page
    assert '<dt>期限有变</dt><dd class="num">2</dd>' in page
    assert '<dt>按新版已超时</dt><dd class="num">1</dd>' in page
    assert f'href="/cases/{case.number}"' in page
    assert "新版应为 今天 10:38，保留 今天 11:38" in page
    assert "今天 12:30 → <b>今天 11:30</b>" in page
    assert "告诉客户的仍是 " in page
    assert "催办答复" in page
    assert "<del>2</del>" in page or "<ins>1</ins>" in page
    assert Case.objects.get(pk=case.pk).rulebook == case.rulebook

    # Neither the author nor whoever puts it forward adopts; one of the two belongs to the management.
    assert author.post(where, {"do": "propose", "source": objections(FIRST_DAY), "version": "3"}).status_code == 302
    alone = author.post(where, {"do": "adopt"})
    assert alone.status_code == 409
    assert "起草或提交的人不能自己批准" in text_of(alone)
    two_leads = signed_in("tangwei").post(where, {"do": "adopt"})
    assert (two_leads.status_code, "管理层" in text_of(two_leads)) == (409, True)
    assert manager.post(where, {"do": "send-back", "reason": "算例再核一遍"}).status_code == 302
    assert "退回：算例再核一遍" in text_of(author.get(where))
    assert author.post(where, {"do": "propose", "source": objections(FIRST_DAY), "version": "3"}).status_code == 302
    adopted = manager.post(where, {"do": "adopt"})
    assert adopted.headers["Location"] == f"/editions/{RULES}/{FIRST_DAY}"
    assert manager.post(where, {"do": "adopt"}).status_code == 409, "it is adopted once"
    assert Edition.objects.get(regulation=RULES, edition=FIRST_DAY).second_by == "周启明"

    # Staff are asked at once, may go on until the end of the next working day, and their names stand on the page until they have read.
    desk = signed_in("chensiyuan")
    page = text_of(desk.get("/acknowledge"))
    assert FIRST_DAY in page
    assert "陈思远" in text_of(author.get(adopted.headers["Location"]))
    time.now = WEDNESDAY
    author, manager, desk = signed_in(AUTHOR), signed_in(MANAGER), signed_in("chensiyuan")  # nobody stays signed in over night
    assert desk.post(f"/cases/{other.number}/say", {"mode": "reply", "text": "您好，正在核对。", "once": "a1"}).status_code == 302
    page = text_of(author.get(adopted.headers["Location"]))
    assert "宽限到 明天 24:00" in page
    edition = Edition.objects.get(regulation=RULES, edition=FIRST_DAY)
    assert desk.post("/acknowledge", {"edition": edition.pk}).status_code == 302
    assert "<li>陈思远</li>" not in text_of(author.get(adopted.headers["Location"]))

    # Old cases keep their rulebook until two people take them over.
    old = Case.objects.get(pk=case.pk).rulebook_id
    assert house.objection("qiu", "发票抬头不对", WEDNESDAY).rulebook_id != old
    ticker.run_due(time.now)
    assert Case.objects.get(pk=case.pk).rulebook_id == old
    where = f"{adopted.headers['Location']}/move"
    assert "未结工单" in text_of(author.get(where))
    assert author.post(where, {"do": "ask", "only": "all"}).status_code == 302
    assert author.post(where, {"do": "agree"}).status_code == 409
    assert moving.run_due(time.now) == 0, "nothing moves before the second person's word"
    assert manager.post(where, {"do": "agree"}).status_code == 302
    link_before = told_to_customer(case)
    assert moving.run_due(time.now) == 3
    assert (Move.objects.get().n_moved, Move.objects.get().n_stayed, Move.objects.get().state) == (3, 0, "done")
    case.refresh_from_db()
    assert case.rulebook.digest == current_rulebook(time.now)[1].digest
    fee = clock(case, "investigate-fee")
    assert (fee.due_at, fee.promised_at) == (datetime(2026, 11, 27, tzinfo=SHANGHAI), datetime(2026, 11, 26, tzinfo=SHANGHAI))
    assert told_to_customer(case) == link_before, "the date told never moves later"
    missed = clock(case, "nudge-answered")
    assert (missed.state, missed.rulebook_id, fee.rulebook_id) == ("missed", old, case.rulebook_id)
    entry = Entry.objects.get(stream=f"case:{case.number}", action="move-rulebook")
    assert entry.actor == f"staff:{house.user(MANAGER).pk}"
    page = text_of(author.get(f"/cases/{case.number}"))
    assert "改按新版制度" in page
    assert "2026-01-01 → 2026-11-25" in page
    house.do(case, "answer", "chensiyuan", WEDNESDAY + timedelta(minutes=9), text="已经查清。")
    nothing_differs()
    assert moving.run_due(time.now) == 0

    # Rows that are lost come back as they were, with the rulebook that judged each clock.
    Clock.objects.filter(case=case).update(due_at=None, rulebook=old)
    Case.objects.filter(pk=case.pk).update(rulebook=old)
    assert list(rebuild.check([case.number]))
    assert rebuild.rebuild([case.number]) == 1
    nothing_differs()


def everything_kept(folder: Path) -> dict[str, str]:
    """A digest of every row of every table, and of every file the company keeps. (What SQLite's virtual tables hold lies in plain ones.)"""
    kept = {}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")
            tables -= {name for (name,) in cursor.fetchall()}
        for table in sorted(tables):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            kept[table] = sha256("\n".join(sorted(map(repr, cursor.fetchall()))).encode()).hexdigest()
    return kept | {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.usefixtures("next_year")
def test_a_preview_over_the_open_cases_says_who_would_be_late_and_leaves_the_store_as_it_was(house: House, signed_in: Browser, settings: Any) -> None:
    """S57. How long ten thousand cases take is measured by `tests.bench.bench_editions`; here: what is said, and that nothing is written."""
    late, fresh, quiet = fee_case(house), fee_case(house, "tang"), house.objection("lin", "少计一根线", at(24, 10, 0))
    house.do(late, "nudge", "chensiyuan", at(24, 9, 38))
    house.do(fresh, "nudge", "chensiyuan", at(24, 10, 30))
    author = signed_in(AUTHOR)
    drafts = [begun(author, objections(FIRST_DAY)), begun(author, with_holiday("2026-11-25", text=published(2027)), "calendar:cn")]
    before = everything_kept(settings.DATA)
    assert len(before) > 40, "the store is looked at in full"
    edition, calendar = [author.get(f"{where}/preview").context["preview"] for where in drafts]
    assert everything_kept(settings.DATA) == before

    by_label = {group["label"]: {row["number"]: row["moves"] for row in group["cases"]["rows"]} for group in edition["groups"]}
    over, changed = by_label["按新版已超时，保留原期限"], by_label["期限有变"]
    assert (edition["n_open"], set(over), set(changed)) == (3, {late.number}, {fresh.number})
    assert quiet.number not in over | changed
    moves = {(number, move["label"]): (move["old"], move["new"]) for group in (over, changed) for number, rows in group.items() for move in rows}
    assert moves == {
        (late.number, "催办答复"): ("今天 11:38", "今天 11:38"),  # one hour would have ended at 10:38: what is running keeps its two
        (fresh.number, "催办答复"): ("今天 12:30", "今天 11:30"),
        **{(case.number, "费用调查"): ("明天 24:00", "11-26 24:00") for case in (late, fresh)},
    }
    assert {rule["label"]: (rule["earlier"], rule["later"], rule["late"]) for rule in edition["rules"]} == {"催办答复": (1, 0, 1), "费用调查": (0, 2, 0)}
    assert (calendar["n_open"], calendar["n_late"], calendar["n_changed"]) == (3, 0, 2)

    # More cases ask the store nothing more often, so ten thousand of them cost rows and not questions.
    def questions() -> int:
        author.get(f"{drafts[0]}/preview")  # what is kept for the next time is asked once
        with CaptureQueriesContext(connection) as asked:
            author.get(f"{drafts[0]}/preview")
        return len(asked)

    of_three = questions()
    for customer in ("qiu", "zhou", "tang"):
        house.do(fee_case(house, customer), "nudge", "chensiyuan", at(24, 10, 30))
    assert Case.objects.filter(is_open=True).count() == 6
    assert questions() == of_three


def told_to_customer(case: Case) -> Any:
    """The promise of the investigation as the customer's own page shows it."""
    page = text_of(Client().get(reverse("portal:case", args=[token_of(case.number)])))
    assert case.number in page
    return re.findall(r"11 月 2\d 日 24:00|11 月 2\d 日|(?:今天|明天|后天) 24:00", page)[:1]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (objections(FIRST_DAY, "2026-11-24"), "in_force_from: 2026-11-24", "已到或已过，新版本不能倒签"),
        (objections(FIRST_DAY, "2026-03-01"), "in_force_from: 2026-03-01", "已到或已过，新版本不能倒签"),
        (objections("2025-06-01", FIRST_DAY), "edition: 2025-06-01", "不比它新"),
        (objections(FIRST_DAY, "", ("within: 24 h\nhours: around-the-clock\nowed_by: routed-teams", "within: blank\nowed_by: routed-teams"), changes=()), "within: blank", "PL008"),
        (objections(FIRST_DAY, "", ("within: 5 min\nhours: service-hours\n", "within: 5 min\n")), "within: 5 min\nowed_by", '按自然小时 <span class="num">2026-03-06 23:55</span>'),
    ],
)  # fmt: skip
def test_what_cannot_bind_is_refused_with_its_line(signed_in: Browser, text: str, line: str, words: str) -> None:
    author = signed_in(AUTHOR)
    where = begun(author, text)
    number = text[: text.index(line)].count("\n") + 1
    page = text_of(author.post(where, {"do": "propose", "source": text, "version": "1"}, follow=False))
    assert re.search(rf'data-line="{number}"', page), page
    assert words in page
    assert Draft.objects.get().state == "draft"
    # Time passes between putting forward and adopting: the second person is asked again.
    assert not Edition.objects.filter(regulation=RULES, edition__gt="2026-01-01").exists()


@pytest.mark.usefixtures("next_year")
def test_a_warning_is_acknowledged_by_both_by_name(house: House, signed_in: Browser) -> None:
    aside = "\n## 第九十九条 存疑 | doubtful\n客服必须在 3 天内整理资料。\n\n```yaml prose-only\nbecause: 只提醒，没有时限\n```\n"
    text = objections(FIRST_DAY) + aside
    author, manager = signed_in(AUTHOR), signed_in(MANAGER)
    where = begun(author, text)
    page = text_of(author.get(where))
    count = int(re.findall(r'name="seen" value="(\d+)"', page)[0])
    unseen = author.post(where, {"do": "propose", "source": text, "version": "1"})
    assert unseen.status_code == 409
    assert "须确认看过才能继续" in text_of(unseen)
    assert author.post(where, {"do": "propose", "source": text, "version": "1", "seen": str(count)}).status_code == 302
    assert manager.post(where, {"do": "adopt"}).status_code == 409
    assert manager.post(where, {"do": "adopt", "seen": str(count)}).status_code == 302
    entries = Entry.objects.filter(stream="org", effects__contains='"warnings":').order_by("seq")
    assert [entry.actor for entry in entries] == [f"staff:{house.user(name).pk}" for name in (AUTHOR, MANAGER)]


@pytest.mark.usefixtures("next_year")
def test_a_draft_is_held_against_what_settled_promises_took(house: House, signed_in: Browser) -> None:
    """PL203: the text says five minutes, and the desk has been taking twenty."""
    case = house.objection("zhou", "押金没有到账", at(24, 9, 30), channel="chat")
    house.do(case, "answer", "chensiyuan", at(24, 9, 32), text="收到，正在核对。")
    author = signed_in(AUTHOR)
    where = begun(author, objections(FIRST_DAY))
    assert "PL203" not in text_of(author.get(where))
    answered = Clock.objects.get(case=case, state="kept", owed_by="service-desk")
    rows = [{**Clock.objects.values().get(pk=answered.pk), "id": None, "key": f"{answered.rule}#9{number}"} for number in range(10)]
    later = [{**row, "settled_at": row["started_at"] + timedelta(minutes=20 + number)} for number, row in enumerate(rows)]
    Clock.objects.bulk_create([Clock(**row) for row in later])
    found = text_of(author.get(where))
    assert "PL203" in found
    assert "少于办理所需的 24 分钟（已办结 11 件的中位数）" in found
    assert author.post(where, {"do": "propose", "source": objections(FIRST_DAY), "version": "1"}).status_code == 409, "somebody says that he has seen it"


@pytest.mark.usefixtures("next_year")
def test_a_text_put_forward_too_late_is_refused_to_the_second_person_too(signed_in: Browser, time: Time) -> None:
    where = proposed(signed_in(AUTHOR), objections(FIRST_DAY))
    time.now = WEDNESDAY
    late = signed_in(MANAGER).post(where, {"do": "adopt"})
    assert late.status_code == 409
    assert "第 4 行 PL603 实施日期 2026-11-25 已到或已过" in text_of(late)
    assert not Edition.objects.filter(edition=FIRST_DAY).exists()


def test_what_is_no_text_and_who_is_no_lead(house: House, signed_in: Browser) -> None:
    author, desk = signed_in(AUTHOR), signed_in("chensiyuan")
    for bytes_of in (b"\xff\xfe\x00r", b"a\x00b"):
        answer = author.post("/editions/new", {"from": "edition:", "file": SimpleUploadedFile("x.md", bytes_of)}, follow=True)
        assert "文本" in text_of(answer)
    assert not Draft.objects.exists()
    where = begun(author, "随便写的一段话")
    assert author.get(where).status_code == 200
    assert "错误" in text_of(author.get(where))
    for path in (where, f"{where}/preview", f"/editions/{RULES}/2026-01-01/move"):
        assert desk.get(path).status_code == 404
    assert desk.post("/editions/new", {"from": f"edition:{RULES}"}).status_code == 404
    assert desk.get("/editions").status_code == 200
    assert desk.get(f"/editions/{RULES}/2026-01-01").status_code == 200
    assert author.get("/editions/nothing/2026-01-01").status_code == 404
    assert author.get(f"/editions/{RULES}/yesterday").status_code == 404


@pytest.mark.usefixtures("next_year")
def test_a_case_that_rests_on_what_is_gone_stays_and_a_kinder_move_leaves_what_gets_later(house: House, signed_in: Browser, time: Time) -> None:
    case = fee_case(house)
    quiet = house.objection("lin", "少计一根线", at(24, 10, 0))
    renamed = (*((old, new) for old, new in CHANGES), *(("investigate-fee", "fee-finding"),) * 1)
    text = objections(FIRST_DAY, changes=renamed).replace("investigate-fee", "fee-finding")
    author, manager = signed_in(AUTHOR), signed_in(MANAGER)
    where = proposed(author, text)
    page = text_of(author.get(f"{where}/preview"))
    assert "新版没有时限 investigate-fee" in page
    assert '<dt>不能移入</dt><dd class="num">1</dd>' in page
    assert manager.post(where, {"do": "adopt"}).status_code == 302
    time.now = WEDNESDAY
    ticker.run_due(time.now)
    author, manager = signed_in(AUTHOR), signed_in(MANAGER)
    move = f"/editions/{RULES}/{FIRST_DAY}/move"
    asked = author.post(move, {"do": "ask", "only": "kinder"})
    assert asked.status_code == 302, text_of(asked)
    assert manager.post(move, {"do": "agree"}).status_code == 302
    moving.run_due(time.now)
    assert (Move.objects.get().n_moved, Move.objects.get().n_stayed) == (1, 1)
    assert Case.objects.get(pk=quiet.pk).rulebook_id == current_rulebook(time.now)[0].pk
    assert Case.objects.get(pk=case.pk).rulebook_id == case.rulebook_id
    house.do(case, "answer", "chensiyuan", WEDNESDAY + timedelta(minutes=9), text="已经查清。")
    nothing_differs()


@pytest.mark.usefixtures("next_year")
def test_a_move_meets_somebody_who_is_acting(house: House, signed_in: Browser, time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading which rulebook holds and locking the case it moves: the act is decided by the rulebook the case has then."""
    case = fee_case(house)
    where = proposed(signed_in(AUTHOR), objections(FIRST_DAY))
    signed_in(MANAGER).post(where, {"do": "adopt"})
    time.now = WEDNESDAY
    ticker.run_due(time.now)
    path = f"/editions/{RULES}/{FIRST_DAY}/move"
    signed_in(AUTHOR).post(path, {"do": "ask"})
    signed_in(MANAGER).post(path, {"do": "agree"})
    lock = perform.lock

    def moved_first(case_id: int, **how: Any) -> Any:
        monkeypatch.setattr(perform, "lock", lock)
        moving.run_due(time.now)
        return lock(case_id, **how)

    monkeypatch.setattr(perform, "lock", moved_first)
    house.do(case, "nudge", "chensiyuan", WEDNESDAY + timedelta(minutes=9))
    nudged = clock(case, "nudge-answered")
    assert nudged.due_at is not None
    assert nudged.due_at - nudged.started_at == timedelta(hours=1), "the new edition's hour, not the old one's two"
    nothing_differs()


def test_a_holiday_announced_late_moves_deadlines_and_no_date_told(house: House, signed_in: Browser, time: Time) -> None:
    case = fee_case(house)
    old = clock(case, "investigate-fee").due_at
    author, manager = signed_in(AUTHOR), signed_in(MANAGER)
    where = begun(author, with_holiday("2026-11-25"), "calendar:cn")
    page = text_of(author.get(f"{where}/preview"))
    assert "2026-11-25" in page
    assert "法定节假日" in page
    assert '<dt>期限有变</dt><dd class="num">1</dd>' in page
    source = with_holiday("2026-11-25")
    assert author.post(where, {"do": "propose", "source": source, "version": "1"}).status_code == 302
    assert author.post(where, {"do": "adopt"}).status_code == 409
    assert manager.post(where, {"do": "adopt"}).status_code == 302
    before = told_to_customer(case)
    assert moving.run_due(time.now) == 1
    fee = clock(case, "investigate-fee")
    assert (old, fee.due_at, fee.promised_at) == (at(26, 0), at(27, 0), at(26, 0))
    assert told_to_customer(case) == before
    assert "工作日历有新的公布" in text_of(author.get(f"/cases/{case.number}"))
    assert Entry.objects.filter(stream="org", name="calendar.adopted").count() == 1
    assert house.objection("lin", "x 少计一根线", time.now).rulebook_id == current_rulebook(time.now)[0].pk
    time.now = at(25, 12)
    house.do(case, "answer", "chensiyuan", time.now, text="已经查清。")
    nothing_differs()


def test_a_promise_beyond_what_was_published_becomes_firm(house: House, signed_in: Browser, time: Time) -> None:
    time.now = datetime(2026, 12, 31, 10, 0, tzinfo=SHANGHAI)
    case = house.objection("zhou", "押金没有到账", time.now)
    house.do(case, "answer", "chensiyuan", time.now, text="收到，正在核对。")
    house.do(case, "register-objection", "chensiyuan", time.now, promised_at="2027-01-08T18:00")
    house.do(case, "transfer-objection", "chensiyuan", time.now)
    fee = clock(case, "investigate-fee")
    assert (fee.provisional, fee.due_at) == (True, datetime(2027, 1, 2, tzinfo=SHANGHAI))
    text = published(2027)
    where = proposed(signed_in(AUTHOR), text, "calendar:cn")
    assert signed_in(MANAGER).post(where, {"do": "adopt"}).status_code == 302
    moving.run_due(time.now)
    fee = clock(case, "investigate-fee")
    assert (fee.provisional, fee.due_at, fee.promised_at) == (False, datetime(2027, 1, 5, tzinfo=SHANGHAI), datetime(2027, 1, 2, tzinfo=SHANGHAI))
    nothing_differs()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (CALENDAR.replace("off: [2026-09-25..2026-09-27]", "off: [2026-09-24..2026-09-27]"), 1, "2026-09-24 已过"),
        (CALENDAR.replace("known_until: 2026-12-31", "known_until: 2026-06-30"), 8, "日历已公布到 2026-12-31"),
        (CALENDAR.replace("zone: Asia/Shanghai", "zone: Europe/Berlin"), 4, "时区由 Asia/Shanghai 改成 Europe/Berlin"),
        (CALENDAR, 1, "与现行日历没有差别"),
        ("calendar: cn\nyears: [", 2, "日历读不懂"),
    ],
)  # fmt: skip
def test_a_calendar_that_rewrites_what_was_lived_is_refused(signed_in: Browser, text: str, line: int, words: str) -> None:
    author = signed_in(AUTHOR)
    where = begun(author, text, "calendar:cn")
    refused = author.post(where, {"do": "propose", "source": text, "version": "1"})
    assert refused.status_code == 409
    page = text_of(refused)
    assert words in page
    assert Draft.objects.get().state == "draft"
