"""The examples of docs/validation.md give what the page shows."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "validation.md"


def test_every_example_of_the_page_gives_what_it_shows():
    result = doctest.testfile(str(PAGE), module_relative=False)
    assert result.attempted > 20
    assert result.failed == 0
