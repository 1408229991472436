"""A store with as many cases as a company gathers in a year, in about two minutes: real cases, copied with their times moved.

usage: python -m tests.bench.many_cases FOLDER [--cases 100000] [--open 3000]

The demonstration's stories are told through the real door, on two days, and the ticker has looked at them. Then their rows are copied,
journal included: every copy has its own number, customer and link, its times moved by whole seconds, and a chain of hashes that verifies.
Every copy also says a sentence of its own, of words as unevenly frequent as words are, so that a search has something to find.
What is left out: the bytes of attachments (their rows are there), and times in free words.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path

CASES, OPEN, CROWDED = 100_000, 3_000, 20_000
CUSTOMERS = 30_000
DUE_AHEAD = 0.6  # of the open cases: the next promise is not late yet
GOOD_FOR_S = 20 * 3600.0  # then too many deadlines have passed for the shares to be what they say
MARK = "bench.json"
YEAR_S = 350 * 86_400

# Copied by one statement each: column -> what it becomes; every other column stays. `n` is the row of the copy, `t` the row copied.
_MOVED = "CASE WHEN t.{0} IS NULL THEN NULL ELSE datetime(t.{0}, n.shift) END"
_TABLES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "cases_caseteam": (("next_due_at",), {}),
    "cases_answer": (("at",), {}),
    "clocks_clock": (("started_at", "due_at", "promised_at", "settled_at"), {"id": "t.id + n.clocks"}),
    "clocks_timer": (("due_at",), {}),
    "tasks_task": (("opened_at", "due_at", "done_at"), {}),
    "contacts_contact": (
        ("at", "rang_at", "answered_at", "ended_at"),
        {"external_id": "n.number || '~' || t.id", "entry_id": "t.entry_id + n.entries"},
    ),
    # What is old has been read and sent.
    "contacts_announcement": (("at",), {"entry_id": "t.entry_id + n.entries", "seen_at": "datetime(t.at, n.shift)"}),
    "contacts_outbox": (
        ("created_at", "due_at"),
        {"id": "lower(hex(randomblob(16)))", "done_at": "datetime(t.created_at, n.shift)", "dead_at": "NULL", "lease_until": "NULL"},
    ),
    "evidence_attachment": (("uploaded_at",), {"id": "lower(hex(randomblob(16)))", "entry_id": "t.entry_id + n.entries"}),
}
_INSTANT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"


def ready(n_open: int = OPEN, n_cases: int = CASES) -> Path:
    """The data folder of such an installation, made when there is none or when it is old.

    LUYUE_BENCH_DATA names the folder that keeps them between runs; else a folder of the system's for passing things.
    """
    above = Path(os.environ.get("LUYUE_BENCH_DATA") or Path(tempfile.gettempdir()) / "luyue-bench")
    folder = above / f"{n_cases}-{n_open}"
    mark = folder / MARK
    if not mark.exists() or time.time() - mark.stat().st_mtime > GOOD_FOR_S:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        words = [sys.executable, "-m", "tests.bench.many_cases", str(folder), "--cases", str(n_cases), "--open", str(n_open)]
        subprocess.run(words, check=True, stdout=sys.stderr)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.many_cases", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--open", type=int, default=OPEN)
    options = parser.parse_args()
    began = time.monotonic()
    os.environ |= {"LUYUE_DATA": str(options.folder.resolve()), "LUYUE_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "luyue.site.settings"}
    subprocess.run([sys.executable, "-m", "luyue.site.cli", "migrate"], check=True)
    now = datetime.now(UTC).replace(microsecond=0)
    told = tell_stories(now)
    copied_s = time.monotonic()
    rows = copy_all(options.folder / "db.sqlite3", now, options.cases, options.open)
    count_tallies()
    seconds = time.monotonic() - began
    mark = {"cases": options.cases, "open": options.open, "made_at": now.isoformat(), "rows": rows, "seconds": round(seconds)}
    (options.folder / MARK).write_text(json.dumps(mark) + "\n")
    print(f"{told} cases told in {copied_s - began:.0f} s, {options.cases} in all with {rows} rows after {seconds:.0f} s", flush=True)


def tell_stories(now: datetime) -> int:
    """The demonstration's company and its stories, as of two days; then everything the clocks owe until now."""
    import django

    django.setup()
    from luyue.apps.casework import ticker
    from luyue.site.demo.desk import House
    from luyue.site.demo.fill import open_house
    from luyue.site.demo.stories import STORIES

    house = open_house(now - timedelta(days=2))
    for told_at in (now - timedelta(days=2), now):
        for story in STORIES:
            story(House(house.book, told_at))
    ticker.run_due(now)
    add_customers(now)
    from django.db import connection

    connection.close()
    return 2 * len(STORIES)


def count_tallies() -> None:
    """Kept and missed by day, which the copies brought no entry for."""
    from luyue.apps.clocks import tallies

    tallies.recount()


def add_customers(now: datetime) -> None:
    """Customers to spread the copies over, each with an order."""
    from luyue.apps.customers.models import Customer
    from luyue.apps.customers.sealed import index_of, seal
    from luyue.apps.rental.models import Order, OrderLine

    chance = random.Random(7)
    made = []
    for number in range(CUSTOMERS):
        phone, name = f"+86139{number:08}", "".join(chance.choices(_SURNAMES) + chance.choices(_NAMES, k=2))
        kind = Customer.COMPANY if number % 5 == 0 else Customer.INDIVIDUAL
        row = Customer(kind=kind, name=f"{name}文化传媒" if number % 5 == 0 else name, account_number=f"BT{number:06}", created_at=now)
        row.phone_cipher, row.phone_index = seal("phone", phone), index_of("phone", phone)
        made.append(row)
    customers = Customer.objects.bulk_create(made, batch_size=2000)
    today = now.date()
    orders = [
        Order(number=f"ZB-{one.pk:06}", customer=one, starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=5), state="out",
              total=600, deposit=3000, paid_by="wechat")
        for one in customers
    ]  # fmt: skip
    orders = Order.objects.bulk_create(orders, batch_size=2000)
    OrderLine.objects.bulk_create([OrderLine(order=one, model="补光灯 600D", quantity=2, daily_price=60) for one in orders], batch_size=2000)


_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_NAMES = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉梦琪欣怡子涵雨晨浩宇思远嘉禾清和一鸣晓岚"


# Copying ------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pattern:
    """A case to copy. `gap_s`: how far its times can move back before one of its timers would be owed."""

    id: int
    number: str
    kind: str
    is_open: bool
    is_ahead: bool
    gap_s: int
    instants: list[datetime]
    fill_memo: Callable[[Sequence[str]], str]
    entries: list[tuple[object, ...]]


def copy_all(path: Path, now: datetime, n_cases: int, n_open: int) -> int:
    """Copy until there are so many cases; the number of rows added."""
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; PRAGMA foreign_keys=OFF;")
    before = store.total_changes
    indexes = _drop_indexes(store)
    patterns = [_pattern(store, row, now) for row in store.execute("SELECT id, number, kind, is_open, memo, next_due_at, link_hash FROM cases_case")]
    store.execute("BEGIN")
    _plan(store, patterns, now, n_cases, n_open)
    for table, (moved, changed) in _TABLES.items():
        _copy_table(store, table, moved, changed)
    store.execute(
        "INSERT INTO clocks_clockspan (clock_id, kind, team, from_at, to_at, reason)"
        f" SELECT t.clock_id + n.clocks, t.kind, t.team, {_MOVED.format('from_at')}, {_MOVED.format('to_at')}, t.reason"
        " FROM copies n JOIN clocks_clock c ON c.case_id = n.pattern JOIN clocks_clockspan t ON t.clock_id = c.id"
    )
    _copy_journal(store, patterns)
    _say_words(store)
    store.execute("COMMIT")
    for statement in indexes:
        store.execute(statement)
    store.execute("PRAGMA journal_mode=WAL")
    rows = store.total_changes - before
    store.close()
    return rows


def _drop_indexes(store: sqlite3.Connection) -> list[str]:
    """Built anew over all rows at the end, an index costs a tenth of what it costs row by row."""
    names = [*_TABLES, "cases_casewords", "clocks_clockspan", "cases_case", "journal_entry", "journal_entrybody"]
    marks = ",".join("?" * len(names))
    found = store.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})", names)
    statements = []
    for name, sql in found.fetchall():
        store.execute(f'DROP INDEX "{name}"')
        statements.append(sql)
    return statements


def _pattern(store: sqlite3.Connection, row: tuple, now: datetime) -> Pattern:
    case_id, number, kind, is_open, memo, next_due_at, link_hash = row
    first_timer = store.execute("SELECT min(due_at) FROM clocks_timer WHERE case_id = ?", [case_id]).fetchone()[0]
    gap_s = int((_instant(first_timer) - now).total_seconds()) if first_timer else 3 * 86_400
    entries = store.execute(
        "SELECT e.seq, e.name, e.action, e.actor, e.at, e.entered_at, e.effects, b.body, e.id FROM journal_entry e"
        " JOIN journal_entrybody b ON b.entry_id = e.id WHERE e.stream = ? ORDER BY e.seq",
        [f"case:{number}"],
    ).fetchall()
    texts = [memo, *(str(cell) for entry in entries for cell in entry[3:8])]
    found = sorted({word.replace("T", " ") for text in texts for word in re.findall(_INSTANT, text)})
    filler = _filler(found, number, link_hash)
    filled = [(*entry[:3], *(filler(str(cell)) for cell in entry[3:8]), entry[8]) for entry in entries]
    return Pattern(
        case_id, number, kind, bool(is_open), bool(next_due_at and _instant(next_due_at) > now), max(gap_s, 60),
        [_instant(one) for one in found], filler(memo), filled,
    )  # fmt: skip


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text[:19] + "+00:00")


def _filler(instants: Sequence[str], number: str, link_hash: str) -> Callable[[str], Callable[[Sequence[str]], str]]:
    """Makes of a text a function from a copy's own words to the copy's text. The words: its instants with a space, the same with a T,
    then number, link, and `customer:<id>`."""
    place = {word: at for at, word in enumerate(instants)}
    own = {number: 2 * len(instants), link_hash: 2 * len(instants) + 1}
    words = re.compile(rf"{_INSTANT}|{re.escape(number)}|{link_hash}|customer:\d+")

    def slot(found: str) -> int:
        if found.startswith("customer:"):
            return 2 * len(instants) + 2
        return own[found] if found in own else place[found.replace("T", " ")] + (len(instants) if "T" in found else 0)

    def fill(text: str) -> Callable[[Sequence[str]], str]:
        slots = [slot(found) for found in words.findall(text)]
        frame = words.sub("%s", text.replace("%", "%%"))
        if not slots:
            return lambda own_words: text
        take = itemgetter(*slots)
        return lambda own_words: frame % take(own_words)

    return fill


def _plan(store: sqlite3.Connection, patterns: Sequence[Pattern], now: datetime, n_cases: int, n_open: int) -> None:
    """The table of copies: which pattern each is of, how far it is moved, and where its rows begin. Closed ones lie over a year."""
    chance = random.Random(11)
    closed, late, ahead = ([one for one in patterns if test(one)] for test in _GROUPS)
    n_ahead = int(n_open * DUE_AHEAD)
    n_closed = n_cases - n_open - len(patterns)
    weights = [6 if len(one.entries) < 10 else 2 for one in closed]  # most matters are short
    chosen = [(one, 86_400 + round(YEAR_S * (1 - at / n_closed))) for at, one in enumerate(chance.choices(closed, weights, k=n_closed))]
    chosen += [(one, chance.randrange(min(one.gap_s, 2 * 86_400))) for one in chance.choices(ahead, k=n_ahead) + chance.choices(late, k=n_open - n_ahead)]
    top = {name: store.execute(f"SELECT max(id) FROM {name}").fetchone()[0] for name in ("cases_case", "clocks_clock", "journal_entry")}
    n_clocks = {one.id: store.execute("SELECT min(id), max(id) FROM clocks_clock WHERE case_id = ?", [one.id]).fetchone() for one in patterns}
    first_customer = store.execute("SELECT max(id) FROM customers_customer").fetchone()[0] - CUSTOMERS + 1
    last = {(prefix, year): number for prefix, year, number in store.execute("SELECT prefix, year, last FROM cases_numberseries")}
    rows = []
    next_clock, next_entry = top["clocks_clock"] + 1, top["journal_entry"] + 1
    for at, (one, back_s) in enumerate(chosen, 1):
        series = (one.number[:2], (now - timedelta(seconds=back_s)).year)
        last[series] = last.get(series, 0) + 1
        first, final = n_clocks[one.id]
        rows.append(
            (top["cases_case"] + at, one.id, f"-{back_s} seconds", back_s, f"{series[0]}-{series[1]}-{last[series]:06}",
             first_customer + chance.randrange(CUSTOMERS), next_clock - first, next_entry - one.entries[0][8])
        )  # fmt: skip
        next_clock += final - first + 1
        next_entry += one.entries[-1][8] - one.entries[0][8] + 1
    store.execute("CREATE TEMP TABLE copies (id INTEGER PRIMARY KEY, pattern INT, shift TEXT, back_s INT, number TEXT, customer INT, clocks INT, entries INT)")
    store.executemany("INSERT INTO copies VALUES (?,?,?,?,?,?,?,?)", rows)
    store.executemany(
        "INSERT INTO cases_numberseries (prefix, year, last) VALUES (?,?,?) ON CONFLICT (prefix, year) DO UPDATE SET last = excluded.last",
        [(prefix, year, number) for (prefix, year), number in last.items()],
    )


_GROUPS: tuple[Callable[[Pattern], bool], ...] = (
    lambda one: not one.is_open,
    lambda one: one.is_open and not one.is_ahead,
    lambda one: one.is_open and one.is_ahead,
)


def _copy_table(store: sqlite3.Connection, table: str, moved: Iterable[str], changed: dict[str, str]) -> None:
    columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
    becomes = {"case_id": "n.id"} | {column: _MOVED.format(column) for column in moved} | changed
    kept = [column for column in columns if column != "id" or "id" in becomes]
    source = ", ".join(becomes.get(column, f't."{column}"') for column in kept)
    # The index by case was dropped with the others; the patterns' own rows are few, so they are looked up in a table of their own.
    store.execute(f"CREATE TEMP TABLE own AS SELECT * FROM {table} WHERE case_id IS NOT NULL")
    store.execute("CREATE INDEX temp.own_case ON own (case_id)")
    names = ", ".join(f'"{column}"' for column in kept)
    store.execute(f"INSERT INTO {table} ({names}) SELECT {source} FROM copies n JOIN own t ON t.case_id = n.pattern")
    store.execute("DROP TABLE temp.own")


def _copy_journal(store: sqlite3.Connection, patterns: Iterable[Pattern]) -> None:
    """Cases, entries and bodies: what holds times in words, or hashes, is written anew for each copy."""
    from luyue.apps.cases.links import hash_of, token_of

    by_id = {one.id: one for one in patterns}
    columns = [row[1] for row in store.execute("PRAGMA table_info(cases_case)")]
    own = {"id", "number", "customer_id", "memo", "head_seq", "head_hash", "link_hash"}
    instants = {"received_at", "closed_at", "next_due_at", "waiting_since"}
    source = {"id": "n.id", "number": "n.number", "customer_id": "n.customer"} | {column: _MOVED.format(column) for column in instants}
    select = ", ".join(source.get(column, f't."{column}"') for column in columns if column not in own or column in source)
    kept = [column for column in columns if column not in own or column in source]
    store.execute("CREATE TEMP TABLE written (id INTEGER PRIMARY KEY, memo TEXT, head_seq INT, head_hash TEXT, link_hash TEXT)")
    copies = store.execute("SELECT id, pattern, back_s, number, customer, entries FROM copies ORDER BY id").fetchall()
    for start in range(0, len(copies), 5000):
        cases, entries, bodies = [], [], []
        for case_id, pattern_id, back_s, number, customer, offset in copies[start : start + 5000]:
            pattern, link = by_id[pattern_id], hash_of(token_of(number))
            shift = timedelta(seconds=back_s)
            shown = [(at - shift).isoformat(" ")[:19] for at in pattern.instants]
            words = [*shown, *(one.replace(" ", "T") for one in shown), number, link, f"customer:{customer}"]
            head = (0, "")
            for entry, body, head in _chained(pattern, words, number, offset):  # noqa: B007 the last head is the case's
                entries.append(entry)
                bodies.append(body)
            cases.append((case_id, pattern.fill_memo(words), *head, link))
        store.executemany("INSERT INTO written VALUES (?,?,?,?,?)", cases)
        store.executemany(
            "INSERT INTO journal_entry (id, stream, seq, name, action, actor, at, entered_at, effects, once, body_digest, prev, hash)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            entries,
        )
        store.executemany("INSERT INTO journal_entrybody (entry_id, salt, body) VALUES (?,?,?)", bodies)
    store.execute(
        f"INSERT INTO cases_case ({', '.join(kept)}, memo, head_seq, head_hash, link_hash)"
        f" SELECT {select}, w.memo, w.head_seq, w.head_hash, w.link_hash"
        " FROM copies n JOIN cases_case t ON t.id = n.pattern JOIN written w ON w.id = n.id"
    )


def _chained(pattern: Pattern, words: Sequence[str], number: str, offset: int) -> Iterator[tuple[tuple, tuple, tuple[int, str]]]:
    """(entry row, body row, head after it) of each entry, chained as `journal.actions.append` chains them."""
    from luyue.apps.journal import chain

    prev = chain.START
    stream = f"case:{number}"
    for seq, name, action, actor, at, entered_at, effects, body, entry_id in pattern.entries:
        who, happened, entered, changed, said = actor(words), at(words), entered_at(words), effects(words), body(words)
        salt = f"{random.getrandbits(128):032x}"
        once = f"bench:{number}" if seq == 1 else None
        digest = chain.body_digest(salt, said)
        header = chain.header(
            stream=stream, seq=seq, name=name, action=action, actor=who, at=_chain_instant(happened), entered_at=_chain_instant(entered),
            effects=changed, once=once,
        )  # fmt: skip
        own = chain.entry_hash(prev, header, digest)
        row = (entry_id + offset, stream, seq, name, action, who, happened, entered, changed, once, digest, prev, own)
        yield row, (entry_id + offset, salt, said), (seq, own)
        prev = own


def _say_words(store: sqlite3.Connection) -> None:
    """The words a copy is found by: those of the case it was copied from under its own number and customer, and a sentence of its own."""
    from luyue.apps.cases.grams import grams_of

    patterns = {}
    rows = store.execute(
        "SELECT w.case_id, w.words, c.number, k.name FROM cases_casewords w JOIN cases_case c ON c.id = w.case_id"
        " LEFT JOIN customers_customer k ON k.id = c.customer_id"
    )
    for case_id, words, number, name in rows.fetchall():
        said = [line for line in words.split("\n") if line not in (number, name)]
        patterns[case_id] = ("\n".join(said), grams_of("\n".join(said)))
    chance = random.Random(23)
    words, weights = vocabulary()
    copies = store.execute("SELECT n.id, n.pattern, n.number, k.name FROM copies n JOIN customers_customer k ON k.id = n.customer ORDER BY n.id")
    own, grams = [], []
    for case_id, pattern, number, name in copies.fetchall():
        heading = f"{number}\n{name}\n{''.join(chance.choices(words, weights, k=9))}"
        said, known = patterns[pattern]
        own.append((case_id, f"{heading}\n{said}"))
        grams.append((case_id, " ".join(sorted(known | grams_of(heading)))))
    store.executemany("INSERT INTO cases_casewords (case_id, words) VALUES (?,?)", own)
    store.executemany("INSERT INTO cases_grams (rowid, grams) VALUES (?,?)", grams)


def vocabulary() -> tuple[list[str], list[float]]:
    """Three thousand words of two to four characters, and how often each is said: the n-th one time in n."""
    chance = random.Random(31)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 1800)]
    words = list(dict.fromkeys("".join(chance.choices(letters, k=chance.choice((2, 2, 2, 3, 4)))) for _ in range(3000)))
    return words, [1 / place for place in range(1, len(words) + 1)]


def _chain_instant(stored: str) -> str:
    return f"{stored[:10]}T{stored[11:19]}.{stored[20:] or '0':0<6}Z"


if __name__ == "__main__":
    main()
