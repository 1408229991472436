"""Which store an address means, and that SQLite is opened the way promises need it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from luyue.site.data_folder import own_secret
from luyue.site.database import database
from luyue.site.schema_stamp import expected_stamp, is_up_to_date, stamp_file


def test_no_address_means_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    assert database("", tmp_path)["NAME"] == tmp_path / "db.sqlite3"
    assert database(None, tmp_path)["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://li:p%40ss@db.example:6432/luyue", ("luyue", "li", "p@ss", "db.example", 6432)),
        ("postgresql://li@/luyue?host=/run/postgres", ("luyue", "li", "", "/run/postgres", "")),
        ("postgres:///luyue", ("luyue", "", "", "", "")),
    ],
)
def test_a_postgres_address_is_taken_apart(url: str, expected: tuple[object, ...], tmp_path: Path) -> None:
    found = database(url, tmp_path)
    assert (found["NAME"], found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == expected
    assert "host" not in found["OPTIONS"]


def test_further_words_of_the_address_reach_the_driver(tmp_path: Path) -> None:
    assert database("postgres://h/n?sslmode=require", tmp_path)["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://u:geheim@h/n", "postgres://u:geheim@h", "u:geheim@h/n"])
def test_another_address_is_refused_without_repeating_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="LUYUE_DATABASE_URL") as refusal:
        database(url, tmp_path)
    assert "geheim" not in str(refusal.value)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("pragma", "value"), [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 20_000)])
def test_sqlite_is_opened_for_promises(pragma: str, value: object, store: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == value


def test_processes_that_ask_at_once_get_the_same_secret(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from luyue.site.data_folder import own_secret; print(own_secret(Path({str(tmp_path)!r}), 'key'))"
    children = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(6)]
    secrets = {child.communicate()[0] for child in children}
    assert len(secrets) == 1
    assert secrets != {""}
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_damaged_secret_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("")
    with pytest.raises(ValueError, match="backup"):
        own_secret(tmp_path, "key")


def test_the_stamp_asks_for_a_migration_when_the_store_or_the_version_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LUYUE_DATABASE_URL", raising=False)
    assert not is_up_to_date(tmp_path)
    stamp_file(tmp_path).write_text(expected_stamp())
    assert not is_up_to_date(tmp_path), "the stamp alone is no store"
    (tmp_path / "db.sqlite3").touch()
    assert is_up_to_date(tmp_path)
    monkeypatch.setenv("LUYUE_DATABASE_URL", "postgres://h/n")
    assert not is_up_to_date(tmp_path)
    monkeypatch.delenv("LUYUE_DATABASE_URL")
    monkeypatch.setattr("luyue.site.schema_stamp.PACKAGES_WITH_TABLES", ("django",))
    assert not is_up_to_date(tmp_path)
