"""The folder that holds everything one installation owns: database, attachments, keys.

Named by the environment variable LUYUE_DATA; without it, `var/data` under the current folder.
"""

import os
import secrets
from pathlib import Path


def data_folder() -> Path:
    """The installation's folder, made when it does not exist yet, closed to other users of the machine."""
    folder = Path(os.environ.get("LUYUE_DATA") or "var/data").expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def own_secret(folder: Path, name: str) -> str:
    """The secret kept in `folder/name`, drawn at random the first time anybody asks.

    Two processes that ask for a new secret at the same moment get the same one: the file appears complete or not at all.
    """
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its secret is the one that counts
        finally:
            draft.unlink()
    secret = path.read_text().strip()
    if len(secret) < 32:
        raise ValueError(f"{path} holds no usable secret (shorter than 32 characters). Put the old file back from a backup.")
    return secret
