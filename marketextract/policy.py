"""What the words of a sentence say that a central bank did with its rate (the rows `policy_...` of families.txt)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketextract import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WAYS: Mapping[str, str] = {"cut": "down", "hike": "up", "hold": "flat"}  # an action, and the way it moves the rate


def policy_actions(words: Iterable[str]) -> list[str]:
    """The actions that these words, in small letters, may tell of, in the order of `WAYS`.

    >>> policy_actions("the bank lowered its key rate".split())
    ['cut']
    """
    told = _words()
    said = frozenset(words)
    return [action for action in WAYS if not said.isdisjoint(told[action])]


@lexicon.derived
def _words() -> dict[str, frozenset[str]]:
    rows = lexicon.united("families")
    return {action: rows[f"policy_{action} sentence"] for action in WAYS}
