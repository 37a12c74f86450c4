"""Group the words of a sentence into phrases: noun phrases, movements, numbers, and the small words between them.

Goes in: the tokens of a sentence. Comes out: a list of `Phrase`s in order. Adverbs, times and quotation marks are left
out; a word that may be a noun or a verb ("gains") is decided here by its neighbours; an adjective of movement that
belongs to a noun ("higher tariffs") becomes part of it. Which phrase is whose subject is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from marketextract import lexicon
from marketextract.words import in_set, measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketextract.names import Mention
    from marketextract.quantities import Quantity
    from marketextract.words import Token

PhraseKind = Literal[
    "noun", "quantity", "move", "nominal", "state", "cause", "level", "verb", "copula", "modal", "negation",
    "preposition", "conjunction", "comma", "semicolon", "colon", "dash", "open", "close", "subordinator", "temporal",
    "relative", "respectively", "slash",
]  # fmt: skip

_SKIPPED = frozenset({"adverb", "time", "quote", "sign", "stop"})
_SAME = frozenset(
    {"preposition", "conjunction", "comma", "semicolon", "colon", "dash", "open", "close", "subordinator", "temporal",
     "relative",
     "copula", "modal", "negation", "slash"}
)  # fmt: skip
_KINDS: Mapping[str, PhraseKind] = {
    "move-verb": "move", "move-noun": "nominal", "move-state": "state", "move-cause": "cause", "level_verb": "level",
    "quantity": "quantity",
}  # fmt: skip
_STANDING_ALONE = frozenset(
    {"this", "that", "these", "those", "both", "all", "each", "some", "most", "many", "another"}
)
_BEHIND_FLOATING = frozenset({"move-verb", "move-both", "move-state", "level_verb", "verb", "copula", "modal"})
_IN_NOUN = frozenset({"determiner", "word", "name", "maturity", "pronoun"})


@dataclass(slots=True)
class Phrase:
    """One phrase with its span.

    `lower` is its text in small letters. A "noun" has its `mentions` and its `head`, the last word; `owner` is the noun
    phrase before a possessive ("Tesla" in "Tesla's sales"), `of` holds what is said of it beside its name ("shares of
    X", "X, the maker of Y"), `determined` is True behind an article, `reference` where it only stands for a name ("the
    stock"), and `possessive` where it ends in a possessive ("oil's" in "oil's rise"). A "quantity" has its `quantity`.
    A "move", "nominal" (a noun of movement), "state" or "cause" has a `direction`, and a verb its `form`.
    """

    kind: PhraseKind
    start: int
    end: int
    lower: str
    direction: str | None = None
    form: str = ""
    quantity: Quantity | None = None
    mentions: list[Mention] = field(default_factory=list)
    head: str = ""
    owner: Phrase | None = None
    determined: bool = False
    reference: bool = False
    possessive: bool = False
    of: list[Phrase] = field(default_factory=list)

    @property
    def named(self) -> bool:
        """Whether the phrase holds a name."""
        return bool(self.mentions)


def phrases(tokens: list[Token]) -> list[Phrase]:
    """The phrases of a sentence."""
    result: list[Phrase] = []
    before_number = measured()
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.lower in before_number and i + 1 < len(tokens) and tokens[i + 1].kind == "quantity":
            result.append(Phrase("state", token.start, token.end, token.lower, before_number[token.lower] or None))
        elif token.kind in _SAME:
            result.append(_alone(token, token.kind))  # type: ignore[arg-type]  # the classes of `_SAME` are phrase kinds
        elif token.lower == "respectively":
            result.append(Phrase("respectively", token.start, token.end, token.lower))
        elif token.kind == "determiner" and _is_relative_that(tokens, i):
            result.append(Phrase("relative", token.start, token.end, token.lower))
        elif not _is_left_out(tokens, i):
            if _opens_noun(tokens, i, result):
                i = _noun(tokens, i, result)
                _join_description(result)
                continue
            _add(tokens, i, result)
        i += 1
    return result


def _join_description(result: list[Phrase]) -> None:
    """Make one phrase of "the search" and "advertising company" in "shares of the search and advertising company"."""
    if len(result) < 3 or [phrase.kind for phrase in result[-3:]] != ["noun", "conjunction", "noun"]:  # noqa: PLR2004
        return
    first, joint, last = result[-3:]
    described = last.head in _reference_heads() and not (last.determined or last.named or last.owner is not None)
    if joint.lower != "and" or not described or not first.lower.startswith("the ") or first.head in _reference_heads():
        return
    first.end, first.head, first.reference = last.end, last.head, True
    first.lower, first.mentions = f"{first.lower} and {last.lower}", []
    del result[-2:]


def _is_left_out(tokens: list[Token], i: int) -> bool:
    kind = tokens[i].kind
    if kind == "quantity":
        return _counts_noun(tokens, i)
    return (kind == "determiner" and _bare_determiner(tokens, i)) or (kind == "verb" and _describes_number(tokens, i))


def _counts_noun(tokens: list[Token], i: int) -> bool:
    """ "11" in "ten of the 11 S&P 500 sectors", but not "4,000" in "the 4,000 level"."""
    quantity = tokens[i].quantity
    if i == 0 or tokens[i - 1].kind != "determiner" or quantity is None or quantity.unit is not None:
        return False
    end = i + 1
    while end < len(tokens) and tokens[end].kind in ("word", "name"):
        end += 1
    return end > i + 1 and tokens[end - 1].kind == "word" and tokens[end - 1].lower.endswith("s")


def _add(tokens: list[Token], i: int, result: list[Phrase]) -> None:
    """Add the phrase that a token is by itself, if it is one."""
    token = tokens[i]
    if token.kind == "time":
        following = tokens[i + 1].lower if i + 1 < len(tokens) else ""
        attributive = i > 0 and tokens[i - 1].lower in ("its", "their")  # "from its 2025 low"
        attributive = attributive or following in extremes()  # "off earlier highs"
        closing = i + 1 < len(tokens) and tokens[i + 1].kind == "level_verb"
        attributive = attributive or (closing and _after_determiner(tokens, i + 1))  # "from a previous session close"
        if not (token.possessive or attributive or following in in_set("trading_noun")):
            _drop_preposition(result, tokens[i + 1].kind if i + 1 < len(tokens) else "")
    elif token.kind not in _SKIPPED:
        result.append(_alone(token, _kind(tokens, i, result)))


def _drop_preposition(result: list[Phrase], following: str) -> None:
    """ "on Wednesday", "since May" say when: the word leads to no noun phrase, and to no clause."""
    leads_on = following in _BEHIND_FLOATING  # "after earlier falling 2%"
    while result and (result[-1].kind == "preposition" or (result[-1].kind == "temporal" and not leads_on)):
        result.pop()


def _alone(token: Token, kind: PhraseKind) -> Phrase:
    lower = token.lower
    return Phrase(kind, token.start, token.end, lower, token.direction, token.form, token.quantity, [], lower)


def _kind(tokens: list[Token], i: int, before: list[Phrase]) -> PhraseKind:
    kind = tokens[i].kind
    if kind == "move-both":
        return "nominal" if _is_noun(tokens, i, before) else "move"
    return _KINDS.get(kind, "verb")


def _is_noun(tokens: list[Token], i: int, before: list[Phrase]) -> bool:
    """Whether a word like "gains" is a noun where it stands."""
    token = tokens[i]
    if token.form in ("past", "ing"):
        return False
    last = before[-1] if before else None
    previous = tokens[i - 1] if i else None
    if previous is not None and previous.kind == "determiner":
        return True
    if last is None:
        return i + 1 < len(tokens) and tokens[i + 1].kind == "preposition" and token.form == "s"
    if last.kind in ("quantity", "verb", "cause", "level", "copula", "conjunction") or previous is None:
        return last.kind != "conjunction" or _followed_by_preposition(tokens, i)
    if last.kind == "preposition":
        return last.lower != "to" or token.form == "s"
    if last.kind == "close":
        return _followed_by_preposition(tokens, i)  # "a $180 billion (£135 billion) fall in value"
    if last.kind == "noun":
        return _noun_after_noun(tokens, i, before, previous)
    return last.kind in ("state", "nominal") and token.form != "base"


def _followed_by_preposition(tokens: list[Token], i: int) -> bool:
    return i + 1 < len(tokens) and tokens[i + 1].kind == "preposition" and tokens[i + 1].lower in ("in", "for", "of")


def _noun_after_noun(tokens: list[Token], i: int, before: list[Phrase], previous: Token) -> bool:
    """ "a price rise", "a 24% bear market rally", "Tesla's gain" against "stocks rise", "the index gains"."""
    last = before[-1]
    measured = len(before) > 1 and before[-2].kind == "quantity"
    following = tokens[i + 1].kind if i + 1 < len(tokens) else ""
    if previous.kind == "determiner" or previous.possessive:
        return True
    if following == "quantity":
        return False
    plural = last.head.endswith("s") and not last.head.endswith("ss")
    if tokens[i].form == "base":
        return not plural and (last.determined or measured) and not last.named
    return plural and not last.named


def _bare_determiner(tokens: list[Token], i: int) -> bool:
    """ "a" in "a 10% drop", "both" in "are both up": it opens no noun phrase of its own."""
    if _floats(tokens, i):
        return True
    k = i + 1
    while k < len(tokens) and tokens[k].kind in ("adverb", "determiner"):
        k += 1
    if k + 1 < len(tokens) and tokens[k].kind == "time" and tokens[k + 1].kind == "word":
        return False  # "the July contract"
    return k >= len(tokens) or tokens[k].kind in ("quantity", "move-noun", "move-both", "time", "stop")


def _is_relative_that(tokens: list[Token], i: int) -> bool:
    """ "that" in "an index that tracks banks rose": behind a noun and before a verb."""
    if tokens[i].lower != "that" or not 0 < i < len(tokens) - 1 or tokens[i - 1].kind not in ("word", "name"):
        return False
    following = tokens[i + 1].kind
    return following in ("verb", "level_verb", "copula", "modal") or following.startswith("move-")


def _floats(tokens: list[Token], i: int) -> bool:
    """Whether a word like "both" or "all" stands behind those that it counts: "X and Y both rose", "X, Y all down"."""
    if tokens[i].lower not in ("both", "all", "each", "either") or not 0 < i < len(tokens) - 1:
        return False
    behind = tokens[i - 1].kind in ("copula", "name", "close", "word", "comma")
    return behind and tokens[i + 1].kind in _BEHIND_FLOATING


def _describes_number(tokens: list[Token], i: int) -> bool:
    """ "revised" in "an upwardly revised 0.5%"."""
    following = tokens[i + 1].kind if i + 1 < len(tokens) else ""
    before = tokens[i - 1].kind if i else ""
    return following == "quantity" and before in ("determiner", "adverb", "preposition")


def _opens_noun(tokens: list[Token], i: int, before: list[Phrase]) -> bool:
    token = tokens[i]
    if token.kind in _IN_NOUN:
        return not _is_participle(token, before)
    if token.kind in ("verb", "level_verb", "move-cause") and _after_determiner(tokens, i):
        return True  # "the last trading day"
    if token.kind == "move-verb" and token.form == "base" and _after_determiner(tokens, i):
        return True  # "a narrow band"
    if token.kind == "verb" and token.form in ("s", "base") and before and before[-1].kind == "preposition":
        return before[-1].lower != "to"  # "after reports", "of plans"
    if i + 1 < len(tokens) and tokens[i + 1].kind in ("word", "name"):
        if token.kind == "verb" and token.form == "ing":
            # "an index of leading European shares", "while emerging stocks were flat"
            return token.lower in in_set("ing_noun") or bool(before and before[-1].lower == "of")
        if token.kind == "move-noun" and token.lower in in_set("attributive"):
            return True  # "growth stocks"
    return token.kind == "move-state" and _modifies(tokens, i, before)


def _after_determiner(tokens: list[Token], i: int) -> bool:
    level = tokens[i].kind == "level_verb" and tokens[i].form not in ("past", "s")  # "its 2025 closing low"
    k = i - 1
    while k >= 0 and (tokens[k].kind == "adverb" or (level and tokens[k].kind == "time")):
        k -= 1
    if k < 0 or tokens[k].kind != "determiner" or tokens[i].lower.endswith("ed"):
        return False
    return not _is_pronoun(tokens[k], tokens[i])


def _is_pronoun(determiner: Token, verb: Token) -> bool:
    """ "this" in "this follows a 6% gain"."""
    return verb.form == "s" and determiner.lower in ("this", "that")


def _is_participle(token: Token, before: list[Phrase]) -> bool:
    """An -ing word that the lexicon does not list, where only a verb can stand: "before reopening", ", citing"."""
    opens = not before or before[-1].kind in ("subordinator", "temporal", "comma")
    participle = token.kind == "word" and token.lower.endswith("ing") and not token.capital
    return opens and participle and token.lower not in in_set("ing_noun")


def _modifies(tokens: list[Token], i: int, before: list[Phrase]) -> bool:
    """Whether an adjective of movement belongs to the noun that follows it: "weaker yen", not "closed weaker"."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is None or following.kind not in ("word", "name") or " " in tokens[i].lower:
        return False
    last = before[-1].kind if before else ""
    return tokens[i].lower not in ("up", "down") and last not in (
        "quantity",
        "copula",
        "level",
        "move",
        "noun",
        "comma",
    )


def _noun(tokens: list[Token], i: int, result: list[Phrase]) -> int:
    """Read the noun phrase from token `i` on into `result`; return the index behind it."""
    owner: Phrase | None = None
    first = i
    while i < len(tokens) and (tokens[i].kind in _IN_NOUN or i == first or _ending_inside(tokens, i)):
        token = tokens[i]
        i += 1
        if token.kind == "determiner" and i - 1 > first and not tokens[i - 2].possessive:
            i -= 1
            break
        if _is_plural_verb(tokens, i - 1, first):
            i -= 1
            break
        if token.possessive and i < len(tokens) and tokens[i].kind in _IN_NOUN:
            owner = _noun_phrase(tokens[first:i], owner)
            first = i
        elif token.kind == "pronoun":
            break
    inside = tokens[first:i]
    attributive = (
        i < len(tokens) and tokens[i].kind == "time" and not tokens[i].possessive and inside[-1].kind != "name"
    )
    if attributive and _after_determiner(tokens, first):
        return i  # "the last trading day"
    last = inside[-1]  # a noun phrase begins with its determiners
    if last.kind != "determiner" or last.lower in _STANDING_ALONE:
        phrase = _noun_phrase(tokens[first:i], owner)
        if not _is_denominator(phrase, result):
            result.append(phrase)
    return i


def _is_plural_verb(tokens: list[Token], i: int, first: int) -> bool:
    """ "Shares trade up 2%": a noun that is a verb behind a plural and before a movement."""
    if i == first or tokens[i].lower not in in_set("plural_verb") or not tokens[i - 1].lower.endswith("s"):
        return False
    return i + 1 < len(tokens) and tokens[i + 1].kind == "move-state"


def _is_denominator(phrase: Phrase, before: list[Phrase]) -> bool:
    """ "a share" in "an offer of $38 a share is"."""
    quantity = before[-1].quantity if before else None
    return quantity is not None and quantity.per is not None and phrase.lower in (
        f"a {quantity.per}", f"an {quantity.per}", f"each {quantity.per}"
    )  # fmt: skip


def _ending_inside(tokens: list[Token], i: int) -> bool:
    """A time or an -ed word between two words of one noun phrase: "its Monday session", "adjusted earnings"."""
    if tokens[i].kind in ("verb", "level_verb", "move-cause") and not tokens[i].lower.endswith("ed"):
        return _used_as_noun(tokens, i)
    if i + 1 >= len(tokens) or tokens[i + 1].kind not in ("word", "name"):
        return False
    if tokens[i - 1].kind == "word" and not tokens[i - 1].capital:
        if tokens[i - 1].lower in _reference_heads():
            return False  # "the fund grabbed attention"
        return tokens[i].kind == "verb" and tokens[i - 2].kind == "determiner" and not tokens[i + 1].capital
    return tokens[i - 1].kind == "determiner" and tokens[i].kind in ("verb", "time", "adverb", "move-state")


def _used_as_noun(tokens: list[Token], i: int) -> bool:
    """ "the top losers", "its close", "a record close": a verb's form where only a noun can stand."""
    previous = tokens[i - 1]
    if previous.kind == "determiner" or previous.possessive:
        return not _is_pronoun(previous, tokens[i])
    if i + 1 < len(tokens) and tokens[i + 1].kind in ("determiner", "quantity", "negation"):
        return False  # "the stock hit a peak", "the stock did not rise"
    if tokens[i].form not in ("", "base") or tokens[i].lower.endswith(("s", "ing")):
        return False
    if previous.kind not in _IN_NOUN and previous.kind != "level_verb":
        return False
    if tokens[i].kind == "level_verb" and tokens[i].lower not in in_set("prior_level"):
        return False  # "the index broke away"
    k = i - 1
    while k > 0 and tokens[k].kind in ("word", "name", "maturity", "level_verb") and not tokens[k - 1].possessive:
        k -= 1
    return tokens[k].kind == "determiner" or tokens[k - 1].possessive


def _noun_phrase(tokens: list[Token], owner: Phrase | None) -> Phrase:
    lower = " ".join(token.lower for token in tokens)
    is_part = tokens[-1].lower in in_set("part_noun")  # "the Dow component" is not the Dow
    return Phrase(
        "noun",
        tokens[0].start,
        tokens[-1].end,
        lower,
        mentions=[token.mention for token in tokens if token.mention is not None and not is_part],
        head=tokens[-1].lower.rsplit(" ", 1)[-1],
        owner=owner,
        determined=tokens[0].kind == "determiner",
        reference=(owner is None or not owner.named)
        and (_is_reference(tokens, lower) or _is_the_worlds(tokens, owner)),
        possessive=tokens[-1].possessive,
    )


def _is_reference(tokens: list[Token], lower: str) -> bool:
    """Whether a noun phrase stands for something named before: "it", "its shares", "the steelmaker"."""
    if tokens[-1].kind == "pronoun" or lower in references():
        return True
    if tokens[0].lower in ("those", "these"):
        return len(tokens) > 1 and not any(token.mention is not None for token in tokens)  # "those two funds"
    if tokens[0].lower not in ("the", "its", "their", "his", "that", "this") or len(tokens) < 2:  # noqa: PLR2004
        return False
    if tokens[0].lower in ("its", "their", "his") and len(tokens) > 2:  # noqa: PLR2004
        return lower.endswith(tuple(in_set("owned")))  # "its emerging market index" is another one
    if tokens[0].lower in ("its", "their") and tokens[-1].lower == "value":
        return True
    part = tokens[-1].lower in in_set("part_noun")  # "the Dow component"
    if tokens[-1].lower.endswith("maker"):
        return True  # "the iPod maker"
    if any(
        token.kind == "maturity"
        or (token.mention is not None and token.mention.kind not in ("place", "index" if part else "place"))
        for token in tokens
    ):
        return False
    return part or tokens[-1].lower in _reference_heads()


@lexicon.derived
def references() -> dict[str, frozenset[str]]:
    """The words that stand for an instrument named before, with the kinds they may stand for (empty: any)."""
    return {
        words: frozenset() if kinds == "-" else frozenset(kinds.split()) for words, kinds in lexicon.rows("references")
    }


def _is_the_worlds(tokens: list[Token], owner: Phrase | None) -> bool:
    """ "the world's largest cryptocurrency", "the country's biggest lender"."""
    if owner is None or owner.named or not owner.determined:
        return False
    return tokens[-1].lower in _reference_heads() and not any(token.mention is not None for token in tokens)


@lexicon.derived
def _reference_heads() -> frozenset[str]:
    """The nouns that can stand for something named before, after "the" or "its"."""
    described = (word for row in lexicon.rows("descriptors") for word in row[0].split())
    return frozenset(described) | {words.split()[-1] for words in references()}


@lexicon.derived
def extremes() -> frozenset[str]:
    """The nouns for the end of a range of prices: "a two-month low"."""
    return frozenset(word for _, nouns, _ in lexicon.rows("extreme_words") for word in nouns.split())


@lexicon.derived
def extreme_directions() -> dict[str, frozenset[str]]:
    """The words for the upper and for the lower end of a range of prices, by the direction they tell."""
    return {way: words for way, words in lexicon.united("extreme_words").items() if way != "-"}


@lexicon.derived
def carriers() -> frozenset[str]:
    """The nouns that carry the price of something else: "shares" in "shares of X"."""
    return frozenset(row[0] for row in lexicon.rows("carriers"))
