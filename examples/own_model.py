"""A model of your own: anything with a name and an `answer`. This one repeats an answer that was written by hand.

    python examples/own_model.py

Whatever a model says goes through the same validator, so the wrong figure that this one gives does not come out.
"""

from marketextract import Extractor
from marketextract.models.base import Answer
from marketextract.request import Request

TEXT = "The KOSPI rose 0.9% on Monday, while the Taiex lost 0.4%."


class Parrot:
    """Says the same about every article, in the compact form that the schema of a request asks for."""

    name = "parrot"

    async def answer(self, request: Request) -> Answer:
        """Two moves, of which the text bears out one."""
        return Answer(
            '{"events":[{"price_move":[{"instrument":"KOSPI"},{"direction":"up"},{"change":"0.9%"}],"in":[1]},'
            '{"price_move":[{"instrument":"Taiex"},{"direction":"down"},{"change":"0.9%"}],"in":[1]}]}'
        )


if __name__ == "__main__":
    result = Extractor(Parrot(), repair=False).extract(TEXT)
    for event in result.events:
        print("accepted:", event.instrument.name, event.change.text)  # type: ignore[attr-defined]
    for rejection in result.rejected:
        print("rejected:", rejection.event["instrument"], rejection.event["change"], rejection.reasons[0].code)
