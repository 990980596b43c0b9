"""Write what was measured into docs: ``python -m bench.publish 8=eight.json 32=thirtytwo.json``.

Each file is what ``python -m bench --json`` said with so many connections.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.systems import KINDS, PEER_NAME

DOCS = Path(__file__).parents[1] / "docs"
PAGE, PICTURE = DOCS / "performance.md", DOCS / "performance.svg"
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
#: Pixels of the picture: a bar, the space of its name, and of once the peer's cost.
BAR, NAME, ONCE = 16, 150, 120
COLOURS = {"servers": "#8aa4c0", "alike": "#14427b"}

Measured = dict[str, Any]


def tables(measured: dict[str, Measured]) -> str:
    """Return the tables in Markdown, those of each number of connections under a heading."""
    return "\n".join(part for number, one in measured.items() for part in _tables(number, one))


def _tables(connections: str, one: Measured) -> list[str]:
    rows = one["operations"]
    systems = list(dict.fromkeys(row["storage"] for row in rows))
    costs = {(row["storage"], row["operation"]): row for row in rows}
    names = list(dict.fromkeys(row["operation"] for row in rows))
    limits = one["limits"]
    alone = (
        f"RS256 signature {limits['signature']:.3f}, argon2id {limits['hash']:.1f}, "
        f"a request that does nothing {limits['floor']:.3f}."
    )
    lines = [
        f"### {connections} connections, one worker",
        "",
        f"CPU milliseconds of all processes for one operation (times the peer's). {alone}",
        "",
        _row(["", *systems]),
        _row(["---"] * (1 + len(systems))),
    ]
    for name in names:
        cells = [_cost(costs[system, name]) for system in systems]
        lines.append(_row([name, *cells]))
    lines += [
        "",
        "How many a second; milliseconds that each took, median; 99th of 100. The load shares the cores.",
        "",
        _row(["", *systems]),
        _row(["---"] * (1 + len(systems))),
    ]
    for name in names:
        lines.append(_row([name, *(_times(one["times"][system][name]) for system in systems)]))
    lines.append(_row(["cc beside sign-ins", *(_times(one["beside"][system]) for system in systems)]))
    lines.append(_row(["MiB of a worker", *(str(one["memory_mib"][system]) for system in systems)]))
    lines.append(_row(["seconds to start", *(f"{one['start_seconds'][system]:.1f}" for system in systems)]))
    return [*lines, ""]


def picture(measured: dict[str, Measured]) -> str:
    """Return bars of how many times the peer's cost an operation is, as SVG."""
    bars: list[str] = []
    y = 30
    for connections, one in measured.items():
        bars.append(f'<text x="8" y="{y}" font-weight="bold">{connections} connections</text>')
        y += 14
        for row in one["operations"]:
            if row["storage"] in COLOURS and row["peer"] is not None:
                bars.append(_bar(y, row))
                y += BAR + 2
        y += 28
    once = NAME + ONCE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {NAME + 5 * ONCE} {y}" font-size="12" '
        f'font-family="sans-serif" role="img" aria-label="Cost of operations beside the peer">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n'
        + "\n".join(bars)
        + f'\n<path d="M{once} 20V{y - 20}" stroke="#333" stroke-dasharray="4 3"/>'
        f'<text x="{once}" y="14" text-anchor="middle">the peer = 1</text>\n</svg>\n'
    )


def _bar(y: int, row: Measured) -> str:
    width = round(row["peer"] * ONCE)
    return (
        f'<text x="{NAME - 6}" y="{y + 13}" text-anchor="end">{row["operation"]}, {row["storage"]}</text>'
        f'<rect x="{NAME}" y="{y}" width="{width}" height="{BAR}" fill="{COLOURS[row["storage"]]}"/>'
        f'<text x="{NAME + width + 4}" y="{y + 13}">{row["peer"]}</text>'
    )


def _cost(row: Measured) -> str:
    beside = f" ({row['peer']}×)" if row["peer"] is not None else ""
    return f"{row['milliseconds']:.2f}{beside}"


def _times(times: dict[str, float]) -> str:
    return f"{times['rate']:.0f}; {times['median'] * 1000:.1f}; {times['p99'] * 1000:.0f}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> None:
    """Write both."""
    files = dict(each.split("=", 1) for each in arguments)
    measured = {number: json.loads(Path(path).read_text("utf-8")) for number, path in files.items()}
    known = {*KINDS, PEER_NAME}
    strangers = {row["storage"] for one in measured.values() for row in one["operations"]} - known
    if not measured or strangers:
        sys.exit("Give CONNECTIONS=FILE for each file that `python -m bench --json` wrote.")
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN, 1)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(measured)}\n{END}{rest.split(END, 1)[1]}", "utf-8")
    PICTURE.write_text(picture(measured), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
