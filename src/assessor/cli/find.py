"""`assessor find`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.cli.options import codebook_option, lang_option, model_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from assessor.codebook.schema import Codebook
    from assessor.concordance.hits import Hit, Search
    from assessor.concordance.query import Query

NEAREST = 20  # sentences shown of --meaning, unless told


@click.command(
    "find",
    epilog="Example: assessor find 'code:absence_of_coordinator status:resolved' run/ "
    '--where "country=Perú"',
)
@click.argument("query", metavar="QUERY")
@click.argument("run_dir", type=click.Path(path_type=Path), metavar="RUN_DIR")
@click.option("--lemma", is_flag=True, help="Find a word in all its forms: renunciar, renunció.")
@click.option(
    "--meaning",
    is_flag=True,
    help="Rank the run's sentences by how near they come to QUERY in meaning, best first "
    "(needs the Spanish reader: pip install 'assessor[reader]').",
)
@click.option(
    "-n",
    "--most",
    type=click.IntRange(1),
    metavar="N",
    help="At most so many; with --meaning 20 unless told, otherwise all.",
)
@click.option(
    "--where", metavar="FILTER",
    help="Only fiches that meet it, as \"country=Perú and period>2010\"; as for 'report'.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text",
    show_default=True, help="text: lines with the hit in the middle; csv, json: for scripts.",
)  # fmt: skip
@codebook_option
@model_option
@lang_option
def command(
    query: str,
    run_dir: Path,
    lemma: bool,
    meaning: bool,
    most: int | None,
    where: str | None,
    form: str,
    codebook: Path | None,
    model: Path | None,
    lang: str,
) -> None:
    """Show words or issues of a run, each in its context.

    QUERY is words in the codebook's wording language («línea de base», «coordina*»,
    «(falta|ausencia) de ... plan»), conditions (code:CODE, status:STATUS, dimension:DIMENSION,
    link:reopened and the like for what became of an issue since the period before,
    and fields of the fiche such as country:Perú), or both: the words are then looked for in
    what proves those issues. With --meaning the words are plain Spanish, and whole sentences
    answer, as the model's reader (--model) or the shipped one understands them.
    """
    from assessor.codebook.load import load_codebook
    from assessor.concordance.query import parse_query

    if meaning and lemma:
        raise click.UsageError("--meaning and --lemma are two ways to look: choose one")
    book = load_codebook(codebook)
    asked = parse_query(query, book)
    rank = _ranking(asked, book, model) if meaning else list
    hits = rank(_hits(asked, run_dir, _search(asked, lemma, meaning), where, book, lang))
    hits = hits[: most or (NEAREST if meaning else None)]
    if form != "text":
        _echo_rows(hits, form)
    elif meaning:
        _echo_sentences(hits, book, lang)
    else:
        _echo_lines(hits, book, lang)


def _search(query: Query, lemma: bool, meaning: bool) -> Search | None:
    from assessor.concordance.hits import by_words

    if meaning:
        from assessor.concordance.meaning import by_sentences

        return by_sentences
    if not query.words:
        return None
    if not lemma:
        return by_words(query.words)
    from assessor.concordance.lemmas import LemmaSearch

    return LemmaSearch(query.words)


def _ranking(
    query: Query, book: Codebook, model: Path | None
) -> Callable[[Iterable[Hit]], list[Hit]]:
    """Load the reader; return what orders sentences by their nearness to the query's words."""
    from assessor.concordance.meaning import nearest
    from assessor.errors import RunError
    from assessor.reader.choice import own_reader
    from assessor.reader.reader import load_reader, reader_installed
    from assessor.text_model import load_model

    own = own_reader(load_model(model).folder) if model else None
    if not reader_installed(own):
        raise RunError("--meaning needs the Spanish reader: pip install 'assessor[reader]'")
    reader = load_reader(own)
    headings = {dimension.id: dimension.es for dimension in book.dimensions}
    return lambda hits: nearest(hits, query.words, reader, headings)


def _hits(
    query: Query, path: Path, search: Search | None, where: str | None, book: Codebook, lang: str
) -> Iterator[Hit]:
    from assessor.concordance.hits import hits_of
    from assessor.portfolio import issue_links
    from assessor.reports.summary.labels import Labels
    from assessor.reports.summary.selection import fields_of, select
    from assessor.runs.folder import read_run

    tables = read_run(path).tables
    fields = fields_of(tables, Labels(book, lang))
    # Linked before it is filtered: that may take the periods before away.
    links = issue_links(tables.fiches, tables.issues)
    issues = [{**row, "link": links.get((row["fiche_id"], row["code"]))} for row in tables.issues]
    for condition in (*query.where, where):
        tables = select(tables, fields, condition)
    fiches = tables.fiches
    return hits_of(fiches, issues, query, search, [d.id for d in book.dimensions])


def _echo_rows(hits: Sequence[Hit], form: str) -> None:
    import json

    from assessor.concordance.lines import COLUMNS, row_of
    from assessor.runs.files import csv_bytes

    rows = [row_of(hit) for hit in hits]
    if form == "csv":
        click.echo(csv_bytes(COLUMNS, rows), nl=False)
    else:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))


def _echo_lines(hits: Sequence[Hit], book: Codebook, lang: str) -> None:
    from assessor.concordance.lines import lines_of

    width = shutil.get_terminal_size((110, 24)).columns
    for where, left, words, right in lines_of(hits, [_name(h, book, lang) for h in hits], width):
        click.echo(f"{where}  {left}", nl=False)
        click.secho(words, bold=True, nl=False)
        click.echo(right)
    _echo_count(hits, lang)


def _echo_sentences(hits: Sequence[Hit], book: Codebook, lang: str) -> None:
    from assessor.concordance.lines import paragraph_of

    width = shutil.get_terminal_size((110, 24)).columns
    for hit in hits:
        click.secho(f"{hit.similarity:.2f}  {_name(hit, book, lang)}", bold=True)
        click.echo(paragraph_of(hit, width))
    _echo_count(hits, lang)


def _echo_count(hits: Sequence[Hit], lang: str) -> None:
    fiches = len({hit.fiche["fiche_id"] for hit in hits})
    told = f"{len(hits)} en {fiches} fichas" if lang == "es" else f"{len(hits)} in {fiches} fiches"
    click.echo(told, err=True)


def _name(hit: Hit, book: Codebook, lang: str) -> str:
    from assessor.concordance.lines import shown

    parts = [hit.fiche["fiche_id"], hit.dimension]
    if hit.status is not None:
        status = book.status.get(hit.status)
        parts.append((status.es if lang == "es" else status.en) if status else hit.status)
    return shown(" · ".join(parts))
