"""`assessor labels`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.cli.options import codebook_option, lang_option, quiet_option

if TYPE_CHECKING:
    from assessor.codebook.schema import Codebook
    from assessor.labels.batch import Batch
    from assessor.labels.suggest import Candidate, Suggestion
    from assessor.labels.tables import LabelledObservation, LabelTable, SetAside
    from assessor.runs.folder import Run
    from assessor.training.agreement import Pair
    from assessor.training.metrics import Score

FORMATS = ("csv", "xlsx", "label-studio", "doccano", "prodigy", "qdpx", "qdc")
SHOWN = 10  # rows set aside that the terminal lists
annotator_option = click.option(
    "--annotator", default="", metavar="NAME",
    help="Who labelled, or checked a model's proposals, where the file does not say.",
)  # fmt: skip


@click.group("labels", epilog="Example: assessor labels export run/ -o corregir.xlsx")
def command() -> None:
    """Take labels to other programs and back, choose what to label, measure agreement."""


@command.command(
    "export", epilog="Example: assessor labels export run/ -o corregir.xlsx --format xlsx"
)
@click.argument("source", type=click.Path(path_type=Path), metavar="RUN_DIR|LABELS")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="OUT",
    help="The file to write; for csv, a folder.",
)  # fmt: skip
@click.option(
    "--format", "name", type=click.Choice(FORMATS), default="xlsx", show_default=True,
    help="qdpx and qdc: NVivo, MAXQDA, ATLAS.ti, QualCoder.",
)  # fmt: skip
@click.option(
    "--csv-dialect", "dialect", type=click.Choice(["plain", "excel-es"]), default="plain",
    show_default=True, help="excel-es: for Excel in Spanish.",
)  # fmt: skip
@click.option(
    "--only", type=click.Path(path_type=Path), metavar="FILE",
    help="Only the sections that a table lists, as 'labels suggest -o' writes it.",
)  # fmt: skip
@codebook_option
@lang_option
@quiet_option
def export(
    source: Path,
    output: Path,
    name: str,
    dialect: str,
    only: Path | None,
    codebook: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Write a run's proposals, or labels, for the program that evaluators work in.

    Label Studio gets its labelling configuration beside the tasks, in an .xml file.

    Exit status: 0 all written; 1 written, some rows of LABELS set aside.
    """
    from assessor.codebook.load import load_codebook
    from assessor.labels.formats import export_labels

    book = load_codebook(codebook)
    batch, rejected = _batch(source, book)
    if only is not None:
        batch = batch.only(_listed(only))
    for path in export_labels(batch, book, name, output, lang=lang, dialect=dialect):
        if not quiet:
            click.echo(path)
    _tell(rejected, "set aside")
    sys.exit(1 if rejected else 0)


@command.command(
    "import", epilog="Example: assessor labels import corregir.xlsx proyecto.qdpx -o etiquetas/"
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="LABELS_DIR",
    help="Folder for ratings.csv and issues.csv.",
)  # fmt: skip
@annotator_option
@codebook_option
@quiet_option
def import_(
    files: tuple[Path, ...], output: Path, annotator: str, codebook: Path | None, quiet: bool
) -> None:
    """Read labels back into label tables: CSV, XLSX, JSON, JSONL, .qdpx, .qdc.

    Rows that cannot be used are listed with file, row and reason in rejected.csv, those
    that nobody labelled yet in undecided.csv. Of a QDA project all codes and codings are
    written too, as codes.csv and codings.csv.

    Exit status: 0 all read; 1 read, some rows rejected; 2 nothing could be read.
    """
    from assessor.codebook.load import load_codebook
    from assessor.labels.formats import read_rows
    from assessor.labels.tables import labels_of_rows
    from assessor.labels.write import write_labels

    book = load_codebook(codebook)
    rows = read_rows(files, book, annotator)
    table = labels_of_rows(rows, book, annotator)
    write_labels(output, table, rows.others)
    if not quiet:
        issues = sum(len(x.issues) for x in table.labels)
        click.echo(
            f"{len(table.labels)} ratings, {issues} issues by "
            f"{len({x.annotator for x in table.labels})} annotators; "
            f"{len(table.undecided)} rows undecided, {len(table.rejected)} rejected"
        )
        for name, records in rows.others.items():
            click.echo(f"{len(records)} {name}: {output / f'{name}.csv'}")
    _tell(table.rejected, f"rejected; all of them in {output / 'rejected.csv'}")
    sys.exit(1 if table.rejected else 0)


@command.command("suggest", epilog="Example: assessor labels suggest run/ -n 40 -o sugeridas.csv")
@click.argument("run_dir", type=click.Path(path_type=Path), metavar="RUN_DIR")
@click.option("-n", "number", type=click.IntRange(1), default=40, show_default=True)
@click.option(
    "--labels", "known", multiple=True, type=click.Path(path_type=Path), metavar="LABELS",
    help="What is labelled already: neither it nor its like is suggested.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the list as CSV, for 'labels export --only'.",
)  # fmt: skip
@codebook_option
@lang_option
@quiet_option
def suggest(
    run_dir: Path,
    number: int,
    known: tuple[Path, ...],
    output: Path | None,
    codebook: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Say which sections to label next, and why each.

    Where the rating is unsure, where wording and model disagree, where rare problems
    show, and what is unlike the rest.
    """
    from assessor.codebook.load import load_codebook
    from assessor.labels.batch import sections_of
    from assessor.labels.formats import collect_labels
    from assessor.labels.suggest import code_counts
    from assessor.labels.suggest import suggest as choose
    from assessor.labels.why import suggestion_records
    from assessor.runs.folder import read_run

    book = load_codebook(codebook)
    labelled = sections_of(collect_labels(known, book).labels) if known else []
    candidates = _candidates(read_run(run_dir), book)
    chosen = choose(candidates, book, number, labelled)
    records = suggestion_records(chosen, code_counts(candidates), book, lang)
    if output is not None:
        _write_table(output, records)
    if not quiet:
        _show_suggestions(chosen, records)


@command.command(
    "agreement",
    epilog="Example: assessor labels agreement ana/ luis.xlsx --model shipped -o acuerdo/",
)
@click.argument(
    "labels", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LABELS..."
)
@click.option(
    "--model", "model", metavar="DIR",
    help="Measure a model against the annotators too: a model folder, or 'shipped'.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR",
    help="Write agreement.csv, disagreements.csv and the table to settle them, adjudication.xlsx.",
)  # fmt: skip
@codebook_option
@lang_option
@quiet_option
def agreement(
    labels: tuple[Path, ...],
    model: str | None,
    output: Path | None,
    codebook: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Measure how far annotators agree, overall, per dimension and per issue.

    Ratings: quadratic weighted kappa and Krippendorff's ordinal alpha. Issues: F1 per
    section and code. Intervals are of 95 %, by bootstrap over fiches.

    Exit status: 0 measured; 1 measured, some rows set aside; 2 no section was read twice.
    """
    from assessor.codebook.load import load_codebook
    from assessor.errors import LabelError
    from assessor.labels.formats import collect_labels
    from assessor.training.agreement import doubly_annotated

    book = load_codebook(codebook)
    table = collect_labels(labels, book)
    pairs = {"annotators": doubly_annotated(table.labels)}
    if model is not None:
        pairs["model"] = _against_model(table, model, codebook)
    if not any(pairs.values()):
        raise LabelError("no section was labelled by two annotators: nothing to compare")
    scores = [row for name, found in pairs.items() for row in _scores(name, found, book)]
    if output is not None:
        _write_agreement(output, scores, pairs, table.labels, book, lang)
    if not quiet:
        for row in scores:
            click.echo(f"{row['between']:10}  {row['what']:34}  {row['text']:20}  n={row['n']}")
    _tell(table.rejected, "set aside")
    sys.exit(1 if table.rejected else 0)


def _batch(source: Path, book: Codebook) -> tuple[Batch, Sequence[SetAside]]:
    """Return what a run proposes, or what label files hold and what of them is wrong."""
    from assessor.labels.batch import Batch, batch_of_run
    from assessor.labels.formats import collect_labels
    from assessor.runs.folder import read_run

    if (source / "run.json").exists():
        return batch_of_run(read_run(source), book), ()
    table = collect_labels([source], book)
    return Batch(table.labels), table.rejected


def _listed(path: Path) -> set[tuple[str, str]]:
    from assessor.labels.csv_tables import read_records

    return {(r["fiche_id"], r["dimension"]) for r in read_records(path, {"fiche_id", "dimension"})}


def _candidates(run: Run, book: Codebook) -> list[Candidate]:
    from assessor.assess import Assessor
    from assessor.labels.batch import batch_of_run
    from assessor.labels.by_model import labels_by
    from assessor.labels.suggest import candidates_of

    first = {
        (x.label.fiche_id, x.label.dimension): x.label for x in batch_of_run(run, book).proposals
    }
    second = labels_by(Assessor(book), first.values(), "wording")
    by_section = {(x.fiche_id, x.dimension): x for x in second}
    return candidates_of(run.tables.ratings, first, by_section, book)


def _show_suggestions(chosen: Sequence[Suggestion], records: Sequence[Mapping[str, str]]) -> None:
    for record, suggestion in zip(records, chosen, strict=True):
        head = f"{record['rank']:>3}  {record['fiche_id']}  {record['dimension']}"
        click.echo(f"{head}  ({suggestion.score:.2f})")
        click.echo(f"     {record['why']}")


def _against_model(table: LabelTable, model: str, codebook: Path | None) -> list[Pair]:
    from assessor.labels.by_model import labels_by
    from assessor.runs.settings import Settings

    path = None if model == "shipped" else Path(model)
    assessor = Settings(codebook, path, "default").assessor()
    read = {(x.fiche_id, x.dimension): x for x in labels_by(assessor, table.labels, "model")}
    return [(x, read[x.fiche_id, x.dimension]) for x in table.labels]


def _scores(between: str, pairs: Sequence[Pair], book: Codebook) -> list[dict[str, str]]:
    """Return a row per figure, in the codebook's order."""
    from assessor.training.agreement import code_agreement, issue_agreement, rating_agreement

    if not pairs:
        return []
    ratings, issues, codes = (
        rating_agreement(pairs, book),
        issue_agreement(pairs),
        code_agreement(pairs),
    )
    assessed = Counter(
        x.dimension for x, y in pairs if book.level[x.rating].value and book.level[y.rating].value
    )
    listed = Counter(code for x, y in pairs for code in {i.code for i in (*x.issues, *y.issues)})
    rows = [
        *((f"ratings: {name}", ratings[key], assessed.total())
          for name, key in (("kappa", "overall"), ("alpha", "alpha")) if key in ratings),
        ("issues: F1 at code", issues["code"], len(pairs)),
        ("issues: F1 with status", issues["status"], len(pairs)),
        *((f"kappa {d}", ratings[d], assessed[d]) for d in book.dimension if d in ratings),
        *((f"F1 {c}", codes[c], listed[c]) for c in book.issue if c in codes),
    ]  # fmt: skip
    return [_score(between, *row) for row in rows]


def _score(between: str, what: str, score: Score, n: int) -> dict[str, str]:
    return {"between": between, "what": what, "value": f"{score.value:.3f}",
            "low": f"{score.low:.3f}", "high": f"{score.high:.3f}", "n": str(n),
            "text": str(score)}  # fmt: skip


def _write_agreement(
    output: Path,
    scores: Sequence[Mapping[str, str]],
    pairs: Mapping[str, Sequence[Pair]],
    labels: Sequence[LabelledObservation],
    book: Codebook,
    lang: str,
) -> None:
    from assessor.labels.adjudication import SIDE_BY_SIDE, adjudication_sheets, disagreements
    from assessor.labels.tables import REFEREE
    from assessor.labels.vocabulary import Vocabulary
    from assessor.labels.xlsx import workbook
    from assessor.runs.files import write_bytes

    _write_table(output / "agreement.csv", scores, ("between", "what", "value", "low", "high", "n"))
    apart = disagreements([pair for found in pairs.values() for pair in found])
    _write_table(output / "disagreements.csv", apart, SIDE_BY_SIDE)
    if pairs["annotators"]:
        sheets = adjudication_sheets(labels, Vocabulary(book, lang), REFEREE)
        write_bytes(output / "adjudication.xlsx", workbook(sheets, book, lang))


def _write_table(
    path: Path, records: Sequence[Mapping[str, str]], columns: Sequence[str] | None = None
) -> None:
    from assessor.labels.csv_tables import DIALECTS, table_bytes
    from assessor.runs.files import write_bytes

    names = columns or list(records[0] if records else {})
    write_bytes(path, table_bytes(names, records, DIALECTS["plain"]))


def _tell(rows: Iterable[SetAside], what: str) -> None:
    """List rows on the standard error stream, the first few of many."""
    listed = list(rows)
    if listed:
        click.echo(f"assessor: {len(listed)} rows {what}", err=True)
    for row in listed[:SHOWN]:
        click.echo(f"  {row}", err=True)
