"""Extractions as HTML: a self-contained report for the browser and for print, and the view that a notebook shows.

Goes in: extractions or rows of an output file. Comes out: HTML that loads nothing and runs nothing. In the text of
an article every number is marked as captured, ignored or uncaptured. Texts, names and messages come from articles,
models and files that nobody vouches for: everything passes through `escape`, and the page's own policy forbids scripts
and requests.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from marketextract.export import Row, rows_of
from marketextract.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from marketextract.extraction import Extraction
    from marketextract.summary import Summary

_STATUSES = ("captured", "uncaptured", "ignored")
_LONGEST_HEADLINE = 300
_ARROWS = {"up": "▲ up", "down": "▼ down", "flat": "▬ flat"}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{css}
:root {{ color-scheme: light dark; }}
body {{ margin: 0; color: #1b1f24; background: #fdfdfc; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e4e6e9; background: #14171a; }}
  .mx {{ --mx-blue: #58a6e0; --mx-orange: #f0953a; }}
}}
@media print {{ body {{ color: #000; background: #fff; }} }}
main {{ max-width: 72rem; margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 4rem; }}
</style>
</head>
<body><main class="mx">
{body}
</main></body>
</html>
"""


def render(rows: Sequence[Row], title: str = "Events in market news") -> str:
    """The report page of any number of articles; one that comes without its text is shown without it."""
    body = [_header(rows, title)]
    if len(rows) > 1:
        body.append(_contents(rows))
    body += [_article(row, f"a{number}") for number, row in enumerate(rows, 1)]
    return _PAGE.format(title=escape(title), css=_css(), body="\n".join(body))


def report(extractions: Iterable[Extraction], title: str = "Events in market news") -> str:
    """The report page of extractions."""
    return render(rows_of(extractions), title)


def notebook_view(extraction: Extraction) -> str:
    """A piece of HTML that shows one extraction in a notebook, in the notebook's own colours."""
    # A number of the object, so that the links of two views in one notebook do not meet.
    anchor = f"mx{id(extraction):x}"
    (row,) = rows_of([extraction])
    return f'<div class="mx"><style>{_css()}</style>{_article(row, anchor)}</div>'


@cache
def _css() -> str:
    return (files("marketextract") / "report.css").read_text(encoding="utf-8")


def _header(rows: Sequence[Row], title: str) -> str:
    ledger = Counter[str]()
    for row in rows:
        ledger += _ledger_counts(row)
    tiles = {
        "articles": len(rows),
        "events": sum(len(row.extraction["events"]) for row in rows),
        "claims rejected": sum(len(row.extraction["rejected"]) for row in rows),
        "numbers captured": ledger["captured"],
        "numbers uncaptured": ledger["uncaptured"],
        "numbers ignored": ledger["ignored"],
    }
    if failed := sum(bool(row.extraction.get("error")) for row in rows):
        tiles["articles failed"] = failed
    models = ", ".join(sorted({str(row.extraction.get("model")) for row in rows})) or "none"
    shown = "".join(f"<div><dt>{label}</dt><dd>{count:,}</dd></div>" for label, count in tiles.items())
    return (
        f"<header><h1>{escape(title)}</h1><p class='mx-meta'>Extracted by marketextract. Model: {escape(models)}. "
        "Every figure of an event stands in its article.</p>"
        f"<dl class='mx-tiles'>{shown}</dl></header>"
    )


def _contents(rows: Sequence[Row]) -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        extraction = row.extraction
        lines.append(
            f"<tr><td><a href='#a{number}'>{escape(_title(row))}</a></td>"
            f"<td>{len(extraction['events'])}</td><td>{len(extraction['rejected'])}</td>"
            f"<td>{_bar(_ledger_counts(row))}</td></tr>"
        )
    head = "<tr><th>Article</th><th>Events</th><th>Rejected</th><th>Numbers</th></tr>"
    return f"<div class='mx-scroll'><table><thead>{head}</thead><tbody>{''.join(lines)}</tbody></table></div>"


def _article(row: Row, anchor: str) -> str:
    extraction = row.extraction
    parts = [
        f"<h2>{_heading(row, anchor)}</h2>",
        f"<p class='mx-meta'>{escape(_meta(extraction))}</p>",
        f"<p class='mx-error'>{escape(str(extraction['error']))}</p>" if extraction.get("error") else "",
        f"<div class='mx-reading'>{_text(row, anchor)}<aside>{_numbers(row)}</aside></div>",
        _events(row, "Events", row.extraction["events"], anchor),
        _events(row, "Suggested by the second opinion", row.extraction.get("suggestions") or []),
        _rejections(extraction["rejected"]),
        _warnings(extraction.get("warnings") or []),
    ]
    return f"<section class='mx-article' id='{anchor}'>{''.join(parts)}</section>"


def _title(row: Row) -> str:
    article = row.extraction["article"]
    return str(
        article.get("title") or (row.text or "")[: _headline_end(row)] or article.get("id") or "Untitled article"
    )


def _headline_end(row: Row) -> int:
    """Where the first line of a text ends, if it stands for a title that the article does not have; else 0."""
    if row.text is None or row.extraction["article"].get("title"):
        return 0
    return row.text.find("\n", 0, _LONGEST_HEADLINE) if "\n" in row.text[:_LONGEST_HEADLINE] else 0


def _heading(row: Row, anchor: str) -> str:
    end = _headline_end(row)
    return "".join(_marked(row, anchor, 0, end)) if end else escape(_title(row))


def _meta(extraction: Mapping[str, Any]) -> str:
    article, usage = extraction["article"], extraction.get("usage") or {}
    tokens = usage.get("input_tokens", 0) + usage.get("output_tokens", 0)
    facts = [article.get("id"), article.get("published"), f"model {extraction.get('model')}"]
    facts += [f"{usage['requests']} requests" if usage.get("requests", 0) > 1 else None]
    facts += [f"{tokens:,} tokens" if tokens else None, "from the cache" if usage.get("cache_hits") else None]
    return " · ".join(str(fact) for fact in facts if fact)


def _ledger_counts(row: Row) -> Counter[str]:
    return Counter(entry["status"] for entry in row.extraction["ledger"])


def _bar(counts: Mapping[str, int]) -> str:
    label = ", ".join(f"{counts.get(status, 0)} {status}" for status in _STATUSES)
    pieces = "".join(f"<span class='{s}' style='flex:{counts[s]}'></span>" for s in _STATUSES if counts.get(s))
    return f"<div class='mx-bar' role='img' aria-label='{label}' title='{label}'>{pieces}</div>"


def _numbers(row: Row) -> str:
    counts = _ledger_counts(row)
    if not counts:
        return ""
    words = {"captured": "captured by an event", "uncaptured": "uncaptured", "ignored": "no quantity, or ignored"}
    items = (f"<li><mark class='{status}'>{counts[status]}</mark> {words[status]}</li>" for status in _STATUSES)
    legend = f"<ul class='mx-legend'>{''.join(items)}</ul>"
    return f"<h3>Numbers</h3>{_bar(counts)}{legend}{_ignored(row.extraction['ledger'])}"


def _text(row: Row, anchor: str) -> str:
    if row.text is None:
        return ""
    return f"<div class='mx-text'>{''.join(_marked(row, anchor, _headline_end(row), len(row.text))).strip()}</div>"


def _marked(row: Row, anchor: str, at: int, stop: int) -> Iterator[str]:
    """A stretch of the text, escaped, with every number marked; entries that overlap or lie outside are skipped."""
    text = row.text or ""
    for entry in sorted(row.extraction["ledger"], key=lambda entry: entry["start"]):
        start, end = entry["start"], entry["end"]
        if at <= start < end <= stop:
            yield escape(text[at:start]) + _mark(text[start:end], entry, anchor)
            at = end
    yield escape(text[at:stop])


def _mark(number: str, entry: Mapping[str, Any], anchor: str) -> str:
    status, events = entry["status"], entry.get("events") or []
    why = f"event {', '.join(str(event + 1) for event in events)}" if events else entry.get("reason") or ""
    hint = escape(f"{status}: {why}" if why else status)
    inner = f"<a href='#{anchor}e{events[0]}'>{escape(number)}</a>" if events else escape(number)
    return f"<mark class='{escape(status)}' title='{hint}'>{inner}</mark>"


def _events(row: Row, heading: str, events: Sequence[Mapping[str, Any]], anchor: str | None = None) -> str:
    """A table of events; with an `anchor` the marks in the text can lead to its rows."""
    if not events:
        return ""
    summaries = [summarize(event) for event in events]
    # A column that would be empty is left out.
    with_details = any(summary.details for summary in summaries)
    lines = []
    for number, (event, summary) in enumerate(zip(events, summaries, strict=True)):
        cells = f"<td class='mx-number'>{number + 1}</td>{_event_cells(summary)}"
        cells += f"<td class='mx-rest'>{_pairs(summary.details, 'mx-pair')}</td>" if with_details else ""
        cells += f"<td class='mx-quote'>{_evidence(row.text, event)}</td>" if row.text is not None else ""
        lines.append(f"<tr id='{anchor}e{number}'>{cells}</tr>" if anchor else f"<tr>{cells}</tr>")
    more = (("Details", with_details), ("Evidence", row.text is not None))
    labels = ("", "Subject", "Event", "Direction", "Figures", *(label for label, shown in more if shown))
    return f"<h3>{heading} <span class='mx-count'>{len(events)}</span></h3>" + _table(labels, lines)


def _table(labels: Iterable[str], lines: Iterable[str]) -> str:
    head = "".join(f"<th>{label}</th>" for label in labels)
    return (
        f"<div class='mx-scroll'><table class='mx-stack'><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _event_cells(row: Summary) -> str:
    return (
        f"<td class='mx-subject'>{escape(row.subject)}</td>"
        f"<td class='mx-type'>{escape(row.type.replace('_', ' '))}</td>"
        f"<td class='mx-way'>{escape(_ARROWS.get(row.direction, row.direction))}</td>"
        f"<td class='mx-figures'>{_pairs(row.figures, 'mx-pair mx-figure')}</td>"
    )


def _pairs(pairs: Iterable[tuple[str, str]], kind: str) -> str:
    return "".join(f"<span class='{kind}'><small>{escape(k)}</small>{escape(v)}</span>" for k, v in pairs)


def _evidence(text: str, event: Mapping[str, Any]) -> str:
    return "<br>".join(escape(text[span["start"] : span["end"]]) for span in event.get("evidence") or [])


def _rejections(rejected: Sequence[Mapping[str, Any]]) -> str:
    if not rejected:
        return ""
    lines = [
        f"<tr><td class='mx-claim'>{_claim(rejection['event'])}</td><td class='mx-rest'>"
        + "".join(_reason(reason) for reason in rejection["reasons"])
        + "</td></tr>"
        for rejection in rejected
    ]
    heading = f"<h3>Rejected claims <span class='mx-count'>{len(rejected)}</span></h3>"
    return heading + _table(("Claimed by the model", "Why it was rejected"), lines)


def _claim(claim: Mapping[str, Any]) -> str:
    fields = [(k, v) for k, v in claim.items() if k not in ("type", "evidence") and v not in (None, [], "")]
    shown = [(k.replace("_", " "), ", ".join(map(_plain, v)) if isinstance(v, list) else _plain(v)) for k, v in fields]
    kind = escape(str(claim.get("type", "")).replace("_", " "))
    return f"<span class='mx-pair mx-figure'>{kind}</span>{_pairs(shown, 'mx-pair')}"


def _plain(value: Any) -> str:
    return str(value.get("name") or value.get("text") or value) if isinstance(value, dict) else str(value)


def _warnings(warnings: Sequence[Mapping[str, Any]]) -> str:
    if not warnings:
        return ""
    heading = f"<h3>Warnings <span class='mx-count'>{len(warnings)}</span></h3>"
    return heading + "".join(_reason(warning) for warning in warnings)


def _reason(reason: Mapping[str, Any]) -> str:
    path = f"<code>{escape(str(reason['path']))}</code>: " if reason.get("path") else ""
    code = f"<code class='mx-code'>{escape(str(reason['code']))}</code>"
    return f"<p class='mx-reason'>{code} {path}{escape(str(reason['message']))}</p>"


def _ignored(ledger: Sequence[Mapping[str, Any]]) -> str:
    """The ignored numbers by the reason for which they are ignored, folded away."""
    by_reason: dict[str, list[str]] = {}
    for entry in ledger:
        if entry["status"] == "ignored":
            by_reason.setdefault(str(entry.get("reason") or "no reason"), []).append(str(entry["text"]))
    if not by_reason:
        return ""
    total = sum(map(len, by_reason.values()))
    items = "".join(f"<dt>{escape(r)} ({len(t)})</dt><dd>{escape(', '.join(t))}</dd>" for r, t in by_reason.items())
    return f"<details><summary>{total} numbers that state no quantity, by kind</summary><dl>{items}</dl></details>"
