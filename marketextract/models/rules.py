"""The built-in reader: claims without a language model.

It points, like any model: from the statements of the article it makes claims in the wire form, which are bound and
validated like those of any other. Which words speak of which kind of event is written in the lexicon (`families.txt`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from marketextract import lexicon, wire
from marketextract.dates import TimePhrase, time_phrases
from marketextract.matching import identity, same_name, words_of
from marketextract.measures import DURATIONS, MEASURES, RELATIVE, is_money
from marketextract.models.base import Answer
from marketextract.names import COMPANY_KINDS, INSTRUMENT_KINDS, Mention, between
from marketextract.phrases import carriers
from marketextract.policy import WAYS, policy_actions
from marketextract.subjects import Subject, is_priceless, named_subjects, subjects_of, without_article

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marketextract.article import Article
    from marketextract.phrases import Phrase
    from marketextract.request import Request
    from marketextract.statements import Analysis, Movement, Statement

_PRICED = INSTRUMENT_KINDS | {"company"}
_POWERS = frozenset({"place", "agency", None})  # a country, the European Commission, a president
_COMPANIES = COMPANY_KINDS | {None}
_REPORTERS = _COMPANIES | {"broker"}
_COMPARISONS = {  # the field for a figure of this role behind a claim of this type
    ("earnings", "expected"): "expected",
    ("earnings", "previous"): "previous",
    ("economic_release", "expected"): "expected",
    ("economic_release", "previous"): "previous",
    ("analyst_view", "previous"): "previous_target",
}
_MARKETS = frozenset({"stocks", "shares", "equities", "markets", "futures", "yields", "bonds", "indexes", "indices"})
_DIGIT = re.compile(r"\d")
_COUNTLESS = frozenset({"ratio", "index", "sector", "cut", "hike", "time", "times", "company", "analyst"})
_PARAGRAPH = 5_000  # characters in which the beginning of a paragraph is looked for
_BEFORE = 6  # statements before one that it may be the change of
_FEW = 30  # names before a sentence among which its company is looked for
_FEW_OF_A_LIST = 12  # the largest bare number that may be a count or the number of a heading
_NEAR = 24  # characters before and behind a number in which "target" speaks of it
_WORD = re.compile(r"[^\W_]+(?:['’&.-][^\W_]+)*")

Claim = dict[str, Any]


class RulesModel:
    """The model named "rules"."""

    name = "rules"

    async def answer(self, request: Request) -> Answer:
        """The claims of the article that are of the requested types."""
        wanted = {event_type.type_name() for event_type in request.settings.event_types}
        claims = read_claims(request.article, request.analysis)
        return Answer(wire.render(claim for claim in claims if claim["type"] in wanted))


def read_claims(article: Article, analysis: Analysis) -> list[Claim]:
    """The events that the statements of an article make, as claims."""
    claims: list[Claim] = []
    for k, statement in enumerate(analysis.statements):
        scene = _Scene(article, analysis, statement, analysis.statements[max(0, k - _BEFORE) : k])
        if claims and _compared(scene, claims[-1]):
            continue
        for claim in _claims(scene):
            _complete_tariff(claim, claims)
            if not any(_extended(earlier, claim) for earlier in claims[-4:]):
                claims.append(claim)
    claims += _bare_moves(article, analysis, claims)
    claims += _bare_tariffs(article, analysis, claims)
    return sorted(claims, key=lambda claim: claim["evidence"][0])


def _compared(scene: _Scene, claim: Claim) -> bool:
    """Add what a figure is compared with to the claim before it, in the same sentence; say whether it was."""
    statement = scene.statement
    field = _COMPARISONS.get((claim["type"], statement.role))
    if field is None or field in claim or claim["evidence"] != [statement.sentence]:
        return False
    claim[field] = scene.phrase
    return True


def _bare_moves(article: Article, analysis: Analysis, claims: Sequence[Claim]) -> list[Claim]:
    """The moves told without a number, of what is known to have a price, each once: "most Asian stocks rose".

    Only the first movement of a sentence without numbers counts: it is what such a sentence is about.
    """
    told = {(_bearer(claim["instrument"]), claim.get("direction")) for claim in claims if "instrument" in claim}
    worth = {sentence.number for sentence, inside in analysis.without_numbers if _may_move(sentence.text, inside)}
    found: list[Claim] = []
    for movement in _first_of_each(analysis.movements(worth)):
        if movement.hypothetical or movement.word.form == "ing":
            continue
        for subject in named_subjects(movement.subjects, article.text):
            key = (_bearer(subject.name), movement.direction)
            if key not in told and (subject.kind in INSTRUMENT_KINDS or _is_a_market(subject)):
                told.add(key)
                fields = {"instrument": subject.name, "direction": movement.direction}
                found.append({"type": "price_move", **fields, "evidence": [movement.sentence]})
    return found


def _may_move(text: str, inside: Sequence[Mention]) -> bool:
    """A quick look whether a sentence names anything that has a price."""
    return any(m.kind in INSTRUMENT_KINDS for m in inside) or not _MARKETS.isdisjoint(_WORD.findall(text.lower()))


def _first_of_each(movements: Sequence[Movement]) -> list[Movement]:
    """The first movement of each sentence."""
    return list({movement.sentence: movement for movement in reversed(movements)}.values())[::-1]


def _bearer(name: str) -> str | frozenset[str]:
    return identity(name) or words_of(name)


def _is_a_market(subject: Subject) -> bool:
    """Whether an unnamed subject is a market or a sector: "Asian stocks", "bank shares", but not "shares" alone."""
    phrase = subject.phrase
    return phrase is not None and phrase.head in _MARKETS and not phrase.reference and len(phrase.lower.split()) > 1


@dataclass(frozen=True)
class _Scene:
    """A statement with what stands around it."""

    article: Article
    analysis: Analysis
    statement: Statement
    before: Sequence[Statement]

    @cached_property
    def subjects(self) -> list[Subject]:
        return subjects_of(self.statement, self.article.text)

    @cached_property
    def span(self) -> tuple[int, int]:
        """The sentence."""
        sentence = self.article.sentences[self.statement.sentence - 1]
        return sentence.start, sentence.end

    @cached_property
    def words(self) -> frozenset[str]:
        return _words_between(self.article.text, *self.span)

    @cached_property
    def near(self) -> frozenset[str]:
        """The words right before and behind the number."""
        quantity, text = self.statement.quantity, self.article.text
        around = text[max(0, quantity.start - _NEAR) : quantity.start] + " " + text[quantity.end : quantity.end + _NEAR]
        return frozenset(_WORD.findall(around.lower()))

    @cached_property
    def company(self) -> str | None:
        """The company that the statement is of: its subject, the subject's bearer, or whom the sentence is about."""
        for subject in self.subjects:
            if subject.kind in _COMPANIES and subject.named:
                return subject.name
        if self._reporter is not None:
            return self._reporter
        inside = [mention.text for mention in self.mentions if mention.kind in COMPANY_KINDS]
        topic = self.topic
        if topic is not None:
            here = (mention.text for mention in self.mentions if same_name(topic.text, mention.text))
            return next(here, next(iter(inside), None))
        earlier = [m.text for m in self.statement.antecedents if m.kind in _COMPANIES and not _is_heading(m)]
        inside += [m.text for m in self.mentions if m.kind is None and not _is_heading(m)]
        return next(iter([*earlier[:1], *inside]), None)

    @property
    def _reporter(self) -> str | None:
        """Who says the figure of itself, with a verb of reporting behind the name: "X said it earned"."""
        told = _family_words()["reporter after"]
        before = [m for m in self.mentions if m.end <= self.statement.quantity.start and m.kind in _REPORTERS]
        reporters = (m.text for m in reversed(before) if _word_behind(self, m) in told and not _is_heading(m))
        return next(reporters, None)

    @property
    def topic(self) -> Mention | None:
        """The company that the article is about, once it has been named."""
        topic = self.analysis.topic
        return topic if topic is not None and topic.start < self.statement.quantity.start else None

    @cached_property
    def mentions(self) -> Sequence[Mention]:
        return between(self.analysis.mentions, *self.span)

    @property
    def is_conjecture(self) -> bool:
        """Whether the move is only possible or expected; a call of where a market will open is told as a move."""
        return (
            self.statement.possible
            or self.statement.negated
            or (self.statement.hypothetical and not self.words & {"open", "opening"})
        )

    @cached_property
    def when(self) -> str | None:
        """The time phrase nearest to the number, in its sentence."""
        return self._time("when", None)

    @cached_property
    def period(self) -> str | None:
        """The period that is printed right at the number: "3% for the week"."""
        return self._time("period", _NEAR)

    def _time(self, kind: str, reach: int | None) -> str | None:
        quantity = self.statement.quantity
        found = [p for p in _times(self.article.text, *self.span) if p.kind == kind and not self._tells_another(p)]
        gaps = [(max(quantity.start - phrase.end, phrase.start - quantity.end), phrase) for phrase in found]
        if not gaps:
            return None
        gap, phrase = min(gaps, key=lambda item: item[0])
        opens = phrase.start - self.span[0] <= len("For the ")  # "For the week, the Dow gained 1% and the Nasdaq 2%"
        return phrase.text if reach is None or gap <= reach or opens else None

    def _tells_another(self, phrase: TimePhrase) -> bool:
        """Whether a time is that of another movement: "gained 1.9%, having climbed 2.5% on Monday"."""
        mine, word = self.statement.quantity, self.statement.word
        if word is None:
            return False
        for other in self.analysis.in_sentence(self.statement.sentence):
            if other.word is None or other.word is word:
                continue
            if mine.end <= other.word.start < phrase.start:
                return True
            if other.quantity.end <= phrase.start and phrase.end <= word.start:
                return True
        return False

    @property
    def earlier_company(self) -> Mention | None:
        """The company of the article, or of the paragraph so far: the one it names first, or the nearest before."""
        text, sentences = self.article.text, self.article.sentences
        here = sentences[self.statement.sentence - 1].start
        start = text.rfind("\n", max(0, here - _PARAGRAPH), here) + 1
        paragraph = between(self.analysis.mentions, start, here)[:_FEW]
        before = between(self.analysis.mentions, sentences[max(0, self.statement.sentence - 4)].start, here)[-_FEW:]
        known = [mention for mention in reversed(before) if mention.kind in COMPANY_KINDS]
        named = [m for m in paragraph if m.kind in _COMPANIES and not _is_heading(m)]
        topic = self.topic
        if topic is not None:
            others = [mention for mention in named if mention.kind in COMPANY_KINDS]
            return topic if not others or any(same_name(topic.text, m.text) for m in named) else others[0]
        return next(iter([*named, *known]), None)

    @property
    def phrase(self) -> str:
        return self.statement.quantity.text

    def says(self, row: str) -> bool:
        """Whether a word of a row of families.txt stands where that row says."""
        words = _family_words()[row]
        match row.rpartition(" ")[2]:
            case "near":
                return not self.near.isdisjoint(words)
            case "object":
                objects = self.statement.objects[:1]
                return any(not words.isdisjoint(o.lower.split()) for o in objects if self._is_direct(o))
            case "before":
                return not words.isdisjoint(self.statement.before.split())
            case "sentence":
                return not self.words.isdisjoint(words)
            case "after":
                return not words.isdisjoint(self.statement.after.split())
            case "verb":
                return self.statement.word is not None and self.statement.word.lower in words
        return any(not words.isdisjoint(s.phrase.lower.split()) for s in self.subjects if s.phrase is not None)

    def _is_direct(self, phrase: Phrase) -> bool:
        """Whether the number is that of the noun phrase behind it: "a 10% rise in revenue", not "18% on revenue"."""
        between = self.article.text[self.statement.quantity.end : phrase.start].lower().split()
        return _family_words()["reason before"].isdisjoint(between)

    def claim(self, event_type: str, fields: Mapping[str, Any]) -> Claim:
        """A claim of this type with the statement's sentence as evidence."""
        filled = {key: value for key, value in fields.items() if value not in (None, [], "")}
        if self.when is not None:
            filled["when"] = self.when
        return {"type": event_type, **filled, "evidence": [self.statement.sentence]}


_SHARED = frozenset(
    {"status", "action", "metric", "kind", "parties", "when", "period", "extreme", "country", "firm", "target"}
)


def _claims(scene: _Scene) -> list[Claim]:
    """The claims that a statement makes: those of the first kind of event that fits."""
    quantity = scene.statement.quantity
    if scene.statement.role == "chance":
        return []
    if quantity.unit in DURATIONS or (quantity.unit is None and not _DIGIT.search(quantity.text)):
        return []  # "three consecutive cuts"
    if _is_conversion(scene):
        return []
    for reader, family in _READERS:
        if family and scene.words.isdisjoint(_words_of_family(family)):
            continue
        claims = reader(scene)
        if claims:
            return claims
    return []


def _is_conversion(scene: _Scene) -> bool:
    """Whether a number is a side of an equation: "($1 = 0.9310 francs)"."""
    quantity, text = scene.statement.quantity, scene.article.text
    before, behind = text[max(0, quantity.start - 2) : quantity.start], text[quantity.end : quantity.end + 2]
    return "=" in (before.strip(), behind.strip())


def _extended(earlier: Claim, claim: Claim) -> bool:
    """Add a claim's fields to an earlier one of the same event, if it is one; say whether it was."""
    same = (
        "type",
        "instrument",
        "company",
        "indicator",
        "direction",
        "evidence",
        "targets",
        "goods",
        "central_bank",
        "subject",
    )
    if any(earlier.get(key) != claim.get(key) for key in same):
        return False
    added = {key: value for key, value in claim.items() if key not in same}
    if any(key in earlier for key in added if key not in _SHARED) or earlier.get("period") != claim.get("period"):
        return False
    earlier.update({key: value for key, value in added.items() if key not in earlier})
    return True


# -- one reader a kind of event --------------------------------------------------------------------------------------


def _tariff(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    if statement.quantity.unit != "percent" or not scene.says("tariff sentence"):
        return []
    priced = any(subject.kind in _PRICED or subject.kind == "indicator" for subject in scene.subjects)
    moved = statement.role == "change" and statement.direction is not None
    earlier = statement.role == "previous" and not scene.says("tariff near")
    if (not scene.says("tariff after") and (priced or moved)) or earlier:
        return []
    behind = [mention for phrase in statement.objects for mention in phrase.mentions]
    targets = [m.text for m in behind if m.kind == "place"] or [m.text for m in scene.mentions if m.kind == "place"]
    goods = [mention.text for mention in behind if mention.kind == "commodity"] or _goods(statement, scene.article.text)
    imposer = _imposer(scene)
    told = {
        "imposed_by": imposer,
        "targets": [target for target in targets if target != imposer],
        "goods": goods,
        "rate": scene.phrase,
        "effective": _effective(scene.article.text, *scene.span),
    }
    return [scene.claim("tariff", told)]


def _imposer(scene: _Scene) -> str | None:
    """Who puts the tariff on: the subject of "announced" or "will impose"."""
    phrases = [subject.phrase for subject in scene.subjects if subject.phrase is not None]
    named = [mention for phrase in phrases for mention in phrase.mentions if mention.kind in _POWERS]
    return named[0].text if named and scene.says("tariff verb") else None


def _effective(text: str, start: int, end: int) -> str | None:
    """The time from which a tariff holds: "starting March 4", "an April 1 start date"."""
    words = _family_words()["tariff effect"]
    for phrase in _times(text, start, end):
        led = text[max(start, phrase.start - _NEAR) : phrase.start].split()[-1:] + phrase.text.split()
        if phrase.kind == "when" and (
            not words.isdisjoint(w.lower() for w in led) or text.startswith(" start", phrase.end)
        ):
            return phrase.text
    return None


def _bare_tariffs(article: Article, analysis: Analysis, claims: Sequence[Claim]) -> list[Claim]:
    """The tariffs told without a rate, but with the time from which they hold."""
    lower = article.text.lower()
    if not any(word in lower for word in _family_words()["tariff sentence"]):
        return []
    told = {claim["evidence"][0] for claim in claims if claim["type"] == "tariff"}
    found = []
    for sentence in article.sentences:
        if sentence.number in told or _words_between(article.text, sentence.start, sentence.end).isdisjoint(
            _family_words()["tariff sentence"]
        ):
            continue
        effective = _effective(article.text, sentence.start, sentence.end)
        named = [m for m in between(analysis.mentions, sentence.start, sentence.end) if m.kind in ("place", None)]
        if effective is None or not named:
            continue
        by = next((m.text for m in named if m.kind is None), None)
        fields = {
            "imposed_by": by,
            "targets": _taxed(article.text, sentence.start, sentence.end, named),
            "effective": effective,
        }
        stated = {key: value for key, value in fields.items() if value}
        found.append({"type": "tariff", **stated, "evidence": [sentence.number]})
    return found


def _taxed(text: str, start: int, end: int, named: Sequence[Mention]) -> list[str]:
    """The places that a tariff is put on: those behind the word, or the first one where it is on "the country"."""
    lower = text.lower()
    found = (lower.find(word, start, end) for word in _family_words()["tariff sentence"])
    at = min((place for place in found if place >= 0), default=end)
    behind = [m.text for m in named if m.kind == "place" and m.start > at]
    before = [m.canonical for m in named if m.kind == "place" and m.start < at and m.canonical is not None]
    return behind or (before[:1] if "the country" in text[at:end] else [])


def _complete_tariff(claim: Claim, earlier: Sequence[Claim]) -> None:
    """ "the 25% tariffs": of the countries and goods that the article named with that rate before."""
    if claim["type"] != "tariff" or claim.get("targets") or claim.get("goods"):
        return
    for other in reversed(earlier):
        if other["type"] == "tariff" and other.get("rate") == claim.get("rate"):
            claim.update({key: other[key] for key in ("targets", "goods") if key in other})
            return


def _goods(statement: Statement, text: str) -> list[str]:
    """What a tariff is on, where no commodity is named: the noun phrase behind "on" or "against"."""
    return [text[phrase.start : phrase.end] for phrase in statement.objects[1:2] if not phrase.mentions]


def _monetary_policy(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    banks = [mention for mention in scene.mentions if mention.kind == "central_bank"]
    if not banks or statement.quantity.unit not in RELATIVE or not scene.says("policy_rate sentence"):
        return []
    if any(subject.kind in INSTRUMENT_KINDS or subject.kind == "indicator" for subject in scene.subjects):
        return []
    if scene.says("yield subject") or _compares_chances(scene):
        return []
    field = "size" if statement.quantity.unit == "basis_point" or statement.role == "change" else "rate"
    action = next(iter(policy_actions(scene.words)), None)
    direction = WAYS.get(action or "")
    status = "expected" if statement.hypothetical else None
    bank = min(banks, key=lambda mention: abs(mention.start - statement.quantity.start))
    return [
        scene.claim(
            "monetary_policy",
            {
                "central_bank": bank.text,
                "action": action,
                "direction": direction,
                field: scene.phrase,
                "status": status,
            },
        )
    ]


def _compares_chances(scene: _Scene) -> bool:
    """ "up from 54% a day earlier" behind "a 68% chance": the number before is a chance as well."""
    statement = scene.statement
    chances = (other for other in scene.before if other.role == "chance" and other.sentence == statement.sentence)
    return statement.role == "previous" and any(chances)


def _analyst_view(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    if not scene.says("target near") or statement.quantity.unit in RELATIVE or not _may_be_target(statement):
        return []
    firm = _firm(scene)
    earlier = scene.earlier_company
    target = _target(scene, firm) or (earlier.text if earlier is not None else None)
    if target is None or target == firm:
        return []
    field = "previous_target" if statement.role == "previous" else "price_target"
    return [scene.claim("analyst_view", {"firm": firm, "target": target, field: scene.phrase})]


def _may_be_target(statement: Statement) -> bool:
    unit, text = statement.quantity.unit, statement.quantity.text
    return unit is not None or (text.replace(",", "").replace(".", "").isdecimal() and statement.quantity.value >= 1)


def _firm(scene: _Scene) -> str | None:
    """The house of an analyst: a known broker, the name right before "analyst", or who "raises" a target."""
    known = next((mention.text for mention in scene.mentions if mention.kind == "broker"), None)
    rating = _family_words()["rating after"]
    return known or next(
        (m.text for m in scene.mentions if _word_behind(scene, m) in {"analyst", "analysts", *rating}), None
    )


def _target(scene: _Scene, firm: str | None) -> str | None:
    """Whose price is foretold: the name behind "on" or "for", one with a ticker, or another company of the sentence."""
    leads = _family_words()["rated before"]
    others = [m for m in scene.mentions if m.kind in _COMPANIES and m.text != firm]
    candidates = [m for m in others if _word_ahead(scene, m) not in ("analyst", "analysts", "strategist")]
    rated = [m for m in candidates if _word_ahead(scene, m) in leads]
    listed = [m for m in candidates if m.ticker]
    return next((m.text for m in (*rated, *listed, *candidates)), None)


def _word_behind(scene: _Scene, mention: Mention) -> str:
    end = max(mention.end, mention.ticker_end)
    return next(iter(scene.article.text[end : end + _NEAR].lower().split()), "")


def _word_ahead(scene: _Scene, mention: Mention) -> str:
    return next(iter(scene.article.text[max(0, mention.start - _NEAR) : mention.start].lower().split()[-1:]), "")


def _economic_release(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    indicators = [s for s in scene.subjects if s.kind == "indicator" or _is_indicator(s)]
    if not indicators:
        return []
    field = {"previous": "previous", "expected": "expected"}.get(statement.role, "actual")
    country = next((m.text for m in scene.mentions if m.kind == "place"), None)
    return [
        scene.claim(
            "economic_release",
            {"indicator": subject.name, "country": country, "direction": statement.direction, field: scene.phrase},
        )
        for subject in indicators[:1]
    ]


def _is_indicator(subject: Subject) -> bool:
    return subject.phrase is not None and any(
        mention.kind == "indicator" for part in [subject.phrase, *subject.phrase.of] for mention in part.mentions
    )


def _earnings(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    told = any(scene.says(f"earnings {where}") for where in ("subject", "before", "object", "verb"))
    unit = statement.quantity.unit
    if not told or unit is None or unit in _family_words()["priceless subject"]:
        return []  # "a poll of 12 analysts"
    field = {"previous": "previous", "expected": "expected"}.get(statement.role, "actual")
    return _of_company(scene, "earnings", {"metric": _metric(scene), field: scene.phrase})


def _metric(scene: _Scene) -> str | None:
    """What was measured, as printed: "second-quarter net income"."""
    words = _family_words()["earnings subject"]
    phrases = [subject.phrase for subject in scene.subjects] + list(scene.statement.objects[:1])
    told = (p for p in phrases if p is not None and not words.isdisjoint(p.lower.split()))
    phrase = next(told, None)
    return without_article(scene.article.text[phrase.start : phrase.end]) if phrase is not None else None


def _of_company(scene: _Scene, event_type: str, fields: Mapping[str, Any]) -> list[Claim]:
    """The claim of the company that a sentence is about; if one before it names that, both are the evidence."""
    if scene.company is not None:
        return [scene.claim(event_type, {"company": scene.company, **fields})]
    earlier = scene.earlier_company
    if earlier is None:
        return []
    claim = scene.claim(event_type, {"company": earlier.text, **fields})
    naming = bisect_right(scene.article.sentences, earlier.start, key=attrgetter("start"))
    return [{**claim, "evidence": [naming, scene.statement.sentence]}]


def _deal(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    money = is_money(statement.quantity.unit)
    if not (money or statement.quantity.unit == "share") or not scene.says("deal sentence"):
        return []
    if statement.role in ("change", "level", "previous") and statement.direction is not None:
        return []
    parties = [subject.name for subject in scene.subjects if subject.kind in _COMPANIES and subject.named]
    parties += [mention.text for mention in scene.mentions if mention.kind in COMPANY_KINDS]
    if not parties:
        return []
    field = "value" if money else "shares"
    return [scene.claim("deal", {"parties": list(dict.fromkeys(parties)), field: scene.phrase})]


def _stake(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    if statement.quantity.unit != "percent" or not scene.says("stake after"):
        return []
    parties = [mention.text for mention in scene.mentions if mention.kind in _COMPANIES]
    return [scene.claim("deal", {"parties": parties, "stake": scene.phrase})] if parties else []


def _corporate_action(scene: _Scene) -> list[Claim]:
    unit = scene.statement.quantity.unit
    if not is_money(unit) or not (scene.says("corporate after") or scene.says("corporate before")):
        return []
    kind = "dividend" if scene.says("dividend sentence") else "buyback"
    return _of_company(scene, "corporate_action", {"kind": kind, "value": scene.phrase})


def _regulatory_action(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    unit = statement.quantity.unit
    before = [mention for mention in scene.mentions if mention.end <= statement.quantity.start]
    if not is_money(unit) or len(before) < 2:  # noqa: PLR2004 - who, whom
        return []
    authority, target = before[-2:]
    told_between = _words_between(scene.article.text, authority.end, target.start)
    if told_between.isdisjoint(_family_words()["fine verb"]):
        return []
    told = {"authority": authority.text, "target": target.text, "action": "fine", "penalty": scene.phrase}
    return [scene.claim("regulatory_action", told)]


def _operating_metric(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    unit = statement.quantity.unit
    counted = unit is not None and not is_money(unit) and unit not in MEASURES
    if not (
        counted or scene.says("operating subject") or scene.says("operating after") or scene.says("operating before")
    ):
        return []
    known = scene.company is not None or scene.topic is not None
    if not known or (unit is None and statement.role == "change") or unit in _COUNTLESS:
        return []
    return _of_company(scene, "operating_metric", {"value": scene.phrase})


def _breadth(scene: _Scene) -> list[Claim]:
    """How many rose and fell: "decliners outnumbered advancers by a 2-to-1 ratio on the NYSE", "51 new highs"."""
    statement, quantity = scene.statement, scene.statement.quantity
    moved = statement.word is not None and statement.word.kind == "move"
    listed = quantity.unit in _family_words()["breadth unit"] and moved  # "1,241 stocks rose"
    bare = quantity.unit is None and quantity.text.replace(",", "").isdecimal()
    if not (quantity.unit == "ratio" or listed or (bare and (moved or scene.says("breadth after")))):
        return []
    exchanges = [mention for mention in scene.mentions if mention.kind in ("index", "market", None)]
    behind = [m for m in exchanges if 0 <= m.start - quantity.end <= 2 * _NEAR]
    before = [m for m in exchanges if m.end <= quantity.start]
    told = [subject.name for subject in scene.subjects if subject.named and subject.kind in ("index", "market")]
    named = [*told[:1], *(mention.text for mention in [*behind[:1], *before[-1:]])][:1]
    return [scene.claim("operating_metric", {"company": name, "value": scene.phrase}) for name in named]


def _is_heading(mention: Mention) -> bool:
    """Whether a run of capitals is a heading in the text rather than a name: "PROFIT DOWN"."""
    return mention.kind is None and mention.text.isupper() and len(mention.text.replace("/", " ").split()) > 1


def _volume(scene: _Scene) -> list[Claim]:
    """ "Volume on U.S. exchanges was 15 billion shares, compared with an average of 14 billion"."""
    statement = scene.statement
    if statement.quantity.unit == "share" and scene.says("volume verb"):  # "7.7 billion shares traded on the NYSE"
        behind = [phrase for phrase in statement.objects if phrase.mentions]
        return [
            scene.claim("operating_metric", {"company": p.mentions[-1].text, "value": scene.phrase}) for p in behind
        ]
    if not scene.says("volume subject") or statement.quantity.unit not in (None, "share", "contract"):
        return []
    field = {"previous": "comparison", "expected": "comparison"}.get(statement.role, "value")
    told = [subject.name for subject in scene.subjects[:1] if subject.phrase is not None]
    return [scene.claim("operating_metric", {"company": name, field: scene.phrase}) for name in told]


def _flow(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    unit = statement.quantity.unit
    traded = scene.says("flow subject") and (scene.says("flow verb") or scene.says("outflow verb"))
    if not is_money(unit) or not (traded or scene.says("flow near")):
        return []
    outward = scene.says("outflow verb") or (scene.says("outflow near") and not scene.says("flow verb"))
    direction = "down" if outward else "up"
    return [
        scene.claim("flow", {"subject": subject.name, "direction": direction, "value": scene.phrase})
        for subject in scene.subjects
    ]


def _price_move(scene: _Scene) -> list[Claim]:
    statement = scene.statement
    field = _price_field(statement)
    if field is None or scene.is_conjecture or scene.says("earnings subject") or _follows_a_figure(scene):
        return []
    extreme = statement.extreme
    told = {
        "direction": statement.direction,
        field: scene.phrase,
        "extreme": scene.article.text[extreme.start : extreme.end] if extreme is not None else None,
        "period": scene.period,
    }
    return [
        scene.claim("price_move", {"instrument": subject.name, **told})
        for subject in scene.subjects
        if _has_price(subject, statement)
    ]


def _follows_a_figure(scene: _Scene) -> bool:
    """ "sold 300,538 vehicles, up 49%": the change is that of a figure before it, not of a price."""
    statement, operating = scene.statement, _family_words()["operating verb"]
    if statement.word is None or statement.word.kind != "state":
        return False
    return any(
        other.role == "value" and other.subjects == statement.subjects
        for other in scene.before
        if other.sentence == statement.sentence and other.word is not None and other.word.lower in operating
    )


def _price_field(statement: Statement) -> str | None:
    unit = statement.quantity.unit
    if unit is not None and not is_money(unit) and unit not in MEASURES:
        return None
    counted = statement.quantity.value <= _FEW_OF_A_LIST or statement.after.endswith("s")
    few = counted and statement.quantity.text.isdecimal()
    if statement.role == "level" and unit is None and statement.direction is None and few:
        return None  # "the 10 worst performers", "an index of 45 country indexes"
    if unit == "point" and not _DIGIT.search(statement.quantity.text):
        return None  # "at one point"
    if statement.role == "change":
        return "change" if unit in RELATIVE else "change_amount"
    if statement.role in ("level", "previous"):
        return statement.role
    return None


def _has_price(subject: Subject, statement: Statement) -> bool:
    """Whether a subject is something that has a price, so far as its name and the words around it tell."""
    if subject.kind in _PRICED:
        return True
    if subject.phrase is not None and is_priceless(subject.phrase):
        return False
    if subject.phrase is None or subject.kind in ("indicator", "central_bank", "agency"):
        return False
    moved = statement.direction is not None and statement.role in ("change", "previous", "level")
    if moved and (subject.named or statement.quantity.unit in RELATIVE | {None, "point", "cent"}):
        return True
    return _names_a_market(subject)


def _names_a_market(subject: Subject) -> bool:
    words = set(subject.name.lower().split())
    head = subject.phrase.head if subject.phrase is not None else ""
    return head in carriers() or bool(words & carriers())


@lexicon.kept(64)
def _words_between(text: str, start: int, end: int) -> frozenset[str]:
    return frozenset(_WORD.findall(text[start:end].lower()))


@lexicon.kept(64)
def _times(text: str, start: int, end: int) -> tuple[TimePhrase, ...]:
    return tuple(time_phrases(text, start, end))


@lexicon.kept(64)
def _words_of_family(family: str) -> frozenset[str]:
    rows = [words for row, words in _family_words().items() if row.partition(" ")[0] == family]
    return frozenset(word for words in rows for word in words)


@lexicon.derived
def _family_words() -> Mapping[str, frozenset[str]]:
    return lexicon.united("families")


# The readers in their order, each with the family of words without any of which it finds nothing.
_READERS: Sequence[tuple[Callable[[_Scene], list[Claim]], str]] = (
    (_tariff, "tariff"),
    (_analyst_view, "target"),
    (_monetary_policy, "policy_rate"),
    (_economic_release, ""),
    (_earnings, "earnings"),
    (_flow, "flow"),
    (_stake, "stake"),
    (_corporate_action, "corporate"),
    (_regulatory_action, "fine"),
    (_deal, "deal"),
    (_breadth, "breadth"),
    (_volume, "volume"),
    (_operating_metric, ""),
    (_price_move, ""),
)
