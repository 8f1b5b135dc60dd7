"""The list of mutants, read off the sources of the guards: nobody keeps it by hand."""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

from evals.mutating import conditions, limits
from evals.mutating.guards import Guards, Wanted, answers_wanted
from evals.mutating.mutant import Edit, Mutant, written
from evals.mutating.naming import named_by
from evals.mutating.senses import Function, called

Derive = Callable[["Module"], Iterator[Mutant]]


@dataclass(frozen=True, slots=True)
class Module:
    """A module's source, and what each definition in it is called."""

    name: str
    file: Path
    source: str
    tree: ast.Module
    functions: dict[str, Function]
    classes: dict[str, ast.ClassDef]

    @classmethod
    def of(cls, name: str, file: Path, source: str) -> "Module":
        """Read a source."""
        tree = ast.parse(source)
        functions, classes = {}, {}
        for each in tree.body:
            if isinstance(each, Function):
                functions[each.name] = each
            elif isinstance(each, ast.ClassDef):
                classes[each.name] = each
                for inner in each.body:
                    if isinstance(inner, Function):
                        functions[f"{each.name}.{inner.name}"] = inner
        return cls(name, file, source, tree, functions, classes)


def modules(packages: Iterable[str]) -> list[Module]:
    """Read some modules and all that is below them."""
    found = {}
    for name in packages:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise LookupError(name)
        names = [name]
        if spec.submodule_search_locations:
            below = walk_packages(spec.submodule_search_locations, f"{name}.")
            names += [each.name for each in below]
        for each in names:
            origin = find_spec(each)
            if origin and origin.origin:
                file = Path(origin.origin)
                found[each] = Module.of(each, file, file.read_text("utf-8"))
    return list(found.values())


def of_functions(
    read: list[Module], *, everything: bool, wanted: Wanted | None = None
) -> list[Mutant]:
    """Weaken the guards of some modules, one at a time.

    With `everything`, a function need not look like a guard: these modules hold nothing else.
    """
    every = [function for module in read for function in module.functions.values()]
    wanted = wanted if wanted is not None else answers_wanted(every, everything=everything)
    return [
        mutant
        for module in read
        for place, function in module.functions.items()
        for mutant in _mutants(
            module, place, "function", Guards(function, wanted, everything=everything).edits()
        )
    ]


def of_tables(read: list[Module]) -> list[Mutant]:
    """Move the limits of some modules and of their classes' fields, and shorten their tables."""
    found: list[Mutant] = []
    for module in read:
        for name, value in limits.constants(module.tree.body):
            edits = [*limits.moved(value), *limits.shortened(value)]
            found += _mutants(module, name, "constant", edits)
        for kind, definition in module.classes.items():
            for name, value in limits.constants(definition.body):
                place = f"{kind}.{name}"
                found += _mutants(module, place, "field", list(limits.moved(value)))
    return found


def of_statements(read: list[Module]) -> list[Mutant]:
    """Leave out what the store's statements ask of a row."""
    return [
        mutant
        for module in read
        for place, function in module.functions.items()
        for mutant in _mutants(module, place, "function", list(conditions.edits(function)))
    ]


def _mutants(module: Module, place: str, how: str, edits: list[Edit]) -> Iterator[Mutant]:
    seen: Counter[str] = Counter()
    rules = tuple(sorted(rules_of(module, place))) if edits else ()
    for edit in edits:
        text, before, after = written(module.source, edit)
        change = f"{ast.unparse(edit.node)} -> {edit.text}"
        if how == "constant" and edit.node.end_lineno != edit.node.lineno:
            change = before = f"{place}: {limits.left_out(edit)}"
            after = f"{place}: left out"
        seen[change] += 1
        number = f" #{seen[change]}" if seen[change] > 1 else ""
        yield Mutant(
            key=f"{module.name}:{place}: {change}{number}",
            file=str(module.file),
            line=edit.node.lineno,
            module=module.name,
            place=place,
            how=how,
            before=before,
            after=after,
            rules=rules,
            text=text,
        )


def rules_of(module: Module, place: str) -> frozenset[str]:
    """Return the rules a place names: itself, else whoever uses it and what it stands in."""
    if own := _own_rules(module, place):
        return own
    kind = module.classes.get(place.partition(".")[0])
    around = named_by(kind, module.source) if kind else frozenset[str]()
    around = around or named_by(module.tree, module.source)
    return (_users_rules(module, place) | around) or _package_rules(module)


def _users_rules(module: Module, place: str) -> frozenset[str]:
    """Return what the nearest users of a place name."""
    seen: set[str] = set()
    layer = [place]
    while layer:
        seen.update(layer)
        layer = [user for each in layer for user in _users(module, each) if user not in seen]
        if named := frozenset[str]().union(*(_own_rules(module, each) for each in layer)):
            return named
    return frozenset()


def _own_rules(module: Module, place: str) -> frozenset[str]:
    node: ast.AST | None = module.functions.get(place)
    for statement in module.tree.body if node is None else ():
        if dict(limits.constants([statement])).keys() == {place}:
            node = statement
    return named_by(node, module.source) if node else frozenset()


def _users(module: Module, place: str) -> list[str]:
    name = place.rpartition(".")[2]
    return [
        user
        for user, function in module.functions.items()
        if name in called(function)
        or any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(function))
    ]


def _package_rules(module: Module) -> frozenset[str]:
    package = module.file.parent / "__init__.py"
    source = package.read_text("utf-8") if package.exists() else ""
    return named_by(ast.parse(source), source)
