"""The report: one HTML file that asks nothing of any network, with tables, plots and counts."""

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources

from liveness.evaluate import plots
from liveness.evaluate.ablation import LeftOut
from liveness.evaluate.metrics import Rate
from liveness.evaluate.summary import Cost, Matching, Refused, SpeciesRow, Summary

MOST_EXAMPLES = 60
POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # the page asks nothing of anybody


def write_report(summary: Summary, *, about: Mapping[str, str]) -> str:
    """Return the page; *about* is what was run on what: table, policy, models, machine."""
    style = resources.files("liveness.evaluate").joinpath("report.css").read_text("utf-8")
    body = "".join(
        [
            _opening(summary),
            _attacks(summary.species),
            _bona_fide(summary),
            _matching(summary.matching),
            _ablation(summary.ablation),
            _examples("Bona fide sessions that were refused", summary.refused),
            _examples("Attacks that were accepted", summary.accepted),
            _cost(summary.cost, about),
            _about(about, summary.not_played),
        ]
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Liveness: error rates</title><style>{style}</style></head><body>{body}</body></html>\n"
    )


def _opening(summary: Summary) -> str:
    whole = summary.ablation[0]  # with all rules
    return (
        "<header><h1>Liveness: error rates</h1>"
        "<p>Rates in the terms of ISO/IEC 30107-3 and 19795-1, over the set that is named at the end. "
        "Nothing here is a certified test: sets are small, most attacks are built by a program, and "
        "nobody was recorded answering a challenge. Read each rate with its 95&nbsp;% interval "
        "(Clopper-Pearson). A session that is neither passed nor failed counts as refused.</p></header>"
        '<dl class="figures">'
        + _figure("Attacks accepted, with a challenge", whole.attacks)
        + _figure("Attacks accepted, passive rules alone", whole.passive_attacks)
        + _figure("Bona fide clips refused, passive rules alone", summary.clips)
        + _figure("Simulated users refused, with a challenge", summary.co_operative)
        + _figure("Fixed clips accepted, a try with a random challenge", summary.tries)
        + "".join(
            _figure(f"FNMR of {each.scores.matcher} at FMR {wanted:g}", point.fnmr)
            for each in summary.matching[:1]
            for wanted, point in each.points[1:]
        )
        + "</dl>"
    )


def _attacks(species: Sequence[SpeciesRow]) -> str:
    if not species:
        return ""
    rows = [
        [
            f"<th scope=row>{_text(row.name)}<small>{_text(row.kind)}</small></th>",
            _cell(row.active),
            _cell(row.passive),
            _cell(row.silent),
            f'<td class="figure">{_text(row.furthest)}</td>',
            f"<td>{_text(', '.join(f'{rule} {count}' for rule, count in row.stopped_by) or 'nothing')}</td>",
        ]
        for row in species
    ]
    drawn = plots.rates(
        [(row.name[:21], (("active", row.active), ("passive", row.passive))) for row in species],
        title="APCER of each species with its interval",
    )
    realism = "".join(
        f"<dt>{_text(row.name)}</dt><dd>{_text(row.realism)}</dd>" for row in species if row.realism
    )
    return (
        "<h2>Attacks (APCER)</h2><p>The share of attack presentations that were taken for a live "
        "person, for each species by itself: the highest is what an attacker will choose. A played still "
        "shows only what a picture can.</p>"
        '<figure><p><span class="key active">with a challenge</span><span class="key passive">passive rules '
        f"alone</span></p>{drawn}</figure>"
        + _table(
            [
                "PAI species",
                "APCER with a challenge",
                "APCER, passive rules alone",
                "APNRR with a challenge",
                "Actions done, at most",
                "Rules that failed it (sessions)",
            ],
            rows,
            figures=(1, 2, 3, 4),
        )
        + f"<details><summary>How real each species is</summary><dl>{realism}</dl></details>"
    )


def _bona_fide(summary: Summary) -> str:
    rows = [
        ["<th scope=row>Clips, passive rules alone</th>", _cell(summary.clips)],
        ["<th scope=row>Simulated users, with a challenge</th>", _cell(summary.co_operative)],
        [
            "<th scope=row>The same: no decision<small>BPNRR, part of the above</small></th>",
            _cell(summary.co_operative_silent),
        ],
        [
            "<th scope=row>Fixed clips, random challenges: accepted<small>an error, per try</small></th>",
            _cell(summary.tries),
        ],
        [
            "<th scope=row>The same: every step seen<small>whatever other rules said</small></th>",
            _cell(summary.tries_answered),
        ],
    ]
    return (
        "<h2>Live people (BPCER) and replays by chance</h2><p>A simulated user plays segments of the same "
        "person's clip in the order of the challenge. A fixed clip plays on, whatever is asked.</p>"
        + _table(["Sessions", "Rate"], rows, figures=(1,))
    )


def _matching(matching: Sequence[Matching]) -> str:
    if not matching:
        return ""
    rows = []
    for each in matching:
        name = f"<th scope=row>{_text(each.scores.matcher)}"
        for wanted, point in each.points:
            rows.append(
                [
                    f"{name}<small>at FMR {wanted:g}</small></th>",
                    f'<td class="figure">{_score(point.threshold)}</td>',
                    _cell(point.fmr),
                    _cell(point.fnmr),
                ]
            )
        rows.append(
            [
                f"{name}<small>as it ships</small></th>",
                f'<td class="figure">{_score(each.own.threshold)}</td>',
                _cell(each.own.fmr),
                _cell(each.own.fnmr),
            ]
        )
    curve = plots.det(
        [
            (each.scores.matcher, each.curve, len(each.scores.genuine), len(each.scores.impostor))
            for each in matching
        ],
        title="DET curve: false non-match rate over false match rate",
    )
    spread = "".join(
        '<figure><p><span class="key genuine">mated</span><span class="key impostor">non-mated'
        "</span>, "
        f"scores of {_text(each.scores.matcher)}</p>"
        + plots.histogram(
            each.scores.genuine,
            each.scores.impostor,
            threshold=each.scores.threshold,
            title=f"Scores of {each.scores.matcher}",
        )
        + "</figure>"
        for each in matching
        if each.scores.genuine and each.scores.impostor
    )
    unseen = "".join(
        f"<p>{_text(each.scores.matcher)} found no face in {len(each.scores.without_template)} stills: "
        f"{_text(', '.join(each.scores.without_template[:10]))}.</p>"
        for each in matching
        if each.scores.without_template
    )
    worst = [
        [
            f"<th scope=row>{_text(each.scores.matcher)}</th>",
            f"<td><code>{_text(a)}</code>, <code>{_text(b)}</code></td>",
            f'<td class="figure">{_score(score)}</td>',
        ]
        for each in matching
        for a, b, score in each.scores.worst
    ]
    return (
        "<h2>One person or two (FMR, FNMR)</h2><p>All pairs of the stills, by the face nearest the middle. "
        "Threshold and rates come from the same pairs: on other people they will be worse.</p>"
        f"<figure>{curve}<figcaption>A curve ends where its number of pairs can show no less.</figcaption>"
        "</figure>"
        + _table(["Matcher", "Threshold", "FMR", "FNMR"], rows, figures=(1, 2, 3))
        + spread
        + unseen
        + _table(["Matcher", "Pictures of one person that look least alike", "Score"], worst, figures=(2,))
    )


def _ablation(ablation: Sequence[LeftOut]) -> str:
    if not ablation:
        return ""
    rows = [
        [
            f"<th scope=row>{_text(row.rule) or 'none: all rules speak'}</th>",
            _cell(row.attacks),
            f'<td class="figure">{row.stopped_alone if row.rule else "–"}</td>',
            _cell(row.passive_attacks),
            _cell(row.clips),
            _cell(row.co_operative),
        ]
        for row in ablation
    ]
    return (
        "<h2>What each rule adds and costs</h2><p>One rule at a time is taken for passed. A rule that stops "
        "nothing alone may still be the one that holds when another is deceived; a rule that refuses live "
        "people must be worth it.</p>"
        + _table(
            [
                "Left out",
                "Attacks accepted, with a challenge",
                "Stopped by it alone",
                "Attacks accepted, passive",
                "Clips refused, passive",
                "Users refused, with a challenge",
            ],
            rows,
            figures=(1, 2, 3, 4, 5),
        )
    )


def _examples(title: str, examples: Sequence[Refused]) -> str:
    if not examples:
        return f"<h2>{title}</h2><p>None.</p>"
    rows = [
        [
            f"<th scope=row><code>{_text(each.name)}</code></th>",
            f"<td>{_text(each.what)}</td>",
            f"<td>{_text(each.why)}</td>",
        ]
        for each in examples[:MOST_EXAMPLES]
    ]
    more = f"<p>And {len(examples) - MOST_EXAMPLES} more.</p>" if len(examples) > MOST_EXAMPLES else ""
    return f"<h2>{title}</h2>" + _table(["File", "Played as", "Why"], rows) + more


def _cost(cost: Cost | None, about: Mapping[str, str]) -> str:
    if cost is None:
        return ""
    rows = [
        ("Sessions measured", f"{cost.sessions}, {cost.frames_median} frames each (median)"),
        (
            "A session",
            f"{cost.session_median:.2f} s of CPU time (median), {cost.session_longest:.2f} s the longest",
        ),
        (
            "A frame",
            f"{cost.frame_median * 1000:.1f} ms (median), {cost.frame_late * 1000:.1f} ms (95th percentile)",
        ),
        ("Peak memory of the evaluation", about.get("memory", "not measured")),
    ]
    return (
        "<h2>Time and memory</h2><p>Decoding, looking and judging, without building the attacks; the memory "
        "holds both.</p>" + _plain(rows)
    )


def _about(about: Mapping[str, str], not_played: Sequence[tuple[str, str]]) -> str:
    named = [(name, value) for name, value in about.items() if name != "memory"]
    left = (
        "<h2>Not played</h2>"
        + _table(
            ["What", "Why"],
            [
                [f"<th scope=row><code>{_text(name)}</code></th>", f"<td>{_text(reason)}</td>"]
                for name, reason in not_played
            ],
        )
        if not_played
        else ""
    )
    return f"{left}<h2>What was run</h2>" + _plain(named)


def _plain(rows: Iterable[tuple[str, str]]) -> str:
    return _table(
        [],
        [
            [f"<th scope=row>{_text(name)}</th>", f"<td><code>{_text(value)}</code></td>"]
            for name, value in rows
        ],
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Sequence[int] = ()) -> str:
    lines = ["".join(row) for row in rows]
    if not lines:
        return ""
    head = "".join(
        f"<th scope=col{' class=figure' if place in figures else ''}>{_text(name)}</th>"
        for place, name in enumerate(heads)
    )
    wide = " wide" if len(heads) > 2 else ""
    top = f"<thead><tr>{head}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="scroll{wide}" tabindex="0"><table>{top}<tbody>{body}</tbody></table></div>'


def _figure(name: str, rate: Rate) -> str:
    return f"<div><dt>{_text(name)}</dt><dd>{_percent(rate.value)}<small>{_counts(rate)}</small></dd></div>"


def _cell(rate: Rate) -> str:
    return f'<td class="figure">{_percent(rate.value)}<small>{_counts(rate)}</small></td>'


def _counts(rate: Rate) -> str:
    if not rate.n:
        return "nothing was tried"
    low, high = rate.interval
    return f"{rate.errors:,} of {rate.n:,}, {_percent(low)} to {_percent(high)}"


def _percent(share: float) -> str:
    if math.isnan(share):
        return "–"
    per_cent = 100 * share
    if per_cent in {0, 100} or per_cent >= 10:
        return f"{per_cent:.0f} %"
    return (
        f"{per_cent:.1f} %"
        if per_cent >= 1
        else f"{per_cent:.2g} %"
        if per_cent >= 0.01
        else f"{per_cent:.4f} %"
    )


def _score(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "–"


def _text(words: str) -> str:
    return html.escape(words)
