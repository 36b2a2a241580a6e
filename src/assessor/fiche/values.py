"""Lines of a labelled value → the fields of a fiche."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from assessor.fiche.fiche import (
    Achievement,
    Contact,
    Disbursement,
    MidtermEvaluation,
    Mission,
)
from assessor.fiche.layout_line import Line
from assessor.fiche.numbers import find_dates, parse_amount
from assessor.fiche.typed import EMAIL
from assessor.folding import fold

_ABBREVIATION = re.compile(r"\b(?:\w\.){2,}$|\b(?:C[ií]a|Ltda|Inc|Ltd|Co|etc|Sta|Sto)\.$")
_BULLET = re.compile(r"^\s*(?:[-–—•·▪*]|[1-9]\d?[.)]|[a-h]\))\s+")
_NUMBERED = re.compile(
    r"^\s*(?:(?:resultado|efecto|producto|outcome)\s*(?:n[°º.]?\s*)?)?(\d{1,2})\s*(?:[.):–-])\s*",
    re.I,
)
_ITEM_HEAD = re.compile(
    r"^\s*(?:resultado|efecto|producto)\s*(?:n[°º.]?\s*)?(\d{1,2})\b\s*[.:)–-]?\s*", re.I
)
_ORDINALS = {"primer": 1, "segundo": 2, "tercer": 3, "cuarto": 4, "quinto": 5, "sexto": 6}
_PAYMENT = re.compile(
    r"(?P<word>primer|segundo|tercer|cuarto|quinto|sexto|[1-6](?:er|ero|do|o|a|º|°)?\.?)\s+desembolso\s*:?"
    r"|desembolso\s+(?P<number>[1-6])\s*:?"
)
_AGENCY = re.compile(
    r"([^\W\d_][\w/&().’' -]{0,60}?)\s*[:=–-]\s*((?:USD|US\$|U\$S|EUR|€|\$)?\s*\d[\d.,'’ ]*\d|\d)"
)
_PARAGRAPH_END = re.compile(r"[.!?:;»\")]\s*$")
_GOES_ON = re.compile(r"\b(?:de|del|a|al|en|y|o|las?|los|el|con|por|para|entre|hasta|un[oa]s)\s*$")
_COMPLEMENT = re.compile(r"\w\s+del?\s+\w")
_INSTITUTION = re.compile(
    r"^\W*(?:el\s+|la\s+|los\s+|las\s+)?(?:vice)?(?:ministeri|secretar|institut|asociaci|universidad|agencia|municip|goberna|gobierno|direcci|alcald|comisi|consejo|fondo|banco|servicio|autoridad|corporaci|departamento|oficina|programa|prefectura|mancomunidad|academia|centro|defensor|fiscal|polic|sistema|superintend|junta|red|c[aá]mara|federaci|confederaci|fundaci|empresa|intendencia|procuradur|presidencia|parlamento|asamblea|congreso|tribunal|corte|comit|coordinaci|organismo|unidad|vicepresidencia|subsecretar|delegaci|distrito|provincia|regi[oó]n|cabildo|museo|biblioteca|patronato|entidad|hospital|plan|registro|contralor|tesorer|[A-ZÁÉÍÓÚÑ]{2,})",
    re.I,
)


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """Join wrapped lines; paragraphs begin after a blank line, a short line or at a list mark."""
    if not lines:
        return []
    widest = max(len(line.text) for line in lines)
    joined = [lines[0].text]
    for before, line in itertools.pairwise(lines):
        if _new_paragraph(before, line, widest):
            joined.append(line.text)
        elif re.search(r"\w-$", joined[-1]) and line.text[:1].islower():
            joined[-1] += line.text  # «inter-» «agencial»: the hyphen may be the word's own
        else:
            joined[-1] = f"{joined[-1]} {line.text}"
    return [" ".join(text.split()) for text in joined]


def _new_paragraph(before: Line, line: Line, widest: int) -> bool:
    if line.text[:1].isdigit() and before.text.rstrip().endswith(","):
        return before.cell_end  # a wrapped figure, no item of a list
    if line.text[:1].isdigit() and _GOES_ON.search(before.text):
        return before.cell_end  # «0 de» «90. Se inventariaron …»
    if _BULLET.match(line.text) or _ITEM_HEAD.match(line.text):
        return True
    if before.cell_end:
        return True
    ended = _PARAGRAPH_END.search(before.text) is not None
    return ended and (line.breaks_before or len(before.text) < 0.75 * widest) and (
        not line.text[:1].islower()
    )  # fmt: skip


def free_text(lines: Sequence[Line]) -> str:
    """Return a value as text, paragraphs separated by one line break."""
    return "\n".join(paragraphs(lines))


def one_line(lines: Sequence[Line]) -> str:
    """Return a value as one line."""
    return " ".join(" ".join(paragraphs(lines)).split())


def agency_budgets(lines: Sequence[Line]) -> dict[str, float]:
    """Read `UNESCO: 610,562` pairs, one or several a line."""
    text = " ".join(line.text for line in lines)
    budgets: dict[str, float] = {}
    for match in _AGENCY.finditer(text):
        amount = parse_amount(match.group(2) + text[match.end() : match.end() + 12])
        if amount is not None:
            budgets[match.group(1).strip(" ,;.()-")] = amount
    return budgets


def listed(lines: Sequence[Line], *, institutions: bool = False) -> tuple[str, ...]:
    """Split an enumeration at semicolons, list marks or commas and a last «y».

    Parameters
    ----------
    institutions : bool
        True where a comma may stand inside a name («Ministerio de Agricultura, Ganadería y
        Pesca»): a part that does not begin like an institution then goes with the one before,
        and «y» does not divide.
    """
    parts = paragraphs(lines)
    if any(_BULLET.match(part) for part in parts):
        items = [_BULLET.sub("", part) for part in parts]
    else:
        text = " ".join(parts)
        items = _split_top(text, ";") if ";" in text else _split_top(text, ",")
        if re.match(r"[^,;:]{3,40}:\s", text) and text.count(":") == 1 and ";" not in text:
            items = [text]  # «Tabasco: Cunduacán, Paraíso» is one place and its parts
        elif ";" not in text:
            items = _merge_institutions(items) if institutions else _split_last_and(items)
    cleaned = (item.strip(" \t,;") for item in items)
    return tuple(_strip_stop(item) for item in cleaned if item.strip(" .,;"))


def _strip_stop(item: str) -> str:
    # The full stop that ends the enumeration, not one of an abbreviation («Cía.», «S.A.»).
    if item.endswith(".") and not _ABBREVIATION.search(item):
        return item[:-1].rstrip()
    return item


def _split_top(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside brackets."""
    depth, parts, start = 0, [], 0
    for place, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == mark and depth <= 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _merge_institutions(items: list[str]) -> list[str]:
    merged: list[str] = []
    for item in items:
        if merged and not _INSTITUTION.match(item):
            merged[-1] = f"{merged[-1]},{item}"
        else:
            merged.append(item)
    return merged


def _split_last_and(items: list[str]) -> list[str]:
    last = re.fullmatch(r"(.+?)\s+(?:y|e)\s+([A-ZÁÉÍÓÚÑ].*)", items[-1].strip())
    inner = any(" y " in item for item in items[:-1])  # «y» then stands inside names
    if not last or inner or (len(items) == 1 and " y " in last[2]):
        return items
    if len(items) > 1 and _one_name(items, last[1], last[2]):
        return items
    return [*items[:-1], last[1], last[2]]


def _one_name(items: list[str], first: str, second: str) -> bool:
    """Say whether «y» joins two parts of one name that share a complement.

    «Atlixco, Tierra Caliente y Ciénega de Michoacán»: one complement for both, where the list
    has no other; the full stop of a sentence tells that «y» is the enumeration's.
    """
    alone = not any(_COMPLEMENT.search(item) for item in [*items[:-1], first])
    return alone and not second.endswith(".") and _COMPLEMENT.search(second) is not None


def numbered(lines: Sequence[Line]) -> tuple[str, ...]:
    """Read expected results, whose numbers or list marks begin each."""
    items: list[str] = []
    for text in paragraphs(lines):
        match = _NUMBERED.match(text) or _ITEM_HEAD.match(text) or _BULLET.match(text)
        if match:
            items.append(text[match.end() :].strip())
        elif items and text[:1].islower():
            items[-1] = f"{items[-1]} {text}"
        else:
            items.append(text)
    return tuple(item for item in items if item)


def achievements(text: str) -> tuple[Achievement, ...]:
    """Read «Resultado 1: …» out of the achievements' text."""
    items: list[Achievement] = []
    for part in text.split("\n"):
        match = _ITEM_HEAD.match(part) or _NUMBERED.match(part)
        if match:
            items.append(Achievement(int(match.group(1)), part[match.end() :].strip()))
        elif items:
            last = items.pop()
            items.append(Achievement(last.n, f"{last.text}\n{part}".strip()))
        elif part.strip():
            items.append(Achievement(None, part.strip()))
    return tuple(items)


def disbursements(lines: Sequence[Line]) -> tuple[Disbursement, ...]:
    """Read payments; one without date and sum is left out."""
    text = " ".join(line.text for line in lines)
    folded = fold(text)
    heads = list(_PAYMENT.finditer(folded))
    paid = []
    for number, head in enumerate(heads):
        stop = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        value = text[head.end() : stop]
        payment = _payment(_ordinal(head), value)
        if payment is not None:
            paid.append(payment)
    if not heads and text.strip():
        paid = [p for k, line in enumerate(lines, 1) if (p := _payment(k, line.text))]
    return tuple(paid)


def _ordinal(head: re.Match[str]) -> int:
    if head.group("number"):
        return int(head.group("number"))
    word = head.group("word")
    return _ORDINALS.get(word) or int(word[0])


def _payment(n: int, value: str) -> Disbursement | None:
    dates = find_dates(value)
    rest = value
    for start, end, _, _ in reversed(dates):
        rest = rest[:start] + " " + rest[end:]
    amount = parse_amount(rest)
    if not dates and amount is None:
        return None
    return Disbursement(n, dates[0][2] if dates else None, amount)


def contacts(lines: Sequence[Line]) -> tuple[Contact, ...]:
    """Read names with their e-mails; a name without one is a contact too."""
    people: list[Contact] = []
    for part in _contact_parts(lines):
        emails = EMAIL.findall(part)
        name = EMAIL.sub(" ", re.sub(r"mailto:\S*", " ", part))
        name = " ".join(name.split()).strip(" ,;:<>–-")
        if name.count("(") != name.count(")"):
            name = name.strip("()")
        if emails or name:
            people.append(Contact(name or None, emails[0] if emails else None))
        people.extend(Contact(None, email) for email in emails[1:])
    return _paired(people)


def _contact_parts(lines: Sequence[Line]) -> list[str]:
    parts: list[str] = []
    for line in _whole_names(lines):
        for piece in re.split(r"[;/]\s+|\s+y\s+(?=[A-ZÁÉÍÓÚÑ])", line):
            # Several people on one line: each ends with the e-mail.
            start = 0
            for match in EMAIL.finditer(piece):
                parts.append(piece[start : match.end()])
                start = match.end()
            if piece[start:].strip(" ,;:()<>–-"):
                parts.append(piece[start:])
    return parts


def _whole_names(lines: Sequence[Line]) -> list[str]:
    """Join wrapped names: one side is a single word, or the second begins in lower case."""
    joined: list[str] = []
    for line in lines:
        if joined and _mail_goes_on(joined[-1], line.text):
            joined[-1] += line.text
            continue
        words = EMAIL.sub(" ", line.text).split()
        before = joined[-1] if joined else ""
        single = 1 in {len(words), len(before.split())} or (words and words[0][:1].islower())
        if before and words and single and not EMAIL.search(before):
            joined[-1] = f"{before} {line.text}"
        else:
            joined.append(line.text)
    return joined


def _mail_goes_on(before: str, text: str) -> bool:
    """Say whether a narrow column broke an e-mail: «ana@example.o» «rg», «ana» «@example.org»."""
    if re.fullmatch(r"@[\w-]+(?:\.[\w-]+)+", text):
        return re.search(r"[\w.+-]$", before) is not None
    if not re.search(r"\S@\S*$", before) or not re.fullmatch(r"[a-z][\w.-]*", text):
        return False
    return len(text) <= 3 or EMAIL.search(before.split()[-1]) is None


def _paired(people: list[Contact]) -> tuple[Contact, ...]:
    """Put together a name and the e-mail on the line below it."""
    paired: list[Contact] = []
    for person in people:
        last = paired[-1] if paired else None
        if person.name is None and last is not None and last.email is None:
            paired[-1] = Contact(last.name, person.email)
        else:
            paired.append(person)
    return tuple(paired)


def missions(lines: Sequence[Line]) -> tuple[Mission, ...]:
    """Pair mission dates with members, though the two lists need not line up."""
    text = "\n".join(line.text for line in lines)
    folded = fold(text)
    label = re.search(r"miembro(?:s|/s)?\s*:?", folded)
    dates_text = text[: label.start()] if label else text
    members_text = text[label.end() :] if label else ""
    if label:  # dates may go on behind the members in a flattened grid
        late = find_dates(members_text)
        dates_text += "\n" + "\n".join(members_text[a:b] for a, b, _, _ in late)
        for a, b, _, _ in reversed(late):
            members_text = members_text[:a] + "\n" + members_text[b:]
    dates = [
        f"{day:%Y-%m-%d}" if exact else f"{day:%Y-%m}"
        for _, _, day, exact in find_dates(dates_text)
    ]
    members = [m.strip(" ,;:") for m in re.split(r"\n|\s{2,}|;", members_text) if m.strip(" ,;:")]
    count = max(len(dates), len(members) if dates else 0)
    padded = [*members, *[None] * count]
    return tuple(Mission(dates[k] if k < len(dates) else None, padded[k]) for k in range(count))


def midterm_evaluation(lines: Sequence[Line]) -> MidtermEvaluation:
    """Read evaluator, period and report, each behind its own label."""
    text = " ".join(line.text for line in lines)
    folded = fold(text)
    labels = {
        "evaluator": r"evaluador(?:/a|a|es)?\s*:",
        "period": r"per[i]odo\s*:|fechas?\s*:",
        "report": r"informe de evaluacion\s*(?:/\s*plan de mejora)?\s*:",
    }
    places = {name: m for name, p in labels.items() if (m := re.search(p, folded))}
    ordered = sorted(places.items(), key=lambda item: item[1].start())
    values: dict[str, str | None] = {}
    for number, (name, match) in enumerate(ordered):
        stop = ordered[number + 1][1].start() if number + 1 < len(ordered) else len(text)
        values[name] = " ".join(text[match.end() : stop].split()) or None
    if not ordered and text.strip():
        values["report"] = " ".join(text.split())
    return MidtermEvaluation(**values)
