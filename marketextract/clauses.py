"""The reading of one sentence: for every number whose it is and by which movement; its role is read in `roles`.

Goes in: the phrases of a sentence. Comes out: one `Statement` for each number that the sentence ties to something.

A sentence is read once from left to right. A clause has a group of subjects and, after them, a predicate: a movement
("fell"), a verb of level ("closed at") or another verb. A number belongs to the predicate it stands in. The next clause
begins at a new subject that has a predicate of its own; one without a verb of its own repeats the verb before it
("the Dow fell 1% and the S&P 500 0.8%").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from marketextract import roles
from marketextract.phrases import Phrase, carriers, extremes
from marketextract.words import in_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marketextract.names import Mention
    from marketextract.quantities import Quantity
    from marketextract.roles import Role

_PREDICATE = frozenset({"move", "state", "copula", "level", "modal", "verb", "cause", "negation"})
_OWNING = frozenset({"in", "for", "of", "by", "on"})
_LISTING = frozenset({"including", "such as", "like", "led by", "followed by", "helped by", "alongside", "along with"})
_YIELDS = frozenset({"yield", "yields"})
_DOING = frozenset({"did", "does", "do"})
_CARRYING = frozenset({"of", "on", "in", "for", "from", "at", "tied to", "linked to", "pegged to", "keyed to"})
_VALUES = frozenset({"value", "values", "price", "prices"})
_OWNER_LEADS: Mapping[str, tuple[str, ...]] = {"nominal": ("for", "in"), "cause": ("off", "from")}
_FAR = 14  # phrases behind a subject among which its predicate begins; statements that one looks back or ahead
_MANY = 40  # subjects of one clause


# A sentence has dozens of these and of the classes below: a frozen one takes four times as long to make.
@dataclass(slots=True)
class Statement:
    """What a sentence says of one number.

    `subjects` are the noun phrases that the number belongs to (several share it in "X and Y surged 7%"); it is empty
    where the sentence names none. `direction` is that of the movement, or None where there is none; `word` is the
    movement or verb that says so. `role` is "value" where the predicate is neither a movement nor a level, and
    "size" where the number only describes the subject ("X, a $4 billion fund, fell").
    `hypothetical` marks what is only expected or possible, `possible` what the text does not even expect ("could
    fall"), and `negated` what it says did not happen.
    `antecedents` are the names that a subject like "the stock" may stand for, the likeliest first: a company of the
    same sentence or of what was told last, then the company of the article, then the names nearest before it.
    `before` and `after` are the nouns right before and behind the number ("a dividend of 5 cents", "a 10% tariff").
    `extreme` says that a level is a record, a high or a low.
    `background` marks what is told of an earlier time or as a mark to compare with ("after topping $112", "below
    yesterday's close of 146"): a level there may be the previous one.
    """

    quantity: Quantity
    sentence: int
    subjects: tuple[Phrase, ...]
    direction: str | None
    role: Role
    word: Phrase | None = None
    hypothetical: bool = False
    possible: bool = False
    negated: bool = False
    antecedents: tuple[Mention, ...] = ()
    before: str = ""
    after: str = ""
    extreme: Phrase | None = None
    background: bool = False
    _phrases: Sequence[Phrase] = ()  # of the sentence, and where in them the number is
    _at: int = 0

    @property
    def objects(self) -> tuple[Phrase, ...]:
        """The noun phrases behind the number, up to the next number or clause."""
        return roles.objects_behind(self._phrases, self._at)


@dataclass(slots=True)
class Movement:
    """A movement that a sentence tells, with or without a number: whose it is, which way, and by which word."""

    sentence: int
    subjects: tuple[Phrase, ...]
    direction: str
    word: Phrase
    hypothetical: bool = False


def read_clauses(sentence: Sequence[Phrase], number: int) -> tuple[list[Statement], list[Movement]]:
    """The statements of the sentence with this number, in the order of their numbers, and its movements."""
    reader = _Reader(sentence, number)
    return reader.read(), reader.movements


@dataclass(slots=True)
class _Clause:
    """The clause that is being read."""

    group: list[Phrase] = field(default_factory=list)
    move: Phrase | None = None
    verb: Phrase | None = None
    begun: bool = False  # whether the predicate has begun
    hypothetical: bool = False
    possible: bool = False
    negated: bool = False
    first: int = 0  # the number of statements made before it
    inherited: Phrase | None = None  # the movement that a clause without a verb repeats
    background: bool = False
    subordinate: bool = False
    listed: bool = False  # whether its subjects are examples: "currencies such as sterling and the yen"
    joins: bool = False  # whether they share what is said of the subject before: "A, along with B, rose"
    caused: bool = False  # whether its subject is what something else moves: "helped lift the Nasdaq"


class _Reader:
    """Reads the phrases of one sentence, from left to right."""

    def __init__(self, sentence: Sequence[Phrase], number: int) -> None:
        self.phrases = sentence
        self.kinds = [phrase.kind for phrase in sentence]
        self.count = len(self.kinds)
        self.number = number
        self.clause = _Clause()
        self.outer: list[_Clause] = []
        self.earlier: list[Phrase] = []
        self.deferred: list[int] = []
        self.statements: list[Statement] = []
        self.movements: list[Movement] = []
        self.open_of: Phrase | None = None
        self.last_noun: Phrase | None = None
        self.suspended: list[Phrase] = []
        self.inserted = False  # whether what is suspended waits for the end of a list
        self.respective = False
        self.comparing = False
        self.leading = -1
        self.bracketed: Phrase | None = None  # the movement in the last brackets, for a list of them
        self.measuring: Phrase | None = None  # by what the subject is measured
        self.main: list[Phrase] = []  # the subjects of the sentence: those of its first movement

    def read(self) -> list[Statement]:
        for i, phrase in enumerate(self.phrases):
            handler = _HANDLERS.get(phrase.kind)
            if handler is not None:
                handler(self, i, phrase)
        self._flush_deferred(self.clause.group, self.clause.move)
        self._pair_in_order()
        if self.respective:
            self._pair(len(self.statements))
        self._fill_forward()
        self._compare_levels()
        return sorted(self.statements, key=lambda statement: statement.quantity.start)

    # -- looking around ----------------------------------------------------------------------------------------------

    def _kind(self, i: int) -> str:
        return self.kinds[i] if 0 <= i < self.count else ""

    def _lower(self, i: int) -> str:
        return self.phrases[i].lower if 0 <= i < self.count else ""

    def _predicated(self, i: int, *, past_commas: bool = True) -> bool:
        """Whether the noun phrase at `i` has a predicate of its own; an object's ends at the next comma."""
        if past_commas and self._kind(i + 1) == "preposition" and self._is_elliptic(i):
            return True
        depth = 0
        for k in range(i + 1, min(i + _FAR, len(self.phrases))):
            depth += (self._kind(k) == "open") - (self._kind(k) == "close")
            if depth > 0 or self._kind(k) == "close":
                continue
            answer = self._tells_of_predicate(i, k, past_commas)
            if answer is not None:
                return answer
        return False

    def _tells_of_predicate(self, i: int, k: int, past_commas: bool) -> bool | None:
        """What the phrase at `k` says of the predicate of the noun phrase at `i`; None: look further."""
        kind = self._kind(k)
        if kind == "quantity":
            return k == i + 1 or (k == i + 2 and self._kind(k - 1) == "comma")
        if kind == "comma":
            return None if past_commas else False
        if kind == "conjunction":
            return None if past_commas or self._coordinates(k) else False
        if kind == "noun":
            return False if self._kind(k - 1) == "noun" else None
        if kind in ("preposition", "slash", "dash"):  # an infinitive goes on with the clause before
            return False if self._lower(k) == "to" and self._kind(k + 1) in _PREDICATE else None
        return kind in _PREDICATE or kind == "relative"

    def _leads_to_extreme(self, k: int) -> bool:
        """ "to a near-five year low of $0.61"."""
        return any(
            self._kind(j) == "noun" and self.phrases[j].head in extremes() and self._kind(j + 2) == "quantity"
            for j in (k, k + 1)
        )

    def _coordinates(self, k: int) -> bool:
        """Whether the conjunction at `k`, behind an object, joins another noun phrase to it: "said X and Y rose"."""
        verb = self.clause.verb
        reported = verb is not None and verb.lower in in_set("reporting")
        behind = self.phrases[k + 2] if k + 2 < len(self.phrases) else None
        if behind is not None and behind.kind == "move" and behind.form == "ing":
            return self._kind(k + 1) == "noun"  # "followed the Dow and the Nasdaq climbing 6%"
        return reported and self._kind(k + 1) == "noun" and self._lower(k + 1) not in in_set("pronoun")

    # -- noun phrases ------------------------------------------------------------------------------------------------

    def _noun(self, i: int, phrase: Phrase) -> None:
        previous = self._kind(i - 1)
        if self._qualifies_number(i, phrase) or self._is_no_subject(i, phrase):
            return
        if previous == "preposition" or self.leading == i - 1 >= 0:
            self._after_preposition(i, phrase)
        elif previous in ("conjunction", "comma", "slash", "dash"):
            self._joined(i, phrase)
        elif not self.clause.begun:
            self._begin_group(phrase)
        elif previous == "copula" and (not self.clause.group or self.clause.group[-1].head in in_set("mover_noun")):
            self._new_clause([phrase])  # "among the losers were X, down 4%"
        elif previous == "cause":
            self._own(phrase)
            self._new_clause([phrase], inherited=self.clause.move)
            expected = self._lower(i - 1) in in_set("expecting")
            self.clause.caused = not expected  # "helped the euro gain" is its own doing
        elif self._predicated(i, past_commas=False) and not self._is_object(i) and self._lower(i + 1) != "worth":
            self._new_clause([phrase])
        elif self._lower(i - 1) in in_set("expecting") and self._lower(i + 1) == "to" and self._kind(i + 2) == "move":
            self._new_clause([phrase], hypothetical=True)  # "expect core CPI to increase"
        self.last_noun = phrase

    def _own(self, phrase: Phrase) -> None:
        """ "X reported a loss, sending its shares down": they are those of X, if X is no house that judges others."""
        causer = self.clause.group[0] if self.clause.group else None
        if causer is None or not causer.named or causer.mentions[-1].kind in ("broker", "place"):
            return
        if phrase.reference and phrase.lower.startswith(("its ", "their ")):
            phrase.of.append(causer)

    def _is_object(self, i: int) -> bool:
        """Whether a phrase that has a predicate is yet no subject of its own.

        It stands within the wording of a move ("finished regular-session trading down"), or is the object of a
        verb, with a state but without a number ("followed the S&P 500 lower, falling 0.9%").
        """
        if self._kind(i - 1) == "level" and self._kind(i + 1) == "level":
            return not (self.phrases[i].named or self.phrases[i].determined)
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
        return measured or roles.is_extreme(phrase)

    def _after_preposition(self, i: int, phrase: Phrase) -> None:
        preposition = self._lower(i - 1)
        clause = self.clause
        if preposition == "by" and self._lower(i - 2) in in_set("measuring") and self._subjects():
            self._subjects()[-1].of.append(phrase)  # "global shares, as measured by MSCI's index, rose"
            self.measuring = phrase
            return
        owner = clause.group[-1] if clause.group and not clause.begun else None
        carries = owner is not None and (owner.head in carriers() or owner.lower in ("that", "those"))
        if owner is not None and carries and preposition in _CARRYING:
            owner.of = [part for part in owner.of if part.start > owner.start]  # it says itself whose it is
            owner.of.append(phrase)
            self.open_of = owner
        elif (preposition == "with" and self._is_absolute(i)) or self._acts(i):
            if phrase.reference and clause.group:
                phrase.of.append(clause.group[0])  # "reinsurers were weak, with shares down 2.8%"
            self._new_clause([phrase], hypothetical=clause.hypothetical)
        elif preposition in _LISTING:
            self._list(i, phrase)
        elif owner is None and not clause.begun and not clause.group and preposition in ("among", "of"):
            return

    def _list(self, i: int, phrase: Phrase) -> None:
        """Begin with an example or a companion: "chip makers such as X", "A, along with B, rose", "Y, led by Z"."""
        waiting = list(self.clause.group) if not self.clause.begun else []
        joins = self._lower(i - 1) in in_set("joining") and not self.suspended  # not of "X, which along with Y"
        inserted = self._kind(i - 2) in ("comma", "dash") or not any(part is self.phrases[i - 2] for part in waiting)
        together = not inserted and self._lower(i - 1) in in_set("companion")  # "A along with B rose"
        self._new_clause([*waiting, phrase] if together else [phrase])
        self.clause.listed, self.clause.joins = True, joins
        if waiting and inserted and not self.suspended:  # "X, a fund led by Y, is down"
            self.suspended, self.inserted = waiting, True

    def _is_absolute(self, i: int) -> bool:
        """ "with the Nasdaq up 2%"; but in "was in line with the Dow, adding 0.3%" the participle is the main one's."""
        following = self.phrases[i + 2] if i + 2 < len(self.phrases) else None
        participle = following is not None and following.kind in ("move", "level") and following.form == "ing"
        apart = self._kind(i + 1) == "comma" and participle
        return not apart and self._predicated(i, past_commas=not self.suspended)

    def _acts(self, i: int) -> bool:
        """ "by OpenAI announcing a $500 billion venture": a participle right behind the noun phrase."""
        if not (self.phrases[i].named or self._lower(i - 1) in ("by", "with")):
            return False  # "for a second day running"
        following = self.phrases[i + 1] if i + 1 < len(self.phrases) else None
        return following is not None and following.kind in ("move", "verb", "cause") and following.lower.endswith("ing")

    def _joined(self, i: int, phrase: Phrase) -> None:
        clause = self.clause
        if self.measuring is not None and self._kind(i - 1) == "conjunction" and self.phrases[i - 2] is self.measuring:
            self._subjects()[-1].of.append(phrase)  # "as measured by both MSCI and Thomson Reuters"
        elif not clause.begun:
            self._join_group(i, phrase)
        elif self._predicated(i, past_commas=not self.suspended):
            elliptic = self._is_elliptic(i)
            self._new_clause([phrase], inherited=clause.move or clause.inherited if elliptic else None)
            self.clause.verb = clause.verb if elliptic else None

    def _join_group(self, i: int, phrase: Phrase) -> None:
        """Put a noun phrase behind a comma or "and" where it belongs, before the clause has a predicate."""
        clause = self.clause
        comma = self._kind(i - 1) == "comma"
        if self._kind(i - 1) == "dash" and len(clause.group) == 1 and _is_dateline(clause.group[0]):
            clause.group = [phrase]
        elif self._describes(i, phrase):
            return
        elif comma and ((clause.listed and self._kind(i + 1) in _PREDICATE) or (clause.caused and self._predicated(i))):
            self._new_clause([phrase])  # "Pressuring the Nasdaq, shares of X fell"
        elif self.open_of is not None and self._kind(i - 1) != "dash" and not self._restarts(i):
            self.open_of.of.append(phrase)
        elif clause.group and (self._kind(i - 1) == "dash" or self._is_apposition(i, phrase)):
            clause.group[-1].of.append(phrase)
        elif len(clause.group) < _MANY:
            clause.group.append(phrase)

    def _is_elliptic(self, i: int) -> bool:
        """Whether the subject at `i` repeats the verb before it: "and the Dow 0.5%", "and the franc at 0.93"."""
        if self._lower(i + 1) in ("at", "to"):
            return self._kind(i + 2) == "quantity" or self._leads_to_extreme(i + 2)
        return self._kind(i + 1) == "quantity"

    def _restarts(self, i: int) -> bool:
        """Whether a noun phrase after "shares of X and ..." is a new subject rather than another owner."""
        return self.phrases[i].determined and self._kind(i - 1) == "comma"

    def _describes(self, i: int, phrase: Phrase) -> bool:
        """ "Shares of Pfizer, a Dow component, dropped": what only describes the subject is none."""
        indefinite = phrase.lower.startswith(("a ", "an ")) and not (
            phrase.mentions and phrase.mentions[-1].end == phrase.end
        )
        return (
            indefinite
            and bool(self.clause.group)
            and self._kind(i - 1) == "comma"
            and self._kind(i + 1) in ("comma", "relative")
        )

    def _is_apposition(self, i: int, phrase: Phrase) -> bool:
        """ "Brent crude, the international standard, rose", "the broader gauge, Topix, fell"."""
        if self._kind(i - 1) != "comma":
            return False
        closes = self._kind(i + 1) in ("comma", "preposition", "relative") or self._kind(i + 1) in _PREDICATE
        before = self.clause.group[-1]
        if _bearers(phrase) & _bearers(before):
            return True  # "the VIX, Wall Street's fear gauge,"
        if not phrase.named or _is_described(phrase):
            return closes and (phrase.determined or phrase.owner is not None or before.named)
        return closes and _is_title(before) and len(self.clause.group) == 1

    def _begin_group(self, phrase: Phrase) -> None:
        if self.clause.group and not phrase.named:
            self.clause.group[-1].of.append(phrase)
        else:
            self.clause.group = [phrase]

    def _pair_in_order(self) -> None:
        """ "A, B and C gained 1%, 2% and 3%": as many numbers as subjects, in their order."""
        told = self.statements[self.clause.first :]
        alike = {(statement.role, statement.quantity.unit, statement.word is not None) for statement in told}
        if len(told) == len(_each(self.clause.group)) and alike == {("change", "percent", True)}:
            self._pair(len(self.statements))

    def _new_clause(self, group: list[Phrase], *, inherited: Phrase | None = None, hypothetical: bool = False) -> None:
        self._flush_deferred(self.clause.group, self.clause.move)
        self._pair_in_order()
        if self.clause.group:
            self.earlier = self.clause.group
        self.clause = _Clause(group=group, inherited=inherited, hypothetical=hypothetical, first=len(self.statements))
        self.open_of = None

    # -- boundaries --------------------------------------------------------------------------------------------------

    def _boundary(self, i: int, phrase: Phrase) -> None:
        if phrase.kind == "temporal" and not self._opens_clause(i):
            self.leading = i  # no more than a preposition: "after a holiday"
            return
        inherited = self.clause.move if phrase.kind in ("semicolon", "colon") else None
        back = self.clause.subordinate and phrase.lower == "but" and self._kind(i + 1) in _PREDICATE
        group = list(self.main) if back else []  # "oil eased after the strike ended, but stayed above $70"
        self._new_clause(group, inherited=inherited, hypothetical=phrase.lower in ("if", "unless"))
        self.clause.background = phrase.lower in in_set("background")
        self.clause.subordinate = phrase.kind == "temporal"

    def _opens_clause(self, i: int) -> bool:
        """Whether a clause follows the subordinator at `i`: "after it fell", not "after a holiday"."""
        k = i + 1
        while self._is_listed(k):
            k += 2
        if self._kind(k) == "noun":
            return self._predicated(k, past_commas=False)
        return self._kind(k) != "quantity"

    def _is_listed(self, k: int) -> bool:
        """Whether another noun phrase is joined to the one at `k`: "when the Sensex and Nifty fell"."""
        joined = self._kind(k) == "noun" and self._kind(k + 1) == "conjunction" and self._kind(k + 2) == "noun"
        return joined and self._lower(k + 2) not in in_set("pronoun")

    def _relative(self, i: int, phrase: Phrase) -> None:
        antecedent = self.clause.group if not self.clause.begun and self.clause.group else None
        if antecedent is not None:
            self.suspended = antecedent
        owner = self.last_noun
        if owner is not None and owner.named and phrase.lower == "whose" and self._lower(i - 1) == ",":
            antecedent = [owner]  # "results from X, whose shares rose"
        elif (priced := self._priced_before(i)) is not None:
            antecedent = [priced]  # "profits on a stock that has rallied"
        elif antecedent is None and owner is not None:
            antecedent = [self._whole(i) or owner]
        self._new_clause(antecedent or [])

    def _priced_before(self, i: int) -> Phrase | None:
        """The noun phrase right before the relative at `i`, if it is one like "the stock" that has a price itself."""
        k = i - 1 - (self._kind(i - 1) == "comma")
        noun = self.phrases[k] if self._kind(k) == "noun" else None
        return noun if noun is not None and noun.reference and noun.head in carriers() else None

    def _whole(self, i: int) -> Phrase | None:
        """The name that the noun phrases before `i` are about: "an average of big companies, which fell 2%"."""
        if self._kind(i - 1) != "noun" or self._lower(i - 2) != "of" or self._kind(i - 3) != "noun":
            return None
        whole = self.phrases[i - 3]
        last = self.phrases[i - 1]
        if not whole.named or any(mention.kind != "place" for mention in last.mentions):
            return None
        whole.of.append(self.phrases[i - 1])
        return whole

    def _open(self, i: int, _phrase: Phrase) -> None:
        """In parentheses a number belongs to the noun right before them: "Kering (down 2.3%)"."""
        if self._says_again(i):
            return
        self._flush_deferred(self.clause.group, self.clause.move)
        self.outer.append(replace(self.clause, group=list(self.clause.group)))
        if self._kind(i - 1) == "noun":
            self.phrases[i - 1].of += self._names_within(i)
            inherited = self.bracketed if self._kind(i + 1) == "quantity" else None
            self.clause = _Clause(group=[self.phrases[i - 1]], first=len(self.statements), inherited=inherited)

    def _close(self, i: int, _phrase: Phrase) -> None:
        if self.outer and not self._says_again(i - 2):
            self._flush_deferred(self.clause.group, self.clause.move)
            self.bracketed = self.clause.move or self.clause.inherited
            self.clause = self.outer.pop()

    def _names_within(self, i: int) -> list[Phrase]:
        """The names in the parenthesis that opens at `i`, if that is all: "Those companies (Apple, Amazon)"."""
        k = i + 1
        while self._kind(k) in ("noun", "comma", "conjunction"):
            k += 1
        inside = [phrase for phrase in self.phrases[i + 1 : k] if phrase.kind == "noun"]
        told = self._kind(k) == "close" and not self.phrases[i - 1].named and all(part.named for part in inside)
        return inside if told else []

    def _says_again(self, i: int) -> bool:
        """Whether the parenthesis that opens at `i` only says a number again: "12 points (0.3%) higher"."""
        kinds = [self._kind(k) for k in range(i - 1, i + 4)]
        return kinds[:4] == ["quantity", "open", "quantity", "close"] and kinds[4] in ("state", "nominal")

    # -- predicates --------------------------------------------------------------------------------------------------

    def _resume(self, i: int, phrase: Phrase) -> None:
        """ "X, which is Y, rose": behind the comma the sentence goes on with the subject that waits for its verb."""
        if (
            self.suspended
            and self._kind(i - 1) in ("comma", "dash")
            and phrase.form != "ing"
            and phrase.kind != "state"
        ):
            self._new_clause([*self.suspended, *(self.clause.group if self.clause.joins else [])])
            self.suspended, self.inserted = [], False
        elif self._returns_to_main(i, phrase):
            self._new_clause(self.main)
        elif self.inserted:
            self.suspended, self.inserted = [], False  # the list has a predicate of its own
        elif self.clause.group and not self.clause.begun and self._kind(i - 1) == "comma" and _is_inserted(phrase):
            self.suspended = self.clause.group

    def _returns_to_main(self, i: int, phrase: Phrase) -> bool:
        """ "X rose after it raised forecasts, closing at ...": a participle goes back to a subject that has a price."""
        here = self.clause.group
        if not self.main or not here:
            return False
        if self.clause.caused and self._kind(i - 1) == "comma" and phrase.form == "ing":
            return True  # "X helped lift the Nasdaq, rising 6%"
        if self._kind(i - 1) == "conjunction" and self._kind(i - 2) == "comma":
            return self.clause.subordinate  # "rose after Asia closed, and then rose further"
        priced = any(part.named or part.reference or part.head in carriers() for part in here)
        return phrase.lower.endswith("ing") and self._kind(i - 1) == "comma" and not priced

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
        clause.negated = self._is_negated(i)
        self.main = self.main or list(clause.group)
        if phrase.direction is not None and not clause.negated:
            told = Movement(self.number, tuple(clause.group), phrase.direction, phrase, clause.hypothetical)
            self.movements.append(told)
        if phrase.kind == "move":
            clause.verb = phrase
        elif self._kind(i - 1) != "cause":  # not "traded around $40, pulled down by weak demand"
            self._give_direction(phrase.direction)

    def _is_negated(self, i: int) -> bool:
        """ "did not rise 5%", "was not up 5%"."""
        before = self._kind(i - 1)
        return before == "negation" or (before == "copula" and self._kind(i - 2) == "negation")

    def _give_direction(self, direction: str | None) -> None:
        """ "closed at 2,588.40, up 0.8%": the level before the state went the same way."""
        for k in range(max(self.clause.first, len(self.statements) - _FAR), len(self.statements)):
            statement = self.statements[k]
            if statement.role == "level" and statement.direction is None:
                statement.direction = direction

    def _verb(self, i: int, phrase: Phrase) -> None:
        if phrase.lower == "worth" and self._kind(i - 1) == "noun" and self.clause.verb is not None:
            return  # "sold shares worth 618 crore" says what was sold
        self._resume(i, phrase)
        clause = self.clause
        self._flush_deferred(clause.group, clause.move)
        if not clause.group:
            clause.group = list(self.earlier)
        if phrase.lower in _DOING and self._lower(i - 1) == "as" and self._kind(i + 1) == "noun":
            self._share_last(self.phrases[i + 1])
        if phrase.kind == "verb":
            clause.move = None
        self.main = self.main or [part for part in clause.group if part.named]
        clause.verb, clause.begun = phrase, True
        clause.negated = self._is_negated(i)

    def _share_last(self, subject: Phrase) -> None:
        """ "The Dow rose 1.2%, as did the Nasdaq": the last number is that of this subject too."""
        if self.statements:
            last = self.statements[-1]
            last.subjects = (*last.subjects, subject)

    def _modal(self, _i: int, phrase: Phrase) -> None:
        self.clause.begun = bool(self.clause.group) or self.clause.begun
        self.clause.hypothetical = True
        self.clause.possible = phrase.lower in in_set("possibility")

    def _cause(self, _i: int, phrase: Phrase) -> None:
        self._flush_deferred(self.clause.group, self.clause.move)
        self.main = self.main or list(self.clause.group)
        self.clause.move, self.clause.verb, self.clause.begun = phrase, phrase, True

    def _nominal(self, i: int, phrase: Phrase) -> None:
        """A noun of movement: its owner follows ("in SoftBank"), stands before ("SoftBank's"), or is the subject."""
        ahead, behind = self._owners_ahead(i)
        before = i - 1 - (self._kind(i - 1) == "quantity")  # "Tesla's drop", "Tesla's 3% drop"
        owner = [self.phrases[before]] if self._kind(before) == "noun" and self.phrases[before].possessive else []
        group = ahead or owner or self._subjects()
        self._flush_deferred(group, phrase)
        led = self._lower(i + 1) in ("of", "to", "from", "by") and self._kind(i + 2) in ("quantity", "noun")
        brought = bool(ahead) and self._lower(behind) in ("to", "at") and self._kind(behind + 1) == "quantity"
        if led or brought or (owner and self._kind(i + 1) == "quantity"):
            if (ahead or owner) and self.clause.begun:
                self._new_clause(group)
            self.clause.group = group
            self.clause.move, self.clause.begun = phrase, True
        elif not self.clause.begun and ahead:
            self.clause.group = group

    def _owners_ahead(self, i: int) -> tuple[list[Phrase], int]:
        """The noun phrases behind "in", "for" or "of" after a noun of movement at `i`, and where they end."""
        k = i + 1
        if self._lower(k) == "of" and self._kind(k + 1) == "quantity":
            k += 2
        if self._lower(k) not in _OWNING or self._kind(k) != "preposition":
            return [], k
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
        first = owners[0] if owners else None
        priced = first is not None and (first.head in carriers() or first.head in roles.rate_words())
        bearing = first is not None and (first.named or (priced and not _is_bare_value(first)))
        return (owners if bearing else []), k

    # -- numbers -----------------------------------------------------------------------------------------------------

    def _quantity(self, i: int, phrase: Phrase) -> None:
        if self._belongs_to_next(i):
            self.deferred.append(i)
            return
        clause = self.clause
        if not clause.begun and not clause.group and self._lower(i + 1) == "of" and self._kind(i + 2) == "noun":
            clause.group = [self.phrases[i + 2]]  # "some 62% of the companies"
            clause.verb = phrase
        if self._lower(i - 1) == "of" and self._kind(i - 2) == "noun" and self.phrases[i - 2].head in _YIELDS:
            self._state(i, [self.phrases[i - 2]], None)  # "sold at an average yield of 1.36 percent"
            return
        if self._describes_subject(i):
            self._state(i, clause.group, None, role="size")
            return
        move = clause.move or clause.inherited
        owner = self._owner_behind(i, move)
        if owner and move is None and self.statements and self.statements[-1].direction is not None:
            move = self.statements[-1].word  # "is down 50%, compared with 27% for the S&P 500"
        self._state(i, owner or clause.group or self.earlier, move)
        clause.begun = True

    def _describes_subject(self, i: int) -> bool:
        """ "X, a $4 billion fund run by Y, is down": a number in what is only said to describe the subject."""
        if self.clause.begun or not self.clause.group or self._kind(i - 1) != "comma":
            return False
        return self._kind(i + 1) == "noun" and not self.phrases[i + 1].named

    def _owner_behind(self, i: int, move: Phrase | None) -> list[Phrase]:
        """ "gains of 3% for Siemens and 2% for SAP", "wiped 4% off Orsted": the owner of the number follows it."""
        leads = _OWNER_LEADS.get(move.kind, ()) if move is not None else ()
        self.comparing = self._lower(i - 1) in in_set("comparing") or (
            self.comparing and self._kind(i - 1) in ("conjunction", "comma")
        )
        if self.comparing:
            leads = ("for",)  # "compared with 27% for the S&P 500 and 12% for the Dow"
        owner = self.phrases[i + 2] if self._lower(i + 1) in leads and self._kind(i + 2) == "noun" else None
        if owner is None or not (owner.named or owner.owner is not None):
            return []
        owners, k = [owner], i + 3
        while self._kind(k) == "conjunction" and self._kind(k + 1) == "noun" and self.phrases[k + 1].named:
            owners.append(self.phrases[k + 1])
            k += 2
        return owners[:1] if self._predicated(k - 1, past_commas=False) else owners

    def _belongs_to_next(self, i: int) -> bool:
        """ "a 10% drop", "0.2% higher", "a 3% intraday gain", "30 points, or 0.2%, lower"."""
        if self._kind(i + 1) in ("nominal", "state"):
            return True
        if self._kind(i + 1) in ("comma", "open", "close"):
            return self._kind(self._behind_second(i)) in ("state", "nominal")
        return self._kind(i + 1) == "noun" and self._kind(i + 2) == "nominal" and not self.phrases[i + 1].named

    def _behind_second(self, i: int) -> int:
        """Where the sentence goes on behind a number that says the one at `i` again: "30 points, or 0.2%, lower"."""
        k = i + 1
        if i - 2 not in self.deferred and i - 3 not in self.deferred:
            k += 1 + (self._kind(i + 2) == "conjunction")
            if self._kind(k - 1) not in ("conjunction", "open") or self._kind(k) != "quantity":
                return -1
            k += 1
        return k + (self._kind(k) == "close") + (self._kind(k + (self._kind(k) == "close")) == "comma")

    def _flush_deferred(self, group: list[Phrase], move: Phrase | None) -> None:
        for i in self.deferred:
            self._state(i, group or self.earlier, move)
        if self.deferred:
            self.clause.begun = True
        self.deferred = []

    def _state(self, i: int, group: list[Phrase], move: Phrase | None, role: Role | None = None) -> None:
        quantity = self.phrases[i].quantity
        if quantity is None:
            return
        if self._lower(i - 1) == "yield" and self._lower(i - 2) == "to":
            move = None  # "fell 16/32 to yield 2.99 percent": of the yield the sentence says no direction
        clause = self.clause
        last = self.statements[-1].role if self.statements else None
        place = roles.Place(
            self.phrases, i, quantity, group, move, clause.verb, i in self.deferred, last, clause.background
        )
        role = role or roles.role_of(place)
        extreme = roles.extreme_at(place) if role == "level" else None
        self.statements.append(
            Statement(
                quantity,
                self.number,
                tuple(group),
                roles.direction_of(place, role, extreme),
                role,
                move or clause.verb,
                clause.hypothetical,
                clause.possible,
                clause.negated,
                before=place.nouns_before,
                after=place.noun_behind,
                extreme=extreme,
                background=roles.is_background(place),
                _phrases=self.phrases,
                _at=i,
            )
        )

    # -- after the sentence ------------------------------------------------------------------------------------------

    def _respectively(self, i: int, _phrase: Phrase) -> None:
        """Give the numbers before "respectively" to the subjects in their order."""
        self._flush_deferred(self.clause.group, self.clause.move)
        if len(self.statements) == self.clause.first:
            self.respective = True
        elif len(_each(self._subjects())) > 1:
            self._pair(len(self.statements))
        else:
            self._pair_with_earlier()

    def _pair(self, end: int) -> None:
        """Give the last numbers before the statement `end` to the subjects of the clause, one each."""
        subjects = _each(self._subjects())
        count = len(subjects)
        if count < 2:  # noqa: PLR2004
            return
        numbers = self.statements[end - count : end]
        if len(numbers) == count and all(_each(list(s.subjects)) == subjects for s in numbers):
            _give_each(numbers, subjects)

    def _pair_with_earlier(self) -> None:
        """ "X fell 1% and Y 2% after losing 6% and 7%, respectively": one number for each subject before the clause."""
        numbers, before = self.statements[self.clause.first :], self.statements[: self.clause.first]
        subjects = list({subject.start: subject for s in before for subject in s.subjects}.values())
        if len(numbers) == len(subjects):
            _give_each(numbers, subjects)

    def _compare_levels(self) -> None:
        """ "closed at 6,026 versus 6,041": without a word of movement, the two levels say which way it went."""
        for k, statement in enumerate(self.statements):
            if statement.role != "previous" or statement.direction is not None or _is_currency(statement.subjects):
                continue
            for j in range(k - 1, max(-1, k - _FAR), -1):
                level = self.statements[j]
                if level.role == "level" and level.direction is None and level.subjects == statement.subjects:
                    level.direction = statement.direction = _way(level.quantity, statement.quantity)
                    break

    def _fill_forward(self) -> None:
        """A number before the first subject belongs to it: "After falling 2%, the index rose"."""
        for k, statement in enumerate(self.statements):
            if not statement.subjects and statement.word is not None:
                statement.subjects = next((s.subjects for s in self.statements[k : k + _FAR] if s.subjects), ())


_HANDLERS: Mapping[str, Callable[[_Reader, int, Phrase], None]] = {
    "noun": _Reader._noun, "quantity": _Reader._quantity, "move": _Reader._move, "state": _Reader._move,
    "nominal": _Reader._nominal, "cause": _Reader._cause, "level": _Reader._verb, "verb": _Reader._verb,
    "copula": _Reader._verb, "modal": _Reader._modal, "relative": _Reader._relative,
    "respectively": _Reader._respectively, "subordinator": _Reader._boundary, "temporal": _Reader._boundary,
    "semicolon": _Reader._boundary, "colon": _Reader._boundary, "open": _Reader._open, "close": _Reader._close,
}  # fmt: skip


def _give_each(numbers: Sequence[Statement], subjects: Sequence[Phrase]) -> None:
    for statement, subject in zip(numbers, subjects, strict=True):
        statement.subjects = (subject,)


def _each(group: list[Phrase]) -> list[Phrase]:
    """The subjects one by one: "shares in X and Y" are two."""
    return [part for phrase in group for part in (phrase.of if len(phrase.of) > 1 else [phrase])]


def _is_bare_value(phrase: Phrase) -> bool:
    """ "a fall in market value": of what, the sentence says elsewhere."""
    return phrase.head in _VALUES and not phrase.of and phrase.owner is None


def _is_dateline(phrase: Phrase) -> bool:
    """ "LONDON (Reuters) -": a place in capitals opens the article, it is nobody's name."""
    mention = phrase.mentions[0] if phrase.mentions else None
    return mention is not None and mention.text.isupper() and mention.kind in ("place", None) and not mention.ticker


def _bearers(phrase: Phrase) -> set[str]:
    return {mention.id for mention in phrase.mentions if mention.id is not None}


def _is_described(phrase: Phrase) -> bool:
    """ "the No. 2 U.S. railroad", "the global oil benchmark": names in it only say which, its head is no name."""
    if not phrase.determined:
        return False
    behind_names = phrase.mentions[-1].end < phrase.end and phrase.head not in carriers() - {"benchmark", "gauge"}
    return behind_names or all(mention.kind == "place" for mention in phrase.mentions)


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


def _way(now: Quantity, before: Quantity) -> str:
    if now.value == before.value:
        return "flat"
    return "up" if now.value > before.value else "down"
