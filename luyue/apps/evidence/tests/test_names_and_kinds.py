"""Names are only shown, types are what the bytes are."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from luyue.apps.evidence.intake import kind_of
from luyue.apps.evidence.kinds import JPEG, KINDS, TEXT, sniff
from luyue.apps.evidence.names import MAX_CHARACTERS, checked_extension, normalised, shown_name
from luyue.apps.evidence.refusals import BAD_NAME, EMPTY, WRONG_TYPE, FileRefused
from luyue.apps.evidence.tests import samples


@pytest.mark.parametrize(("media_type", "name", "data"), [(kind, *sample) for kind, sample in samples.GOOD.items()])
def test_every_kind_on_the_list_is_recognised_by_its_bytes(media_type, name, data):
    assert kind_of(SimpleUploadedFile(name, data)).media_type == media_type


def test_there_is_a_sample_of_every_kind():
    assert set(samples.GOOD) == {kind.media_type for kind in KINDS}


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf  <!DOCTYPE html><script>alert(1)</script>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x/>",
        b"<?php system($_GET[0]);",
        b"#!/bin/sh\nrm -rf /",
        b"MZ" + bytes(100),
        b"\x7fELF" + bytes(100),
        b"\xca\xfe\xba\xbe" + bytes(100),
        b"Rar!\x1a\x07\x00" + bytes(50),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
        b"RIFF\x24\0\0\0AVI LIST" + bytes(40),
        b"\0" * 64,
        b"text with \x1b[2J an escape",
        "繁體與简体".encode("utf-16"),
    ],
)
def test_other_types_are_refused_whatever_they_are_called(data):
    for name in ("照片.jpg", "发票.pdf", "记录.txt"):
        with pytest.raises(FileRefused) as refused:
            kind_of(SimpleUploadedFile(name, data))
        assert refused.value.code == WRONG_TYPE
        assert name in refused.value.words


def test_a_page_hidden_behind_the_signature_of_a_photo_is_a_photo():
    """A polyglot is kept as what it begins as, and is handed out as that and nothing else."""
    assert sniff(samples.JPEG[:20] + b"<script>alert(1)</script>") is JPEG


@pytest.mark.parametrize("text", ["客户说：开不了机", "plain words", "第一行\r\n第二行\t完"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_notes_are_text_in_either_encoding(text, encoding):
    assert sniff(text.encode(encoding)) is TEXT


def test_a_character_cut_in_two_at_the_end_of_the_head_is_still_text():
    words = "单号一二三四五".encode()
    assert all(sniff(words[:-cut] if cut else words) is TEXT for cut in (0, 1, 2))


@pytest.mark.parametrize(
    "name",
    [
        ".htaccess", "\u200b.htaccess", "\ufeff.htaccess", "\u202e.htaccess", "．htaccess", "a/..", "..", "CON.jpg", "con", "nul.txt",
        "LPT1.pdf", "照片.jpg.", "\u3000", "\0", "", "…/.env",
    ],
)  # fmt: skip
def test_names_that_hide_something_are_refused_in_their_last_form(name):
    with pytest.raises(FileRefused) as refused:
        checked_extension(name)
    assert refused.value.code in (BAD_NAME, WRONG_TYPE)


@pytest.mark.parametrize("name", ["a.phtml", "a.phar", "a.php", "x.svg", "x.html", "x.exe", "x.jpg.lnk", "x.mht", "x.jpg\u200b.exe", "x．php"])
def test_extensions_that_are_not_on_the_list_are_refused_by_name(name):
    with pytest.raises(FileRefused) as refused:
        checked_extension(name)
    assert refused.value.code == WRONG_TYPE


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("照片.JPG", "照片.jpg"),
        ("IMG_0001.HEIC", "IMG_0001.jpg"),
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("..\\..\\boot.jpg", "boot.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("gpj\u202efdp.jpg", "gpjfdp.jpg"),
        ("  两  个   空格 .jpg", "两 个 空格.jpg"),
        ('a"b<c>.jpg', "a_b_c_.jpg"),
        ("无扩展名", "无扩展名.jpg"),
        ("ＡＢＣ．ｊｐｇ", "ABC.jpg"),
        ("x" * 300 + ".jpg", "x" * (MAX_CHARACTERS - 4) + ".jpg"),
    ],
)
def test_the_shown_name_is_the_senders_in_a_safe_form_with_the_extension_of_what_it_is(raw, shown):
    assert shown_name(raw, JPEG) == shown


@given(st.text(max_size=400))
def test_no_shown_name_holds_a_folder_a_line_or_a_hidden_character(raw):
    shown = shown_name(raw, JPEG)
    assert not set(shown) & set('/\\\r\n\0"<>')
    assert len(shown) <= MAX_CHARACTERS
    assert shown.endswith((".jpg", ".jpeg", ".jpe", ".jfif"))
    assert normalised(normalised(raw)) == normalised(raw)


def test_an_empty_file_is_refused_with_its_name():
    with pytest.raises(FileRefused) as refused:
        kind_of(SimpleUploadedFile("空.jpg", b""))
    assert refused.value.code == EMPTY
