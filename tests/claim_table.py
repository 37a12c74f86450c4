"""The table of claims in data/claims: which are accepted, and which are rejected with which reason (see its top)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "data" / "claims"


@dataclass(frozen=True)
class Row:
    """Claims about a text, the last of which is the one that is judged. `code` is None where it is to be accepted."""

    group: str
    text: str
    claims: tuple[dict[str, Any], ...]
    code: str | None
    path: str
    failing: bool
    line: int


def read_claims(path: Path) -> Iterator[Row]:
    group, text = "", ""
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("##"):
            group = line.strip("# ")
        elif line.startswith(("    ", "!   ")):
            verdict, *claims = line[4:].split(" | ")
            code, _, where = verdict.strip().partition(" ")
            yield Row(
                group,
                text,
                tuple({"type": "price_move", "evidence": [1], **json.loads(claim)} for claim in claims),
                None if code == "ok" else code,
                "" if where == "-" else where,
                line.startswith("!"),
                at,
            )
        elif line.strip() and not line.startswith("#"):
            text = line.replace("\\n", "\n")


ROWS = list(read_claims(FOLDER / "reasons.txt"))
