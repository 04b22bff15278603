"""A checksum inside a file, over all its other bytes.

Code that writes a file puts `BLANK` where its format keeps remarks (a footer, a comment).
Then `seal` replaces the zeros in it by the SHA-256 of the file as it was.  So a flipped, missing
or added byte anywhere is found before the file is parsed.
"""

import re
from hashlib import sha256
from pathlib import Path

__all__ = ["BLANK", "DamagedFileError", "check_seal", "checksum_of", "seal"]

MARK = b"flatminima.sha256="
BLANK = MARK + b"0" * 64
"""The placeholder for the checksum while it is computed."""

SEAL = re.compile(re.escape(MARK) + b"([0-9a-f]{64})")


class DamagedFileError(ValueError):
    """A file whose bytes are not those that were written; the message is one sentence."""


def seal(path: Path) -> None:
    """Fill in the checksum of a file that contains `BLANK` once.

    Raises:
        ValueError: If it does not contain it exactly once.
    """
    content = path.read_bytes()
    if content.count(BLANK) != 1:
        raise ValueError(f"{path} has {content.count(BLANK)} places for a checksum, not one")
    path.write_bytes(content.replace(BLANK, MARK + sha256(content).hexdigest().encode()))


def check_seal(path: str | Path, content: bytes) -> str:
    """Return the checksum of a sealed file's content.

    Args:
        path: The name of the file in an error.
        content: All bytes of the file.

    Raises:
        DamagedFileError: If the content has no checksum, or a wrong one.
    """
    seals = SEAL.findall(content)
    advice = "delete it, and it is made again"
    if not content:
        raise DamagedFileError(f"{path} is empty; {advice}")
    if len(seals) != 1:
        raise DamagedFileError(f"{path} is cut short or was not made by this study; {advice}")
    digest = sha256(SEAL.sub(BLANK, content)).hexdigest()
    if seals[0].decode() != digest:
        raise DamagedFileError(
            f"{path} is damaged: its checksum is not that of its bytes; {advice}"
        )
    return digest


def checksum_of(path: str | Path | None) -> str | None:
    """Return the checksum of a file of the user, None if there is no file."""
    return None if path is None else sha256(Path(path).read_bytes()).hexdigest()
