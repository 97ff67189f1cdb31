"""Bare literals take their type from the other side: codes, numbers, money, dates and text."""

from __future__ import annotations

import re
from datetime import date

from scrubber.core.code_systems import CODE_SYSTEMS, code_system, normalise_code
from scrubber.core.money import format_money, parse_money
from scrubber.core.suggest import listed, suggestions
from scrubber.core.types import CALENDAR, DATE, Type
from scrubber.lang import ir
from scrubber.lang import syntax as s
from scrubber.lang.scope import Base, describe

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_PADDED = {"place_of_service": 2, "revenue_code": 4, "ndc": 11, "procedure": 5, "bill_type": 3}


class Literals(Base):
    """Types a literal by what it meets."""

    def literal(self, piece: s.Literal, wanted: Type | None) -> ir.Value | None:
        """The constant, or None after a problem was recorded."""
        if wanted is None or wanted.kind not in ("code", "number", "money", "date", "text"):
            return self._alone(piece, wanted)
        wanted = wanted.one
        if piece.kind == "text" and wanted.kind in ("code", "number", "date", "money"):
            self._quoted(piece, wanted)
            return None
        return getattr(self, f"_{wanted.kind}_literal")(piece, wanted)  # type: ignore[no-any-return]

    def _alone(self, piece: s.Literal, wanted: Type | None) -> ir.Value | None:
        """A literal whose other side does not say what it is."""
        if wanted is not None and wanted.kind == "duration":
            self.problem("SCR115", piece.span, f"`{piece.text}` has no unit.", f"Write `{piece.text} days`, "
                         f"`{piece.text} months` or `{piece.text} years`.", "days, months or years?",
                         edit=f"{piece.text} days")  # fmt: skip
            return None
        if wanted is not None and wanted.kind == "flag":
            self.problem("SCR312", piece.span, "A yes-or-no value is not compared: it stands alone.",
                         "Write it alone, or `not` before it.", "nothing to compare with")  # fmt: skip
            return None
        if piece.kind == "money":
            return self._money_literal(piece, Type("money"))
        if piece.kind == "date":
            return self._date_literal(piece, DATE)
        if piece.kind == "text":
            return ir.TextConst(piece.text, span=self.span(piece))
        if _NUMBER.fullmatch(piece.text):
            return ir.NumberConst(piece.text, span=self.span(piece))
        self.problem("SCR317", piece.span, f"Nothing here says what `{piece.text}` is.",
                     "Compare it with a field, as in `line.procedure = 99213`.", "a code of which kind?")  # fmt: skip
        return None

    def _quoted(self, piece: s.Literal, wanted: Type) -> None:
        bare = piece.text.strip()
        upper = bare.upper() if wanted.kind == "code" else bare
        self.problem("SCR307", piece.span, f"{describe(wanted).capitalize()} is written without quotation marks.",
                     f"Write `{upper}`. Quotation marks are for free text only.", "not text",
                     edit=upper if upper else None, safe=bool(re.fullmatch(r"[A-Z0-9_.]+", upper)))  # fmt: skip

    # ---- codes

    def _code_literal(self, piece: s.Literal, wanted: Type) -> ir.Value | None:
        code = self.code(piece, wanted)
        return None if code is None else ir.CodeConst(code, wanted, span=self.span(piece))

    def code(self, piece: s.Literal, wanted: Type) -> str | None:
        """The normalised code, held to the shape of its system."""
        if piece.kind != "literal":
            if piece.kind == "text":
                self._quoted(piece, wanted)
            else:
                self.problem("SCR301", piece.span, f"`{piece.text}` is not {describe(wanted)}.",
                             f"Write one as in `{code_system(wanted.of).example}`.", "of another kind")  # fmt: skip
            return None
        return self.shaped(piece.text, piece.span, wanted)

    def shaped(self, text: str, span: s.Span, wanted: Type) -> str | None:
        """``text`` as a code of the wanted system."""
        system, code = code_system(wanted.of), normalise_code(text)
        dotted = "." in text and (wanted.of != "diagnosis" or text.find(".") != 3)
        if system.fits(code) and not dotted:
            return code
        if system.values:
            near = suggestions(text, system.values)
            self.problem("SCR303", span, f"`{text}` is not {describe(wanted)}.",
                         f"Did you mean {listed(near)}?" if near else f"It is one of {listed(system.values)}.",
                         "not in the list", edit=near[0] if near else None, safe=len(near) == 1)  # fmt: skip
            return None
        help_, edit = self._reshape(text, code, wanted)
        self.problem("SCR302", span, f"`{text}` is not {describe(wanted)}: one has {system.says}.",
                     help_ or f"Write one as in `{system.example}`.", "wrong shape", edit=edit)  # fmt: skip
        return None

    @staticmethod
    def _reshape(text: str, code: str, wanted: Type) -> tuple[str, str | None]:
        system, width = code_system(wanted.of), _PADDED.get(wanted.of, 0)
        if text.isdigit() and 0 < len(text) < width and width - len(text) <= 1 + (wanted.of == "ndc"):
            padded = text.zfill(width)
            if wanted.of in ("place_of_service", "revenue_code"):
                return f"Write `{padded}`: leading zeros count.", padded
        if wanted.of == "diagnosis" and system.fits(code):
            return f"The dot stands after the third character: `{code[:3]}.{code[3:]}`.", f"{code[:3]}.{code[3:]}"
        size = {"procedure": 5, "modifier": 2, "place_of_service": 2}.get(wanted.of)
        if size and len(code) > size and len(code) % size == 0 and "." not in text:
            split = ", ".join(code[i : i + size] for i in range(0, len(code), size))
            return f"Is a comma missing? Write `{split}`.", split
        other = [name for name in ("procedure", "modifier", "diagnosis", "revenue_code", "npi")
                 if name != wanted.of and CODE_SYSTEMS[name].fits(code)]  # fmt: skip
        if other and "." not in text.replace(".", "", other[0] == "diagnosis"):
            field = {"procedure": "line.procedure", "modifier": "line.modifiers", "diagnosis": "claim.diagnoses",
                     "revenue_code": "line.revenue_code", "npi": "line.rendering_npi"}[other[0]]  # fmt: skip
            return (f"It looks like {describe(Type('code', other[0]))}: ask `{field}` for those, or write one as in "
                    f"`{system.example}` here."), None  # fmt: skip
        return "", None

    # ---- numbers, money, dates, text

    def _number_literal(self, piece: s.Literal, wanted: Type) -> ir.Value | None:
        if piece.kind == "literal" and _NUMBER.fullmatch(piece.text):
            return ir.NumberConst(piece.text, span=self.span(piece))
        if piece.kind == "money":
            self.problem("SCR304", piece.span, f"`{piece.text}` is money, and the other side is a plain number.",
                         f"Write `{piece.text[1:]}`.", "money", edit=piece.text[1:])  # fmt: skip
        else:
            self.problem("SCR301", piece.span, f"`{piece.text}` is not a number, and the other side is one.",
                         "Write digits, as in `3` or `2.5`.", "not a number")  # fmt: skip
        return None

    def _money_literal(self, piece: s.Literal, wanted: Type) -> ir.Value | None:
        if piece.kind == "money":
            if len(piece.text) < 16:
                return ir.MoneyConst(parse_money(piece.text), span=self.span(piece))
            self.problem("SCR301", piece.span, "The amount is larger than any charge.", "Write a smaller amount.")
            return None
        if piece.kind == "literal" and re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,2})?", piece.text):
            money = f"${format_money(parse_money(piece.text))}"
            self.problem("SCR304", piece.span, f"The other side is money, and `{piece.text}` is a bare number.",
                         f"Write `{money}`.", "a number", edit=money, safe=True)  # fmt: skip
        else:
            self.problem("SCR301", piece.span, f"`{piece.text}` is not money, and the other side is.",
                         "Write an amount as in `$150.00`.", "not money")  # fmt: skip
        return None

    def _date_literal(self, piece: s.Literal, wanted: Type) -> ir.Value | None:
        if piece.kind == "date":
            day = self.day(piece)
            return None if day is None else ir.DateConst(day, span=self.span(piece))
        if re.fullmatch(r"(19|20)[0-9]{2}", piece.text):
            self.problem("SCR114", piece.span, f"`{piece.text}` is a year, and the other side is a day.",
                         f"Write a day, as in `{piece.text}-01-01`, or compare `year(...)` with `{piece.text}`.",
                         "a year", edit=f"{piece.text}-01-01")  # fmt: skip
        elif re.fullmatch(r"(19|20)[0-9]{6}", piece.text):
            day_text = f"{piece.text[:4]}-{piece.text[4:6]}-{piece.text[6:]}"
            self.problem("SCR114", piece.span, f"`{piece.text}` is not how a date is written.",
                         f"Write `{day_text}`.", "year-month-day", edit=day_text, safe=_is_day(day_text))  # fmt: skip
        else:
            self.problem("SCR301", piece.span, f"`{piece.text}` is not a date, and the other side is one.",
                         "Write year, month and day, as in `2025-01-31`.", "not a date")  # fmt: skip
        return None

    def day(self, piece: s.Literal) -> date | None:
        """The day a date literal names."""
        try:
            return date.fromisoformat(piece.text)
        except ValueError:
            self.problem("SCR318", piece.span, f"There is no day {piece.text}.",
                         "Write year, month and day, as in `2025-01-31`.", "not in the calendar")  # fmt: skip
            return None

    def _text_literal(self, piece: s.Literal, wanted: Type) -> ir.Value | None:
        if piece.kind == "text":
            return ir.TextConst(piece.text, span=self.span(piece))
        self.problem("SCR319", piece.span,
                     f"The other side is free text, and `{piece.text}` is not in quotation marks.",
                     f'Write `"{piece.text}"`.', "text?", edit=f'"{piece.text}"', safe=True)  # fmt: skip
        return None

    def calendar(self, name: str, piece: s.Piece) -> ir.Value:
        """A calendar by its name."""
        return ir.CodeConst(name, CALENDAR, span=self.span(piece))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
