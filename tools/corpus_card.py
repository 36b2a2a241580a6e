"""Coverage and agreement of the corpus: `make corpus-card` writes them into its README."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from corpus_build import CORPUS, read_csv, split_of

from assessor.codebook.load import load_codebook
from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading, read_labels
from assessor.training.agreement import doubly_annotated, issue_agreement, rating_agreement

MARKS = ("<!-- tables: make corpus-card -->", "<!-- end of tables -->")


def share(part: int, whole: int) -> str:
    """Write a share."""
    return f"{part:,} ({part / max(1, whole):.0%})"


def coverage(codebook: Codebook, labels: list[LabelledObservation]) -> Iterable[str]:
    """Yield the tables of what the corpus covers; each section counts once."""
    once = one_reading(labels)
    splits = read_csv(CORPUS / "splits.csv")
    yield "| | train | test |\n| --- | --- | --- |"
    for name, prefix in (("fiches", "h"), ("single observations", "o")):
        parts = [
            [r for r in splits if r["writer"].startswith(prefix) and r["split"] == s]
            for s in ("train", "test")
        ]
        hands = [len({r["writer"] for r in part}) for part in parts]
        cells = " | ".join(f"{len(p)} by {h} hands" for p, h in zip(parts, hands, strict=True))
        yield f"| {name} | {cells} |"
    sections = [sum(split_of(x.writer) == s for x in once) for s in ("train", "test")]
    yield f"| labelled sections | {sections[0]:,} | {sections[1]:,} |\n"
    ratings = Counter(x.rating for x in once)
    assessed = sum(ratings[level.id] for level in codebook.assessed_levels)
    yield "| level | sections |\n| --- | --- |"
    for level in codebook.levels:
        whole = assessed if level.value else len(once)
        yield f"| {level.id} | {share(ratings[level.id], whole)} |"
    issues = [i for x in once for i in x.issues]
    statuses = Counter(i.status for i in issues)
    yield f"\n{len(issues):,} issues: " + ", ".join(
        f"{name} {share(statuses[name], len(issues))}" for name in codebook.status
    )
    codes = Counter((i.code, i.status) for i in issues)
    yield "\n| code | current | resolved | potential |\n| --- | --- | --- | --- |"
    for code in codebook.issue:
        cells = " | ".join(str(codes[code, s]) for s in ("current", "resolved", "potential"))
        yield f"| {code} | {cells} |"


def agreement(codebook: Codebook, labels: list[LabelledObservation]) -> Iterable[str]:
    """Yield the tables of agreement between two blind readers."""
    pairs = doubly_annotated(labels)
    if not pairs:
        return
    fiches = len({one.fiche_id for one, _ in pairs})
    ratings, issues = rating_agreement(pairs, codebook), issue_agreement(pairs)
    yield "\n### Two readers, blind\n"
    yield f"{len(pairs)} sections of {fiches} fiches; 95 % intervals over fiches."
    yield "\n| what | agreement |\n| --- | --- |"
    yield f"| ratings, quadratic weighted kappa | {ratings['overall']} |"
    yield f"| ratings, Krippendorff's ordinal alpha | {ratings['alpha']} |"
    yield f"| issues, F1 at (section, code) | {issues['code']} |"
    yield f"| issues, F1 with status | {issues['status']} |"
    for dimension in codebook.dimensions:
        if dimension.id in ratings:
            yield f"| kappa, {dimension.id} | {ratings[dimension.id]} |"


def main() -> None:
    """Write the tables into the corpus's README."""
    codebook = load_codebook()
    labels = read_labels(CORPUS / "labels", codebook)
    text = "\n".join([*coverage(codebook, labels), *agreement(codebook, labels)])
    readme = Path(CORPUS) / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    readme.write_text(f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{after}", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
