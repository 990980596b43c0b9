"""Measure: ``make bench``, or ``python -m bench --help``."""

import json
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bench.limits import limits
from bench.report import Report, Rounds
from bench.systems import KINDS, PEER_NAME, PEER_PACKAGES, RefusedError, System, floor, peer, provider

# One connection asks for tokens while the others sign in with their passwords.
BESIDE = ("cc", "login", 200)


@click.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--kind", "chosen", type=click.Choice(tuple(KINDS)), multiple=True, help="These alone; all by default."
)
@click.option("--connections", default=8, show_default=True, type=click.IntRange(1, 256))
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--peer/--no-peer", "beside", default=True, help="Beside oidc-provider on Redis, where it is.")
@click.option("--json", "machine", is_flag=True, help="Write JSON.")
def main(
    *, workers: int, chosen: tuple[str, ...], connections: int, rounds: int, beside: bool, machine: bool
) -> None:
    """Measure the CPU time of each operation beside what it cannot do without."""
    kinds = chosen or tuple(KINDS)
    if workers > 1 and "embedded" in kinds:
        raise click.UsageError("Several workers share no memory: choose --kind servers.")
    try:
        with ExitStack() as stack:
            systems = [stack.enter_context(floor(workers=workers, connections=connections))]
            for kind in kinds:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="tongxing-")))
                opened = provider(kind, folder, workers=workers, connections=connections)
                systems.append(stack.enter_context(opened))
            if beside and not PEER_PACKAGES.exists():
                click.echo("The peer is left out: its packages are not installed.", err=True)
            elif beside:
                systems.append(stack.enter_context(peer(connections=connections)))
            report = _measure(systems, connections, rounds)
    except RefusedError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(report.as_json(), indent=2) if machine else report.as_text())


def _measure(systems: list[System], connections: int, rounds: int) -> Report:
    alone: dict[str, Rounds] = defaultdict(list)
    figures: dict[str, dict[str, Rounds]] = defaultdict(lambda: defaultdict(list))
    # Caches fill, connections open and code is loaded before anything counts.
    for system in systems:
        for operation in system.operations:
            system.measure(operation, connections * 4)
    pieces = limits()
    for number in range(rounds):
        click.echo(f"Round {number + 1} of {rounds} …", err=True)
        for limit in pieces:
            alone[limit.name].append(limit.measure())
        for system in systems:
            for operation in system.operations:
                measured = alone if system.name == "floor" else figures[system.name]
                measured[operation.name].append(system.measure(operation))
    click.echo("Times …", err=True)
    providers = [system for system in systems if system.name != "floor"]
    return Report(
        limits=alone,
        figures=figures,
        peer=PEER_NAME,
        times={
            system.name: {
                operation.name: system.time(operation.name, operation.count)
                for operation in system.operations
            }
            for system in providers
        },
        beside={system.name: system.time(BESIDE[0], BESIDE[2], BESIDE[1]) for system in providers},
        held={system.name: (system.start, system.memory) for system in providers},
    )


if __name__ == "__main__":
    main()
