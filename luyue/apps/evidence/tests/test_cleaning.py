"""What a kept file still tells about the person who took it: nothing."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luyue.apps.evidence import boxes, office, pictures
from luyue.apps.evidence.kinds import DOCX, XLSX
from luyue.apps.evidence.tests import samples


@pytest.mark.parametrize(
    ("clean", "telling"),
    [
        (pictures.jpeg_without_traces, samples.telling_jpeg()),
        (pictures.png_without_traces, samples.telling_png()),
        (pictures.webp_without_traces, samples.telling_webp()),
    ],
    ids=["jpeg", "png", "webp"],
)
def test_a_photo_keeps_no_word_about_its_sender(clean, telling):
    assert samples.SECRET in telling
    cleaned = clean(telling)
    assert samples.SECRET not in cleaned
    assert clean(cleaned) == cleaned, "a cleaned photo is not changed again"


@pytest.mark.parametrize(
    ("clean", "plain"),
    [
        (pictures.jpeg_without_traces, samples.JPEG),
        (pictures.png_without_traces, samples.PNG),
        (pictures.webp_without_traces, samples.WEBP),
    ],
    ids=["jpeg", "png", "webp"],
)
def test_a_photo_without_traces_stays_byte_for_byte_the_same(clean, plain):
    assert clean(plain) == plain


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_still_turned(orientation):
    cleaned = pictures.jpeg_without_traces(samples.telling_jpeg(orientation))
    marks = [cleaned[start + 4 : end] for marker, start, end in pictures._jpeg_segments(cleaned) if marker == 0xE1]
    assert [pictures._orientation(mark[6:]) for mark in marks] == ([orientation] if orientation > 1 else [])


def test_browsers_show_the_cleaned_photo_as_before_and_turned(page):
    page.set_content("<img id=a><img id=b><img id=c>")
    turned = pictures.jpeg_without_traces(samples.telling_jpeg(6))
    for name, kind, data in (("a", "jpeg", turned), ("b", "png", pictures.png_without_traces(samples.telling_png())),
                             ("c", "webp", pictures.webp_without_traces(samples.telling_webp()))):  # fmt: skip
        import base64

        source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        page.evaluate("([id, src]) => { const i = document.getElementById(id); i.src = src; return i.decode() }", [name, source])
    sizes = page.evaluate("() => [...document.images].map(i => [i.naturalWidth, i.naturalHeight])")
    assert sizes == [[8, 16], [16, 8], [16, 8]], "the first is turned by a quarter"


@pytest.mark.parametrize("brand", [b"isom", b"qt  ", b"M4A "])
def test_a_film_does_not_say_where_it_was_taken(brand):
    original = samples.film(brand)
    file = io.BytesIO(original)
    boxes.clean_film(file, len(original))
    assert samples.SECRET in original
    assert samples.SECRET not in file.getvalue()
    assert len(file.getvalue()) == len(original), "no byte may move"
    assert b"mvhd" in file.getvalue()


def test_a_heic_photo_loses_its_exif_and_keeps_its_picture():
    original = samples.heic()
    file = io.BytesIO(original)
    assert boxes.clean_heic(file, len(original)) == (4032, 3024)
    assert samples.SECRET not in file.getvalue()
    assert b"\x11" * 32 in file.getvalue()
    assert len(file.getvalue()) == len(original)


def test_a_heic_photo_loses_an_exif_that_stands_in_its_table_too():
    original = samples.heic_with_exif_in_the_table()
    file = io.BytesIO(original)
    boxes.clean_heic(file, len(original))
    assert samples.SECRET in original
    assert samples.SECRET not in file.getvalue()
    assert b"abc" + bytes(len(samples.SECRET)) + b"def" in file.getvalue()


@pytest.mark.parametrize(
    ("data", "size"),
    [(samples.JPEG, (16, 8)), (samples.telling_jpeg(), (16, 8))],
)
def test_the_size_of_a_photo_is_read_from_its_frame(data, size):
    assert pictures.jpeg_size(data) == size


@pytest.mark.parametrize(
    ("measure", "data", "size"),
    [
        (pictures.png_size, samples.PNG, (16, 8)),
        (pictures.webp_size, samples.WEBP, (16, 8)),
        (pictures.gif_size, samples.GIF, (16, 8)),
        (pictures.png_size, samples.png_of(30_000, 30_000), (30_000, 30_000)),
        (pictures.webp_size, b"RIFF\x1e\0\0\0WEBPVP8L\x0d\0\0\0\x2f" + struct.pack("<I", 15 | 7 << 14) + bytes(9), (16, 8)),
    ],
)
def test_the_size_of_other_pictures_is_read_from_their_head(measure, data, size):
    assert measure(data) == size


def test_a_picture_of_thirty_thousand_pixels_a_side_does_not_fit():
    assert pictures.fits(12_000, 9_000)
    assert pictures.fits(16_320, 12_240), "the largest phone camera"
    assert not pictures.fits(30_000, 30_000)
    assert not pictures.fits(1, 20_001)
    assert not pictures.fits(0, 100)


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 400))
def test_broken_photos_and_films_are_called_damaged_and_nothing_else(noise, cut, keep):
    """Whatever the bytes, the answer is a cleaned file or `Damaged`: no other error, no endless walk."""
    for clean, sample in ((pictures.jpeg_without_traces, samples.telling_jpeg()), (pictures.png_without_traces, samples.telling_png()),
                          (pictures.webp_without_traces, samples.telling_webp())):  # fmt: skip
        data = sample[: 30 + cut] + noise + sample[30 + cut + keep :]
        try:
            clean(data)
        except pictures.Damaged:
            pass
    for clean, sample in ((boxes.clean_film, samples.film()), (boxes.clean_heic, samples.heic())):
        data = sample[: 30 + cut] + noise + sample[30 + cut + keep :]
        try:
            clean(io.BytesIO(data), len(data))
        except pictures.Damaged:
            pass


def test_a_box_may_not_reach_beyond_its_parent():
    lie = samples.box(b"ftyp", b"isom") + struct.pack(">I4s", 4_000_000_000, b"moov")
    with pytest.raises(pictures.Damaged):
        boxes.clean_film(io.BytesIO(lie), len(lie))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (samples.office(), DOCX),
        (samples.office("xl/workbook.xml"), XLSX),
        (samples.office("ppt/presentation.xml"), None),
        (samples.office(extra={"word/vbaProject.bin": b"x"}), None),
        (samples.office(extra={"word/embeddings/oleObject1.bin": b"x"}), None),
        (samples.office(extra={"../../outside.xml": b"x"}), None),
        (samples.office(extra={"/etc/passwd": b"x"}), None),
    ],
)
def test_only_plain_documents_of_word_and_excel_are_taken(data, kind):
    assert office.office_kind(io.BytesIO(data), len(data)) is kind


def test_an_archive_that_unfolds_a_thousand_times_is_refused_unread():
    bomb = samples.office(size=60_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(office.Unfolds):
        office.office_kind(io.BytesIO(bomb), len(bomb))


def test_an_archive_cut_off_is_damaged():
    with pytest.raises(pictures.Damaged):
        office.office_kind(io.BytesIO(samples.office()[:60]), 60)
