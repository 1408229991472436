"""A file is kept whole or not at all, belongs to its sender until an entry claims it, and is claimed once."""

import os
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from luyue.apps.evidence import actions, store
from luyue.apps.evidence.actions import claim, discard_expired, hold, hold_all
from luyue.apps.evidence.models import Attachment
from luyue.apps.evidence.refusals import BOMB, DAMAGED, TOO_LARGE, TOO_MANY, UNKNOWN, WRONG_TYPE, FileRefused, StoreFull
from luyue.apps.evidence.tests import samples

pytestmark = pytest.mark.django_db


def photo(name="照片.jpg", data=samples.JPEG):
    return SimpleUploadedFile(name, data)


def kept_files(files):
    return [path for path in files.rglob("*") if path.is_file()]


def test_a_held_file_lies_in_the_store_under_an_id_of_ours_with_its_digest(files):
    held = hold(photo("../客户 照片.JPG", samples.telling_jpeg()), by="staff:7", from_customer=False)
    (path,) = kept_files(files)
    assert path == store.path_of(held.pk)
    assert path.name == held.pk.hex
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("rb") as file:
        assert store.digest(file) == held.sha256
    assert samples.SECRET not in path.read_bytes()
    assert (held.name, held.kind, held.media_type, held.size) == ("客户 照片.jpg", "photo", "image/jpeg", path.stat().st_size)
    assert (held.case, held.entry, held.internal) == (None, None, True)


@pytest.mark.parametrize("media_type", sorted(samples.GOOD))
def test_every_kind_on_the_list_can_be_kept(media_type, files):
    name, data = samples.GOOD[media_type]
    assert hold(SimpleUploadedFile(name, data), by="staff:7", from_customer=False).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.jpg", samples.JPEG[:300], DAMAGED),
        ("a.png", samples.PNG[:40], DAMAGED),
        ("a.gif", b"GIF89a\1", DAMAGED),
        ("a.png", samples.png_of(30_000, 30_000), BOMB),
        ("a.heic", samples.heic(40_000, 40_000), BOMB),
        ("a.docx", samples.office(size=60_000_000), BOMB),
        ("a.docx", samples.office("ppt/presentation.xml"), WRONG_TYPE),
        ("a.mp4", samples.box(b"ftyp", b"isom", bytes(4), b"isom"), DAMAGED),
        ("a.jpg", b"<svg onload=alert(1)>", WRONG_TYPE),
        ("a.jpg", samples.JPEG + bytes(20_000_000), TOO_LARGE),
    ],
)
def test_a_refused_file_leaves_neither_row_nor_byte(name, data, code, files):
    with pytest.raises(FileRefused) as refused:
        hold(SimpleUploadedFile(name, data), by="staff:7", from_customer=True)
    assert refused.value.code == code
    assert name in refused.value.words
    assert not kept_files(files)
    assert not Attachment.objects.exists()


def test_the_size_is_counted_and_not_believed(files):
    liar = photo(data=samples.JPEG + bytes(20_100_000))
    liar.size = 1000
    with pytest.raises(FileRefused) as refused:
        hold(liar, by="staff:7", from_customer=True)
    assert refused.value.code == TOO_LARGE
    assert not kept_files(files)


def test_a_full_disk_refuses_the_file_and_keeps_nothing(files, monkeypatch):
    monkeypatch.setattr(store, "SPARE_BYTES", 1 << 60)
    with pytest.raises(StoreFull):
        hold(photo(), by="staff:7", from_customer=False)
    assert not kept_files(files)


def test_a_disk_that_fills_up_while_writing_keeps_nothing(files, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull):
        hold(photo(), by="staff:7", from_customer=False)
    assert not kept_files(files)


def test_a_row_that_cannot_be_written_takes_its_file_along(files, monkeypatch):
    def broken(**values):
        raise RuntimeError("the store is gone")

    monkeypatch.setattr(Attachment.objects, "create", broken)
    with pytest.raises(RuntimeError):
        hold(photo(), by="staff:7", from_customer=False)
    assert not kept_files(files)


def test_the_file_is_on_the_disk_for_good_before_its_row_is_written(monkeypatch):
    order = []
    real_sync, real_create = os.fsync, Attachment.objects.create
    monkeypatch.setattr(os, "fsync", lambda descriptor: (order.append("sync"), real_sync(descriptor))[1])
    monkeypatch.setattr(Attachment.objects, "create", lambda **values: (order.append("row"), real_create(**values))[1])
    hold(photo(), by="staff:7", from_customer=False)
    assert order == ["sync", "sync", "row"], "the file, its folder, then the row"


def test_all_files_of_a_form_are_kept_or_none(files, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(FileRefused):
        hold_all([photo(), photo("b.png", samples.PNG), photo("c.exe")], by="staff:7", from_customer=True)
    assert not kept_files(files)
    assert not Attachment.objects.exists()


def test_an_act_takes_twenty_files_at_most():
    with pytest.raises(FileRefused) as refused:
        hold_all([photo()] * 21, by="staff:7", from_customer=True)
    assert refused.value.code == TOO_MANY


def test_nobody_hoards_files_that_no_act_uses(monkeypatch):
    monkeypatch.setattr(actions, "MAX_HELD", 2)
    for _ in range(2):
        hold(photo(), by="customer:3", from_customer=True)
    with pytest.raises(FileRefused) as refused:
        hold(photo(), by="customer:3", from_customer=True)
    assert refused.value.code == TOO_MANY
    hold(photo(), by="customer:4", from_customer=True)


def test_claimed_files_belong_to_case_and_entry_in_the_order_named(case_and_entry):
    case, entry = case_and_entry
    first, second = (hold(photo(name), by="staff:7", from_customer=False) for name in ("1.jpg", "2.jpg"))
    claimed = claim([second.pk, str(first.pk)], case=case, entry=entry, by={"staff:7"}, internal=False)
    assert [one.pk for one in claimed] == [second.pk, first.pk]
    assert all((one.case_id, one.entry_id, one.internal) == (case.pk, entry.pk, False) for one in claimed)


def test_foreign_used_and_unknown_files_are_refused_alike(case_and_entry):
    case, entry = case_and_entry
    mine, foreign = (hold(photo(), by=by, from_customer=False) for by in ("staff:7", "staff:8"))
    used = hold(photo(), by="staff:7", from_customer=False)
    claim([used.pk], case=case, entry=entry, by={"staff:7"})
    said = set()
    for bad in (foreign.pk, used.pk, uuid.uuid4(), "1; DROP TABLE", ""):
        with pytest.raises(FileRefused) as refused, transaction.atomic():
            claim([mine.pk, bad], case=case, entry=entry, by={"staff:7"})
        said.add((refused.value.code, refused.value.words))
    assert said == {(UNKNOWN, refused.value.words)}
    mine.refresh_from_db()
    assert mine.case_id is None, "the good one of a bad list stays free"


@pytest.mark.django_db(transaction=True)
def test_two_acts_at_once_cannot_claim_the_same_file(case_and_entry):
    case, entry = case_and_entry
    held = hold(photo(), by="staff:7", from_customer=False)
    barrier, won = threading.Barrier(4), []

    def act():
        barrier.wait()
        try:
            with transaction.atomic():
                claim([held.pk], case=case, entry=entry, by={"staff:7"})
            won.append(1)
        except FileRefused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [1]


def test_what_nobody_claims_in_a_day_goes_and_evidence_stays(case_and_entry, files, django_capture_on_commit_callbacks):
    case, entry = case_and_entry
    claimed, _forgotten = (hold(photo(), by="staff:7", from_customer=False) for _ in range(2))
    claim([claimed.pk], case=case, entry=entry, by={"staff:7"})
    with django_capture_on_commit_callbacks(execute=True):
        assert discard_expired(timezone.now() + timedelta(hours=23)) == 0
        assert discard_expired(timezone.now() + timedelta(hours=25)) == 1
    assert [path.name for path in kept_files(files)] == [claimed.pk.hex]
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(claimed)
    assert kept_files(files), "evidence is not discarded"


def test_what_a_crash_left_in_the_store_is_swept_and_evidence_is_not(files, monkeypatch):
    monkeypatch.setattr(actions.secrets, "randbelow", lambda n: 0xAB)
    kept = hold(photo(), by="staff:7", from_customer=False)
    place = files / "ab"
    place.mkdir(exist_ok=True)
    orphan, draft = place / ("ab" + uuid.uuid4().hex[2:]), place / ".half-written"
    for path in (orphan, draft):
        path.write_bytes(b"x")
    mentioned = "ab" + uuid.uuid4().hex[2:]
    Attachment.objects.filter(pk=kept.pk).update(id=uuid.UUID(mentioned), uploaded_at=timezone.now() + timedelta(days=9))
    (place / mentioned).write_bytes(b"x")
    assert discard_expired(timezone.now()) == 0, "what is young may still be on its way to its row"
    discard_expired(timezone.now() + timedelta(hours=25))
    assert sorted(path.name for path in place.iterdir()) == [mentioned]
