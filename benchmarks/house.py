"""Measures the shape of the code: `python -m benchmarks.house [FOLDER]`.

Counts modules, functions that branch much, private functions with one caller, and the places outside `retrieval/text`
that know English: a list of words, or a pattern with a word in it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
SHORT_MODULE = 40  # lines
MOST_COMPLEX = 10  # McCabe (1976), counting boolean operators and comprehensions
WORDS_IN_A_LIST = 4  # strings that are plain words, in one collection, are a word list
_PLAIN_WORD = re.compile(r"[a-z]{2,}(?:['’][a-z]+)?")
_PATTERN_FUNCTIONS = frozenset({"compile", "search", "match", "fullmatch", "sub", "split", "findall", "finditer"})
_SYNTAX = re.compile(r"\\[a-zA-Z]|\(\?P[<=]\w+[>)]?|\(\?[a-zA-Z:!=<]*|\[[^]]*\]|\{[^}]*\}")
_WORD_IN_PATTERN = re.compile(r"[A-Za-z]{3,}")


class English(NamedTuple):
    """A place that knows English: a line of a file, and the words that show it."""

    file: str
    line: int
    words: str


def english(file: Path) -> Iterator[English]:
    """The word lists and the patterns with words in them that a module defines."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if words := _listed(node) or _matched(node):
            yield English(file.name, node.lineno, " ".join(words[:6]))  # type: ignore[attr-defined]  # an expression


def _listed(node: ast.AST) -> list[str]:
    """The words of a collection of them, or of a text that is split into them."""
    if isinstance(node, ast.Call) and _name(node.func) in {"word_set", "split"}:
        text = node.args[0] if _name(node.func) == "word_set" and node.args else getattr(node.func, "value", None)
        found = _strings(text)[0].split() if text is not None and _strings(text) else []
    elif isinstance(node, ast.Set | ast.List | ast.Tuple):
        found = [word for part in node.elts for word in _strings(part)]
    elif isinstance(node, ast.Dict):
        found = [word for part in node.keys for word in _strings(part)]
    else:
        return []
    plain = [word for word in found if _PLAIN_WORD.fullmatch(word)]
    return plain if len(plain) >= max(WORDS_IN_A_LIST, len(found) * 0.8) and _is_prose(plain) else []


def _is_prose(words: Sequence[str]) -> bool:
    """Whether words are English and not the names of keys: most of them are inflected or function words."""
    return sum(word in _COMMON for word in words) * 4 >= len(words)


_COMMON = frozenset(
    """a about after again all am an and any are as at be been before but by can could day did do does down for from get
    go had has have he her him his how i if in into is it its just last may me might more most much must my no nor not
    now of off on one or other our out over said say says she should so some such than that the their them then there
    these they this those to too two under until up us very was we were what when where which while who whom whose why
    will with would you your today week month year monday january president mr told man woman three never never""".split()
)


def _matched(node: ast.AST) -> list[str]:
    if not (isinstance(node, ast.Call) and _name(node.func) in _PATTERN_FUNCTIONS and node.args):
        return []
    if not (isinstance(node.func, ast.Attribute) and _name(node.func.value) == "re"):
        return []
    patterns = _SYNTAX.sub(" ", " ".join(_strings(node.args[0])))
    return _WORD_IN_PATTERN.findall(patterns)


def _strings(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        return [text for child in ast.iter_child_nodes(node) for text in _strings(child)]
    return []


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def callers(files: Sequence[Path]) -> dict[tuple[Path, str], int]:
    """For each private function or method, how often its module names it."""
    found = {}
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        named = Counter(_name(node) for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("_") and not node.name.startswith("__"):
                found[file, node.name] = named[node.name]
    return found


def complexities(files: Sequence[Path]) -> dict[str, int]:
    """For each function its cyclomatic complexity, by radon, of the extra "benchmarks"."""
    from radon.complexity import cc_visit

    return {
        f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}:{block.lineno} {block.fullname}": block.complexity
        for file in files
        for block in cc_visit(file.read_text(encoding="utf-8"))
        if block.letter in "FM"
    }


def main(folder: Path) -> None:
    files = sorted(folder.rglob("*.py"))
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    short = [file for file in files if lines[file] <= SHORT_MODULE and file.name != "__init__.py"]
    spread = {file: list(english(file)) for file in files if "text" not in file.relative_to(folder).parts}
    spread = {file: found for file, found in spread.items() if found}
    complex_ = {name: known for name, known in complexities(files).items() if known > MOST_COMPLEX}
    counts = callers(files)
    once = [place for place, count in counts.items() if count == 1]
    print(f"modules                                     {len(files)}, {sum(lines.values()):,} lines")
    print(f"modules of {SHORT_MODULE} lines or fewer               {len(short)}")
    print(f"modules outside text/ that know English     {len(spread)}")
    print(f"functions above complexity {MOST_COMPLEX}               {len(complex_)}")
    print(f"private functions with one caller           {len(once)} of {len(counts)}")
    print()
    print("short:", *(str(file.relative_to(folder)) for file in short))
    for name, known in sorted(complex_.items(), key=lambda pair: -pair[1]):
        print(f"complexity {known:3}  {name}")
    for file, found in spread.items():
        for place in found:
            print(f"English  {file.relative_to(folder)}:{place.line}  {place.words}")
    by_file = Counter(file for file, _ in once)
    for file, count in by_file.most_common():
        print(f"one caller  {count:3}  {file.relative_to(folder)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "retrieval")
