"""Measures the shape of the code: `python -m benchmarks.house [FOLDER]`.

Counts modules, functions that branch much, private functions with one caller, and the places outside `retrieval/text`
that know English: a list of words, or a pattern with a word in it. Of the functions with one caller it names those that
could be inlined without making the caller branch too much.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.words import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
SHORT_MODULE = 40  # lines
MOST_COMPLEX = 10  # McCabe, "A complexity measure" (1976), with boolean operators and comprehensions
_LISTED = 4  # plain words in one collection are a word list, where a quarter of them are function words
_PLAIN_WORD = re.compile(r"[a-z]{2,}(?:['’][a-z]+)?")
_PATTERN = re.compile(r"\(\?|\\b|\\s|\\w|\w\|\w")
_PATTERN_SYNTAX = re.compile(r"\\[a-zA-Z]|\(\?P[<=]\w+[>)]?|\(\?[a-zA-Z:!=<]*|\[[^]]*\]|\{[^}]*\}")
_WORD_IN_PATTERN = re.compile(r"[A-Za-z]{3,}")


class English(NamedTuple):
    """A place that knows English: a line of a file, and some of the words that show it."""

    file: Path
    line: int
    words: str


def english(file: Path) -> Iterator[English]:
    """Finds the word lists and the patterns with words in them that a module defines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        words = _word_list(node)
        if not words and isinstance(node, ast.Constant) and id(node) not in prose:
            words = _pattern_words(node)
        if words:
            yield English(file, node.lineno, " ".join(words[:6]))  # type: ignore[attr-defined]  # all are expressions


def _word_list(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Name(id="word_set"), args=[text]):
            return _strings(text)[0].split()
        case ast.Set(elts=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            words = [word for part in parts for word in _strings(part)]
        case ast.Dict(keys=keys):
            words = [word for key in keys if key for word in _strings(key)]
        case _:
            return []
    is_list = len(words) >= _LISTED and all(map(_PLAIN_WORD.fullmatch, words))
    return words if is_list and sum(word in STOP_WORDS for word in words) * 4 >= len(words) else []


def _pattern_words(node: ast.Constant) -> list[str]:
    if not isinstance(node.value, str) or not _PATTERN.search(node.value):
        return []
    return _WORD_IN_PATTERN.findall(_PATTERN_SYNTAX.sub(" ", node.value))


def _strings(node: ast.AST) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def mentions(file: Path) -> dict[str, int]:
    """Counts how often a module names each of its private functions and methods."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = Counter(node.id if isinstance(node, ast.Name) else node.attr for node in _names(tree))
    defined = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {name: named[name] for name in defined if name.startswith("_") and not name.startswith("__")}


def inlinable(file: Path) -> Iterator[str]:
    """Finds the private functions with one caller that, inlined, would leave it no more complex than it may be."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    complexity = {int(name.split()[0]): value for name, value in complexities(file).items()}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    once = {name for name, count in mentions(file).items() if count == 1}
    own = {each.name: complexity[each.lineno] for each in functions if each.name in once and each.lineno in complexity}
    for caller in functions:
        room = MOST_COMPLEX + 1 - complexity.get(caller.lineno, MOST_COMPLEX)
        named = {node.id if isinstance(node, ast.Name) else node.attr for node in _names(caller)} - {caller.name}
        yield from sorted(name for name in named if own.get(name, MOST_COMPLEX + 1) <= room)


def _names(node: ast.AST) -> Iterator[ast.Name | ast.Attribute]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Name | ast.Attribute))


def complexities(file: Path) -> dict[str, int]:
    """Gives the cyclomatic complexity of a module's functions, by radon (of the extra "benchmarks")."""
    from radon.complexity import cc_visit

    blocks = cc_visit(file.read_text(encoding="utf-8"))
    return {f"{block.lineno} {block.fullname}": block.complexity for block in blocks if block.letter in "FM"}


def _print(folder: Path, files: Sequence[Path]) -> None:
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    short = [file for file in files if lines[file] <= SHORT_MODULE and file.name != "__init__.py"]
    places = [place for file in files if "text" not in file.relative_to(folder).parts for place in english(file)]
    branching = [
        (complexity, f"{file.relative_to(folder)}:{name}")
        for file in files
        for name, complexity in complexities(file).items()
        if complexity > MOST_COMPLEX
    ]
    named = {file: mentions(file) for file in files}
    once = {file: sum(count == 1 for count in counts.values()) for file, counts in named.items()}
    fitting = {file: list(inlinable(file)) for file in files}
    print(f"modules                                   {len(files)}, {sum(lines.values()):,} lines")
    print(f"modules of {SHORT_MODULE} lines or fewer             {len(short)}")
    print(f"modules outside text/ that know English   {len({place.file for place in places})}")
    print(f"functions above complexity {MOST_COMPLEX}             {len(branching)}")
    print(f"private functions with one caller         {sum(once.values())} of {sum(map(len, named.values()))}")
    print(f"of these, inlinable below that complexity {sum(map(len, fitting.values()))}\n")
    for file in short:
        print(f"short       {lines[file]:3}  {file.relative_to(folder)}")
    for complexity, name in sorted(branching, reverse=True):
        print(f"complexity  {complexity:3}  {name}")
    for place in places:
        print(f"English     {place.file.relative_to(folder)}:{place.line}  {place.words}")
    for file in sorted(files, key=lambda file: -once[file]):
        if once[file]:
            print(f"one caller  {once[file]:3}  {file.relative_to(folder)}  {' '.join(fitting[file])}")


if __name__ == "__main__":
    measured = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "retrieval"
    _print(measured, sorted(measured.rglob("*.py")))
