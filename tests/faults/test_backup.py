"""Backups: taken while others write, killed half-way, damaged on the disk, put back and compared with what was there."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fresh import Fresh
from tests.installation import ROOT, Installation

pytestmark = pytest.mark.stores

SEED = """
from datetime import timedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from luyue.apps.casework.tests.conftest import NOW, found_company
from luyue.apps.casework.intake import CustomerData, Intake, open_case
from luyue.apps.casework.perform import perform
from luyue.apps.cases.readers import Link
from luyue.apps.evidence.actions import hold
from luyue.apps.evidence.tests.samples import PDF, PNG
found_company()
for number in range(4):
    customer = CustomerData("individual", "李明", f"1380000000{number}", f"li{number}@example.com")
    opened = open_case(Intake("web", f"form-{number}", "request", customer, {"topic": "fault", "words": "花屏"}, now=NOW))
    by = Link(opened.case)
    files = [hold(SimpleUploadedFile(name, data), by=by.id, from_customer=True).pk for name, data in (("一.png", PNG), ("二.pdf", PDF + b"%d" % number))]
    perform(opened.case.pk, "customer-reply", by=by, data={"text": "照片"}, now=NOW + timedelta(minutes=1), attachments=files)
hold(SimpleUploadedFile("未交.png", PNG), by="staff:1", from_customer=False)
"""
BUSY = """
import sys
from luyue.apps.casework.tests.conftest import NOW
from luyue.apps.casework.intake import CustomerData, Intake, open_case
for number in range(4000):
    customer = CustomerData("individual", "王芳", f"139{number:08}")
    open_case(Intake("web", f"busy-{number}", "request", customer, {"topic": "fault", "words": "黑屏"}, now=NOW))
    print(number, flush=True)
"""
PHONES = """
from luyue.apps.customers.models import Customer
from luyue.apps.customers.selectors import addresses_of
for customer in Customer.objects.order_by("id"):
    print(addresses_of(customer).phone)
"""


@pytest.fixture(scope="module")
def house(fresh_store: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with four cases, eight files of theirs and one nobody has claimed."""
    made = fresh_store.copy(tmp_path_factory.mktemp("house"))
    made.luyue("manage", "shell", "-c", SEED)
    made.luyue("journal", "anchor")
    return made


@pytest.fixture(scope="module")
def by_rows(house: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of it as rows, with its keys."""
    place = tmp_path_factory.mktemp("rows") / "backups"
    house.luyue("backup", str(place), "--rows", "--with-keys")
    return place


@pytest.fixture
def empty(fresh_store: Fresh, tmp_path: Path) -> Callable[..., Installation]:
    """Makes places that have nothing in them: no folder, and a database without tables."""
    made = 0

    def make() -> Installation:
        nonlocal made
        made += 1
        return fresh_store.empty(tmp_path / f"empty-{made}")

    return make


def rows_in(place: Path) -> dict[str, str]:
    """Every table of the one snapshot as text."""
    (snapshot,) = (place / "snapshots").iterdir()
    return {path.name: gzip.decompress(path.read_bytes()).decode() for path in sorted((snapshot / "rows").iterdir())}


def test_what_is_put_back_is_what_was_there(house: Installation, by_rows: Path, empty: Callable[..., Installation], tmp_path: Path) -> None:
    place = tmp_path / "backups"
    (house.data / "mail").mkdir(exist_ok=True)
    (house.data / "mail" / "0f").write_bytes(b"a sealed mail nobody has read")
    said = house.luyue("backup", str(place)).stdout
    assert "4 cases" in said
    assert "9 attachments" in said
    assert "keys are not in it" in said
    back = empty()
    refused = back.luyue("restore", str(place), check=False)
    assert refused.returncode == 1
    assert "sealed with the file `keys`" in refused.stderr
    assert not back.data.exists()
    assert "0 findings" in back.luyue("restore", str(place), "--keys", str(house.data)).stdout
    back.luyue("backup", str(tmp_path / "after"), "--rows")
    assert rows_in(tmp_path / "after") == rows_in(by_rows)
    files = sorted(path.relative_to(house.data) for path in (house.data / "media").rglob("*") if path.is_file())
    assert len(files) == 9
    assert (back.data / "mail" / "0f").read_bytes() == b"a sealed mail nobody has read"
    assert all((back.data / path).read_bytes() == (house.data / path).read_bytes() for path in files)
    assert "ok       附件: 9" in back.luyue("health", check=False).stdout
    again = back.luyue("restore", str(place), "--keys", str(house.data), check=False)
    assert again.returncode == 1
    assert "is not empty" in again.stderr


def test_rows_are_put_back_with_the_right_key_a_wrong_one_is_refused_and_a_lost_one_done_without(
    house: Installation, by_rows: Path, empty: Callable[..., Installation], tmp_path: Path
) -> None:
    place, stranger = tmp_path / "backups", tmp_path / "stranger"
    stranger.mkdir()
    (stranger / "keys").write_text("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
    refused = empty().luyue("restore", str(by_rows), "--keys", str(stranger), check=False)
    assert "is not the key this snapshot was made with" in refused.stderr
    whole = empty()
    assert "0 differences" in whole.luyue("restore", str(by_rows)).stdout
    whole.luyue("backup", str(tmp_path / "after"), "--rows")
    assert rows_in(tmp_path / "after") == rows_in(by_rows)
    assert whole.luyue("manage", "shell", "-c", PHONES).stdout.split()[-4:] == [f"+861380000000{number}" for number in range(4)]
    house.luyue("backup", str(place))
    lost = empty()
    assert "addresses of 4 customers" in lost.luyue("restore", str(place), "--without-keys").stdout
    assert "+86" not in lost.luyue("manage", "shell", "-c", PHONES).stdout


@pytest.mark.sqlite  # about files, whatever the store
def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(house: Installation, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    for place_of_death in ("backup.after-store", "backup.file:3", "backup.before-name"):
        house.environment["LUYUE_FAILPOINT"] = place_of_death
        assert house.luyue("backup", str(place), check=False).returncode == -9
        del house.environment["LUYUE_FAILPOINT"]
        assert house.luyue("backup", "list", str(place)).stdout == ""
        assert list((place / "snapshots").glob(".incoming-*"))
    house.luyue("backup", str(place))
    assert len(house.luyue("backup", "list", str(place)).stdout.splitlines()) == 1
    assert not list(place.rglob(".incoming*"))
    assert "sound; 9 attachments" in house.luyue("backup", "verify", str(place)).stdout
    assert len(list((place / "files").glob("*/*"))) == 5, "a photo and four papers, each once"
    shutil.rmtree(next((place / "snapshots").iterdir()))
    (place / "files" / "00").mkdir(exist_ok=True)
    (place / "files" / "00" / ("0" * 64)).write_bytes(b"erased long ago")
    house.luyue("backup", str(place))
    assert not (place / "files" / "00" / ("0" * 64)).exists()


@pytest.mark.sqlite  # about files, whatever the store
def test_damage_is_named_and_never_put_back(house: Installation, empty: Callable[..., Installation], tmp_path: Path) -> None:
    place = tmp_path / "backups"
    house.luyue("backup", str(place))
    (snapshot,) = (place / "snapshots").iterdir()
    store = next(path for path in (snapshot / "db.sqlite3", snapshot / "rows" / "cases_case.jsonl.gz") if path.exists())
    pooled = next(path for path in (place / "files").rglob("*") if path.is_file() and path.read_bytes()[:5] == b"%PDF-")  # each is one case's only
    for damaged in (pooled, store, snapshot / "attachments.jsonl.gz", snapshot / "manifest.json"):
        whole = damaged.read_bytes()
        damaged.write_bytes(whole[:30] + bytes([whole[30] ^ 1]) + whole[31:])
        for words in (("backup", "verify", str(place)), ("restore", str(place), "--keys", str(house.data))):
            place_for = house if words[0] == "backup" else empty()
            refused = place_for.luyue(*words, check=False)
            assert refused.returncode == 1
            assert "damaged" in refused.stderr, refused.stderr
        assert not place_for.data.exists()
        damaged.write_bytes(whole)
    pooled.unlink()
    assert "missing" in house.luyue("backup", "verify", str(place), check=False).stderr
    # A file of evidence that is gone or changed stops the next backup: a snapshot without it would look whole.
    attachment = next(path for path in (house.data / "media").rglob("*") if path.is_file() and path.read_bytes() == whole_of(house, pooled.name))
    kept = attachment.read_bytes()
    attachment.write_bytes(b"changed")
    assert "missing or was changed" in house.luyue("backup", str(place), check=False).stderr
    assert len(house.luyue("backup", "list", str(place)).stdout.splitlines()) == 1
    attachment.write_bytes(kept)


def whole_of(house: Installation, sha256: str) -> bytes:
    found = (path.read_bytes() for path in (house.data / "media").rglob("*") if path.is_file())
    return next(data for data in found if hashlib.sha256(data).hexdigest() == sha256)


@pytest.mark.sqlite  # about files, whatever the store
def test_a_backup_is_not_laid_into_the_installation_nor_among_other_things(house: Installation, tmp_path: Path) -> None:
    assert "lie within each other" in house.luyue("backup", str(house.data / "backups"), check=False).stderr
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    assert "holds other things" in house.luyue("backup", str(tmp_path / "mine"), check=False).stderr
    assert "no folder of Luyue backups" in house.luyue("restore", str(tmp_path / "mine"), check=False).stderr


def test_a_backup_taken_while_others_write_is_of_one_instant(house: Installation, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    command = [sys.executable, "-m", "luyue.site.cli", "manage", "shell", "-c", BUSY]
    with subprocess.Popen(command, env=house.variables(), cwd=ROOT, stdout=subprocess.PIPE, text=True) as busy:
        try:
            assert busy.stdout is not None
            for _ in range(20):
                busy.stdout.readline()
            house.luyue("backup", str(place))
            before = int(busy.stdout.readline())
            for _ in range(20):
                after = int(busy.stdout.readline())
            assert after > before, "it was not writing"
        finally:
            busy.kill()
    assert "sound" in house.luyue("backup", "verify", str(place)).stdout
    cases = int(re.findall(r"(\d+) cases", house.luyue("backup", "list", str(place)).stdout)[0])
    assert 20 < cases <= 4005
