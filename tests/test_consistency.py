"""Figures that cannot all be right, within an event and between the events of an article."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketextract.consistency import arithmetic, clashes, conflicts
from marketextract.events import Earnings, EconomicRelease, Event, Instrument, MonetaryPolicy, Name, PriceMove, Span
from marketextract.precision import CUT_OFF, Range, printed_range
from marketextract.quantities import Quantity, read_quantities


def number(text: str) -> Quantity:
    (read,) = read_quantities(text)
    return read


def move(name: str = "KOSPI", kind: str = "index", at: int = 0, known: str | None = None, **fields: str) -> PriceMove:
    quantities = {"change", "change_amount", "level", "previous"}
    typed = {field: number(text) if field in quantities else text for field, text in fields.items()}
    instrument = Instrument(name=name, start=at, end=at + len(name), kind=kind, id=known)
    return PriceMove(instrument=instrument, evidence=[Span(start=at, end=at + 40)], **typed)


AGREEING = [
    move(direction="up", level="2,591.05", previous="2,583.04", change="0.31%"),
    move(direction="up", level="10,018.28", change_amount="274.66 points", change="2.82 percent"),
    move(direction="down", level="98", previous="100", change="2%"),
    move(direction="down", level="98.6", previous="100", change="1%"),  # cut off, not rounded
    move(direction="up", level="40,000", change_amount="1,000 points", change="2.5%"),  # round figures
    move(direction="up", level="$71.44", change_amount="15 cents", previous="$71.29"),
    move(direction="up", level="$74.07", change_amount="2.09", change="2.9%"),
    move("10-year yield", "bond", direction="up", level="4.55%", previous="4.50%", change="5 basis points"),
    move(
        "10-year note", "bond", direction="down", level="4.55%", previous="4.50%"
    ),  # the price falls as the yield rises
    move("yen", "currency", known="JPY", direction="down", level="152", previous="151"),  # yen a dollar
    move("yen", "currency", known="JPY", direction="down", level="152.58", previous="151.05", change="1%"),
    move(
        "euro", "currency", known="EUR", direction="up", level="0.8350", previous="0.8410"
    ),  # pounds, or euros a pound
    move("dollar", "currency", known="USD", direction="up", level="1.0850", previous="1.0910"),  # dollars a euro
    move("rupee", "currency", known="INR", direction="up", level="83.12", previous="83.18"),
    move("rupee", "currency", known="INR", direction="up", level="1.92 yen", previous="1.90 yen"),
    move(direction="up", level="2,591.05", change="0.31%"),  # nothing to compare with
    move(direction="up", level="about 2,600", previous="2,500", change="9%"),  # not exact
    move(direction="up", level="2,600", previous="2,500", change="over 3%"),
    move(direction="up", level="110", previous="100", change="30%", period="this year"),  # perhaps of two stretches
    move(level="98", previous="100", change="2%"),  # no direction is claimed
    move(direction="up", level="$164 million", previous="68 euros"),  # units that cannot be compared
]

CONTRADICTING = [
    (move(direction="up", level="97", previous="100"), "direction", '"100"'),
    (move(direction="down", level="2,591.05", previous="2,583.04"), "direction", '"2,583.04"'),
    (move("EUR/USD", "currency", known="EURUSD=X", direction="up", level="1.0850", previous="1.0910"), "direction", ""),
    (move("euro", "currency", known="EUR", direction="up", level="$1.0850", previous="$1.0910"), "direction", ""),
    (move("rupee", "currency", known="INR", direction="down", level="83.12", previous="83.18"), "direction", ""),
    (
        move("rupee", "currency", known="INR", direction="down", level="1.92 yen", previous="1.98 yen", change="1%"),
        "change",
        "",
    ),
    (move("10-year yield", "bond", direction="up", level="4.45%", previous="4.50%"), "direction", ""),
    (move(direction="up", level="2,591.05", previous="2,583.04", change="3.1%"), "change", '"3.1%"'),
    (move(direction="up", level="2,591.05", previous="2,583.04", change_amount="80 points"), "change_amount", "80"),
    (move(direction="up", level="10,018.28", change_amount="274.66 points", change="3.82 percent"), "change", "274.66"),
    (move(direction="down", level="$71.44", change_amount="15 cents", change="2%"), "change", '"15 cents"'),
    (
        move("10-year yield", "bond", direction="up", level="4.55%", previous="4.50%", change="50 basis points"),
        "change",
        "",
    ),
    (
        move("yen", "currency", known="JPY", direction="down", level="152.58", previous="151.05", change="4%"),
        "change",
        "",
    ),
    (move(level="98", previous="100", change="8%"), "change", ""),
]


@pytest.mark.parametrize("event", AGREEING, ids=lambda event: str(event.model_dump(exclude_none=True))[:120])
def test_figures_that_may_all_be_right_are_not_doubted(event):
    assert arithmetic(event) is None


@pytest.mark.parametrize(("event", "path", "told"), CONTRADICTING)
def test_figures_that_cannot_all_be_right_are_named(event, path, told):
    reason = arithmetic(event)
    assert (reason.code, reason.path) == ("arithmetic", path)
    assert told in reason.message


def test_only_price_moves_have_an_arithmetic():
    bank = Name(name="Riksbank", start=0, end=8)
    assert arithmetic(MonetaryPolicy(central_bank=bank, rate=number("2%"), size=number("5%"))) is None


prices = st.decimals(Decimal("1"), Decimal("90000"), places=2)


@given(prices, prices)
def test_what_is_reckoned_from_two_levels_and_rounded_agrees_with_them(level, previous):
    direction = "up" if level > previous else "down" if level < previous else "flat"
    change = (abs(level - previous) / previous * 100).quantize(Decimal("0.1"))
    true = {"direction": direction, "level": f"{level:,}", "previous": f"{previous:,}"}
    assert arithmetic(move(change_amount=f"{abs(level - previous):,} points", change=f"{change}%", **true)) is None


@given(st.decimals(Decimal(50), Decimal(90000), places=2), st.integers(-40, 60), st.integers(3, 90))
def test_a_change_that_is_off_by_whole_percents_is_doubted(previous, percent, off):
    level = (previous * (100 + percent) / 100).quantize(Decimal("0.01"))
    direction = "down" if percent < 0 else "up"
    wrong = f"{abs(percent) + off}.0%"
    event = move(direction=direction, level=f"{level:,}", previous=f"{previous:,}", change=wrong)
    assert arithmetic(event).path == "change"


def release(actual: str, period: str | None, at: int) -> EconomicRelease:
    indicator = Name(name="CPI", start=at, end=at + 3)
    return EconomicRelease(
        indicator=indicator, period=period, actual=number(actual), evidence=[Span(start=at, end=at + 9)]
    )


def earnings(actual: str, metric: str | None, at: int) -> Earnings:
    company = Name(name="Acme", start=at, end=at + 4)
    evidence = [Span(start=at, end=at + 9)]
    return Earnings(company=company, period="second quarter", metric=metric, actual=number(actual), evidence=evidence)


def decision(rate: str, status: str, at: int) -> MonetaryPolicy:
    bank = Name(name="Riksbank", start=at, end=at + 8)
    return MonetaryPolicy(central_bank=bank, rate=number(rate), status=status, evidence=[Span(start=at, end=at + 9)])


CONFLICTING = [
    (move(direction="up", change="0.6%"), move(at=50, direction="up", change="0.1%"), "change"),
    (move(direction="up", change="0.6%"), move(at=50, direction="down", change="0.6%"), "change"),
    (move(direction="up", change="5%"), move(at=50, direction="up", change="6%"), "change"),
    (move(change_amount="12 points"), move(at=50, change_amount="17 points"), "change_amount"),
    (move("FTSE 100", change="1.2%"), move("the Footsie", at=50, change="1.9%"), "change"),  # one index
    (release("2.9%", "January", 0), release("3.1%", "January", 50), "actual"),
    (earnings("$4 million", "net profit", 0), earnings("$5 million", "net profit", 50), "actual"),
    (decision("2.5%", "decided", 0), decision("2.75%", "decided", 50), "rate"),
]

COMPATIBLE = [
    (move(change="0.6%"), move(at=50, change="0.64%")),  # one is rounded
    (move(change="0.6%"), move(at=50, change="about 1%")),
    (move(change="0.6%"), move(at=50, change="2%", period="for the week")),
    (move(change="0.6%", when="on Monday"), move(at=50, change="0.1%", when="on Tuesday")),
    (move(change="0.6%"), move("KOSDAQ", at=50, change="0.1%")),
    (move(change="0.6%"), move(at=20, change="0.1%")),  # one sentence tells them apart
    (move(change="0.6%"), move(at=50, change_amount="17 points")),
    (move(change="60%"), move(at=50, change="5 basis points")),  # other units
    (move(level="100"), move(at=50, level="104")),  # an opening and a close
    (move("dollar", "currency", known="USD", change="0.3%"), move("dollar", "currency", 50, "USD", change="0.6%")),
    (release("0.4%", None, 0), release("2.9%", None, 50)),  # monthly and yearly
    (release("0.4%", "January", 0), release("0.6%", "December", 50)),
    (earnings("$4 million", None, 0), earnings("$50 million", None, 50)),
    (decision("2.5%", "expected", 0), decision("2.75%", "expected", 50)),
]


@pytest.mark.parametrize(("first", "second", "field"), CONFLICTING)
def test_two_statements_that_disagree_are_a_warning_with_both_phrases(first, second, field):
    (warning,) = conflicts([Event(), first, second])
    assert warning.code == "conflict"
    assert warning.path == f"events[1].{field}, events[2].{field}"
    assert f'"{getattr(first, field).text}" and "{getattr(second, field).text}"' in warning.message


@pytest.mark.parametrize(("first", "second"), COMPATIBLE)
def test_two_statements_that_may_both_be_right_are_no_conflict(first, second):
    assert conflicts([first, second]) == []


@pytest.mark.parametrize(("first", "second"), [pair[:2] for pair in CONFLICTING] + COMPATIBLE)
def test_a_clash_does_not_depend_on_the_order(first, second):
    assert {clash.field for clash in clashes(first, second)} == {clash.field for clash in clashes(second, first)}


def test_many_statements_of_one_thing_are_each_compared_with_the_nearest():
    events = [move(at=50 * k, change=f"{k + 1}.5%") for k in range(200)]
    assert len(conflicts(events)) == 199


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1.5%", "1.4", "1.6"),
        ("$1.5 billion", "1400000000", "1600000000"),
        ("40,000 points", "39000", "41000"),
        ("-0.5%", "-0.6", "-0.4"),
        ("0%", "-1", "1"),
    ],
)
def test_a_printed_number_may_stand_for_what_its_last_digit_leaves_open(text, low, high):
    assert printed_range(number(text), CUT_OFF) == Range(Decimal(low), Decimal(high))


@pytest.mark.parametrize("text", ["about 2%", "over 7%", "between 2% and 4%", "two points"])
def test_what_is_not_exact_and_in_digits_has_no_range(text):
    assert printed_range(number(text)) is None
