"""What can be wrong with a condition: the codes, and the shape of a message. Offsets count characters of its text."""

from __future__ import annotations

from msgspec import Struct

CODES: dict[str, str] = {
    # 1xx: the text is not a condition
    "SCR101": "The text is empty",
    "SCR102": "The condition is too long or nested too deeply",
    "SCR103": "A character that the language does not have",
    "SCR104": "An operator of another language",
    "SCR105": "A word of the language in upper case",
    "SCR106": "`and` and `or` mixed without parentheses",
    "SCR107": "A bracket is not closed, or not opened",
    "SCR108": "Codes without braces",
    "SCR109": "Parentheses are missing",
    "SCR110": "A comparison of three values",
    "SCR111": "Digits and letters run into one another",
    "SCR112": "A hyphen without spaces where a range cannot stand",
    "SCR113": "A word of another language",
    "SCR114": "A date in another form",
    "SCR115": "A number without its unit",
    "SCR116": "Empty braces",
    "SCR117": "`has` of several codes without any of, all of or none of",
    "SCR118": "Text after the end of the condition",
    "SCR119": "Something else was expected here",
    "SCR120": "Quotation marks",
    "SCR121": "A code in lower case",
    "SCR122": "A word of the language used as a name",
    "SCR123": "A clause given twice",
    "SCR124": "Braces in a message",
    "SCR125": "A set where one value is compared",
    "SCR126": "Commas in braces",
    # 2xx: a name means nothing here
    "SCR201": "An unknown name",
    "SCR202": "A name of another scope",
    "SCR203": "An unknown field",
    "SCR204": "An unknown value set",
    "SCR205": "An unknown table or function",
    "SCR206": "An unknown column",
    "SCR207": "An unknown parameter",
    "SCR208": "An unknown definition",
    "SCR209": "`it` outside a source",
    "SCR210": "A name given twice",
    "SCR211": "A definition that needs itself",
    "SCR212": "A definition that does not fit here",
    "SCR213": "No line to compare with",
    "SCR214": "An unknown join key",
    # 3xx: the types do not fit
    "SCR301": "Values of different kinds",
    "SCR302": "A code of the wrong shape",
    "SCR303": "Not one of a closed list",
    "SCR304": "Money against a bare number",
    "SCR305": "A list where one value is needed, or the reverse",
    "SCR306": "Codes have no order",
    "SCR307": "A code in quotation marks",
    "SCR308": "Arithmetic that does not work",
    "SCR309": "The wrong number of keys",
    "SCR310": "A row where a value is needed",
    "SCR311": "The wrong arguments of a function",
    "SCR312": "Not a yes-or-no value, or one compared",
    "SCR313": "A range that is none",
    "SCR314": "Members of another kind",
    "SCR315": "Not a list",
    "SCR316": "A clause that does not fit its source",
    "SCR317": "A value whose kind is not known",
    "SCR318": "Not a day of the calendar",
    "SCR319": "Text without quotation marks",
    # 4xx: it means something, though hardly what was meant
    "SCR401": "Two codes asked of one line: never true",
    "SCR402": "Negatives joined by `or`: nearly always true",
    "SCR403": "A member given twice",
    "SCR404": "A member that another covers",
    "SCR405": "A pattern that matches unrelated codes",
    "SCR406": "After the first day of a month",
    "SCR407": "A value compared with itself",
}
"""Every code with its one-line title. A code is never reused for something else."""


class Edit(Struct, frozen=True):
    """Replace ``text[start:end]`` by ``text``. A ``safe`` edit says what the author evidently meant."""

    start: int
    end: int
    text: str
    safe: bool = False


class Problem(Struct, frozen=True):
    """One thing wrong with a text, or with what it means.

    ``headline`` says what is wrong in one sentence, ``label`` stands at the caret, ``help`` says what to type;
    ``labels`` are further stretches (start, end, text). ``severity``: error or warning.
    """

    code: str
    headline: str
    start: int
    end: int
    label: str = ""
    help: str = ""
    labels: tuple[tuple[int, int, str], ...] = ()
    edit: Edit | None = None
    severity: str = "error"
