"""Whom an article is about: the company that it names more often than any other.

Goes in: the names of an article. Comes out: the first mention of that company, or None for an article that is about a
market or about several companies. A name counts as a company's where a ticker, its ending or "shares" behind it says
so once; a person who is quoted again and again is none. The company that an article names first counts once more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from marketextract.matching import words_of
from marketextract.names import COMPANY_KINDS
from marketextract.subjects import SHARES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketextract.names import Mention

_KINDS = COMPANY_KINDS | {"broker", None}
_TIMES = 3  # how often it must be named at least
_AHEAD = 2  # how many times as often as the next one; and no less often than all others together
_WORDS = re.compile(r"[a-z]+")
_REACH = 20  # characters around a name in which "shares" speaks of it


def topic(mentions: Sequence[Mention], text: str) -> Mention | None:
    """The first mention of the company that `text`, in which these names stand, is about."""
    tickers = {symbol: words_of(mention.text) for mention in mentions if (symbol := mention.symbol)}
    named: dict[frozenset[str], list[Mention]] = {}
    for mention in mentions:
        if mention.kind in _KINDS:
            named.setdefault(tickers.get(mention.text) or words_of(mention.text), []).append(mention)
    if max(map(len, named.values()), default=0) + 1 < _TIMES:
        return None
    companies = [called for called in named.values() if any(_is_company(mention, text) for mention in called)]
    ranked = sorted(((len(called) + (k == 0), called) for k, called in enumerate(companies)), key=lambda item: -item[0])
    if not ranked:
        return None
    times, leader = ranked[0]
    runner_up = ranked[1][0] if len(ranked) > 1 else 0
    others = sum(len(called) for _, called in ranked[1:])
    return leader[0] if times >= max(_TIMES, _AHEAD * runner_up, others) else None


def _is_company(mention: Mention, text: str) -> bool:
    return mention.kind in COMPANY_KINDS or mention.ticker is not None or _has_shares(mention, text)


def _has_shares(mention: Mention, text: str) -> bool:
    end = mention.end + (text[mention.end : mention.end + 2] in ("'s", "’s")) * 2
    behind = _WORDS.findall(text[end : end + _REACH].lower())
    before = _WORDS.findall(text[max(0, mention.start - _REACH) : mention.start].lower())
    return not SHARES.isdisjoint([*behind[:1], *before[-2:-1]])
