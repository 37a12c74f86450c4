"""Find the names in a text: instruments, indicators, institutions, places, companies and their tickers, with spans.

Goes in: a text. Comes out: `Mention`s in order, without overlaps. What has a name of its own is listed in the lexicon;
a company is recognised by its capitals, its ticker or its ending. A mention says what was printed and where, and what
the lexicon knows of it; what the sentence says of it is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from marketextract import lexicon
from marketextract.spelling import WORD, plain, without_possessive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WORD = re.compile(rf"(?<![=\w])(?<!(?<![a-z])\.){WORD}\.?")
_APART = re.compile(f"({_WORD.pattern})")
_GAP = re.compile(r"(?: & |[ \u00a0\-])\Z")
_TICKER = re.compile(
    r" ?\(\s?(?:"
    r"(?P<pair>[A-Z][A-Za-z.]{0,9}\s?:\s?[A-Z0-9][A-Z0-9.\-]{0,9})"
    r"|(?P<ric>\.?[A-Z0-9]{1,8}\.[A-Z]{1,3}(?:\.[A-Z]{1,2})?|\.[A-Z0-9]{2,10})"
    r"|(?P<bare>[A-Z]{1,6}[0-9]{0,2})"
    r")\s?\)"
    r"| ?<(?P<angle>[.A-Z0-9=]{1,15})>"
    r"| (?P<trailing>\.[A-Z][A-Z0-9]{1,14}|[A-Z0-9]{1,8}\.[A-Z]{1,2}|[A-Z0-9]{2,10}=[A-Z0-9]{0,4}"
    r"|[A-Z]{2,14}:[A-Z0-9]{1,10})(?![\w.])"
)
_SHAPE = re.compile(r"(?:[A-Z][\w'’.&/\-]*|[a-z][A-Z]\w*|[0-9]+[A-Z]\w*)\Z")
_COMPOUND = re.compile(r"[A-Z][a-z]+(?:-[a-z]{2,})+\Z")  # a name goes on in capitals behind a hyphen
_FUTURE = re.compile(r"[A-Z]{2,3}[cvFGHJKMNQUVXZ][0-9]{1,2}\Z")  # "CLF7": crude for delivery in January
_PERIOD = re.compile(r"(?:[QHT][1-4]|[1-4][QHT])(?:[FC]Y[0-9]{2,4})?\Z|[FC]Y[0-9]{2,4}\Z")
_RIC = re.compile(r"[A-Z0-9]{1,8}\.[A-Z]{1,2}\Z")
_BARE_TICKER = re.compile(r"[A-Z]{1,5}\Z")
_JOINED = ("-based", "-listed", "-traded", "-backed", "-owned", "-headquartered", "-born", "-led", "-run",
           "-infused", "-powered", "-driven", "-focused", "-related", "-heavy", "-linked", "-denominated")  # fmt: skip
_LEGAL_FORMS = frozenset(
    {"Inc.", "Inc", "Ltd.", "Ltd", "LLC", "Corp.", "Corp", "L.P.", "LP", "S.A.", "N.V.", "PLC", "plc"}
)
_FUND_ENDS = frozenset({"ETF", "ETN", "Fund", "Trust"})
_LONGEST_FUND = 9  # words
_SHORT = 3  # letters: "IBM", "SK" and "BHP" begin names that go on in small letters
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+\Z")
_PARTICLES = frozenset({"de", "di", "du", "do", "da", "dos", "van", "von", "der", "la", "le"})  # "DuPont de Nemours"
_HEADS_OF = frozenset({"Bank", "House", "Department", "Bureau", "University", "Ministry"})
_Placed = TypeVar("_Placed")
_START = attrgetter("start")
COMPANY_KINDS = frozenset({"company", "stock"})  # as its name or ticker shows, and as the lexicon lists it
INSTRUMENT_KINDS = frozenset(
    {"index", "stock", "sector", "market", "future", "currency", "commodity", "bond", "crypto", "fund"}
)


@dataclass(slots=True)
class Mention:
    """A name where it stands: `text` is the slice `start:end`.

    `kind` is one of `INSTRUMENT_KINDS`, "indicator", "central_bank", "agency", "broker", "place", "company", or None
    for capitals of which nothing more is known. `id` is the lexicon's standard identifier, `canonical` its main name,
    and `ticker` the one printed behind the name, up to `ticker_end`.
    """

    text: str
    start: int
    end: int
    kind: str | None = None
    id: str | None = None
    canonical: str | None = None
    ticker: str | None = None
    ticker_end: int = 0

    @property
    def symbol(self) -> str | None:
        """The ticker without its exchange: "AMD" of "AMD.N" or "NYSE:AMD"."""
        return self.ticker.rpartition(":")[2].partition(".")[0] if self.ticker else None


@dataclass(frozen=True, slots=True)
class _Known:
    """A name of the lexicon, as its `printed` words."""

    kind: str
    id: str | None
    canonical: str
    printed: tuple[str, ...]
    any_case: bool


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The known names by their words in small letters; for each first word the lengths there are, the longest first,
    and the words that may come second."""

    names: Mapping[str, Sequence[_Known]]
    lengths: Mapping[str, Sequence[int]]
    seconds: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A word as printed, without its possessive ending (`bare`), and either in small letters (`inner`, `lower`).

    `opens` is False for a word with which no name can begin: in small letters, and the first of none in the lexicon.
    `shaped` tells whether it has the capitals of a name, and `excluded` whether the lexicon says that it is none.
    """

    printed: str
    bare: str
    inner: str
    lower: str
    opens: bool
    shaped: bool
    excluded: bool

    @property
    def possessive(self) -> bool:
        return self.bare != self.printed


class _Words:
    """The words of a text: how each is spelled and where it begins."""

    __slots__ = ("spelled", "starts", "text")

    def __init__(self, text: str) -> None:
        parts = _APART.split(text)  # what stands between the words, and every second time a word
        self.text = text
        self.spelled = list(map(_spelling, parts[1::2]))
        self.starts = list(accumulate(map(len, parts)))[0:-1:2]

    def __len__(self) -> int:
        return len(self.starts)

    def bare(self, k: int) -> str:
        return self.spelled[k].bare

    def end(self, k: int) -> int:
        return self.starts[k] + len(self.spelled[k].bare)

    def before(self, k: int) -> str:
        """What stands between word `k` and the one before it."""
        return self.text[self.end(k - 1) : self.starts[k]]

    def slice(self, first: int, last: int) -> tuple[str, int, int]:
        """The text of the words from `first` to `last`, where it begins, and where it ends."""
        start, end = self.starts[first], self.end(last)
        return self.text[start:end], start, end


def find_names(text: str) -> list[Mention]:
    """The names of a text in order, without overlaps."""
    words = _Words(text)
    known = _known()
    openings = [k for k, spelling in enumerate(words.spelled) if spelling.opens]
    fund_ends = [k for k in openings if words.spelled[k].bare in _FUND_ENDS]
    mentions: list[Mention] = []
    following = 0
    for i in openings:
        if i < following:
            continue
        spelling = words.spelled[i]
        looked_up = spelling.lower in known.lengths and not _is_qualified(words, i)
        mention, used = _known_at(words, i) if looked_up else (None, 1)
        if not spelling.bare.islower():
            if fund_ends:
                mention, used = _longer(_fund_at(words, i, fund_ends), (mention, used))
            if mention is None or _may_go_on(words, i + used, mention):
                mention, used = _longer(_capitals_at(words, i), (mention, used))
        if mention is not None and mention.kind in COMPANY_KINDS:
            mention, used = _with_legal_form(words, i, mention, used)
        following = i + used
        if mention is not None:
            mention = _with_ticker(text, mention)
            mentions.append(mention)
            while following < len(words) and words.starts[following] < mention.ticker_end:
                following += 1
    return mentions


def _may_go_on(words: _Words, k: int, mention: Mention) -> bool:
    """Whether a known name may be no more than the beginning of another: "China Mobile", "SPX Corp"."""
    if mention.kind == "place":
        return not words.spelled[k - 1].possessive
    priced = mention.kind in INSTRUMENT_KINDS - COMPANY_KINDS
    return priced and k < len(words) and words.bare(k) in _LEGAL_FORMS and words.before(k) == " "


def _with_legal_form(words: _Words, i: int, mention: Mention, used: int) -> tuple[Mention, int]:
    """A known company with the form behind its name: "McDonald's Corp"."""
    k = i + used
    if k >= len(words) or words.bare(k) not in _LEGAL_FORMS or words.before(k) not in (" ", ", ", "'s ", "’s "):
        return mention, used
    name, start, end = words.slice(i, k)
    return replace(mention, text=name, start=start, end=end), used + 1


def between(items: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Of items in the order of the text, those that begin in [start, end)."""
    first = bisect_left(items, start, key=_START)
    last = bisect_left(items, end, lo=first, key=_START)
    return items[first:last]


@lexicon.kept(1 << 15)  # words come again and again
def _spelling(printed: str) -> _Spelling:
    if printed[-1] == "." and not _keeps_point(printed):
        printed = printed[:-1]
    bare = without_possessive(printed)
    lower = plain(bare)
    opens = lower in _known().lengths or not bare.islower()
    shaped = opens and _SHAPE.match(bare) is not None
    return _Spelling(printed, bare, plain(printed), lower, opens, shaped, bare in _not_names())


def _keeps_point(word: str) -> bool:
    """Whether the point belongs to the word: "U.S." and "Corp.", not the end of a sentence."""
    return _INITIALS.match(word) is not None or word in _suffixes()


def _known_at(words: _Words, i: int) -> tuple[Mention | None, int]:
    """The longest name of the lexicon that begins at word `i`, and how many words it has."""
    names = _known().names
    for length in _lengths_at(words, i):
        run = words.spelled[i : i + length]
        key = " ".join([*[word.inner for word in run[:-1]], run[-1].lower])
        for known in names.get(key, ()):
            if _is_spelled(words, i, known):
                printed = words.slice(i, i + length - 1)
                return Mention(*printed, known.kind, known.id, known.canonical), length
    return None, 1


def _lengths_at(words: _Words, i: int) -> Sequence[int]:
    """How many words a name may have that begins at word `i`, the most first, so far as the next word tells."""
    lexicon_, first = _known(), words.spelled[i].lower
    lengths = lexicon_.lengths.get(first, ())
    if not lengths or lengths[0] == 1:
        return lengths
    second = words.spelled[i + 1] if i + 1 < len(words.spelled) else None
    seconds = lexicon_.seconds[first]
    if second is None or not (second.lower in seconds or second.inner in seconds):
        return lengths[-1:] if lengths[-1] == 1 else ()
    return [length for length in lengths if i + length <= len(words.spelled)]


def _is_spelled(words: _Words, i: int, known: _Known) -> bool:
    """Whether the capitals and the gaps are those of a name; in all capitals every name may be printed."""
    last = len(known.printed) - 1
    for k, printed in enumerate(known.printed):
        spelling = words.spelled[i + k]
        mine = spelling.bare if k == last else spelling.printed
        if not known.any_case and mine != printed and mine.replace("’", "'") != printed and not mine.isupper():
            return False
        if k < last and not _GAP.match(words.text[words.starts[i + k] + len(mine) : words.starts[i + k + 1]]):
            return False
    return True


def _longer(one: tuple[Mention | None, int], other: tuple[Mention | None, int]) -> tuple[Mention | None, int]:
    """The reading of more words: "China Mobile" rather than "China"."""
    return one if one[0] is not None and (other[0] is None or one[1] > other[1]) else other


def _fund_at(words: _Words, i: int, ends: Sequence[int]) -> tuple[Mention | None, int]:
    """A fund that begins at word `i`: capitals up to "ETF", "Fund" or "Trust" (one of `ends`), whatever they mean."""
    for stop in ends[bisect_left(ends, i + 1) : bisect_left(ends, i + _LONGEST_FUND)]:
        if not all(_joins_fund(words, i, k) for k in range(i, stop + 1)):
            break
        if stop + 1 == len(words) or words.bare(stop + 1) not in _suffixes():  # not "Meridian Trust Corp"
            return Mention(*words.slice(i, stop), "fund"), stop - i + 1
    return None, 1


def _joins_fund(words: _Words, i: int, k: int) -> bool:
    apart = k > i and words.before(k) not in (" ", " & ")
    return not apart and words.spelled[k].shaped and words.bare(k) not in ("The", "A", "An", "And", "Among")


def _capitals_at(words: _Words, i: int) -> tuple[Mention | None, int]:
    """A run of capitalised words from word `i`, as the name of a company or of something unknown, and its length."""
    first = words.bare(i)
    heads = first in _HEADS_OF and i + 1 < len(words) and words.bare(i + 1) == "of"
    if not words.spelled[i].shaped or (words.spelled[i].excluded and not heads) or _is_code(words, i):
        return None, 1
    if i + 2 < len(words) and words.spelled[i + 2].shaped and _describes(words.bare(i + 1)):
        return None, 1  # "Chip designer Ostara Micro"
    stop = i + 1
    while stop < len(words) and _continues(words, stop):
        stop += 1
    last = words.bare(stop - 1)
    if stop - i == 1 and (first in _not_names() or (first.istitle() and first.lower() in _common_words())):
        return None, 1  # "the Bank of the north", "Problems go beyond"
    if stop - i == 1 and _COMPOUND.match(first):
        return None, 1  # "First-quarter profit", "Same-store sales"
    if last.endswith(_JOINED):
        return None, stop - i  # "the San Francisco-based company"
    if stop - i == 1 and last.endswith("ed") and stop < len(words) and words.bare(stop) == "by":
        return None, 1  # "Boosted by a weaker yen"
    if stop - i > 1 + 1 and _BARE_TICKER.match(last) and words.bare(stop - 2) in _suffixes():  # "Salesforce, Inc. CRM"
        name = words.slice(i, stop - 2)
        return Mention(*name, "stock", ticker=last, ticker_end=words.end(stop - 1)), stop - i
    kind = "company" if last in _suffixes() and stop - i > 1 else None
    return Mention(*words.slice(i, stop - 1), kind), stop - i


def _is_qualified(words: _Words, i: int) -> bool:
    """Whether an exchange stands before word `i`, which makes it a code: "CURRENCYCOM:UK100"."""
    start = words.starts[i]
    return words.text[start - 1 : start] == ":" and words.text[start - 2 : start - 1].isalnum()


def _is_code(words: _Words, i: int) -> bool:
    """Whether word `i` is no name but a code: of a future, "CLF7", or one with its exchange, "NYSE:IBM"."""
    start, end = words.starts[i], words.end(i)
    qualified = words.text[start - 1 : start] == ":" or (
        words.text[end : end + 1] == ":" and words.text[end + 1 : end + 2].isalnum()
    )
    opened, closed = words.text[max(0, start - 2) : start].strip(), words.text[end : end + 2].strip()
    bracketed = opened.endswith("(") and closed.startswith(")")  # "abrdn (ABDN.L)"
    if (bracketed and _RIC.match(words.bare(i))) or _PERIOD.match(words.bare(i)):
        return True
    coded = (qualified and words.bare(i).isupper()) or words.text[end : end + 1] in ("=", "$")  # "JPY=", "S$1.17"
    return coded or _FUTURE.match(words.bare(i)) is not None


def _describes(word: str) -> bool:
    """Whether a word says what kind of company the name behind it is of."""
    return word in _descriptors() or word.endswith("maker")


def _continues(words: _Words, k: int) -> bool:
    """Whether word `k` belongs to the run of capitals before it."""
    if words.bare(k - 1).endswith(_JOINED) or _ends_heading(words, k):
        return False
    word = words.bare(k)
    if words.spelled[k - 1].possessive:
        return word in _LEGAL_FORMS and words.before(k) in ("'s ", "’s ")  # "McDonald's Corp", not "Tesla's Model"
    if words.before(k) not in (" ", " & ", "\u00a0"):
        return words.before(k) == ", " and word in _LEGAL_FORMS
    if word in _PARTICLES:
        return k + 1 < len(words) and words.spelled[k + 1].shaped and words.before(k + 1) == " "
    if word == "of":
        return words.bare(k - 1) in _HEADS_OF and k + 1 < len(words) and words.spelled[k + 1].shaped
    if word in _suffixes():
        return True
    if not words.spelled[k].shaped or words.spelled[k].excluded:
        return False
    known = _known_at(words, k)[0]
    if known is None:
        return True
    generic = known.kind == "commodity" and known.canonical is not None and known.canonical.islower()
    return generic and not known.text.islower()  # "Barrick Gold", "U.S. Steel", but not "London Brent"


def _ends_heading(words: _Words, k: int) -> bool:
    """Whether two words in capitals before word `k` are a heading: "DEBT WORRIES Gold rose"."""
    if k < 2 or words.bare(k).isupper():  # noqa: PLR2004 - two words
        return False
    return all(len(word) > _SHORT and word.isupper() for word in (words.bare(k - 1), words.bare(k - 2)))


def _with_ticker(text: str, mention: Mention) -> Mention:
    match = _TICKER.match(text, mention.end) if mention.ticker is None else None
    if match is None:
        return _with_own_symbol(text, mention)
    ticker = next(group for group in match.groups() if group is not None).replace(" ", "")
    kind = mention.kind if mention.kind not in (None, "company") else "stock"
    return Mention(mention.text, mention.start, mention.end, kind, mention.id, mention.canonical, ticker, match.end())


def _with_own_symbol(text: str, mention: Mention) -> Mention:
    """The symbol that the lexicon has for a name, printed bare behind it: "the CAC 40 FCHI"."""
    symbol = (mention.id or "").strip("^") if mention.ticker is None else ""
    end = mention.end + 1 + len(symbol)
    if not symbol or text[mention.end : end] != f" {symbol}" or text[end : end + 1].isalnum():
        return mention
    return replace(mention, ticker=symbol, ticker_end=end)


@lexicon.derived
def _suffixes() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("company_suffixes") for word in row[0].split())


@lexicon.derived
def _descriptors() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("descriptors") for word in row[0].split())


@lexicon.derived
def _not_names() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("not_names") for word in row[0].split())


@lexicon.derived
def _common_words() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("common_words") for word in row[0].split())


@lexicon.derived
def _known() -> _Lexicon:
    names: dict[str, list[_Known]] = {}
    lengths: dict[str, set[int]] = {}
    seconds: dict[str, set[str]] = {}
    for known in _entries():
        words = [word.lower() for word in known.printed]
        names.setdefault(" ".join(words), []).append(known)
        first = without_possessive(words[0])
        lengths.setdefault(first, set()).add(len(words))
        seconds.setdefault(first, set()).update(words[1:2])
    return _Lexicon(
        names,
        {word: sorted(found, reverse=True) for word, found in lengths.items()},
        {word: frozenset(found) for word, found in seconds.items()},
    )


def _entries() -> Iterator[_Known]:
    for name, kind, identifier, others in lexicon.rows("instruments"):
        yield from _spelled(kind, identifier, name, others)
    for name, kind, identifier, others in lexicon.rows("institutions"):
        yield from _spelled(kind, identifier, name, others)
    for name, _unit, others in lexicon.rows("indicators"):
        yield from _spelled("indicator", "-", name, others, any_case=True)
    for name, others in lexicon.rows("places"):
        yield from _spelled("place", "-", name, others)


def _spelled(kind: str, identifier: str, name: str, others: str, *, any_case: bool = False) -> Iterator[_Known]:
    for spelling in [name, *others.split(";")]:
        printed = tuple(word[0] for word in _WORD.finditer(spelling))
        if printed:
            known_id = None if identifier == "-" else identifier
            yield _Known(kind, known_id, name, printed, any_case or spelling.strip()[0].islower())
