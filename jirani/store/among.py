"""Rows by many ids at once, in a statement that is the same however many there are."""

from typing import Any

from sqlalchemy import ARRAY, JSON, BindParameter, Boolean, String, TypeDecorator, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Ids(TypeDecorator[list[str]]):
    """A list of ids: an array on PostgreSQL, JSON on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the database keeps a list in."""
        postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(String()) if postgres else JSON())


class Among(FunctionElement[bool]):
    """Tells whether a column's value is one of a list: `IN`, without a place for each value."""

    type = Boolean()
    inherit_cache = True


def among(column: Any, name: str) -> Any:
    """Return the condition that a column's value is in the list given under a name."""
    values: BindParameter[list[str]] = bindparam(name, type_=Ids())
    return Among(column, values)


@compiles(Among, "postgresql")
def _in_array(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **how)} = ANY ({compiler.process(values, **how)})"


@compiles(Among, "sqlite")
def _in_json(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    listed = f"SELECT value FROM json_each({compiler.process(values, **how)})"
    return f"{compiler.process(column, **how)} IN ({listed})"
