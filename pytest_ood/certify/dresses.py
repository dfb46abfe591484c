"""How models write an answer that is asked for by itself, and how numbers, lists and grids may be written."""

import json
from collections.abc import Callable, Mapping

Dress = Callable[[str], str]
Dresses = Mapping[str, Dress]

#: What may stand around an answer of any kind.
DRESSES: Dresses = {
    "code fence": lambda answer: f"```\n{answer}\n```",
    "code fence with a language": lambda answer: f"```text\n{answer}\n```",
    "backticks": lambda answer: f"`{answer}`",
    "bold": lambda answer: f"**{answer}**",
    "bold with underscores": lambda answer: f"__{answer}__",
    "italics": lambda answer: f"*{answer}*",
    "bold, then a full stop": lambda answer: f"**{answer}**.",
    "bold with a full stop inside": lambda answer: f"**{answer}.**",
    "double quotes": lambda answer: f'"{answer}"',
    "single quotes": lambda answer: f"'{answer}'",
    "curly quotes": lambda answer: f"\N{LEFT DOUBLE QUOTATION MARK}{answer}\N{RIGHT DOUBLE QUOTATION MARK}",
    "single curly quotes": lambda answer: f"\N{LEFT SINGLE QUOTATION MARK}{answer}\N{RIGHT SINGLE QUOTATION MARK}",
    "guillemets": lambda answer: (
        f"\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}{answer}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    ),
    "quotes, then a full stop": lambda answer: f'"{answer}".',
    "dollar signs": lambda answer: f"${answer}$",
    "double dollar signs": lambda answer: f"$${answer}$$",
    "round brackets of LaTeX": lambda answer: rf"\({answer}\)",
    "square brackets of LaTeX": lambda answer: rf"\[{answer}\]",
    "a box": lambda answer: rf"\boxed{{{answer}}}",
    "a box in dollar signs": lambda answer: rf"$\boxed{{{answer}}}$",
    "text in a box": lambda answer: rf"\boxed{{\text{{{answer}}}}}",
    "Answer:": lambda answer: f"Answer: {answer}",
    "Answer: in bold": lambda answer: f"**Answer:** {answer}",
    "The answer is": lambda answer: f"The answer is {answer}",
    "The answer is, with a full stop": lambda answer: f"The answer is {answer}.",
    "The final answer is:": lambda answer: f"The final answer is: **{answer}**",
    "x =": lambda answer: f"x = {answer}",
    "a full stop": lambda answer: f"{answer}.",
    "blank lines": lambda answer: f"\n\n{answer}\n\n",
    "line ends of Windows": lambda answer: f"\r\n{answer}\r\n".replace("\r\n", "\n").replace("\n", "\r\n"),
    "blanks that do not break": lambda answer: f"\N{NO-BREAK SPACE}{answer}\N{NO-BREAK SPACE}",
}


def _full_width(number: str) -> str:
    return "".join([chr(ord(sign) + 0xFEE0) for sign in number])


def _cells(grid: str) -> list[list[str]]:
    """Return the cells of each row of a grid, which has a blank between any two cells or none at all."""
    return [line.split() if " " in line else list(line) for line in grid.split("\n")]


def _rows(grid: str, before: str, between: str, after: str) -> str:
    return "\n".join([before + between.join(cells) + after for cells in _cells(grid)])


def _table(grid: str) -> str:
    first, *others = _rows(grid, "| ", " | ", " |").split("\n")
    return "\n".join([first, "|---" * len(_cells(grid)[0]) + "|", *others])


def _items(answer: str) -> list[str]:
    return answer.replace(",", " ").split()


#: How an answer of each kind may be written.
OF_KIND: Mapping[str, Dresses] = {
    "number": {
        "a decimal point": lambda answer: f"{answer}.0",
        "a sign": lambda answer: answer if answer.startswith("-") else f"+{answer}",
        "the minus sign": lambda answer: answer.replace("-", "\N{MINUS SIGN}"),
        "full-width digits": _full_width,
        "thousands in threes": lambda answer: f"{int(answer):,}",
        "a leading zero": lambda answer: f"-0{answer[1:]}" if answer.startswith("-") else f"0{answer}",
    },
    "items": {
        "blanks": lambda answer: " ".join(_items(answer)),
        "commas": lambda answer: ", ".join(_items(answer)),
        "commas without blanks": lambda answer: ",".join(_items(answer)),
        "semicolons": lambda answer: "; ".join(_items(answer)),
        "a last and": lambda answer: " and ".join(", ".join(_items(answer)).rsplit(", ", 1)),
        "a comma and a last and": lambda answer: ", and ".join(", ".join(_items(answer)).rsplit(", ", 1)),
        "lines": lambda answer: "\n".join(_items(answer)),
        "a list in brackets": lambda answer: f"[{', '.join(_items(answer))}]" if len(_items(answer)) > 1 else answer,
        "a list in JSON": lambda answer: json.dumps(_items(answer), ensure_ascii=False),
    },
    "grid": {
        "blanks": lambda answer: _rows(answer, "", " ", ""),
        "commas": lambda answer: _rows(answer, "", ", ", ""),
        "bars": lambda answer: _rows(answer, "|", "|", "|"),
        "a table": _table,
        "a list of strings": lambda answer: json.dumps(answer.split("\n")),
        "a list of lists": lambda answer: json.dumps(_cells(answer)),
        "lines in brackets": lambda answer: _rows(answer, "[", ", ", "]"),
    },
}
