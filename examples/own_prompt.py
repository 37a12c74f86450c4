"""A prompt of your own: copy the built-in files, change them, and name the folder.

    python examples/own_prompt.py

The text of the prompt is part of the key under which answers are cached, so a changed prompt is asked anew and the
answers to the old one stay where they are.
"""

import tempfile
from importlib import resources
from pathlib import Path

from marketextract import Article
from marketextract.request import Settings, build

if __name__ == "__main__":
    article = Article("The KOSPI rose 0.9% on Monday.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in resources.files("marketextract.prompts").iterdir():
            if file.name.endswith(".md"):
                (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
        with (folder / "extract.md").open("a", encoding="utf-8") as prompt:
            prompt.write("\nLeave out moves of single shares.\n")
        built_in, own = build(article, Settings()), build(article, Settings(prompts=folder))
        print("in the prompt:", "single shares" in own.system)
        print("another key:", built_in.key != own.key)
