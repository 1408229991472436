"""Sets `document.json` of a folder in type:  python -m luyue.apps.evidence.typeset FOLDER

Reads document.json and photos.json ([{id, path}]), writes small/<id>.jpg for every picture it can open, then document.pdf. Loads no Django
and reaches no network: pictures are files of the folder, the fonts come with a package. Ends with status 0 when the PDF is written.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LONGEST_SIDE = 1000  # a picture stands 62 mm high: 300 dots an inch, and a phone's own is opened at a quarter
QUALITY = 82
MAX_PIXELS = 50_000_000  # beyond that only formats that can be opened at a smaller size
CPU_S = 60
_AT_ONCE = 2  # pictures unfolded together; the largest takes 150 MB
TEMPLATE = Path(__file__).with_name("document.typ")


def main(argv: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))  # a picture made to be slow ends this process, nothing else
    folder = Path(argv[0])
    (folder / "small").mkdir(exist_ok=True)
    opened = _scaled_all(json.loads((folder / "photos.json").read_text()), folder / "small")
    document = json.loads((folder / "document.json").read_text())
    _forget_pictures(document, opened)
    (folder / "document.json").write_text(json.dumps(document, ensure_ascii=False))
    shutil.copyfile(TEMPLATE, folder / "document.typ")
    _set_in_type(folder)
    return 0


def _scaled_all(photos: list[dict[str, str]], small: Path) -> set[str]:
    """Ids of those that could be opened. Two at a time: unfolding a phone's picture takes a sixth of a second, and Pillow lets others run."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = pool.map(lambda one: _scaled(Path(one["path"]), small / f"{one['id']}.jpg"), photos)
        return {one["id"] for one, is_there in zip(photos, done, strict=True) if is_there}


def _scaled(source: Path, target: Path) -> bool:
    """A copy no longer than LONGEST_SIDE, the right way up; False for what cannot be opened."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # looked at below, by kind
    try:
        with Image.open(source, formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
            if picture.format != "JPEG" and picture.width * picture.height > MAX_PIXELS:
                return False
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if upright.mode in ("RGBA", "LA", "P", "PA"):
                layer = upright.convert("RGBA")
                upright = Image.new("RGB", layer.size, "white")
                upright.paste(layer, mask=layer.getchannel("A"))
            upright.convert("RGB").save(target, "JPEG", quality=QUALITY)
            return True
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        target.unlink(missing_ok=True)
        return False


def _forget_pictures(node: object, opened: set[str]) -> None:
    """Where a picture could not be opened its place says so instead."""
    if isinstance(node, dict):
        if node.get("photo") and node["photo"] not in opened:
            node["photo"] = ""
        for value in node.values():
            _forget_pictures(value, opened)
    elif isinstance(node, list):
        for value in node:
            _forget_pictures(value, opened)


def _set_in_type(folder: Path) -> None:
    """PDF/A for the archive; where a character no font has stands in the way, a plain PDF with an empty box in its place."""
    import pylopdf_fonts_zh_cn as fonts
    import typst

    for standards in (["a-2b"], []):
        try:
            typst.compile(
                folder / "document.typ", output=folder / "document.pdf", root=folder, font_paths=[fonts.sans_path().parent],
                ignore_system_fonts=True, pdf_standards=standards,
            )  # fmt: skip
            return
        except typst.TypstError:
            if not standards:
                raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
