"""Exchange formats for labels, by name: export and import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.labels.batch import Batch
from assessor.labels.csv_tables import DIALECTS, rows_of_csv, table_bytes
from assessor.labels.jsonl import export_doccano, export_prodigy, rows_of_jsonl
from assessor.labels.label_studio import (
    export_label_studio,
    labelling_config,
    rows_of_label_studio,
)
from assessor.labels.refi_codes import export_qdc
from assessor.labels.refi_qda import ORIGIN, export_qdpx
from assessor.labels.refi_read import rows_of_qdc, rows_of_qdpx
from assessor.labels.sheets import sheets_of
from assessor.labels.tables import LabelTable, Rows, labels_of_rows
from assessor.labels.vocabulary import Vocabulary
from assessor.labels.write import refuse_run_folder
from assessor.labels.xlsx import export_xlsx, rows_of_xlsx
from assessor.runs.files import write_bytes

CSV = "csv"
TABLES = ("ratings.csv", "issues.csv")


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format that is one file.

    Parameters
    ----------
    write : callable
        From batch, codebook and language to the file.
    marks_text : bool
        Whether issues are marked in the text, which then has to be there.
    """

    suffix: str
    write: Callable[[Batch, Codebook, str], bytes]
    marks_text: bool = True


EXPORTERS: Mapping[str, Exporter] = {
    "xlsx": Exporter(".xlsx", export_xlsx, marks_text=False),
    "label-studio": Exporter(".json", export_label_studio),
    "doccano": Exporter(".jsonl", export_doccano),
    "prodigy": Exporter(".jsonl", export_prodigy),
    "qdpx": Exporter(".qdpx", export_qdpx),
    "qdc": Exporter(".qdc", lambda _, codebook, lang: export_qdc(codebook, lang, ORIGIN), False),
}
FORMATS = (CSV, *EXPORTERS)

Importer = Callable[[Path, Codebook, str], Rows]
IMPORTERS: Mapping[str, Importer] = {
    ".csv": lambda path, _book, _who: rows_of_csv(path),
    ".xlsx": lambda path, _book, _who: rows_of_xlsx(path),
    ".json": lambda path, book, _who: rows_of_label_studio(path, book),
    ".jsonl": rows_of_jsonl,
    ".qdpx": rows_of_qdpx,
    ".qdc": lambda path, book, _who: rows_of_qdc(path, book),
}


def export_labels(
    batch: Batch,
    codebook: Codebook,
    name: str,
    target: Path,
    *,
    lang: str = "es",
    dialect: str = "plain",
) -> list[Path]:
    """Write a batch in a format.

    Parameters
    ----------
    target : Path
        The file; for ``csv`` a folder, which gets `ratings.csv` and `issues.csv`.

    Returns
    -------
    list of Path
        The files written; Label Studio's labelling configuration stands beside its tasks.

    Raises
    ------
    LabelError
        If there is nothing to write, or a text is missing in which issues are marked.
    """
    if name not in FORMATS:
        raise LabelError(f"format {name!r}; one of {', '.join(FORMATS)}")
    if not batch.readings() and name != "qdc":
        raise LabelError("nothing to export: no labels, and no section with a text")
    if name == CSV:
        return _export_csv(batch, codebook, target, dialect)
    exporter = EXPORTERS[name]
    if exporter.marks_text:
        for label, _ in batch.readings():
            if label.issues and not label.text:
                raise LabelError(
                    f"{label.fiche_id}, {label.dimension}: an issue, but no text to mark it in; "
                    f"{name} needs texts: use csv or xlsx"
                )
    write_bytes(target, exporter.write(batch, codebook, lang))
    if name != "label-studio":
        return [target]
    config = target.with_suffix(".xml")
    write_bytes(config, labelling_config(codebook, lang))
    return [target, config]


def read_rows(paths: Sequence[Path], codebook: Codebook, annotator: str = "") -> Rows:
    """Read files of any format, and folders that hold `ratings.csv` and `issues.csv`.

    Raises
    ------
    LabelError
        If a file cannot be read at all.
    """
    rows = Rows()
    for path in _files(paths):
        importer = IMPORTERS.get(path.suffix.lower())
        if importer is None:
            raise LabelError(f"{path}: not a label format; use one of {', '.join(IMPORTERS)}")
        rows.add(importer(path, codebook, annotator))
    return rows


def collect_labels(paths: Sequence[Path], codebook: Codebook, annotator: str = "") -> LabelTable:
    """Read labels of any format; rows that cannot be used are set aside with their reason.

    Raises
    ------
    LabelError
        If a file cannot be read at all.
    """
    return labels_of_rows(read_rows(paths, codebook, annotator), codebook, annotator)


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            if not (path / TABLES[0]).exists():
                raise LabelError(f"{path}: has no {TABLES[0]}")
            files += [path / name for name in TABLES if (path / name).exists()]
        else:
            files.append(path)
    return files


def _export_csv(batch: Batch, codebook: Codebook, target: Path, dialect: str) -> list[Path]:
    if target.suffix or target.is_file():
        raise LabelError(f"{target}: csv is two tables; name a folder")
    refuse_run_folder(target)
    written = []
    for sheet in sheets_of(batch, Vocabulary(codebook)):
        path = target / f"{sheet.name}.csv"
        write_bytes(path, table_bytes(sheet.columns, sheet.records, DIALECTS[dialect]))
        written.append(path)
    return written
