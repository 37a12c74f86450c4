"""What the text says of each of its numbers: whose it is, which way it went, and what it measures.

Goes in: an article with its numbers and names. Comes out: one `Statement` for each number that a sentence ties to a
subject, with the words that say so. The validator checks claims against these statements and the built-in reader makes
claims from them: there is no second reading of a sentence.

A sentence is read once from left to right. A clause has a group of subjects and, after them, a predicate: a movement
("fell"), a verb of level ("closed at") or another verb. A number belongs to the predicate it stands in. The next clause
begins at a new subject that has a predicate of its own; one without a verb of its own repeats the verb before it
("the Dow fell 1% and the S&P 500 0.8%").
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

from marketextract import lexicon, names
from marketextract.names import Mention
from marketextract.phrases import Phrase, carriers, extreme_directions, extremes, phrases, references
from marketextract.quantities import NonQuantity, Quantity, read_numbers
from marketextract.words import in_set, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from marketextract.article import Article, Sentence

_Item = TypeVar("_Item", "Mention", "NonQuantity")
Role = Literal["change", "level", "previous", "expected", "distance", "value"]

DURATIONS = frozenset({"second", "minute", "hour", "day", "week", "month", "quarter", "year", "session", "decade"})
_PREDICATE = frozenset({"move", "state", "copula", "level", "modal", "verb", "cause", "negation"})
_OWNING = frozenset({"in", "for", "of", "by", "on"})
_BEING = frozenset({"is", "are", "was", "were", "be", "been"})
_PRONOUNS = frozenset({"it", "they", "he", "she"})
_LISTING = frozenset({"including", "such as", "like", "led by", "followed by", "helped by", "alongside", "along with"})
_RELATIVE_UNITS = frozenset({"percent", "basis_point", "percentage_point"})
_LOOK_BACK = 3  # sentences in which the bearer of "the stock" is looked for
_LOOK_BACK_STATEMENTS = 12
_AWAY = frozenset({"below", "above", "from", "off", "short of", "away from"})


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence says of one number.

    `subjects` are the noun phrases that the number belongs to (several share it in "X and Y surged 7%"); it is empty
    where the sentence names none. `direction` is that of the movement, or None where there is none; `word` is the
    movement or verb that says so. `role` is "value" where the predicate is neither a movement nor a level.
    `hypothetical` marks what is only expected or possible. `certain` is False where the subject was guessed.
    `antecedents` are the names that a subject like "the stock" may stand for: those of the nearest sentence first, and
    in a sentence the first name first, since it is the one that the sentence is about. `before` and `after` are
    the nouns right before and behind the number ("a dividend of 5 cents", "a 10% tariff"), and `objects` the noun
    phrases behind it, up to the next number or clause.
    """

    quantity: Quantity
    sentence: int
    subjects: tuple[Phrase, ...]
    direction: str | None
    role: Role
    word: Phrase | None = None
    hypothetical: bool = False
    certain: bool = True
    antecedents: tuple[Mention, ...] = ()
    before: str = ""
    after: str = ""
    objects: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """Everything that was read in an article: its numbers, its names, and the statements about the numbers."""

    numbers: tuple[Quantity | NonQuantity, ...]
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers that are quantities."""
        return tuple(number for number in self.numbers if isinstance(number, Quantity))

    def of(self, quantity: Quantity) -> list[Statement]:
        """The statements about one quantity."""
        return self._by_start.get(quantity.start, [])

    @cached_property
    def _by_start(self) -> dict[int, list[Statement]]:
        by_start: dict[int, list[Statement]] = {}
        for statement in self.statements:
            by_start.setdefault(statement.quantity.start, []).append(statement)
        return by_start


@lru_cache(maxsize=8)  # the built-in reader and the validator read the same article one after the other
def analyse(article: Article) -> Analysis:
    """Read an article."""
    numbers = read_numbers(article.text)
    mentions = names.find_names(article.text)
    found = _merged(numbers, mentions)
    starts = [item.start for item in found]
    statements: list[Statement] = []
    for sentence in article.sentences:
        inside = found[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        if any(isinstance(item, Quantity) for item in inside):
            statements.extend(read_sentence(article.text, sentence, inside))
    resolved = [
        _with_antecedents(statement, article, mentions, statements[max(0, k - _LOOK_BACK_STATEMENTS) : k])
        for k, statement in enumerate(statements)
    ]
    return Analysis(tuple(numbers), tuple(mentions), tuple(resolved))


def _with_antecedents(
    statement: Statement, article: Article, mentions: list[Mention], earlier: list[Statement]
) -> Statement:
    """Add the names that the statement's subject may stand for, from the sentences before it."""
    kinds = _reference_kinds(statement)
    if kinds is None:
        return statement
    first = max(0, statement.sentence - 1 - _LOOK_BACK)
    stop = min((subject.start for subject in statement.subjects), default=statement.quantity.start)
    near = names.between(mentions, article.sentences[first].start, stop)
    fitting = [mention for mention in near if not kinds or _bearer_kind(mention) in kinds]
    starts = [sentence.start for sentence in article.sentences]
    nearest_first = sorted(fitting, key=lambda mention: (-bisect_left(starts, mention.start + 1), mention.start))
    here = article.sentences[statement.sentence - 1].start
    inside = [mention for mention in nearest_first if mention.start >= here]
    before = [mention for mention in nearest_first if mention.start < here]
    return replace(statement, antecedents=(*inside, *_same_head(statement, article, earlier), *before))


def _same_head(statement: Statement, article: Article, earlier: list[Statement]) -> list[Mention]:
    """ "the yield" stands for the last subject that was a yield."""
    heads = {subject.head for subject in statement.subjects}
    phrases = [phrase for other in reversed(earlier) for phrase in other.subjects]
    fitting = [phrase for phrase in phrases if phrase.head in heads and not phrase.reference]
    return [Mention(article.text[p.start : p.end], p.start, p.end) for p in fitting[:1]]


def _is_owned_by_reference(phrase: Phrase) -> bool:
    return phrase.owner is not None and phrase.owner.reference


def _bearer_kind(mention: Mention) -> str:
    return "company" if mention.kind in (None, "broker") else mention.kind


def _reference_kinds(statement: Statement) -> frozenset[str] | None:
    """The kinds that the subject may stand for (empty: any), or None when it names its bearer itself."""
    if not statement.subjects:
        return frozenset()
    for subject in statement.subjects:
        parts = [subject, *(part for part in subject.of if part.determined)]
        if not subject.named and any(part.reference or _is_owned_by_reference(part) for part in parts):
            kinds = references().get(subject.lower, frozenset())
            return kinds | {"company"} if "stock" in kinds else kinds
    return None


def read_sentence(text: str, sentence: Sentence, found: Sequence[Quantity | NonQuantity | Mention]) -> list[Statement]:
    """The statements of one sentence, in the order of their numbers; `found` are the numbers and names in it."""
    return _Reader(phrases(tokens(text, sentence.start, sentence.end, found)), sentence.number).read()


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
    return sorted(taken, key=lambda item: item.start)


def _inside_a_name(quantity: Quantity, known: Sequence[Mention]) -> bool:
    """Whether a name of the lexicon holds the number: "50" in "S&P/NZX 50"."""
    at = bisect_left(known, quantity.start + 1, key=lambda mention: mention.start) - 1
    if at < 0:
        return False
    return quantity.end <= known[at].end or known[at].start < quantity.start < known[at].end


def _free(items: Sequence[_Item], taken: Iterable[Quantity | NonQuantity | Mention]) -> list[_Item]:
    """The items that overlap nothing that is taken."""
    ordered = sorted(taken, key=lambda item: item.start)
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


@dataclass(slots=True)
class _Clause:
    """The clause that is being read."""

    group: list[Phrase] = field(default_factory=list)
    move: Phrase | None = None
    verb: Phrase | None = None
    begun: bool = False  # whether the predicate has begun
    hypothetical: bool = False
    first: int = 0  # the number of statements made before it
    inherited: Phrase | None = None  # the movement that a clause without a verb repeats


class _Reader:
    """Reads the phrases of one sentence, from left to right."""

    def __init__(self, sentence: list[Phrase], number: int) -> None:
        self.phrases = sentence
        self.number = number
        self.clause = _Clause()
        self.outer: list[_Clause] = []
        self.earlier: list[Phrase] = []
        self.deferred: list[int] = []
        self.statements: list[Statement] = []
        self.open_of: Phrase | None = None
        self.last_noun: Phrase | None = None
        self.suspended: list[Phrase] = []
        self.respective = False
        self.bracketed: Phrase | None = None  # the movement in the last brackets, for a list of them

    def read(self) -> list[Statement]:
        handlers = {
            "noun": self._noun, "quantity": self._quantity, "move": self._move, "state": self._move,
            "nominal": self._nominal, "cause": self._cause, "level": self._verb, "verb": self._verb,
            "copula": self._verb, "modal": self._modal, "subordinator": self._boundary, "temporal": self._boundary, "semicolon": self._boundary,
            "colon": self._boundary, "relative": self._relative, "open": self._open, "close": self._close,
            "respectively": self._respectively,
        }  # fmt: skip
        for i, phrase in enumerate(self.phrases):
            handler = handlers.get(phrase.kind)
            if handler is not None:
                handler(i, phrase)
        self._flush_deferred(self.clause.group, self.clause.move)
        if self.respective:
            self._pair(len(self.statements))
        self._fill_forward()
        self._compare_levels()
        return sorted(self.statements, key=lambda statement: statement.quantity.start)

    # -- looking around ----------------------------------------------------------------------------------------------

    def _kind(self, i: int) -> str:
        return self.phrases[i].kind if 0 <= i < len(self.phrases) else ""

    def _lower(self, i: int) -> str:
        return self.phrases[i].lower if 0 <= i < len(self.phrases) else ""

    def _predicated(self, i: int, *, past_commas: bool = True) -> bool:
        """Whether the noun phrase at `i` has a predicate of its own."""
        depth = 0
        for k in range(i + 1, min(i + 14, len(self.phrases))):
            kind = self._kind(k)
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth -= 1
            elif (
                kind == "preposition"
                and k == i + 1
                and past_commas
                and self._lower(k) in ("at", "to")
                and self._kind(k + 1) == "quantity"
            ):
                return True  # "and the franc at 0.93"
            elif k == i + 1 and past_commas and self._lower(k) == "to" and self._leads_to_extreme(k + 1):
                return True  # "and the Aussie to a five-year low of $0.61"
            elif kind == "conjunction" and not past_commas and not self._coordinates(k):
                return False
            elif self._lower(k) == "to" and self._kind(k + 1) in _PREDICATE:
                return False  # an infinitive goes on with the clause before
            elif kind == "comma" and not past_commas and depth == 0:
                return False
            elif depth > 0 or kind in ("preposition", "noun", "comma", "conjunction", "slash", "dash"):
                if kind == "noun" and self._kind(k - 1) == "noun":
                    return False
                continue
            elif kind == "quantity":
                return k == i + 1 or self._kind(k - 1) == "comma" and k == i + 2
            elif kind == "nominal":
                return False
            else:
                return kind in _PREDICATE or kind == "relative"
        return False

    def _leads_to_extreme(self, k: int) -> bool:
        return self._kind(k) == "noun" and self.phrases[k].head in extremes() and self._kind(k + 2) == "quantity"

    def _coordinates(self, k: int) -> bool:
        """Whether the conjunction at `k`, behind an object, joins another noun phrase to it: "said X and Y rose"."""
        verb = self.clause.verb
        reported = verb is not None and verb.lower in in_set("reporting")
        return reported and self._kind(k + 1) == "noun" and self._lower(k + 1) not in _PRONOUNS

    # -- noun phrases ------------------------------------------------------------------------------------------------

    def _noun(self, i: int, phrase: Phrase) -> None:
        previous = self._kind(i - 1)
        if self._qualifies_number(i, phrase) or self._is_no_subject(i, phrase):
            return
        if previous == "preposition":
            self._after_preposition(i, phrase)
        elif previous in ("conjunction", "comma", "slash", "dash"):
            self._joined(i, phrase)
        elif not self.clause.begun:
            self._begin_group(phrase)
        elif previous == "copula" and (not self.clause.group or self.clause.group[-1].head in in_set("mover_noun")):
            self._new_clause([phrase])  # "among the losers were X, down 4%"
        elif previous == "cause":
            self._new_clause([phrase], inherited=self.clause.move)
        elif self._predicated(i, past_commas=False) and not self._moves_along(i):
            self._new_clause([phrase])
        elif self._lower(i - 1) in in_set("expecting") and self._lower(i + 1) == "to" and self._kind(i + 2) == "move":
            self._new_clause([phrase], hypothetical=True)  # "expect core CPI to increase"
        self.last_noun = phrase

    def _moves_along(self, i: int) -> bool:
        """ "followed the S&P 500 lower, falling 0.9%": the object of a verb, with a state but without a number."""
        return self._kind(i - 1) == "verb" and self._kind(i + 1) == "state" and self._kind(i + 2) != "quantity"

    def _qualifies_number(self, i: int, phrase: Phrase) -> bool:
        """ "to a record 45,055.38", "an upwardly revised 0.5% gain": the noun phrase only describes the number."""
        if self._kind(i + 1) == "quantity" and phrase.lower.startswith(("a ", "an ")) and not phrase.named:
            return True
        return (
            self._kind(i + 1) == "quantity"
            and not phrase.named
            and self.clause.begun
            and self._kind(i - 1) in ("preposition", "move", "level", "verb", "state", "copula", "quantity")
        )

    def _is_no_subject(self, i: int, phrase: Phrase) -> bool:
        """ "near a two-month low", "the $26,000 ceiling": a noun phrase that nothing can be said of."""
        if phrase.named:
            return False
        measured = self._kind(i - 1) == "quantity" and self.clause.begun and not phrase.determined
        return measured or phrase.head in extremes()

    def _after_preposition(self, i: int, phrase: Phrase) -> None:
        preposition = self._lower(i - 1)
        clause = self.clause
        owner = clause.group[-1] if clause.group and not clause.begun else None
        if owner is not None and owner.head in carriers() and preposition in ("of", "on", "in", "for", "from", "at"):
            owner.of.append(phrase)
            self.open_of = owner
        elif (preposition == "with" and self._predicated(i, past_commas=not self.suspended)) or self._acts(i):
            self._new_clause([phrase], hypothetical=clause.hypothetical)
        elif preposition in _LISTING:
            self._new_clause([phrase])
        elif owner is None and not clause.begun and not clause.group and preposition in ("among", "of"):
            return

    def _acts(self, i: int) -> bool:
        """ "by OpenAI announcing a $500 billion venture": a participle right behind the noun phrase."""
        following = self.phrases[i + 1] if i + 1 < len(self.phrases) else None
        return following is not None and following.kind in ("move", "verb", "cause") and following.lower.endswith("ing")

    def _joined(self, i: int, phrase: Phrase) -> None:
        clause = self.clause
        if not clause.begun:
            if self.open_of is not None and self._kind(i - 1) != "dash" and not self._restarts(i):
                self.open_of.of.append(phrase)
            elif clause.group and self._is_apposition(i, phrase):
                clause.group[-1].of.append(phrase)
            elif clause.group and self._kind(i - 1) == "dash":
                clause.group[-1].of.append(phrase)
            else:
                clause.group.append(phrase)
            return
        if self._predicated(i, past_commas=not self.suspended):
            elliptic = self._is_elliptic(i)
            self._new_clause([phrase], inherited=clause.move or clause.inherited if elliptic else None)
            self.clause.verb = clause.verb if elliptic else None

    def _is_elliptic(self, i: int) -> bool:
        """Whether the subject at `i` repeats the verb before it: "and the Dow 0.5%", "and the franc at 0.93"."""
        if self._kind(i + 1) == "preposition":
            return self._kind(i + 2) == "quantity" or self._leads_to_extreme(i + 2)
        return self._kind(i + 1) == "quantity"

    def _restarts(self, i: int) -> bool:
        """Whether a noun phrase after "shares of X and ..." is a new subject rather than another owner."""
        return self.phrases[i].determined and self._kind(i - 1) == "comma"

    def _is_apposition(self, i: int, phrase: Phrase) -> bool:
        """ "Brent crude, the international standard, rose", "the broader gauge, Topix, fell"."""
        if self._kind(i - 1) != "comma":
            return False
        closes = self._kind(i + 1) in ("comma", "preposition", "relative") or self._kind(i + 1) in _PREDICATE
        before = self.clause.group[-1]
        if not phrase.named:
            return closes and (phrase.determined or phrase.owner is not None or before.named)
        return closes and _is_title(before) and len(self.clause.group) == 1

    def _begin_group(self, phrase: Phrase) -> None:
        if self.clause.group and not phrase.named:
            self.clause.group[-1].of.append(phrase)
        else:
            self.clause.group = [phrase]

    def _new_clause(self, group: list[Phrase], *, inherited: Phrase | None = None, hypothetical: bool = False) -> None:
        self._flush_deferred(self.clause.group, self.clause.move)
        if self.clause.group:
            self.earlier = self.clause.group
        self.clause = _Clause(group=group, inherited=inherited, hypothetical=hypothetical, first=len(self.statements))
        self.open_of = None

    # -- boundaries --------------------------------------------------------------------------------------------------

    def _boundary(self, i: int, phrase: Phrase) -> None:
        if phrase.kind == "temporal" and not self._opens_clause(i):
            return
        inherited = self.clause.move if phrase.kind in ("semicolon", "colon") else None
        self._new_clause([], inherited=inherited, hypothetical=phrase.lower in ("if", "unless"))

    def _opens_clause(self, i: int) -> bool:
        """Whether a clause follows the subordinator at `i`: "after it fell", not "after a holiday"."""
        k = i + 1
        if self._kind(k) == "noun":
            return self._predicated(k, past_commas=False)
        return self._kind(k) != "quantity"

    def _relative(self, _i: int, _phrase: Phrase) -> None:
        antecedent = self.clause.group if not self.clause.begun and self.clause.group else None
        if antecedent is not None:
            self.suspended = antecedent
        if antecedent is None and self.last_noun is not None:
            antecedent = [self.last_noun]
        self._new_clause(antecedent or [])

    def _open(self, i: int, _phrase: Phrase) -> None:
        """In parentheses a number belongs to the noun right before them: "Kering (down 2.3%)"."""
        self._flush_deferred(self.clause.group, self.clause.move)
        self.outer.append(replace(self.clause, group=list(self.clause.group)))
        if self._kind(i - 1) == "noun":
            inherited = self.bracketed if self._kind(i + 1) == "quantity" else None
            self.clause = _Clause(group=[self.phrases[i - 1]], first=len(self.statements), inherited=inherited)

    def _close(self, _i: int, _phrase: Phrase) -> None:
        if self.outer:
            self._flush_deferred(self.clause.group, self.clause.move)
            self.bracketed = self.clause.move or self.clause.inherited
            self.clause = self.outer.pop()

    # -- predicates --------------------------------------------------------------------------------------------------

    def _resume(self, i: int, phrase: Phrase) -> None:
        """ "X, which is Y, rose": behind the comma the sentence goes on with the subject that still waits for its verb."""
        if (
            self.suspended
            and self._kind(i - 1) in ("comma", "dash")
            and phrase.form != "ing"
            and phrase.kind != "state"
        ):
            self._new_clause(self.suspended)
            self.suspended = []
        elif self.clause.group and not self.clause.begun and self._kind(i - 1) == "comma" and _is_inserted(phrase):
            self.suspended = self.clause.group

    def _subjects(self) -> list[Phrase]:
        return self.clause.group or self.earlier

    def _move(self, i: int, phrase: Phrase) -> None:
        self._resume(i, phrase)
        clause = self.clause
        if phrase.kind == "state" and clause.move is not None and clause.move.direction is None:
            phrase = replace(phrase, start=clause.move.start)
        self._flush_deferred(clause.group, phrase)
        if not clause.group:
            clause.group = list(self.earlier)
        clause.move, clause.begun = phrase, True
        if phrase.kind == "move":
            clause.verb = phrase
        else:
            self._give_direction(phrase.direction)

    def _give_direction(self, direction: str | None) -> None:
        """ "closed at 2,588.40, up 0.8%": the level before the state went the same way."""
        for k in range(self.clause.first, len(self.statements)):
            statement = self.statements[k]
            if statement.role == "level" and statement.direction is None:
                self.statements[k] = replace(statement, direction=direction)

    def _verb(self, i: int, phrase: Phrase) -> None:
        self._resume(i, phrase)
        clause = self.clause
        self._flush_deferred(clause.group, clause.move)
        if not clause.group:
            clause.group = list(self.earlier)
        if phrase.kind == "verb":
            clause.move = None
        clause.verb, clause.begun = phrase, True

    def _modal(self, _i: int, _phrase: Phrase) -> None:
        self.clause.begun = bool(self.clause.group) or self.clause.begun
        self.clause.hypothetical = True

    def _cause(self, _i: int, phrase: Phrase) -> None:
        self._flush_deferred(self.clause.group, self.clause.move)
        self.clause.move, self.clause.verb, self.clause.begun = phrase, phrase, True

    def _nominal(self, i: int, phrase: Phrase) -> None:
        """A noun of movement: its owner follows ("in SoftBank"), stands before ("SoftBank's"), or is the subject."""
        ahead = self._owners_ahead(i)
        group = ahead or self._subjects()
        self._flush_deferred(group, phrase)
        if self._lower(i + 1) in ("of", "to", "from", "by") and self._kind(i + 2) in ("quantity", "noun"):
            if ahead and self.clause.begun:
                self._new_clause(group)
            self.clause.group = group
            self.clause.move, self.clause.begun = phrase, True
        elif not self.clause.begun and ahead:
            self.clause.group = group

    def _owners_ahead(self, i: int) -> list[Phrase]:
        """The noun phrases behind "in", "for" or "of" after a noun of movement at `i`."""
        k = i + 1
        if self._lower(k) == "of" and self._kind(k + 1) == "quantity":
            k += 2
        if self._lower(k) not in _OWNING or self._kind(k) != "preposition":
            return []
        owners = []
        while self._kind(k + 1) == "noun":
            owners.append(self.phrases[k + 1])
            k += 2
            if owners[-1].head in carriers() and self._lower(k) in ("of", "on") and self._kind(k + 1) == "noun":
                owners[-1].of.append(self.phrases[k + 1])
                k += 2
            while self._kind(k) == "conjunction" and self._kind(k - 1) == "comma":
                k += 1
            if self._kind(k) not in ("conjunction", "comma"):
                break
        return [owner for owner in owners[:1] if owner.named or owner.head in carriers()] and owners

    # -- numbers -----------------------------------------------------------------------------------------------------

    def _quantity(self, i: int, phrase: Phrase) -> None:
        if self._belongs_to_next(i):
            self.deferred.append(i)
            return
        clause = self.clause
        move = clause.move or clause.inherited
        owner = self._owner_behind(i) if move is not None and move.kind == "nominal" else []
        self._state(i, owner or clause.group or self.earlier, move, certain=bool(owner or clause.group))
        clause.begun = True

    def _owner_behind(self, i: int) -> list[Phrase]:
        """ "gains of 3% for Siemens and 2% for SAP": the owner of a nominal's number follows it."""
        if self._lower(i + 1) in ("for", "in") and self._kind(i + 2) == "noun" and self.phrases[i + 2].named:
            return [self.phrases[i + 2]]
        return []

    def _belongs_to_next(self, i: int) -> bool:
        """ "a 10% drop", "0.2% higher", "a 3% intraday gain"."""
        if self._kind(i + 1) in ("nominal", "state"):
            return True
        return self._kind(i + 1) == "noun" and self._kind(i + 2) == "nominal" and not self.phrases[i + 1].named

    def _flush_deferred(self, group: list[Phrase], move: Phrase | None) -> None:
        for i in self.deferred:
            self._state(i, group or self.earlier, move, certain=bool(group))
        if self.deferred:
            self.clause.begun = True
        self.deferred = []

    def _state(self, i: int, group: list[Phrase], move: Phrase | None, *, certain: bool) -> None:
        quantity = self.phrases[i].quantity
        if quantity is None:
            return
        role = self._role(i, quantity, group, move)
        direction = _sign(quantity) or (move.direction if move is not None else None)
        if direction is None and role == "level":
            direction = self._extreme_near(i)
        self.statements.append(
            Statement(
                quantity,
                self.number,
                tuple(group),
                direction,
                role,
                move or self.clause.verb,
                self.clause.hypothetical,
                certain,
                before=self._noun_before(i),
                after=self._noun_behind(i),
                objects=self._objects(i),
            )  # fmt: skip
        )

    def _extreme_near(self, i: int) -> str | None:
        """ "hit 22.36, its highest since December", "a high of 22.36": where a level stands among those before it."""
        near = [self.phrases[i - 2].lower] if self._lower(i - 1) == "of" and self._kind(i - 2) == "noun" else []
        for phrase in self.phrases[i + 1 : i + 6]:
            if phrase.kind not in ("comma", "noun", "preposition"):
                break
            near += [phrase.lower] if phrase.lower.startswith(("its ", "the ", "a ")) else []
        words = {word for lower in near for word in lower.split()}
        ways = {way for way, listed in extreme_directions().items() if words & listed}
        return ways.pop() if len(ways) == 1 else None

    def _noun_before(self, i: int) -> str:
        nouns = [phrase.lower for phrase in self.phrases[max(0, i - 3) : i] if phrase.kind in ("noun", "nominal")]
        return " ".join(nouns)

    def _objects(self, i: int) -> tuple[Phrase, ...]:
        found = []
        for phrase in self.phrases[i + 1 : i + 16]:
            if phrase.kind == "noun":
                found.append(phrase)
            elif phrase.kind in ("quantity", "semicolon", "subordinator", "move", "level", "copula", "relative"):
                break
        return tuple(found)

    def _noun_behind(self, i: int) -> str:
        return self._lower(i + 1) if self._kind(i + 1) in ("noun", "nominal") else ""

    def _role(self, i: int, quantity: Quantity, group: list[Phrase], move: Phrase | None) -> Role:
        if self._is_forecast(i):
            return "expected"
        lead = self._lead(i)
        if self._is_distance(i, lead):
            return "distance"
        role = _lead_roles().get(lead)
        if role == "level" and quantity.unit == "percent" and not _is_rate(group) and lead not in ("to", "at"):
            role = None
        if i in self.deferred and role != "previous":
            return "change"
        if role == "level" and move is not None and move.kind == "nominal" and quantity.unit in _RELATIVE_UNITS:
            return "level" if _is_rate(group) else "change"  # "pared its losses to 0.4%"
        if role is not None:
            return role
        return self._role_without_lead(i, quantity, group, move)

    def _lead(self, i: int) -> str:
        """The preposition that leads to the number at `i`, past a noun phrase that only describes it."""
        k = i - 1
        while (self._kind(k) == "noun" or self._lower(k) == "of") and k > 0:
            k -= 1
        if self._kind(k) == "preposition":
            return self._lower(k)
        quantity = self.phrases[i].quantity
        bound = quantity.text.split(" ", 1)[0].lower() if quantity is not None else ""
        joined = self._kind(i - 1) in ("conjunction", "level", "copula")
        return bound if bound in ("above", "below") or (joined and bound in ("near", "around")) else ""

    def _is_distance(self, i: int, lead: str) -> bool:
        if lead == "within":
            return True
        if self._kind(i - 1) == "move":
            return False
        return (
            self._lower(i + 1) in _AWAY
            and self._kind(i + 2) == "noun"
            and any(word in self._lower(i + 2) for word in ("high", "low", "record", "peak", "average"))
        )

    def _is_forecast(self, i: int) -> bool:
        words = _forecast_words()
        after = [self._lower(k) for k in (i + 1, i + 2) if self._kind(k) in ("noun", "modal", "verb", "nominal")]
        if self._kind(i + 1) != "comma" and any(word in words for text in after[:1] for word in text.split()):
            return True
        k = i - 1
        if self._kind(k) in ("preposition", "copula"):
            k -= 1
        return (
            self._kind(k) in ("noun", "modal")
            and any(word in words for word in self._lower(k).split())
            and (self._kind(k) == "noun" or self._lower(k - 1) not in _BEING)
        )

    def _role_without_lead(self, i: int, quantity: Quantity, group: list[Phrase], move: Phrase | None) -> Role:
        if move is not None and self._kind(i - 1) != "verb":
            if self._kind(i - 1) in ("conjunction", "comma", "open") and self.statements:
                return self._same_as_last(quantity)
            return "level" if self._kind(i - 1) == "level" and quantity.unit not in _RELATIVE_UNITS else "change"
        verb = self.clause.verb
        if verb is not None and verb.kind == "level":
            return "change" if quantity.unit in _RELATIVE_UNITS and not _is_rate(group) else "level"
        if _sign(quantity) is not None:
            return "change"
        return "level" if verb is None or verb.kind == "copula" else "value"

    def _same_as_last(self, quantity: Quantity) -> Role:
        """The role of a number that follows another after a comma: "342 points, or 0.8%"."""
        last = self.statements[-1]
        relative = quantity.unit in _RELATIVE_UNITS
        return last.role if last.role == "change" or not relative else "change"

    # -- after the sentence ------------------------------------------------------------------------------------------

    def _respectively(self, i: int, _phrase: Phrase) -> None:
        """Give the numbers before "respectively" to the subjects in their order."""
        self._flush_deferred(self.clause.group, self.clause.move)
        if len(self.statements) > self.clause.first:
            self._pair(len(self.statements))
        else:
            self.respective = True

    def _pair(self, end: int) -> None:
        """Give the last numbers before the statement `end` to the subjects of the clause, one each."""
        subjects = _each(self._subjects())
        count = len(subjects)
        if count < 2:  # noqa: PLR2004
            return
        numbers = self.statements[end - count : end]
        if len(numbers) == count and all(_each(list(s.subjects)) == subjects for s in numbers):
            paired = [replace(s, subjects=(subject,)) for s, subject in zip(numbers, subjects, strict=True)]
            self.statements[end - count : end] = paired

    def _compare_levels(self) -> None:
        """ "closed at 6,026 versus 6,041": without a word of movement, the two levels say which way it went."""
        for k, statement in enumerate(self.statements):
            if statement.role != "previous" or statement.direction is not None or _is_currency(statement.subjects):
                continue
            for j in range(k - 1, -1, -1):
                level = self.statements[j]
                if level.role == "level" and level.direction is None and level.subjects == statement.subjects:
                    up, flat = (
                        level.quantity.value > statement.quantity.value,
                        level.quantity.value == statement.quantity.value,
                    )
                    way = "flat" if flat else "up" if up else "down"
                    self.statements[j], self.statements[k] = (
                        replace(level, direction=way),
                        replace(statement, direction=way),
                    )
                    break

    def _fill_forward(self) -> None:
        """A number before the first subject belongs to it: "After falling 2%, the index rose"."""
        for k, statement in enumerate(self.statements):
            if not statement.subjects and statement.word is not None:
                later = next((s.subjects for s in self.statements[k:] if s.subjects), ())
                self.statements[k] = replace(statement, subjects=later, certain=False)


def _each(group: list[Phrase]) -> list[Phrase]:
    """The subjects one by one: "shares in X and Y" are two."""
    return [part for phrase in group for part in (phrase.of if len(phrase.of) > 1 else [phrase])]


def _is_title(phrase: Phrase) -> bool:
    """ "the broader gauge", "Hong Kong's benchmark": what is named right behind it."""
    return (phrase.determined or phrase.owner is not None) and not phrase.named


def _is_inserted(phrase: Phrase) -> bool:
    """Whether a verb behind a comma opens an insertion: ", compiled by", ", reopening after"."""
    return phrase.kind == "verb" and phrase.lower.endswith(("ed", "ing"))


def _is_currency(subjects: tuple[Phrase, ...]) -> bool:
    """Whether a subject is one currency, whose quotes may run either way; a pair's do not."""
    mentions = [mention for phrase in subjects for mention in phrase.mentions]
    return any(mention.kind == "currency" and "/" not in mention.text for mention in mentions)


def _sign(quantity: Quantity) -> str | None:
    if quantity.text.startswith("+"):
        return "up"
    return "down" if quantity.value < 0 and quantity.unit in _RELATIVE_UNITS else None


def _is_rate(group: list[Phrase]) -> bool:
    words = _rate_words()
    return any(word in words for phrase in group for part in [phrase, *phrase.of] for word in part.lower.split())


@cache
def _lead_roles() -> dict[str, Role]:
    return {word.strip(): role for role, listed, _ in lexicon.rows("roles") for word in listed.split(";")}  # type: ignore[misc]


@cache
def _forecast_words() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("forecast_words") for word in row[0].split())


@cache
def _rate_words() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("rate_words") for word in row[0].split())
