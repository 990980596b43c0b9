"""Inserts that know what to do when the key is taken: both databases can, each in its dialect."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

INSERT: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class InsertUnlessTaken:
    """Inserts rows, leaving out those with a unique value that is taken."""

    def __init__(self, table: Table) -> None:
        self._statements = {
            name: insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
            for name, insert in INSERT.items()
        }

    def into(self, connection: Connection, *rows: dict[str, Any]) -> bool:
        """Say whether every row was inserted; the transaction goes on either way."""
        statement = self._statements[connection.dialect.name]
        if len(rows) == 1:
            # Compiled once; a statement with several rows in it is compiled each time.
            return bool(connection.execute(statement, rows[0]).rowcount == 1)
        return bool(connection.execute(statement.values(list(rows))).rowcount == len(rows))


class Upsert:
    """Inserts a row, or gives the one with the same primary key new values."""

    def __init__(self, table: Table) -> None:
        key = [column.name for column in table.primary_key]
        self._statements = {}
        for name, insert in INSERT.items():
            statement = insert(table)
            changed = {column.name: statement.excluded[column.name] for column in table.columns}
            self._statements[name] = statement.on_conflict_do_update(
                index_elements=key,
                set_={column: value for column, value in changed.items() if column not in key},
            )

    def into(self, connection: Connection, row: dict[str, Any]) -> None:
        """Write the row."""
        connection.execute(self._statements[connection.dialect.name], row)
