"""A document with its pictures as PDF and as one self-contained page. The setting is done by a process of its own (`typeset/`)."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string

from luyue.apps.evidence import store
from luyue.apps.evidence.documents import Document

TIMEOUT_S = 90
_STYLE = Path(__file__).parent / "static/evidence/document.css"


class NotSet(RuntimeError):
    """The document could not be set in type: our fault, or a picture that broke the process."""


@dataclass(frozen=True, slots=True)
class Made:
    pdf: bytes
    page: bytes  # HTML with its style and its pictures inside


def set_in_type(document: Document, photos: Mapping[str, UUID]) -> Made:
    """Both forms of a document; `photos` says which attachment each picture id stands for.

    Takes about half a second, most of it for pictures; never called inside a transaction.
    raises  NotSet with the last words of the process.
    """
    with tempfile.TemporaryDirectory(prefix="luyue-document-") as name:
        folder = Path(name)
        wanted = [{"id": id, "path": str(store.path_of(pk))} for id, pk in photos.items()]
        (folder / "photos.json").write_text(json.dumps(wanted))
        (folder / "document.json").write_text(json.dumps(document.as_data(), ensure_ascii=False))
        _run(folder)
        small = {path.stem: path.read_bytes() for path in (folder / "small").iterdir()}
        return Made((folder / "document.pdf").read_bytes(), standing_alone(document, small).encode())


def _run(folder: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "luyue.apps.evidence.typeset", str(folder)], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"Setting the document took longer than {TIMEOUT_S} s.") from error
    if done.returncode:
        raise NotSet(f"Setting the document ended with {done.returncode}: {done.stderr.strip()[-300:]}")


def standing_alone(document: Document, small: Mapping[str, bytes]) -> str:
    """One HTML page that fetches nothing: style and pictures are inside, and it forbids itself everything else."""
    sources = {id: f"data:image/jpeg;base64,{base64.b64encode(data).decode()}" for id, data in small.items()}
    return render_to_string("evidence/document_alone.html", {"doc": drawn(document, sources), "style": _STYLE.read_text()})


def drawn(document: Document, sources: Mapping[str, str]) -> dict[str, Any]:
    """The document as templates read it: where a picture stands, `src` says where it comes from."""
    data = document.as_data()
    _place(data, sources)
    return data


def _place(node: Any, sources: Mapping[str, str]) -> None:
    if isinstance(node, dict):
        if "photo" in node:
            node["src"] = sources.get(node["photo"], "")
        for value in list(node.values()):
            _place(value, sources)
    elif isinstance(node, list):
        for value in node:
            _place(value, sources)
