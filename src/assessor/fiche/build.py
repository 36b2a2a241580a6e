"""Labelled values → a `Fiche`, with warnings for what is missing or doubtful."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assessor.codebook.schema import Codebook, Form
from assessor.documents.document import Document
from assessor.fiche import grid, values
from assessor.fiche.entry import Entry
from assessor.fiche.fiche import BeneficiaryCount, Disbursement, Fiche, MidtermEvaluation
from assessor.fiche.head import Head, country_in, find_code, read_head
from assessor.fiche.layout_line import Line
from assessor.fiche.numbers import parse_amount, parse_currency, parse_date, parse_period
from assessor.fiche.segment import Segmented
from assessor.fiche.stray import return_strays
from assessor.fiche.typed import EMAIL
from assessor.fiche.unknown import part_unknown
from assessor.folding import fold

EXPECTED = ("title", "budget_total", "start_date", "end_date", "period")
GRID = "beneficiaries"
_GRID_HEAD = re.compile(r"\W*(?:In)?directos\W*", re.IGNORECASE)
_YES = re.compile(r"^(?:si|yes|x|sip)\b")
_UNKNOWN_LABEL = re.compile(r"^([A-ZÁÉÍÓÚÑ][^.:;]{2,60}):\s*(.*)$")


@dataclass
class _Values:
    """What the entries of one fiche hold, by field."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    tails: dict[str, str] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)
    unknown: dict[str, list[Line]] = field(default_factory=dict)

    def of(self, name: str) -> list[Line]:
        return self.lines.get(name, [])

    def line(self, name: str) -> str | None:
        return values.one_line(self.of(name)) or None


def build_fiche(
    document: Document,
    parts: Segmented,
    form: Form,
    codebook: Codebook,
    several: bool,
) -> Fiche:
    """Build one fiche out of its labelled values.

    Parameters
    ----------
    several : bool
        True where the document holds more than one fiche; a fiche without a code then gets
        a warning.
    """
    held = _collect(parts.entries, form)
    head = read_head(parts.head, form)
    budget = held.line("budget_total") or ""
    sections, flags = _sections(held, form, codebook)
    title, code = _identity(held, head)
    period = _period(held, [*sections.values()])
    direct, indirect = _beneficiaries(held)
    achieved = values.free_text(held.of("achievements"))
    fiche = Fiche(
        fiche_id=_name(code, period, document.stem),
        source=document.source,
        sha256=document.sha256,
        country=held.line("country") or head.country or country_in(title or "", form),
        title=title,
        code=code,
        window=held.line("window") or head.window,
        period=period,
        budget_total=parse_amount(budget),
        currency=parse_currency(budget) or parse_currency(held.line("budget_by_agency") or ""),
        budget_by_agency=values.agency_budgets(held.of("budget_by_agency")),
        government_entities=values.listed(held.of("government_entities"), institutions=True),
        start_date=parse_date(held.line("start_date") or ""),
        end_date=parse_date(held.line("end_date") or ""),
        extension=held.line("extension"),
        disbursements=_disbursements(held),
        summary=values.free_text(held.of("summary")) or None,
        expected_results=values.numbered(held.of("expected_results")),
        regions=values.listed(held.of("regions")),
        mdgs=values.listed(held.of("mdgs")),
        coordinators=values.contacts(held.of("coordinators")),
        rco_contacts=values.contacts(held.of("rco_contacts")),
        status=values.free_text(held.of("status")) or None,
        achievements=values.achievements(achieved),
        financial_execution=held.line("financial_execution"),
        beneficiaries_direct=direct,
        beneficiaries_indirect=indirect,
        missions=values.missions(held.of("missions")),
        midterm_evaluation=_evaluation(held),
        sustainability_plan=flags.get("sustainability_plan"),
        communication_plan=flags.get("communication_plan"),
        extra=_extra(held, form, head),
        sections=sections,
    )
    return _with_warnings(fiche, held, document, several)


def _collect(entries: Sequence[Entry], form: Form) -> _Values:
    held = _Values()
    for number, entry in enumerate(entries):
        name = entry.field.id
        if entry.field.kind == "group" and entry.lines:
            # Words between a group's label and the next one belong to no section: keep them.
            name = f"group:{name}"
        # The grid's column heads stray into the text that a page's end sets behind it.
        value, unknown = part_unknown(entry.lines, entry.field.kind)
        for label, lines in unknown:
            held.unknown.setdefault(label, []).extend(lines)
        own = [ln for ln in value if not _GRID_HEAD.fullmatch(ln.text) or name == GRID]
        held.lines.setdefault(name, []).extend(own)
        if entry.tail:
            held.tails[name] = entry.tail
        if entry.doubtful:
            held.doubtful.append(name)
        _value_before_label(entries, number, held)
    held.doubtful.extend(return_strays(held.lines, form))
    return held


def _value_before_label(entries: Sequence[Entry], number: int, held: _Values) -> None:
    """Move a contact that stands before its label («Ana Ruiz ana@… OCR:») behind it.

    The contact then is the last line of the contacts before, which hold one of their own.
    """
    entry = entries[number]
    if entry.field.kind != "contacts" or entry.lines or number == 0 or not entry.mid_line:
        return
    before = entries[number - 1]
    if before.field.kind != "contacts":
        return
    own = held.of(before.field.id)
    if len(own) > 1 and EMAIL.search(own[-1].text):
        held.lines[entry.field.id] = [own[-1]]
        held.lines[before.field.id] = own[:-1]


def _sections(
    held: _Values, form: Form, codebook: Codebook
) -> tuple[dict[str, str], dict[str, str]]:
    """Assemble the sections' texts and read the plan flags out of them."""
    flags: dict[str, str] = {}
    texts: dict[str, str] = {}
    flag_fields = {f.parent: f for f in form.fields if f.kind == "flag"}
    for dimension in codebook.dimensions:
        if dimension.id == "execution" and "execution" not in {f.id for f in form.fields}:
            parts = [values.free_text(held.of(name)) for name in ("status", "achievements")]
            texts["execution"] = "\n".join(part for part in parts if part)
            continue
        text = values.free_text(held.of(dimension.id))
        flag = flag_fields.get(dimension.id)
        if flag is not None:
            text, value = _take_flag(text, flag.labels)
            if value:
                flags[flag.id] = value
        texts[dimension.id] = text
    return texts, flags


def _take_flag(text: str, labels: Sequence[str]) -> tuple[str, str | None]:
    """Put the flag's line first and read it; its value may stand on the next line."""
    for label in sorted(labels, key=len, reverse=True):
        match = re.search(rf"(?:(?<=\n)|^){re.escape(fold(label))}\s*:?[ \n]*", fold(text))
        if not match:
            continue
        after = text[match.end() :]
        said = re.match(r"(s[ií]|no)\b[.,;]?(?=\s|$)", after, re.IGNORECASE)
        if said is None:
            return text, None
        value = "yes" if _YES.match(fold(said[1])) else "no"
        line = f"{text[match.start() : match.end()].split(':')[0].strip()}: {said[1]}"
        others = [text[: match.start()].strip(), after[said.end() :].strip()]
        return "\n".join(part for part in [line, *others] if part), value
    return text, None


def _identity(held: _Values, head: Head) -> tuple[str | None, str | None]:
    labelled = held.line("title")
    code = find_code(held.line("code") or "") or held.line("code") or head.code
    title = labelled or head.title
    if labelled and not code:
        code = find_code(labelled)
    if title:
        title = re.sub(r"\s*\(\s*MDGF?[\s-]?\d{3,5}[^)]*\)\s*$", "", title)
    return title, code


def _period(held: _Values, texts: Sequence[str]) -> str | None:
    """Return the reporting period: as labelled, as a label's tail tells, or as the text does."""
    for said in (held.line("period"), *held.tails.values()):
        if said and (period := parse_period(said)):
            return period
    mentioned = [
        period
        for text in texts
        for match in re.finditer(
            r"informe\s+(?:semestral\s+)?(?:de\s+|del\s+)?20\d\d\s*[-–/]\s*[12]", text
        )
        if (period := parse_period(match.group()))
    ]
    return max(mentioned) if mentioned else None


def _disbursements(held: _Values) -> tuple[Disbursement, ...]:
    paid = {d.n: d for d in values.disbursements(held.of("disbursements"))}
    for n in range(1, 7):
        lines = held.of(f"disbursement_{n}")
        if lines:
            numbered = [Line(f"Desembolso {n}: {values.one_line(lines)}")]
            paid.update({d.n: d for d in values.disbursements(numbered)})
    return tuple(paid[n] for n in sorted(paid))


def _beneficiaries(held: _Values) -> tuple[BeneficiaryCount, BeneficiaryCount]:
    lines = held.of("beneficiaries")
    return grid.beneficiaries(lines) if lines else (BeneficiaryCount(), BeneficiaryCount())


def _evaluation(held: _Values) -> MidtermEvaluation:
    lines = held.of("midterm_evaluation")
    return values.midterm_evaluation(lines) if lines else MidtermEvaluation()


def _extra(held: _Values, form: Form, head: Head) -> dict[str, str]:
    """Keep what no field takes, by its label as written."""
    known = {f.id: f for f in form.fields}
    fields = set(Fiche.__dataclass_fields__) | {"achievements", "beneficiaries"}
    extra: dict[str, str] = {}
    for name, lines in held.lines.items():
        base = name.removeprefix("group:")
        field_ = known[base]
        text = values.free_text(lines)
        is_other = base not in fields and field_.kind not in {"section", "group", "flag"}
        if text and (name.startswith("group:") or (is_other and "disbursement_" not in base)):
            extra[field_.labels[0]] = text
    extra |= {label: values.free_text(lines) for label, lines in held.unknown.items()}
    for text in head.rest:
        match = _UNKNOWN_LABEL.match(text)
        if match:
            extra[match[1]] = match[2]
        elif text:
            extra.setdefault("encabezado", text)
    return extra


def _name(code: str | None, period: str | None, stem: str) -> str:
    if not code:
        return stem
    return f"{code}_{period}" if period else code


def _with_warnings(fiche: Fiche, held: _Values, document: Document, several: bool) -> Fiche:
    warnings = list(document.warnings)
    missing = [name for name in EXPECTED if getattr(fiche, name) is None]
    if missing:
        warnings.append(f"not found: {', '.join(missing)}")
    blank = [name for name, text in fiche.sections.items() if not text]
    if blank:
        warnings.append(f"blank sections: {', '.join(blank)}")
    if held.doubtful:
        names = ", ".join(dict.fromkeys(held.doubtful))
        warnings.append(f"labels and values stand apart; values given by order and type: {names}")
    if several and not fiche.code:
        warnings.append("one of several fiches in its file and without a code of its own")
    if fiche.start_date and fiche.end_date and fiche.start_date > fiche.end_date:
        warnings.append("start date lies after end date")
    return replace(fiche, warnings=tuple(warnings))
