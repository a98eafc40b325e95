"""Promises that the database itself keeps where Django has no constraint for them: no overlap, only growth, a note
of each change.

Each guard is declared once and installed on both databases: as triggers on SQLite, as an exclusion
constraint or a trigger on PostgreSQL. An exclusion constraint in `Meta.constraints` breaks SQLite's
migrate, and a table rebuild there drops triggers silently, hence the installation after every migrate.
A broken guard raises `django.db.IntegrityError`, whose text holds the guard's name.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
# Later than any day that a period may end on; stands for an open end in comparisons on SQLite.
OPEN_END = "'9999-12-31'"


@dataclass(frozen=True, slots=True)
class OverlapGuard:
    """Rows that agree in `equal` and fulfil `where` never have a day in common (half-open periods)."""

    table: str
    name: str
    equal: tuple[str, ...]
    period: tuple[str, str]
    where: str

    def objects(self, vendor: str) -> tuple[str, ...]:
        """The names under which the database lists this guard."""
        return (self.name,) if vendor == "postgresql" else (f"{self.name}_insert", f"{self.name}_update")

    def sqlite(self) -> Iterator[str]:
        start, end = self.period
        first, *others = self.equal
        # A unary plus keeps SQLite from choosing an index by another column, which may be shared by many.
        same = " AND ".join([f"o.{first} = NEW.{first}", *(f"+o.{other} = NEW.{other}" for other in others)])
        where = self.where or "1"
        # The row is judged by its stored values after the write, so `where` needs no qualified columns.
        for event in ("INSERT", "UPDATE"):
            yield f"""
                CREATE TRIGGER {self.name}_{event.lower()} AFTER {event} ON {self.table}
                WHEN EXISTS (SELECT 1 FROM {self.table} WHERE id = NEW.id AND {where})
                BEGIN
                    SELECT RAISE(ABORT, '{self.name}: periods overlap')
                    FROM {self.table} AS o
                    WHERE {same} AND o.id <> NEW.id AND {where}
                      AND o.{start} < COALESCE(NEW.{end}, {OPEN_END})
                      AND NEW.{start} < COALESCE(o.{end}, {OPEN_END});
                END"""  # noqa: S608 - every part is a literal of the code that declares the guard

    def postgresql(self) -> Iterator[str]:
        start, end = self.period
        same = ", ".join(f"{column} WITH =" for column in self.equal)
        where = f" WHERE ({self.where})" if self.where else ""
        yield (
            f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} EXCLUDE USING gist "
            f"({same}, daterange({start}, {end}, '[)') WITH &&){where}"
        )


@dataclass(frozen=True, slots=True)
class AppendOnlyGuard:
    """Rows are never updated and never deleted."""

    table: str
    name: str

    def objects(self, vendor: str) -> tuple[str, ...]:
        """The names under which the database lists this guard."""
        ends = ("row", "truncate") if vendor == "postgresql" else ("update", "delete")
        return tuple(f"{self.name}_{end}" for end in ends)

    def sqlite(self) -> Iterator[str]:
        for event in ("UPDATE", "DELETE"):
            yield f"""
                CREATE TRIGGER {self.name}_{event.lower()} BEFORE {event} ON {self.table}
                BEGIN SELECT RAISE(ABORT, '{self.name}: rows are only added'); END"""

    def postgresql(self) -> Iterator[str]:
        yield (
            f"CREATE TRIGGER {self.name}_row BEFORE UPDATE OR DELETE ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION guard_append_only('{self.name}')"
        )
        yield (
            f"CREATE TRIGGER {self.name}_truncate BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only('{self.name}')"
        )


@dataclass(frozen=True, slots=True)
class FrozenColumnsGuard:
    """Rows are never deleted, and these columns of them never written again."""

    table: str
    name: str
    columns: tuple[str, ...]

    def objects(self, vendor: str) -> tuple[str, ...]:
        """The names under which the database lists this guard."""
        ends = ("row", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
        return tuple(f"{self.name}_{end}" for end in ends)

    def sqlite(self) -> Iterator[str]:
        for event in (f"UPDATE OF {', '.join(self.columns)}", "DELETE"):
            yield f"""
                CREATE TRIGGER {self.name}_{event.split()[0].lower()} BEFORE {event} ON {self.table}
                BEGIN SELECT RAISE(ABORT, '{self.name}: what was written stays'); END"""

    def postgresql(self) -> Iterator[str]:
        for end, event in (("row", f"UPDATE OF {', '.join(self.columns)}"), ("delete", "DELETE")):
            yield (
                f"CREATE TRIGGER {self.name}_{end} BEFORE {event} ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION guard_append_only('{self.name}')"
            )
        yield (
            f"CREATE TRIGGER {self.name}_truncate BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only('{self.name}')"
        )


@dataclass(frozen=True, slots=True)
class NoteGuard:
    """Whoever writes a row of `table` leaves a note elsewhere in the same transaction, whatever the code did.

    `note` is an INSERT in which `{row}` stands for the row as it was and as it is; an UPDATE leaves one only where
    one of `columns` has another value than before.
    """

    table: str
    name: str
    note: str
    columns: tuple[str, ...]

    def objects(self, vendor: str) -> tuple[str, ...]:
        """The names under which the database lists this guard."""
        events = ("row", "update") if vendor == "postgresql" else ("insert", "update", "delete")
        return tuple(f"{self.name}_{event}" for event in events)

    def _differs(self, word: str) -> str:
        return " OR ".join(f"OLD.{column} {word} NEW.{column}" for column in self.columns)

    def sqlite(self) -> Iterator[str]:
        old, new = (self.note.format(row=row) + ";" for row in ("OLD", "NEW"))
        for event, when, notes in (
            ("INSERT", "", new),
            (f"UPDATE OF {', '.join(self.columns)}", f"WHEN {self._differs('IS NOT')}", f"{old} {new}"),
            ("DELETE", "", old),
        ):
            name = f"{self.name}_{event.split()[0].lower()}"
            yield f"CREATE TRIGGER {name} AFTER {event} ON {self.table} {when} BEGIN {notes} END"

    def postgresql(self) -> Iterator[str]:
        old, new = (self.note.format(row=row) + ";" for row in ("OLD", "NEW"))
        yield f"""
            CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP <> 'INSERT' THEN {old} END IF;
                IF TG_OP <> 'DELETE' THEN {new} END IF;
                RETURN NULL;
            END $$"""
        yield (
            f"CREATE TRIGGER {self.name}_row AFTER INSERT OR DELETE ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
        )
        columns = ", ".join(self.columns)
        yield (
            f"CREATE TRIGGER {self.name}_update AFTER UPDATE OF {columns} ON {self.table} "
            f"FOR EACH ROW WHEN ({self._differs('IS DISTINCT FROM')}) EXECUTE FUNCTION {self.name}()"
        )


Guard = OverlapGuard | AppendOnlyGuard | FrozenColumnsGuard | NoteGuard

POSTGRESQL_GROUND = """
    CREATE EXTENSION IF NOT EXISTS btree_gist;
    CREATE OR REPLACE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%: rows are only added', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
    END $$;
"""

_registered: dict[str, Guard] = {}


def overlap_guard(
    table: str,
    name: str,
    equal: tuple[str, ...],
    period: tuple[str, str] = ("valid_from", "valid_to"),
    where: str = "superseded_at IS NULL",
) -> OverlapGuard:
    """Refuses two rows of `table` with equal columns `equal` whose [from, to) periods share a day.

    `where` is SQL over bare columns that both databases understand; rows outside it are free. The table's
    key is `id`. The first of `equal` should be the most selective and begin an index: SQLite looks rivals up
    by it alone.
    """
    return OverlapGuard(table, _checked(name), equal, period, where)


def append_only_guard(table: str, name: str) -> AppendOnlyGuard:
    """Refuses UPDATE and DELETE (on PostgreSQL also TRUNCATE) on `table`."""
    return AppendOnlyGuard(table, _checked(name))


def frozen_columns_guard(table: str, name: str, columns: tuple[str, ...]) -> FrozenColumnsGuard:
    """Refuses DELETE on `table` and an UPDATE that names one of `columns`, even with the value it has."""
    return FrozenColumnsGuard(table, _checked(name), columns)


def note_guard(table: str, name: str, note: str, columns: tuple[str, ...]) -> NoteGuard:
    """Leaves `note` (an INSERT over `{row}`) for each row of `table` that comes, goes or changes in `columns`."""
    return NoteGuard(table, _checked(name), note, columns)


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a guard")
    return name


def register(*guards: Guard) -> None:
    """Called in an app's `ready()`; the guards are installed after every migrate."""
    for guard in guards:
        if _registered.setdefault(guard.name, guard) != guard:
            raise ValueError(f"two guards are called {guard.name}")


def registered() -> tuple[Guard, ...]:
    """Every guard that the apps have declared, by name."""
    return tuple(_registered[name] for name in sorted(_registered))


def install(connection: BaseDatabaseWrapper, guards: Iterable[Guard] | None = None) -> None:
    """Bring the database's guards into the declared state; does nothing where they already stand.

    Guards whose table is not there yet (a migrate of one app alone) wait for the next call.
    """
    wanted = tuple(guards) if guards is not None else registered()
    tables = set(connection.introspection.table_names())
    present = [guard for guard in wanted if guard.table in tables]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if present:
                cursor.execute(POSTGRESQL_GROUND)
            for guard in present:
                _install_on_postgresql(cursor, guard)
        else:
            for guard in present:
                for trigger in guard.objects("sqlite"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
                for statement in guard.sqlite():
                    cursor.execute(statement)


def _install_on_postgresql(cursor: CursorWrapper, guard: Guard) -> None:
    statements = list(guard.postgresql())
    # Building an exclusion constraint reads the whole table: its definition's digest is kept as a comment,
    # so that an unchanged one stays.
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]
    if isinstance(guard, OverlapGuard):
        cursor.execute(
            "SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint "
            "WHERE conname = %s AND conrelid = %s::regclass",
            [guard.name, guard.table],
        )
        if cursor.fetchone() == (digest,):
            return
        cursor.execute(f"ALTER TABLE {guard.table} DROP CONSTRAINT IF EXISTS {guard.name}")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON CONSTRAINT {guard.name} ON {guard.table} IS '{digest}'")
        return
    for trigger in guard.objects("postgresql"):
        cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {guard.table}")
    for statement in statements:
        cursor.execute(statement)


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the guards that stand in this database, each with all of its parts."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'x' "
                "UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {row[0] for row in cursor.fetchall()}
    return {guard.name for guard in registered() if found.issuperset(guard.objects(connection.vendor))}
