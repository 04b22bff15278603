"""What README.md prints for its readers to run."""

import re
from dataclasses import dataclass

from tests.study_folder import PROJECT


@dataclass(frozen=True)
class Block:
    """A fenced block, below a heading."""

    heading: str
    language: str
    text: str


def printed_blocks() -> list[Block]:
    """Return the fenced blocks of the README, from top to bottom."""
    blocks, heading = [], ""
    text = (PROJECT / "README.md").read_text()
    for found in re.finditer(
        r"^#+ ([^\n]+)$|^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    ):
        if found[1] and not found[2]:
            heading = found[1]
        else:
            blocks.append(Block(heading, found[2], found[3]))
    return blocks


def printed(heading: str, language: str) -> str:
    """Return the one block in a language below a heading."""
    (text,) = [
        block.text
        for block in printed_blocks()
        if (block.heading, block.language) == (heading, language)
    ]
    return text
