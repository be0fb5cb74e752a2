"""What is wrong with a text that is not YAML, in sentences: the parser speaks of tokens and scalars."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.reader import ReaderError

from domain.json_schema import Problem

FOREIGN_SPACE = re.compile("^ *([\u00a0\u2000-\u200b\u202f\u3000])", re.MULTILINE)
CLOSERS = {"sequence": ("[", "]"), "mapping": ("{", "}")}


def yaml_problem(error: YAMLError, text: str) -> Problem:
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Problem((), f"here is a character that no text holds ({error.character!r}). Remove it.", line)
    if not isinstance(error, MarkedYAMLError):
        return Problem((), "the file cannot be read as YAML.")
    mark, opened = error.problem_mark or error.context_mark, error.context_mark
    line = mark.line + 1 if mark else 1
    lines = text.splitlines()
    # At the end of the text, the last line that says something.
    while line > 1 and (line > len(lines) or not lines[line - 1].strip()):
        line -= 1
    message = _foreign_colon(lines, line) or _message(
        error.problem or "", error.context or "", opened, lines[line - 1] if lines else ""
    )
    return Problem((), message, line)


def indentation_problem(text: str) -> Problem | None:
    """Spaces that look like one and are letters to YAML, where a line begins."""
    found = FOREIGN_SPACE.search(text)
    if found is None:
        return None
    code = f"U+{ord(found.group(1)):04X}"
    message = f"the line begins with the space {code}, which is a letter to YAML. Write plain spaces instead."
    return Problem((), message, text.count("\n", 0, found.start(1)) + 1)


def _foreign_colon(lines: list[str], line: int) -> str | None:
    """A full-width colon looks like one, and YAML reads it as a letter. The error may come a line later."""
    for number in (line - 1, line):
        if 0 < number <= len(lines) and "：" in lines[number - 1] and ": " not in lines[number - 1] + " ":
            return (
                f"in line {number} is a full-width colon '：', which is a letter to YAML. Write ': ' instead."
            )
    return None


def _message(problem: str, context: str, opened: StringMark | None, line: str) -> str:
    begun = f" that opens in line {opened.line + 1}" if opened else ""
    if "'\\t'" in problem:
        return "here is a tab. YAML takes spaces only: write two spaces instead of each tab."
    if "quoted scalar" in context and "end of stream" in problem:
        return f"the quote{begun} is never closed. Write the same quote after the text."
    if "unknown escape" in problem:
        return "a backslash in double quotes begins a special character. Use single quotes, or write \\\\."
    if match := re.search(r"flow (sequence|mapping)", context):
        opener, closer = CLOSERS[match[1]]
        return f"the {opener!r}{begun} is not closed by {closer!r} here. Close it, or add the missing comma."
    return _block_message(problem, context, line)


def _block_message(problem: str, context: str, line: str) -> str:
    if "flow node" in context or "block node" in context:
        return "a value is missing before a comma, a bracket or the end. Write it, or correct the comma or bracket."
    if "<document start>" in problem:
        return "a bracket is closed here that was never opened. Remove it."
    if "mapping values are not allowed" in problem:
        return (
            "a second ': ' stands in one value, or the line is indented too far. Put a text that holds ': ' in "
            "quotes, and begin the keys of one part in one column."
        )
    if "sequence entries are not allowed" in problem:
        return "a list begins behind its key. Begin it in the next line, or write [a, b]."
    if "block collection" in context or "block mapping" in context or "block sequence" in context:
        return "the line is not indented like the ones before it. Begin the keys of one part in one column."
    if match := re.search(r"found character '(.)'", problem):
        return f"a text cannot begin with {match[1]!r}. Put it in quotes."
    if "anchor" in context or "alias" in context:
        return "'&' and '*' begin a name for a part that is repeated. Put the text in quotes."
    if "merging" in problem:
        return "'<<' takes over the keys of another part, such as <<: *name. Write the keys out."
    return f"this line cannot be read: {line.strip()[:60]!r}. Check its colons, quotes and indentation."
