"""`--anonymise`: programmes as P01, P02 …; names, e-mails and telephones struck out, in text too.

Persons are known from the fiches' contacts and evaluators (their names and surnames are struck
out wherever they stand in any fiche) and from forms of address («la señora Ycaza»). A person
named in the running text alone, without such a form, is not recognised; the report says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from assessor.folding import fold
from assessor.portfolio import Record, Tables, programme_key
from assessor.runs.result import TABLE_NAMES

NAME, MAIL, PHONE, TITLE, SOURCE = "[nombre]", "[correo]", "[teléfono]", "[título]", "[documento]"
# What of a fiche names its programme and its persons.
NAMING = (
    "fiche_id", "code", "period", "title", "coordinators", "rco_contacts", "midterm_evaluation",
)  # fmt: skip
SHORTEST_NAME = 4
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_PHONE = re.compile(
    r"(?<![\w.,])\(?\+\d{1,3}\)?[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}\b"
    r"|(?:(?<=[Tt]el\. )|(?<=[Tt]eléfono )|(?<=[Cc]elular ))[\d() -]{6,20}\d"
)
_CAPITAL = r"[A-ZÁÉÍÓÚÑÜ][\w'’-]+"
_ADDRESSED = re.compile(
    r"\b(?:[Ss]eñor(?:a|ita)?|[Ss]ra?\.|[Dd]ra?\.|[Dd]octora?|[Ll]ic(?:da|do)?\.|[Ii]ng\.|[Dd]oña|"
    rf"[Dd]on|[Mm]tr[ao]\.)\s+((?:{_CAPITAL})(?:\s+(?:(?:de|del|la|y)\s+){{0,2}}{_CAPITAL}){{0,3}})"
)
# Words of names that are words, places or bodies as well: struck out in full names only.
_COMMON = {
    "luna", "sierra", "rosa", "mora", "campos", "flores", "vega", "valle", "rios", "santa", "cruz",
    "leon", "luz", "mar", "blanca", "paz", "salud", "centro", "colectivo", "equipo", "consultora",
    "estudios", "instituto", "universidad", "fundacion", "poblacionales", "contratar", "miranda",
    "adjunto", "adjunta", "interino", "interina", "cordoba", "granada", "rivera", "mercado", "soto",
    "rojas",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Redaction:
    """A stretch of text and what takes its place."""

    start: int
    end: int
    mark: str


Places = Mapping[str, tuple[str, list[Redaction]]]  # by dimension: text, what is struck out


class Redactor:
    """Strikes out what names programmes and persons.

    Parameters
    ----------
    names : iterable of str
        Persons, as contacts have them.
    programmes : Mapping
        What names a programme (codes, names, titles) to what takes its place.
    """

    def __init__(self, names: Iterable[str], programmes: Mapping[str, str]) -> None:
        self._names = _names_pattern(names)
        self._programmes = {fold(name): mark for name, mark in programmes.items()}
        longest = sorted(self._programmes, key=len, reverse=True)
        self._known = _whole(longest) if longest else None

    def find(self, text: str) -> list[Redaction]:
        """Return what is to be struck out, in order, without overlaps."""
        folded = fold(text)
        found = [Redaction(*m.span(), MAIL) for m in _MAIL.finditer(text)]
        if self._known:
            found += [
                Redaction(*m.span(), self._programmes[m.group()])
                for m in self._known.finditer(folded)
            ]
        found += [Redaction(*m.span(1), NAME) for m in _ADDRESSED.finditer(text)]
        if self._names:
            found += [
                Redaction(*m.span(), NAME)
                for m in self._names.finditer(folded)
                if text[m.start()].isupper()
            ]
        found += [Redaction(*m.span(), PHONE) for m in _PHONE.finditer(text)]
        kept: list[Redaction] = []
        for item in sorted(found, key=lambda r: (r.start, -r.end)):
            if not kept or item.start >= kept[-1].end:
                kept.append(item)
            elif item.end > kept[-1].end:
                kept[-1] = Redaction(kept[-1].start, item.end, kept[-1].mark)
        return kept

    def text(self, text: str) -> str:
        """Return a text with marks in place of what was struck out."""
        return redacted(text, self.find(text))

    def plain(self, value: Any) -> Any:
        """Redact every text of a JSON value."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.plain(item) for key, item in value.items()}
        return value


def redacted(text: str, redactions: Sequence[Redaction]) -> str:
    """Return a text with marks in place of stretches."""
    pieces, at = [], 0
    for item in redactions:
        pieces += [text[at : item.start], item.mark]
        at = item.end
    return "".join([*pieces, text[at:]])


def moved(place: int, redactions: Sequence[Redaction], *, end: bool) -> int:
    """Return where a place of the old text is in the new; inside a mark, at its border."""
    shift = 0
    for item in redactions:
        if place >= item.end:
            shift += len(item.mark) - (item.end - item.start)
        elif place > item.start:
            return item.start + shift + (len(item.mark) if end else 0)
    return place + shift


def _whole(folded: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, folded))})(?!\w)")


def _names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    parts: set[str] = set()
    for name in names:
        folded = [fold(m.group()) for m in _WORD.finditer(name)]
        if len(folded) > 1:
            parts.add(fold(name.strip()))
        parts |= {w for w in folded if len(w) >= SHORTEST_NAME and w not in _COMMON}
    return _whole(sorted(parts, key=lambda p: (-len(p), p))) if parts else None


def _persons(fiches: Iterable[Record]) -> set[str]:
    names: set[str] = set()
    for fiche in fiches:
        contacts = [*fiche["coordinators"], *fiche["rco_contacts"]]
        names.update(contact["name"] for contact in contacts if contact["name"])
        evaluator = fiche["midterm_evaluation"]["evaluator"]
        if evaluator and len(evaluator.split()) in {2, 3, 4} and evaluator.istitle():
            names.add(evaluator)
    return names


def pseudonyms(fiches: Iterable[Record]) -> dict[str, str]:
    """Return P01, P02 … by programme, in an order that tells nothing of their names."""
    keys = sorted({programme_key(f) for f in fiches}, key=lambda k: sha256(k.encode()).hexdigest())
    width = max(2, len(str(len(keys))))
    return {key: f"P{number:0{width}}" for number, key in enumerate(keys, start=1)}


class Anonymiser:
    """Takes from fiches what names programmes and persons, in whichever of them it stands.

    Parameters
    ----------
    fiches : iterable of Record
        All fiches of the report; gone through once.
    """

    def __init__(self, fiches: Iterable[Record]) -> None:
        known = [{key: fiche[key] for key in NAMING} for fiche in fiches]
        self._marks = pseudonyms(known)
        named: dict[str, str] = {}
        for fiche in known:
            mark = self._marks[programme_key(fiche)]
            named.update({fiche[k]: mark for k in ("code", "fiche_id") if fiche[k]})
            if fiche["title"]:
                named[fiche["title"]] = TITLE
        self._redactor = Redactor(_persons(known), named)
        self._new_ids = _new_ids(known, self._marks)

    def tables(self, one: Tables) -> Tables:
        """Return a fiche's rows without names; evidence keeps its place in the redacted text."""
        (fiche,) = one.fiches
        places: Places = {
            dimension: (text, self._redactor.find(text))
            for dimension, text in fiche["sections"].items()
        }
        new = {"fiche_id": self._new_ids[fiche["fiche_id"]]}
        rows = {
            name: [_row({**row, **new}, name, self._redactor, places) for row in getattr(one, name)]
            for name in TABLE_NAMES
            if name != "fiches"
        }
        mark = self._marks[programme_key(fiche)]
        hidden = _fiche({**fiche, **new}, self._redactor, mark)
        return Tables(fiches=[hidden], **rows)


def _new_ids(fiches: Sequence[Record], marks: Mapping[str, str]) -> dict[str, str]:
    new: dict[str, str] = {}
    for fiche in fiches:
        mark = marks[programme_key(fiche)]
        name = f"{mark}_{fiche['period']}" if fiche["period"] else mark
        count = sum(1 for other in new.values() if other == name or other.startswith(f"{name}#"))
        new[fiche["fiche_id"]] = f"{name}#{count + 1}" if count else name
    return new


def _row(row: Record, table: str, redactor: Redactor, places: Places) -> Record:
    new = dict(row)
    if table in {"issues", "explanations"}:
        text, redactions = places[row["dimension"]]
        words = "evidence" if table == "issues" else "words"
        if row["start"] is not None and row["end"] is not None:
            start = moved(int(row["start"]), redactions, end=False)
            end = moved(int(row["end"]), redactions, end=True)
            new |= {"start": start, "end": end, words: redacted(text, redactions)[start:end]}
        elif row[words]:
            new[words] = redactor.text(row[words])
    elif table == "programmes":
        new |= {"code": None, "title": None}
    elif table == "findings":
        new |= {k: redactor.plain(row[k]) for k in ("message_es", "message_en", "left", "right")}
    if row.get("reviewed_by"):
        new["reviewed_by"] = NAME
    if row.get("note"):
        new["note"] = redactor.text(row["note"])
    return new


def _fiche(fiche: Record, redactor: Redactor, mark: str) -> Record:
    hidden = {
        "code": mark, "title": None, "source": SOURCE, "sha256": "",
        "coordinators": [], "rco_contacts": [],
        "missions": [{**mission, "members": None} for mission in fiche["missions"]],
        "midterm_evaluation": {**fiche["midterm_evaluation"], "evaluator": None},
    }  # fmt: skip
    kept = {"fiche_id", "country", "window", "period", "currency", "budget_by_agency", *hidden}
    rest = {k: v if k in kept else redactor.plain(v) for k, v in fiche.items()}
    return {**rest, **hidden}


def anonymise_rejected(rows: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Return inputs set aside by reason alone: their names and details may tell who it is."""
    return [{"source": SOURCE, "reason": row["reason"], "detail": ""} for row in rows]
