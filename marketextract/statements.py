"""What the text says of each of its numbers: whose it is, which way it went, and what it measures.

Goes in: an article. Comes out: its numbers, its names, and one `Statement` for each number that a sentence ties to a
subject. The validator checks claims against these statements and the built-in reader makes claims from them: there is
no second reading of a text. A single sentence is read in `clauses`; here its words like "the stock" and "it" are given
the names that they may stand for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from marketextract import names
from marketextract.clauses import Movement, Statement, read_clauses
from marketextract.matching import identity, words_of
from marketextract.names import Mention
from marketextract.phrases import Phrase, phrases, references
from marketextract.quantities import NonQuantity, Quantity, read_numbers
from marketextract.subjects import is_priceless
from marketextract.topic import topic
from marketextract.words import in_set, names_movement, tokens

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from marketextract.article import Article, Sentence

    _Found = Quantity | NonQuantity | Mention

_Item = TypeVar("_Item", Mention, NonQuantity)
_START = attrgetter("start")
_DATELINE = re.compile(r"[A-Z][A-Z /.,'\-]{2,60}(?:, [A-Z][a-z]{2,8}\.? \d{1,2})? \([A-Z][\w ]{1,20}\) ?[-–—]+ ")
_OF_COMPANIES = frozenset({"shares", "share", "stock", "stocks", "company", "firm", "bank", "group"})
_LOOK_BACK = 3  # sentences in which the bearer of "the stock" is looked for
_PARAGRAPH = 12  # sentences of a paragraph
_LOOK_BACK_STATEMENTS = 12
_NAMES = 60  # the nearest names that a reference may stand for

__all__ = ["Analysis", "Movement", "Statement", "analyse"]


@dataclass(frozen=True)
class Analysis:
    """Everything that was read in an article: its numbers and names, what is said of the numbers, and what moved.

    `topic` is the first mention of the company that it is about, or None.
    """

    numbers: tuple[Quantity | NonQuantity, ...]
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    topic: Mention | None
    _article: Article
    _told: tuple[Movement, ...]
    _unread: tuple[tuple[Sentence, tuple[_Found, ...]], ...]  # the sentences without a quantity, with what is in them
    _moved: dict[int, list[Movement]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers that are quantities."""
        return tuple(number for number in self.numbers if isinstance(number, Quantity))

    @property
    def text(self) -> str:
        """The text of the article."""
        return self._article.text

    def movements(self, sentences: Container[int]) -> list[Movement]:
        """What moved in the sentences of these numbers, with or without a number, in the order of the text."""
        told = [movement for movement in self._told if movement.sentence in sentences]
        for sentence, inside in self._unread:
            if sentence.number in sentences:
                told += self._moved_in(sentence, inside)
        return sorted(told, key=lambda movement: movement.sentence)

    def _moved_in(self, sentence: Sentence, inside: Sequence[_Found]) -> list[Movement]:
        """The movements of a sentence without a quantity, which is read when it is first asked for."""
        if sentence.number not in self._moved:
            told = names_movement(sentence.text)
            self._moved[sentence.number] = _read(self._article, sentence, inside)[1] if told else []
        return self._moved[sentence.number]

    @property
    def without_numbers(self) -> Iterator[tuple[Sentence, Sequence[Mention]]]:
        """The sentences that state no quantity, with the names in them."""
        for sentence, inside in self._unread:
            yield sentence, [item for item in inside if isinstance(item, Mention)]

    def of(self, quantity: Quantity) -> list[Statement]:
        """The statements about one quantity."""
        return self._by_start.get(quantity.start, [])

    def in_sentence(self, number: int) -> list[Statement]:
        """The statements of the sentence with this number."""
        return self._by_sentence.get(number, [])

    @cached_property
    def _by_sentence(self) -> dict[int, list[Statement]]:
        by_sentence: dict[int, list[Statement]] = {}
        for statement in self.statements:
            by_sentence.setdefault(statement.sentence, []).append(statement)
        return by_sentence

    def called(self, name: str) -> list[Mention]:
        """The mentions of what this name is a name of, in order."""
        known = identity(name)
        same = self._by_name.get(words_of(name), []) + (self._by_name.get(known, []) if known is not None else [])
        return sorted({mention.start: mention for mention in same}.values(), key=_START)

    @cached_property
    def _by_name(self) -> dict[frozenset[str] | str, list[Mention]]:
        by_name: dict[frozenset[str] | str, list[Mention]] = {}
        for mention in self.mentions:
            by_name.setdefault(words_of(mention.text), []).append(mention)
            if mention.id is not None:
                by_name.setdefault(mention.id, []).append(mention)
        return by_name

    @cached_property
    def _by_start(self) -> dict[int, list[Statement]]:
        by_start: dict[int, list[Statement]] = {}
        for statement in self.statements:
            by_start.setdefault(statement.quantity.start, []).append(statement)
        return by_start


def analyse(article: Article) -> Analysis:
    """Read an article."""
    numbers = read_numbers(article.text)
    printed = names.find_names(article.text)
    found = _merged(numbers, printed)
    apart = {item.start for item in found if isinstance(item, Mention)}
    dateline = _DATELINE.match(article.text)
    body = dateline.end() if dateline is not None else 0  # where "SEATTLE (Reuters) - " ends
    mentions = [  # "Rs" before a number is no name
        m for m in printed if m.start >= body and (m.canonical is not None or m.start in apart)
    ]
    about = topic(mentions, article.text)
    starts = [item.start for item in found]
    statements: list[Statement] = []
    movements: list[Movement] = []
    unread = []
    for sentence in article.sentences:
        inside = found[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        if any(isinstance(item, Quantity) for item in inside):
            told, moved = _read(article, sentence, inside)
            statements += told
            movements += moved
        elif inside:
            unread.append((sentence, tuple(inside)))
    begins = [sentence.start for sentence in article.sentences]
    for k, statement in enumerate(statements):
        kinds = _reference_kinds(statement)
        if kinds is not None:
            if _of_companies(statement, article, mentions):
                kinds = names.COMPANY_KINDS
            earlier = statements[max(0, k - _LOOK_BACK_STATEMENTS) : k]
            nearest = _antecedents(statement, kinds, article, begins, mentions, earlier)
            if about is not None and (not kinds or "company" in kinds) and about.start < statement.quantity.start:
                nearest = _with_topic(nearest, about, begins[statement.sentence - 1], earlier)
            statement.antecedents = nearest
    return Analysis(tuple(numbers), tuple(mentions), tuple(statements), about, article, tuple(movements), tuple(unread))


def _of_companies(statement: Statement, article: Article, mentions: Sequence[Mention]) -> bool:
    """Whether mere "shares" are those of a company that the sentence names before: "X lost sales, and shares fell"."""
    if not all(subject.lower == "shares" for subject in statement.subjects):
        return False
    start = article.sentences[statement.sentence - 1].start
    before = names.between(mentions, start, min((s.start for s in statement.subjects), default=start))
    kinds = {mention.kind for mention in before}
    return not kinds.isdisjoint(names.COMPANY_KINDS) and kinds.isdisjoint({"index", "market"})


def _with_topic(
    nearest: tuple[Mention, ...], about: Mention, here: int, earlier: Sequence[Statement]
) -> tuple[Mention, ...]:
    """The antecedents with the company of the article among them.

    "The shares" are likelier its own than those of any name nearby, except of a company of the same sentence, which
    begins at `here`, and of those that the last sentence with numbers tells of.
    """
    last = [other for other in earlier if other.sentence == earlier[-1].sentence]
    told = {mention.start for other in last for subject in other.subjects for mention in subject.mentions}
    first = [m for m in nearest if m.start in told or (m.start >= here and m.kind in names.COMPANY_KINDS)]
    return (*first, about, *(mention for mention in nearest if mention not in first))


def _read(article: Article, sentence: Sentence, inside: Sequence[_Found]) -> tuple[list[Statement], list[Movement]]:
    words = tokens(article.text, sentence.start, sentence.end, inside)
    return read_clauses(phrases(words), sentence.number)


def _antecedents(  # noqa: PLR0913, PLR0917 - what was read of the whole article so far
    statement: Statement,
    kinds: frozenset[str],
    article: Article,
    begins: list[int],
    mentions: list[Mention],
    earlier: list[Statement],
) -> tuple[Mention, ...]:
    """The names of these kinds (empty: any) that the subject may stand for, the likeliest first."""
    first = _first_sentence(statement, article, of_company="company" in kinds)
    stop = min((subject.start for subject in statement.subjects), default=statement.quantity.start)
    near = names.between(mentions, article.sentences[first].start, stop)[-_NAMES:]
    fitting = [mention for mention in near if not kinds or _bearer_kind(mention) in kinds]
    nearest_first = sorted(fitting, key=lambda mention: (-bisect_left(begins, mention.start + 1), mention.start))
    if "company" in kinds:
        nearest_first = _about_first(nearest_first)
    here = article.sentences[statement.sentence - 1].start
    told = {
        m.start for other in earlier if other.sentence == statement.sentence for s in other.subjects for m in s.mentions
    }
    inside = sorted((mention for mention in nearest_first if mention.start >= here), key=lambda m: m.start not in told)
    before = [mention for mention in nearest_first if mention.start < here]
    return (*inside, *_same_head(statement, article, earlier), *before)


def _about_first(mentions: list[Mention]) -> list[Mention]:
    """The mentions with those of the company that they speak of more often than of any other at their head."""
    companies = [mention for mention in mentions if _bearer_kind(mention) in names.COMPANY_KINDS]
    counted = Counter(words_of(mention.text) for mention in companies).most_common(2)
    if not counted or counted[0][1] == counted[-1][1]:
        return mentions
    return sorted(mentions, key=lambda mention: words_of(mention.text) != counted[0][0])


def _first_sentence(statement: Statement, article: Article, *, of_company: bool) -> int:
    """The index of the first sentence that may name the bearer: for a company the first of its paragraph."""
    here = statement.sentence - 1
    first = max(0, here - _LOOK_BACK)
    if of_company:
        earliest = max(0, here - _PARAGRAPH)
        while (
            first > earliest
            and "\n" not in article.text[article.sentences[first - 1].end : article.sentences[first].start]
        ):
            first -= 1
    return first


def _same_head(statement: Statement, article: Article, earlier: list[Statement]) -> list[Mention]:
    """ "the yield" stands for the last subject that was a yield, or that has one."""
    heads = {subject.head for subject in statement.subjects} - _OF_COMPANIES
    if heads & in_set("pronoun"):  # "its yield fell. It ..." may go on about any subject
        last = next((other for other in reversed(earlier) if other.sentence < statement.sentence), None)
        if last is None or not last.subjects:
            return []
        if last.subjects[0].reference:
            return list(last.antecedents[:1]) if last.sentence == statement.sentence - 1 else []
        return [_as_mention(last.subjects[0], article.text)]
    if heads & {"yield", "yields"}:
        heads |= in_set("bond_noun")
    phrases = [part for other in reversed(earlier) for phrase in other.subjects for part in (phrase, *phrase.of)]
    fitting = [phrase for phrase in phrases if phrase.head in heads and not phrase.reference]
    return [_as_mention(phrase, article.text) for phrase in fitting[:1]]


def _as_mention(phrase: Phrase, text: str) -> Mention:
    kind = phrase.mentions[-1].kind if phrase.mentions else None
    return Mention(text[phrase.start : phrase.end], phrase.start, phrase.end, kind)


def _is_owned_by_reference(phrase: Phrase) -> bool:
    return phrase.owner is not None and phrase.owner.reference


def _bearer_kind(mention: Mention) -> str:
    return "company" if mention.kind in (None, "broker") else mention.kind


def _reference_kinds(statement: Statement) -> frozenset[str] | None:
    """The kinds that the subject may stand for (empty: any), or None when it names its bearer itself."""
    if all(is_priceless(subject) for subject in statement.subjects):
        return frozenset()
    for subject in statement.subjects:
        if any(part.named for part in subject.of):
            continue
        parts = [subject, *(part for part in subject.of if part.determined or part.owner is not None)]
        open_ = not subject.named or subject.reference  # "its U.S. stock": only the place is named
        if open_ and any(part.reference or _is_owned_by_reference(part) for part in parts):
            if _is_owned_by_reference(subject) or any(part.reference and part.determined for part in subject.of):
                return names.COMPANY_KINDS  # "the manufacturer's shares", "shares of the manufacturer"
            kinds = references().get(subject.lower) or references().get(f"the {subject.head}", frozenset())
            return kinds | {"company"} if "stock" in kinds else kinds
    return None


def _merged(
    numbers: Sequence[Quantity | NonQuantity], mentions: Sequence[Mention]
) -> list[Quantity | NonQuantity | Mention]:
    """Numbers and names in one order, without overlaps.

    A name of the lexicon wins over a number in it, any other number over a mere run of capitals ("0648 GMT"), and that
    over a number that is part of a name.
    """
    known = [mention for mention in mentions if mention.canonical is not None]
    quantities = [n for n in numbers if isinstance(n, Quantity) and not _inside_a_name(n, known)]
    taken: list[Quantity | NonQuantity | Mention] = [*quantities, *_free(known, quantities)]
    dated = [n for n in numbers if isinstance(n, NonQuantity) and n.kind != "name"]
    taken += _free(dated, taken)
    taken += _free([mention for mention in mentions if mention.canonical is None], taken)
    taken += _free([n for n in numbers if isinstance(n, NonQuantity) and n.kind == "name"], taken)
    return sorted(taken, key=_START)


def _inside_a_name(quantity: Quantity, known: Sequence[Mention]) -> bool:
    """Whether a name of the lexicon holds the number: "50" in "S&P/NZX 50"."""
    at = bisect_left(known, quantity.start + 1, key=_START) - 1 if known else -1
    if at < 0:
        return False
    return quantity.end <= known[at].end or known[at].start < quantity.start < known[at].end


def _free(items: Sequence[_Item], taken: Iterable[Quantity | NonQuantity | Mention]) -> list[_Item]:
    """The items that overlap nothing that is taken."""
    if not items:
        return []
    ordered = sorted(taken, key=_START)
    ends = [_extent(item) for item in ordered]
    kept = []
    for item in items:
        at = bisect_left(ends, item.start + 1)
        if at == len(ordered) or ordered[at].start >= item.end:
            kept.append(item)
    return kept


def _extent(item: Quantity | NonQuantity | Mention) -> int:
    """Where an item ends, with the ticker that is printed behind a name."""
    return max(item.end, item.ticker_end) if isinstance(item, Mention) else item.end
