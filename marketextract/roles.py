"""What a number is to the movement or the verb it stands with: a change, a level, a previous level, a forecast, ...

Goes in: a `Place`, which is a number among the phrases of its sentence together with the subjects, the movement and the
verb that govern it. Comes out: its `Role`, its direction, and what marks it as an extreme or as told of before. Whose
the number is, is decided in `clauses`. The words are in the lexicon (roles, rate_words, extreme_words and others).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from marketextract import lexicon
from marketextract.measures import RELATIVE
from marketextract.phrases import extreme_directions, extremes
from marketextract.words import in_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from marketextract.phrases import Phrase
    from marketextract.quantities import Quantity

Role = Literal["change", "level", "previous", "expected", "distance", "chance", "size", "value"]

_BEING = frozenset({"is", "are", "was", "were", "be", "been"})
_FORECAST_ENDS = frozenset({"comma", "quantity", "move", "level", "state", "subordinator", "temporal", "semicolon"})
_OBJECT_ENDS = frozenset({"quantity", "semicolon", "subordinator", "temporal", "move", "level", "copula", "relative"})
_PRICELESS = frozenset({"central_bank", "agency", "indicator", "place"})  # kinds of names
_COMPARING = frozenset(
    {"above", "below", "near", "under", "over", "past", "toward", "towards", "than", "off", "beyond"}
)
_APART = frozenset({"from", "to", "against", "off", "below", "above", "near", "under", "over"})  # another level follows
_AWAY = frozenset({"below", "above", "from", "off", "short of"})


@dataclass(slots=True)
class Place:
    """The number at index `i` of the `phrases` of a sentence.

    `group` are its subjects, `move` the movement and `verb` the verb that govern it. `leads` says that it was read
    before the word that it belongs to ("a 10% drop"), `last` is the role of the number before it, and `background` that
    its clause tells of an earlier time. `nouns_before` are the nouns right before the number, and `lead` is the
    preposition that leads to it, past a noun phrase that only describes it; or nothing.
    """

    phrases: Sequence[Phrase]
    i: int
    quantity: Quantity
    group: Sequence[Phrase]
    move: Phrase | None = None
    verb: Phrase | None = None
    leads: bool = False
    last: Role | None = None
    background: bool = False
    nouns_before: str = field(init=False)
    lead: str = field(init=False)

    def __post_init__(self) -> None:
        """Read what is asked for of every number."""
        reach = 1 if self.kind(-2) == "comma" else 3  # "which had warned on sales, fell 4%"
        near = self.phrases[max(0, self.i - reach) : self.i]
        self.nouns_before = " ".join([phrase.lower for phrase in near if phrase.kind in ("noun", "nominal")])
        self.lead = self._leading_word()

    def kind(self, offset: int) -> str:
        """The kind of the phrase so far from the number, or nothing."""
        at = self.i + offset
        return self.phrases[at].kind if 0 <= at < len(self.phrases) else ""

    def lower(self, offset: int) -> str:
        """The text of the phrase so far from the number, in small letters, or nothing."""
        at = self.i + offset
        return self.phrases[at].lower if 0 <= at < len(self.phrases) else ""

    @property
    def noun_behind(self) -> str:
        """The noun right behind the number."""
        return self.lower(1) if self.kind(1) in ("noun", "nominal") else ""

    def _leading_word(self) -> str:
        offset = self._before_describing(-1)
        before = self.phrases[self.i + offset - 1] if self.i + offset > 0 else None
        if self.lower(offset) == "against" and before is not None and is_extreme(before):
            offset = self._before_describing(offset - 1)  # "hit a low against the dollar of $1.32"
        elif self.lower(offset) == "at" and before is not None and _is_its_close(before):
            further = self._before_describing(offset - 1)
            offset = further if self.lower(further) == "from" else offset  # "down from their close at $97.53"
        if self.kind(offset) == "preposition":
            return self.lower(offset)
        number = self.lower(0)
        leads = _inner_leads()
        if self.kind(-1) in ("conjunction", "level", "copula"):
            leads = (*leads, "near ", "around ")
        return next((lead[:-1] for lead in leads if number.startswith(lead)), "") if number.startswith(leads) else ""

    def _before_describing(self, offset: int) -> int:
        while (self.kind(offset) == "noun" or self.lower(offset) == "of") and self.i + offset > 0:
            offset -= 1
        return offset

    @property
    def is_owned_behind(self) -> bool:
        """Whether the sentence says behind it whose it is: "compared with a 21% decline in the Nasdaq"."""
        return bool(self.group) and self.group[0].start > self.quantity.start

    @property
    def relative(self) -> bool:
        """Whether the number is in percent or in points of it."""
        return self.quantity.unit in RELATIVE


def objects_behind(phrases: Sequence[Phrase], i: int) -> tuple[Phrase, ...]:
    """The noun phrases behind the number at `i`, up to the next number or clause."""
    found = []
    for phrase in phrases[i + 1 : i + 16]:
        if phrase.kind == "noun":
            found.append(phrase)
        elif phrase.kind in _OBJECT_ENDS:
            break
    return tuple(found)


# -- the role --------------------------------------------------------------------------------------------------------


def _is_its_close(phrase: Phrase) -> bool:
    return phrase.head in in_set("prior_level") and phrase.lower.startswith(("its ", "their "))


def role_of(place: Place) -> Role:
    """What a number is to the movement or verb that governs it."""
    role = _role(place)
    compared = role == "previous" and place.lead != "from"
    if role in ("level", "previous") and not compared and _is_change_of_price(place):
        return "change"  # "trimmed gains to 0.3%", "now stands at 11%"
    return role


def _role(place: Place) -> Role:
    if _is_chance(place):
        return "chance"
    if _is_forecast(place):
        return "expected"
    lead = place.lead
    if place.lower(-1) == "of" and place.i > 1 and is_extreme(place.phrases[place.i - 2]):
        return "previous" if _lead_roles().get(lead) == "previous" else "level"
    return "distance" if _is_distance(place, lead) else _role_by_lead(place, lead)


def _role_by_lead(place: Place, lead: str) -> Role:
    """The role that the word leading to the number gives it, or else the verb."""
    role = _lead_roles().get(lead)
    if role == "level" and place.quantity.unit == "percent" and not is_rate(place.group) and lead not in ("to", "at"):
        role = None
    if place.noun_behind in in_set("level_noun") and not place.leads:
        return "level"  # "crossing the 5 percent level"
    limit = place.quantity.unit == "percent" and not in_set("limit_noun").isdisjoint(place.noun_behind.split())
    if limit or (place.leads and (role != "previous" or place.is_owned_behind)):
        return "change"
    if place.is_owned_behind and role == "previous":  # "compared with 150 for Microsoft": as the one before
        return place.last if place.last in ("change", "level") else "change"
    if role is None and _goes_up_to(place):
        return "level"
    if place.quantity.unit is None and place.lower(1) == "of":
        return "value"  # "36 of the 50 stocks"
    if role == "level" and place.move is not None and place.move.kind == "nominal" and place.relative:
        return "level" if is_rate(place.group) else "change"  # "pared its losses to 0.4%"
    return role or _role_without_lead(place)


def _role_without_lead(place: Place) -> Role:
    move, verb = place.move, place.verb
    if move is not None and not place.relative and (move.direction == "flat" or _has_passed(move, verb)):
        return "level"  # "closed steady around 90.63 yen", "weakened to 7.31, breaching the 7.3 mark"
    if move is not None and place.kind(-1) != "verb":
        if place.kind(-1) in ("conjunction", "comma", "open") and place.last is not None:
            return place.last if place.last == "change" or not place.relative else "change"  # "342 points, or 0.8%"
        return "level" if place.kind(-1) == "level" and not place.relative else "change"
    if verb is not None and verb.kind == "level":
        return "change" if place.relative and not is_rate(place.group) else "level"
    if _sign(place.quantity) is not None or (place.kind(-1) == "colon" and _is_change_of_price(place)):
        return "change"
    return "level" if verb is None or verb.kind == "copula" else "value"


def _has_passed(move: Phrase, verb: Phrase | None) -> bool:
    """Whether a verb of level follows the movement."""
    return verb is not None and verb.kind == "level" and verb.start > move.end


def _goes_up_to(place: Place) -> bool:
    """ "edged up to 4.43 percent": where it went or was sent, and not at most so much."""
    brought = place.move is not None and place.move.direction is None
    fits = is_rate(place.group) if place.relative else True
    return brought and fits and place.lower(0).startswith("up to ")


def _is_change_of_price(place: Place) -> bool:
    """Whether a percentage can only be a change: that of a named thing whose level is none."""
    if (
        place.quantity.unit != "percent"
        or is_rate(place.group)
        or not rate_words().isdisjoint(place.nouns_before.split())
    ):
        return False
    return any(mention.kind not in _PRICELESS for phrase in place.group for mention in phrase.mentions)


def _is_chance(place: Place) -> bool:
    """ "a 68% chance of a cut", "the odds rose to 68%"."""
    if place.quantity.unit != "percent":
        return False
    behind = place.lower(1).split() if place.kind(1) == "noun" else []
    before = place.lower(-2).split() if place.lower(-1) in ("of", "at") else []
    return not _chance_words().isdisjoint([*behind[:2], *before[-1:], *[phrase.head for phrase in place.group]])


def _is_distance(place: Place, lead: str) -> bool:
    """ "3% below its record", "within 0.1% of its high"; but not what something fell "to", nor "up 3% from its low"."""
    if lead == "within":
        return True
    if place.kind(-1) in ("move", "state") or lead in ("to", "at"):
        return False
    if place.lower(1) not in _AWAY or place.kind(2) != "noun":
        return False
    mark = place.phrases[place.i + 2]
    return is_extreme(mark) or mark.head == "average"


def _is_forecast(place: Place) -> bool:
    """ "above the 0.3% expected", "expectations for an increase to 71.8", "the 2.1% drop predicted by analysts"."""
    return _forecast_behind(place) or _forecast_before(place)


def _forecast_behind(place: Place) -> bool:
    for phrase in place.phrases[place.i + 1 : place.i + 4]:
        if phrase.kind not in ("noun", "nominal", "modal", "verb"):
            return False
        if not _forecast_words().isdisjoint(phrase.lower.split()):
            return True
    return False


def _forecast_before(place: Place) -> bool:
    for offset in range(-1, -min(place.i, 7) - 1, -1):
        kind = place.kind(offset)
        if kind in _FORECAST_ENDS or (kind == "copula" and offset < -1):
            return False
        if kind == "modal" and place.lower(offset - 1) in _BEING:
            return False  # "is expected to ..." says what may happen, not what was forecast
        if kind in ("noun", "modal", "verb") and not _forecast_words().isdisjoint(place.lower(offset).split()):
            return True
    return False


# -- its direction, and what else is said of it ----------------------------------------------------------------------


def direction_of(place: Place, role: Role, extreme: Phrase | None) -> str | None:
    """The way a number went: by its sign or its movement, and for a level by the verb or the extreme it stands with."""
    told = _sign(place.quantity) or (place.move.direction if place.move is not None else None)
    if told is not None or role != "level":
        return told
    if place.lower(0).startswith("up to "):
        return "up"
    passed = place.verb.direction if place.verb is not None and place.verb.kind == "level" else None
    return passed or (None if is_background(place) else towards(extreme))


def is_background(place: Place) -> bool:
    """Whether a number is told of an earlier time, or as a mark to compare with: "below yesterday's close of 146"."""
    return _is_mark(place) or place.background or place.kind(-1) == "temporal"


def _is_mark(place: Place) -> bool:
    if place.lead not in _COMPARING:
        return False
    inside = place.lower(0).startswith(place.lead)  # "hit a record high above $1,200": not above the record
    before = () if inside else place.nouns_before.split()
    issued = place.noun_behind.split()  # "above the $38 offering price"
    return not in_set("prior_level").isdisjoint(before) or not in_set("issue_price").isdisjoint(issued)


def extreme_at(place: Place) -> Phrase | None:
    """ "a high of 22.36", "a record 45,055", "22.36, its highest since December": a level among others."""
    before = place.i - (2 if place.lower(-1) in ("of", "at") else 1)
    if before >= 0 and is_extreme(place.phrases[before]):
        return place.phrases[before]
    for phrase in place.phrases[place.i + 1 : place.i + 6]:
        if phrase.kind not in ("comma", "noun", "preposition") or phrase.lower in _APART:
            break
        if is_extreme(phrase):
            return phrase
    return None


def is_extreme(phrase: Phrase) -> bool:
    """Whether a phrase names the end of a range of prices: "a two-month low"."""
    if phrase.kind == "nominal":
        return not extremes().isdisjoint(phrase.lower.split())  # "its upper circuit", which tells a movement as well
    return phrase.kind == "noun" and (
        phrase.head in extremes() or not _extreme_words().isdisjoint(phrase.lower.split())
    )


def towards(extreme: Phrase | None) -> str | None:
    """The direction in which an extreme lies: "its highest since December" is up, a mere "record" says nothing."""
    words = set(extreme.lower.split()) if extreme is not None else set()
    ways = [way for way, listed in extreme_directions().items() if words & listed]
    return ways[0] if len(ways) == 1 else None


def is_rate(group: Iterable[Phrase]) -> bool:
    """Whether the level of one of these noun phrases is itself a percentage: a yield, a margin, inflation."""
    words = rate_words()
    return any(word in words for phrase in group for part in [phrase, *phrase.of] for word in part.lower.split())


def _sign(quantity: Quantity) -> str | None:
    if quantity.text.startswith("+"):
        return "up"
    return "down" if quantity.value < 0 and quantity.unit in RELATIVE else None


# -- the lexicon -----------------------------------------------------------------------------------------------------


@lexicon.derived
def _lead_roles() -> dict[str, Role]:
    rows = [row for row in lexicon.rows("roles") if row[0] != "inside"]
    return {word.strip(): role for role, listed, _ in rows for word in listed.split(";")}  # type: ignore[misc]


@lexicon.derived
def _inner_leads() -> tuple[str, ...]:
    """The leading words that a number phrase takes in, each with the space behind it: "above $71"."""
    listed = [row[1] for row in lexicon.rows("roles") if row[0] == "inside"]
    return tuple(f"{word.strip()} " for words in listed for word in words.split(";"))


@lexicon.derived
def _extreme_words() -> frozenset[str]:
    return frozenset(word for listed in extreme_directions().values() for word in listed)


@lexicon.derived
def _chance_words() -> frozenset[str]:
    return _words("chance_words")


@lexicon.derived
def _forecast_words() -> frozenset[str]:
    return _words("forecast_words")


@lexicon.derived
def rate_words() -> frozenset[str]:
    """The nouns whose level is itself a percentage."""
    return _words("rate_words")


def _words(table: str) -> frozenset[str]:
    return frozenset(word for row in lexicon.rows(table) for word in row[0].split())
