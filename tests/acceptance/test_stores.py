"""What somebody who looks after an installation does at the prompt, on both stores: adopt, verify, anchor, rebuild, explain."""

import re

import pytest

SEED = """
from luyue.apps.casework.tests.conftest import NOW, found_company
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.casework import ticker
found_company()
for number in range(3):
    customer = CustomerData("individual", "李明", f"1380000000{number}")
    data = {"topic": "fault", "words": "花屏"}
    open_case(Intake("web", f"form-{number}", "request", customer, data, now=NOW))
from datetime import timedelta
ticker.run_due(NOW + timedelta(days=1))
"""

TAMPER = """
from django.db import connection
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        for table in ("entry", "entrybody"):
            cursor.execute(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_{table}'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
    else:
        for table in ("entry", "entrybody"):
            cursor.execute(f"ALTER TABLE journal_{table} DISABLE TRIGGER USER")
    {attack}
"""


@pytest.fixture
def lived_in(installation):
    house = installation()
    house.luyue("manage", "shell", "-c", SEED)
    return house


def tampered(house, attack):
    house.luyue("manage", "shell", "-c", TAMPER.replace("{attack}", attack))


def test_a_sound_installation_verifies_anchors_and_rebuilds(lived_in):
    assert re.search(r"4 streams, root [0-9a-f]{64}", lived_in.luyue("journal", "anchor").stdout)
    assert "1 anchors, 0 findings" in lived_in.luyue("journal", "verify").stdout
    assert "3 cases, 0 differences" in lived_in.luyue("rebuild", "--check").stdout
    assert "3 cases, 0 differences" in lived_in.luyue("rebuild", "--recompute").stdout


def test_a_changed_a_cut_and_a_deleted_stream_are_each_named(lived_in):
    lived_in.luyue("journal", "anchor")
    tampered(
        lived_in,
        """
    cursor.execute("UPDATE journal_entry SET actor = 'staff:9' WHERE stream = 'case:LJ-2026-000001' AND seq = 1")
    for stream, seq in (("case:LJ-2026-000002", 2), ("case:LJ-2026-000003", 1), ("case:LJ-2026-000003", 2)):
        cursor.execute("UPDATE contacts_contact SET entry_id = NULL")
        cursor.execute("DELETE FROM contacts_announcement")
        cursor.execute("SELECT id FROM journal_entry WHERE stream = %s AND seq = %s", [stream, seq])
        (entry,) = cursor.fetchone()
        cursor.execute("DELETE FROM journal_entrybody WHERE entry_id = %s", [entry])
        cursor.execute("DELETE FROM journal_entry WHERE id = %s", [entry])""",
    )
    result = lived_in.luyue("journal", "verify", check=False)
    assert result.returncode == 1
    for words in ("LJ-2026-000001#1: edited", "LJ-2026-000002#2: tail", "LJ-2026-000003: stream"):
        assert words in result.stdout


def test_spoiled_rows_are_named_and_put_right(lived_in):
    tampered(lived_in, "cursor.execute(\"UPDATE cases_case SET stage = 'done' WHERE number = 'LJ-2026-000002'\")")
    result = lived_in.luyue("rebuild", "--check", check=False)
    assert (result.returncode, "LJ-2026-000002 case.stage: row done, journal received" in result.stdout) == (1, True)
    assert "1 cases written anew" in lived_in.luyue("rebuild").stdout
    assert "0 differences" in lived_in.luyue("rebuild", "--check").stdout


def test_a_deadline_is_explained_at_the_prompt(lived_in):
    assert "first-response#1" in lived_in.luyue("explain", "LJ-2026-000001").stdout
    told = lived_in.luyue("explain", "LJ-2026-000001", "first-response").stdout
    for words in ("2026-03-04 workday", "+1800", "due 2026-03-04 10:30:00"):
        assert words in told
    assert lived_in.luyue("explain", "LJ-2026-999999", check=False).returncode == 1
    assert "It has: " in lived_in.luyue("explain", "LJ-2026-000001", "nonsense", check=False).stderr


def test_adoption_at_the_prompt_takes_two_people(installation):
    house = installation()
    people = "from luyue.apps.people.models import User\nfor name in ('wang', 'zhao'): User.objects.create_user(name)"
    house.luyue("manage", "shell", "-c", people)
    assert "not adopted" in house.luyue("adopt", "--list").stdout
    alone = house.luyue("adopt", "L0", "2026-01-01", "--by", "wang", "--second", "wang", check=False)
    assert (alone.returncode, "two persons" in alone.stderr) == (1, True)
    assert "adopted, in force from 2026-01-01" in house.luyue("adopt", "L0", "2026-01-01", "--by", "wang", "--second", "zhao").stdout
    again = house.luyue("adopt", "L0", "2026-01-01", "--by", "wang", "--second", "zhao", check=False)
    assert (again.returncode, "adopted before" in again.stderr) == (1, True)
