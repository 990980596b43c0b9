"""Measure whether costs stay flat while people and clients become many: ``python -m bench.growth``.

The provider runs on PostgreSQL and Redis. What is added beside the one person and the one client that
are measured is made by the database itself: rows as long as real ones, in every table and index that
the operations touch.
"""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import psycopg

from bench.operations import OPERATIONS
from bench.systems import System, provider

MEASURED = ("sso", "cc", "userinfo", "introspect", "refresh", "login")
#: n counts the people, or the clients, who come to those who are there.
FILL = (
    "person (id, document) SELECT 'p' || n, decode(repeat(md5(n::text), 40), 'hex') FROM new",
    """identifier (digest, person_id)
       SELECT substr(md5(n::text || k) || md5(k || n::text), 1, 43), 'p' || n
       FROM new, generate_series(1, 3) k""",
    "credential (person_id, password_hash) SELECT 'p' || n, repeat(md5(n::text), 3) FROM new",
    """consent (person_id, client_id, given_at, document)
       SELECT 'p' || n, c.client_id, c.given_at, c.document FROM new, (SELECT * FROM consent LIMIT 1) c""",
    """session (id, token_digest, person_id, expires_at, last_seen_at, document)
       SELECT 's' || n, substr(md5(n::text) || md5('s' || n), 1, 43), 'p' || n, s.expires_at, s.last_seen_at,
         s.document FROM new, (SELECT * FROM session LIMIT 1) s""",
    """grants (id, code_digest, person_id, client_id, session_id, is_offline, refreshes, expires_at, document)
       SELECT 'g' || n, substr(md5('g' || n) || md5(n::text), 1, 43), 'p' || n, g.client_id, 's' || n,
         false, 0, g.expires_at, g.document FROM new, (SELECT * FROM grants LIMIT 1) g""",
    """audit_event (at, kind, person_id, client_id, document)
       SELECT a.at, a.kind, 'p' || n, a.client_id, a.document
       FROM new, (SELECT * FROM audit_event LIMIT 1) a""",
)
FILL_CLIENTS = """client (id, document, created_at)
    SELECT 'c' || n, c.document, c.created_at FROM new, (SELECT * FROM client LIMIT 1) c"""


@click.command()
@click.option("--people", default=1_000_000, show_default=True, type=click.IntRange(100, 100_000_000))
@click.option("--clients", default=100_000, show_default=True, type=click.IntRange(100, 10_000_000))
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 100))
def main(*, people: int, clients: int, rounds: int) -> None:
    """Measure with ten, with the hundredth part, and with all of them."""
    with (
        TemporaryDirectory(prefix="tongxing-") as folder,
        provider("servers", Path(folder), workers=1, connections=8) as system,
    ):
        sizes, before = [(10, 10), (people // 100, clients // 100), (people, clients)], (0, 0)
        measured: list[dict[str, float]] = []
        for size in sizes:
            _grow(system, before, size)
            measured.append(_measure(system, rounds))
            before = size
    click.echo("Milliseconds of CPU time for one operation, all processes; medians.")
    click.echo("".join(f"{word:>16}" for word in ("", *(f"{n:,}/{m:,}" for n, m in sizes), "last/first")))
    for name in MEASURED:
        row = [each[name] for each in measured]
        cells = (f"{name:>16}", *(f"{each:16.3f}" for each in row), f"{row[-1] / row[0]:16.2f}")
        click.echo("".join(cells))


def _grow(system: System, before: tuple[int, int], size: tuple[int, int]) -> None:
    with psycopg.connect(system.database.replace("+psycopg", ""), autocommit=True) as connection:
        for fill, place in [*((each, 0) for each in FILL), (FILL_CLIENTS, 1)]:
            new = f"WITH new AS (SELECT generate_series({before[place] + 1}, {size[place]}) n)"
            connection.execute(f"{new} INSERT INTO {fill}".encode())
        connection.execute("VACUUM ANALYZE")


def _measure(system: System, rounds: int) -> dict[str, float]:
    chosen = [operation for operation in OPERATIONS if operation.name in MEASURED]
    for operation in chosen:
        system.measure(operation, 64)
    return {operation.name: median(system.measure(operation) for _ in range(rounds)) for operation in chosen}


if __name__ == "__main__":
    main()
