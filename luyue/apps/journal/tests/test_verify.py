"""Attack a journal at the database's prompt, triggers off, and see that each attack is named where it happened."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from luyue.apps.journal import anchors, chain
from luyue.apps.journal.actions import append, erase_body
from luyue.apps.journal.models import Anchor, Entry, EntryBody
from luyue.apps.journal.verify import verify

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA = tmp_path


def write_one(stream, number, **more):
    at = NOW + timedelta(minutes=number)
    return append(
        stream, name="case.noted", action="note", actor="staff:1", at=at, entered_at=at,
        effects=[{"effect": "fact", "number": number}], body={"text": f"第 {number} 句"}, **more,
    )  # fmt: skip


@pytest.fixture
def journal():
    for stream in ("case:A", "case:B", "case:C"):
        for number in range(1, 6):
            write_one(stream, number)


class Died(BaseException):
    """A process that is gone, seen from outside: nothing after it happened, nothing it had not committed stands."""


def die(*_):
    raise Died


def heads():
    found = {}
    for stream, seq, digest in Entry.objects.order_by("stream", "seq").values_list("stream", "seq", "hash"):
        found[stream] = (seq, digest)
    return found


@contextmanager
def triggers_off():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("journal_entry", "journal_entrybody", "journal_anchor"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor


def run(sql, *values):
    with triggers_off() as cursor:
        cursor.execute(sql, values)


def places(rows=None):
    return {(finding.kind, finding.stream, finding.seq) for finding in verify(rows).findings}


def test_an_untouched_journal_has_no_findings(journal):
    anchors.anchor(heads(), NOW)
    result = verify(heads())
    assert (result.findings, result.n_entries, result.n_streams) == ([], 15, 3)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "x"),
        ("action", "x"),
        ("actor", "staff:2"),
        ("effects", "[]"),
        ("at", NOW),
        ("entered_at", NOW),
        ("once", "x"),
        ("body_digest", "0" * 64),
    ],
)
def test_a_changed_entry_is_named(journal, column, value):
    run(f"UPDATE journal_entry SET {column} = %s WHERE stream = 'case:B' AND seq = 3", value)
    assert ("edited", "case:B", 3) in places()


def test_an_edit_with_a_fitting_hash_breaks_the_link_behind_it(journal):
    entry = Entry.objects.get(stream="case:B", seq=3)
    run("UPDATE journal_entry SET actor = 'staff:9', hash = %s WHERE id = %s", rehash(entry, actor="staff:9"), entry.id)
    assert places() == {("unlinked", "case:B", 4)}


def test_swapped_entries_are_named(journal):
    run("UPDATE journal_entry SET seq = 99 WHERE stream = 'case:B' AND seq = 2")
    run("UPDATE journal_entry SET seq = 2 WHERE stream = 'case:B' AND seq = 3")
    run("UPDATE journal_entry SET seq = 3 WHERE stream = 'case:B' AND seq = 99")
    assert {("unlinked", "case:B", 2), ("edited", "case:B", 2), ("edited", "case:B", 3)} <= places()


def test_a_missing_entry_is_named(journal):
    remove("case:B", 3)
    assert places() == {("gap", "case:B", 4)}


def test_a_missing_first_entry_is_named(journal):
    remove("case:B", 1)
    assert places() == {("gap", "case:B", 2)}


def test_a_cut_tail_is_named_by_the_row_and_by_the_anchor(journal):
    rows = heads()
    anchors.anchor(rows, NOW)
    remove("case:B", 5)
    assert places() == {("tail", "case:B", 5)}
    assert places(rows) == {("tail", "case:B", 5)}


def test_without_an_anchor_a_cut_tail_would_go_unseen(journal):
    remove("case:B", 5)
    assert places() == set()


def test_a_deleted_stream_is_named_by_the_anchor(journal):
    anchors.anchor(heads(), NOW)
    for seq in range(1, 6):
        remove("case:B", seq)
    assert places() == {("stream", "case:B", 0)}


def test_a_stream_written_anew_is_named_by_the_anchor(journal):
    anchors.anchor(heads(), NOW)
    for seq in range(1, 6):
        remove("case:B", seq)
    for number in range(11, 16):
        write_one("case:B", number)
    assert places() == {("anchor", "case:B", 5)}


def test_changed_words_are_named(journal):
    entry = Entry.objects.get(stream="case:C", seq=2)
    run("UPDATE journal_entrybody SET body = '{}' WHERE entry_id = %s", entry.id)
    assert places() == {("body", "case:C", 2)}


def test_removed_words_are_named(journal):
    entry = Entry.objects.get(stream="case:C", seq=2)
    run("DELETE FROM journal_entrybody WHERE entry_id = %s", entry.id)
    assert places() == {("body", "case:C", 2)}


def test_erased_words_leave_the_chain_valid_and_must_be_accounted_for(journal):
    entry = Entry.objects.get(stream="case:A", seq=2)
    assert erase_body(entry, NOW)
    assert not erase_body(entry, NOW)
    assert EntryBody.objects.get(entry=entry).body == ""
    assert places() == {("erased", "case:A", 2)}
    append("case:A", name="words.erased", action="erase", actor="staff:1", at=NOW, entered_at=NOW, effects=[{"erased": 2}])
    assert places() == set()


def test_a_case_that_stands_elsewhere_than_its_journal_is_named(journal):
    rows = heads()
    rows["case:A"] = (5, "f" * 64)
    del rows["case:B"]
    assert places(rows) == {("head", "case:A", 5), ("head", "case:B", 0)}


def test_anchors_hold_only_what_changed_and_add_up(journal):
    anchors.anchor(heads(), NOW)
    write_one("case:B", 6)
    anchors.anchor(heads(), NOW + timedelta(hours=1))
    (_, first, _), (_, second, _) = anchors.changes()
    assert (set(first), set(second)) == ({"case:A", "case:B", "case:C"}, {"case:B"})
    assert anchors.heads_in_files() == heads()
    assert places(heads()) == set()


def test_a_row_removed_from_the_anchors_is_named(journal):
    for hour in range(3):
        anchors.anchor(heads(), NOW + timedelta(hours=hour))
    run("DELETE FROM journal_anchor WHERE id = %s", Anchor.objects.order_by("id")[1].id)
    assert {("anchor", "anchors", 2)} == places()


def test_a_changed_line_of_the_log_is_named(journal):
    anchors.anchor(heads(), NOW)
    log = anchors.folder() / "anchors.log"
    line = json.loads(log.read_text())
    log.write_text(json.dumps(line | {"root": "0" * 64}) + "\n")
    assert {kind for kind, _, _ in places()} == {"anchor"}


def test_a_lost_file_of_heads_is_named(journal):
    anchors.anchor(heads(), NOW)
    next(anchors.folder().glob("*.gz")).unlink()
    assert {kind for kind, _, _ in places()} == {"anchor"}


def test_an_anchor_that_reached_only_the_file_is_taken_up(journal):
    anchors.anchor(heads(), NOW)
    line = anchors.anchor(heads(), NOW + timedelta(hours=1))
    run("DELETE FROM journal_anchor WHERE digest = %s", line.digest)
    assert places() == set()
    anchors.anchor(heads(), NOW + timedelta(hours=2))
    assert Anchor.objects.count() == 3
    assert places() == set()


def test_deaths_in_a_row_between_file_and_row_leave_one_line_to_take_up(journal, monkeypatch):
    """Whatever dies, an anchor or the one that would have taken it up, no line of the file stays out of the table for good."""
    for hour, place in enumerate(("failpoint", "failpoint", "_append", "failpoint", "_insert", "failpoint")):
        with monkeypatch.context() as dying:
            dying.setattr(anchors, place, die)
            with pytest.raises(Died):
                anchors.anchor(heads(), NOW + timedelta(hours=hour))
        assert places() == set(), place
    anchors.anchor(heads(), NOW + timedelta(hours=9))
    assert Anchor.objects.count() == len(anchors.lines()) == 5
    assert places() == set()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET actor = 'x'",
        "DELETE FROM journal_entry",
        "UPDATE journal_entrybody SET body = '{}'",
        "UPDATE journal_entrybody SET body = '', salt = 'left', erased_at = '2026-01-01T00:00:00Z'",
        "DELETE FROM journal_entrybody",
        "DELETE FROM journal_anchor",
        "UPDATE journal_anchor SET root = 'x'",
    ],
)
def test_the_store_refuses_to_change_what_was_written(journal, sql):
    anchors.anchor(heads(), NOW)
    with pytest.raises(DatabaseError, match=r"journal_|insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def rehash(entry, **changes):
    parts = {name: getattr(entry, name) for name in ("stream", "seq", "name", "action", "actor", "effects", "once")} | changes
    header = chain.header(**parts, at=chain.instant(entry.at), entered_at=chain.instant(entry.entered_at))
    return chain.entry_hash(entry.prev, header, entry.body_digest)


def remove(stream, seq):
    entry = Entry.objects.get(stream=stream, seq=seq)
    run("DELETE FROM journal_entrybody WHERE entry_id = %s", entry.id)
    run("DELETE FROM journal_entry WHERE id = %s", entry.id)
