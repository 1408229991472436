"""The name shown for a file. It is never a path: files lie in the store under ids made here.

First the name is brought into its last form, then it is checked; a check before the last change can be undone by that change
(FreeScout CVE-2026-28289: `.htaccess` behind a zero-width space).
"""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from luyue.apps.evidence.kinds import EXTENSIONS, Kind, accepted_words
from luyue.apps.evidence.refusals import BAD_NAME, WRONG_TYPE, FileRefused

MAX_CHARACTERS = 100
_DEVICES = frozenset(["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))])
_FORBIDDEN = set("<>:\"|?*%;`$&'")


def normalised(raw: str) -> str:
    """The last form of a name: one Unicode form, nothing invisible or turning the direction, no folders, single spaces."""
    text = unicodedata.normalize("NFKC", raw)
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"))
    text = text.replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join("_" if char in _FORBIDDEN else char for char in text)
    return " ".join(text.split()).strip(" ")


def extension_of(name: str) -> str:
    """What stands after the last dot, in small letters; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def checked_extension(raw: str) -> str:
    """The extension of an uploaded name; empty for a name without one, as phones send them.

    raises  FileRefused for names that hide something, and for extensions that are not on the list.
    """
    name = normalised(raw)
    stem = name.split(".", 1)[0].strip().lower()
    if not name or name.startswith(".") or name.endswith(".") or stem in _DEVICES:
        raise FileRefused(BAD_NAME, _("文件名“%(name)s”不能使用。请改个名字再上传，例如“损坏照片.jpg”。") % {"name": name[:40]})
    extension = extension_of(name)
    if extension and extension not in EXTENSIONS:
        raise FileRefused(
            WRONG_TYPE,
            _("“%(name)s”没有保存：不收 .%(extension)s 文件。可以上传 %(accepted)s。")
            % {"name": name[:40], "extension": extension[:12], "accepted": accepted_words()},
        )
    return extension


def shown_name(raw: str, kind: Kind) -> str:
    """The name for people: what the sender called it, ending in the extension of what it is; at most 100 characters."""
    name = normalised(raw)
    stem = name[: -len(extension_of(name)) - 1] if extension_of(name) in EXTENSIONS else name
    extension = extension_of(name) if extension_of(name) in kind.extensions else kind.extensions[0]
    room = MAX_CHARACTERS - len(extension) - 1
    return f"{stem[:room].rstrip(' .') or 'file'}.{extension}"
