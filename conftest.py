"""What every test and every example in a docstring can rely on: the lexicon is the shipped one, and Ctrl-C works."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from marketextract import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts the tests in the background has them ignore Ctrl-C, and so would the processes that they test.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _lexicon_as_shipped() -> Iterator[None]:
    """Undo what a test adds to the lexicon, which lasts as long as the process."""
    yield
    if lexicon._added:
        lexicon._added.clear()
        for derivation in lexicon._derivations:
            derivation.cache_clear()
