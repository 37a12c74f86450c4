"""What every test and every example in a docstring can rely on: the lexicon is the shipped one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketextract import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _lexicon_as_shipped() -> Iterator[None]:
    """Undo what a test adds to the lexicon, which lasts as long as the process."""
    yield
    if lexicon._added:
        lexicon._added.clear()
        for derivation in lexicon._derivations:
            derivation.cache_clear()
