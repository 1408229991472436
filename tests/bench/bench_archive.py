"""What one waits for who takes a case file along: the PDF of an archived case of the demonstration, with its photos in it.

usage: python -m tests.bench.bench_archive [--photos 20] [--times 5]

Twice the same story: with the demonstration's own small pictures, and with pictures as a phone takes them (12 million pixels, 4 MB) to which
the customer adds more. A draft is asked for as a browser does, from the first middleware to the last byte; a frozen version is what the
worker makes: PDF and page, for the company and for the customer.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.bench.figures import figure, load, p50, p95, timed

TARGET_S, PHOTOS, TIMES = 3.0, 20, 5
PHONE = (4000, 3000)
BY = "zhaolan"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--photos", type=int, default=PHOTOS, help="photos of a phone that the customer adds")
    parser.add_argument("--times", type=int, default=TIMES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="luyue-bench-") as folder:
        os.environ |= {"LUYUE_DATA": folder, "LUYUE_DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "luyue.site.settings"}
        subprocess.run([sys.executable, "-m", "luyue.site.cli", "migrate"], check=True)
        import django

        django.setup()
        from django.test.utils import setup_test_environment

        setup_test_environment()
        for told in told_twice(options.photos):
            drafts(told, options.times)
            frozen(told)


@dataclass(frozen=True)
class Told:
    """An archived case and what its photos are like."""

    number: str
    photos: str
    n_photos: int

    @classmethod
    def of(cls, case: Any, photos: str) -> Told:
        return cls(case.number, photos, case.attachments.filter(kind="photo").count())


def told_twice(more: int) -> Iterator[Told]:
    """The story of the archived case: as it is, then with a phone, and `more` photos that the customer adds the day the case is opened."""
    from unittest.mock import patch

    from django.utils import timezone

    from luyue.apps.cases.readers import Link
    from luyue.site.demo import stories
    from luyue.site.demo.desk import House
    from luyue.site.demo.fill import open_house

    class WithPhone(House):
        """Whoever must show a file takes a picture with his phone."""

        def picture(self, by: Any, at: datetime, *, of: str = "photo") -> str:
            self._pictures += 1
            return self.hold(f"{of}-{self._pictures}.jpg", phone_photo(self._pictures), by, at)

    house = open_house(timezone.now())
    yield Told.of(stories.archived(house).case, "the demonstration's pictures")
    begin, phone = stories._quality, WithPhone(house.book, house.now)

    def and_shows(*words: Any, **more_words: Any) -> Any:
        told = begin(*words, **more_words)
        held = [phone.picture(Link(told.case), told.at) for _ in range(more)]
        return told.does("customer", "add-evidence", 1, evidence=held, evidence_kind="photo", text="到货时拍的照片") if held else told

    with patch.object(stories, "_quality", and_shows):
        yield Told.of(stories.archived(phone).case, "photos of a phone")


def phone_photo(seed: int) -> bytes:
    """As large and as hard to press as a phone's: grain over patches of colour."""
    from PIL import Image

    chance = random.Random(seed)
    patches = Image.frombytes("RGB", (40, 30), chance.randbytes(40 * 30 * 3)).resize(PHONE, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(PHONE, 24).convert("RGB")
    memory = io.BytesIO()
    Image.blend(patches, grain, 0.35).save(memory, "JPEG", quality=88)
    return memory.getvalue()


def drafts(told: Told, times: int) -> None:
    """The draft as PDF and the page, each asked for anew."""
    from django.test import Client
    from django.urls import reverse

    from luyue.apps.people.models import User

    client = Client()
    client.force_login(User.objects.get(username=BY))
    for audience in ("inside", "outward"):
        address, answers = reverse("workspace:archive-draft", args=[told.number, audience]), []
        before = os.times()
        wall, _used = timed(lambda address=address, answers=answers: answers.append(client.post(address)), times)
        used_s = sum(os.times()[:4]) - sum(before[:4])  # the process that sets the type included
        assert all(one.status_code == 200 and one.content[:5] == b"%PDF-" for one in answers), [one.status_code for one in answers]
        more = {
            "photos": told.n_photos,
            "n": times,
            "worst": round(max(wall) / 1000, 2),
            "processor_s": round(used_s / times, 2),
            "pages": _pages(answers[-1].content),
        }
        name = f"archive PDF, {audience}, {told.photos}"
        figure(f"{name}, p95" if times > 1 else name, p95(wall) / 1000, "s", TARGET_S, p50=round(p50(wall) / 1000, 2), **more, load=load())
    address = reverse("workspace:archive", args=[told.number])
    wall, _used = timed(lambda: client.get(address), times)
    figure(f"archive as a page, {told.photos}, p50", p50(wall), "ms", load=load())


def _pages(pdf: bytes) -> int:
    import pypdfium2

    return len(pypdfium2.PdfDocument(pdf))


def frozen(told: Told) -> None:
    """What the worker makes once: two PDFs and two pages, laid down and bound into the journal."""
    from luyue.apps.workspace import archive_making

    made: list[int] = []
    (wall,), _used = timed(lambda: made.append(archive_making.make_due()), 1)
    assert made == [1], made
    figure(f"frozen version, both audiences, PDF and page, {told.photos}", wall / 1000, "s", photos=told.n_photos, load=load())


if __name__ == "__main__":
    main()
