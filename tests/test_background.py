"""The synchronous API has one event loop in the background: it can be interrupted, and it survives a fork."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

SLOW = """
import asyncio, sys
from marketextract import Extractor

class Slow:
    name = "slow"
    async def answer(self, request):
        print("asked", flush=True)
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            print("cancelled", flush=True)
            raise

extractor = Extractor(Slow())
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("call", ["extractor.extract('A text.')", "list(extractor.extract_all(['A text.']))"])
def test_an_interrupt_cancels_what_is_under_way(call: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", SLOW.format(call=call)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "asked\n"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert sorted(said.split()) == ["cancelled", "interrupted"]
    assert process.returncode == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_forked_child_has_a_loop_of_its_own() -> None:
    script = """
    import os, warnings
    import marketextract

    warnings.simplefilter("ignore")
    first = marketextract.extract("The Dow fell 1%.", model="rules")
    child = os.fork()
    again = marketextract.extract("The Dow fell 2%.", model="rules")
    if child == 0:
        os._exit(len(again.events))
    print(len(first.events), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]


def test_nothing_is_left_to_complain_about_at_the_end() -> None:
    script = """
    from marketextract import Extractor
    results = Extractor("rules").extract_all(f"The Dow fell {k}%." for k in range(1, 50))
    print(next(results).events[0].change.text)
    """
    command = [sys.executable, "-W", "always", "-c", textwrap.dedent(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "1%\n"
    assert done.stderr == ""
