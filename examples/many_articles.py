"""Extract a folder of articles at once, and show each result as soon as it is there.

python examples/many_articles.py examples/articles [MODEL]
"""

import asyncio
import sys
from pathlib import Path

from marketextract import Article, Extractor


async def main(folder: str, model: str = "rules") -> None:
    """Print one line for each article; one that fails says so, and stops no other."""
    extractor = Extractor(model)
    articles = (Article.from_file(path) for path in sorted(Path(folder).glob("*.txt")))
    async for extraction in extractor.extract_many(articles, concurrency=4):
        outcome = extraction.error or f"{len(extraction.events)} events, {len(extraction.rejected)} rejected"
        print(f"{extraction.article.id}: {outcome}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
