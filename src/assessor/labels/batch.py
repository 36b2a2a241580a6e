"""What is exported for labelling: people's labels and a model's proposals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assessor.codebook.schema import Codebook
from assessor.labels.anchor import canonical, canonical_place
from assessor.labels.tables import IssueLabel, LabelledObservation, Section
from assessor.runs.folder import Run

FACTS = ("title", "country", "window", "code", "period")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A model's label of an observation, for a person to accept or change.

    Parameters
    ----------
    label : LabelledObservation
        Its annotator is the model's name.
    confidence : float
        Probability that the rating is right.
    issue_confidences : tuple of float
        Probability that each issue of the label is right.
    """

    label: LabelledObservation
    confidence: float
    issue_confidences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The content of an export.

    Parameters
    ----------
    facts : mapping
        Fiche to its header fields (`FACTS`), for programs that sort cases by them.
    """

    labels: Sequence[LabelledObservation] = ()
    proposals: Sequence[Proposal] = ()
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def only(self, sections: Collection[Section]) -> Batch:
        """Keep some sections."""
        return replace(
            self,
            labels=[x for x in self.labels if x.section in sections],
            proposals=[x for x in self.proposals if x.label.section in sections],
        )

    def readings(self) -> list[tuple[LabelledObservation, Proposal | None]]:
        """Return every label; a model's comes with its proposal."""
        return [*((x, None) for x in self.labels), *((x.label, x) for x in self.proposals)]


def batch_of_run(run: Run, codebook: Codebook) -> Batch:
    """Turn a run's ratings and issues into proposals; blank sections are left out."""
    model = run.manifest.get("model") or {}
    name = str(model.get("name") or "assessor") if isinstance(model, Mapping) else str(model)
    texts = {
        (f["fiche_id"], dimension): text
        for f in run.tables.fiches
        for dimension, text in f["sections"].items()
    }
    issues: dict[Section, list[tuple[IssueLabel, float]]] = {}
    for row in run.tables.issues:
        section = row["fiche_id"], row["dimension"]
        issue = _issue(row, texts.get(section, ""))
        issues.setdefault(section, []).append((issue, float(row["confidence"] or 0.0)))
    proposals = []
    for row in run.tables.ratings:
        section = row["fiche_id"], row["dimension"]
        text = canonical(texts.get(section, ""))
        if text.strip() and row["dimension"] in codebook.dimension:
            found = issues.get(section, [])
            label = LabelledObservation(
                *section, text, row["rating"], tuple(issue for issue, _ in found), name
            )
            confidences = tuple(confidence for _, confidence in found)
            proposals.append(Proposal(label, float(row["confidence"] or 0.0), confidences))
    facts = {f["fiche_id"]: _facts(f) for f in run.tables.fiches}
    return Batch(proposals=proposals, facts=facts)


def sections_of(labels: Iterable[LabelledObservation]) -> list[Section]:
    """Return the labelled sections, each once, in order."""
    return list(dict.fromkeys(x.section for x in labels))


def _issue(row: Mapping[str, object], text: str) -> IssueLabel:
    start, end = row["start"], row["end"]
    if not isinstance(start, int) or not isinstance(end, int):
        return IssueLabel(str(row["code"]), str(row["status"]), "")
    evidence = canonical(text[start:end])
    return IssueLabel(str(row["code"]), str(row["status"]), evidence, canonical_place(text, start))


def _facts(fiche: Mapping[str, object]) -> dict[str, str]:
    return {name: str(fiche[name]) for name in FACTS if fiche.get(name)}
