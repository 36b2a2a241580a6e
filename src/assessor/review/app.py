"""The page's addresses, all below `/TOKEN/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from assessor.codebook.schema import Codebook
from assessor.errors import AssessorError
from assessor.reports.summary import ReportOptions
from assessor.reports.write import write_reports
from assessor.review.actions import ActionError, annotator_name, decision_of, undo_last
from assessor.review.apply import corrections
from assessor.review.decisions import Decision
from assessor.review.export import FOLDER, export_labels
from assessor.review.guard import REPORT_POLICY, Guard, close_up
from assessor.review.page import Page, View, css_and_script
from assessor.review.queue import Filter
from assessor.review.retrain import MODEL, Training, scores_of_proposals
from assessor.review.sections import Section
from assessor.review.store import Store

LARGEST = 64 * 1024  # bytes of a request
REPORT = "report"
Told = tuple[str, int, dict[str, str]] | BaseResponse
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the page works on.

    Parameters
    ----------
    run : Path
        The run folder, the only one it reads or writes.
    annotator : str
        Who reviews where the address names nobody; empty: the page asks.
    """

    run: Path
    codebook: Codebook
    page: Page
    store: Store
    training: Training
    annotator: str = ""

    @property
    def sections(self) -> Sequence[Section]:
        """The run's sections."""
        return self.page.queue.sections


def make_app(desk: Desk, guard: Guard) -> Flask:
    """Return the application."""
    app = Flask("assessor.review", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.register_blueprint(_views(desk), url_prefix=f"/{guard.token}")

    @app.before_request
    def admit() -> None:
        if not guard.admits(request):
            abort(403)

    @app.errorhandler(Exception)
    def told(error: Exception) -> Told:
        return _told(error, desk.page.words)

    app.after_request(close_up)
    return app


def _told(error: Exception, words: Mapping[str, str]) -> Told:
    """Say what went wrong in plain text, which is no page that a script could stand in."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    if isinstance(error, ActionError):
        return words[error.key], 400, plain
    if isinstance(error, AssessorError):
        return str(error), 500, plain
    if isinstance(error, RequestRedirect):
        return error.get_response()
    if isinstance(error, HTTPException):
        return words.get(f"http_{error.code}", error.name), error.code or 500, plain
    return words["http_500"], 500, plain


def _views(desk: Desk) -> Blueprint:
    """Return the addresses."""
    views = Blueprint("review", __name__)
    add = views.add_url_rule
    add("/", view_func=lambda: _show(desk), endpoint="show")
    add("/decide", view_func=lambda: _decide(desk), methods=["POST"], endpoint="decide")
    add("/labels", view_func=lambda: _labels(desk), methods=["POST"], endpoint="labels")
    add("/train", view_func=lambda: _train(desk), methods=["GET", "POST"], endpoint="train")
    add("/report", view_func=lambda: _write_report(desk), methods=["POST"], endpoint="write")
    add("/report/", view_func=lambda: _report(desk), endpoint="report")
    add("/file/<name>", view_func=_file, endpoint="file")
    return views


def _show(desk: Desk) -> str | BaseResponse:
    """Show a section; the first undecided one where the address names none."""
    named = request.args.get("who", desk.annotator)
    if not named:
        return desk.page.render("who.html.j2", annotators=desk.store.annotators())
    view = View(annotator_name(named), _filter(request.args), None)
    decisions = desk.store.decisions()
    if "fiche" in request.args:
        section = _section(desk, request.args)
        return desk.page.whole(View(view.annotator, view.chosen, section), decisions)
    queue, page = desk.page.queue, desk.page
    first = queue.first(page.undecided(view, decisions)) or queue.first(
        page.wanted(view, decisions)
    )
    return page.whole(view, decisions) if first is None else redirect(view.address(first))


def _decide(desk: Desk) -> str:
    """Store a decision, then show the section: the same, or the next undecided one."""
    asked = _json()
    annotator = annotator_name(asked.get("who"))
    if asked.get("kind") == "undo":
        stored = desk.store.decide(annotator, undo_last(annotator))
        section = desk.page.queue.get(stored.section)
    else:
        section = _section(desk, asked)
        desk.store.decide(annotator, decision_of(asked, section, annotator, desk.codebook))
    view, decisions = View(annotator, _filter(asked), section), desk.store.decisions()
    if asked.get("kind") == "accept" and section is not None:
        section = _next(desk, view, section, decisions)
    return desk.page.part(View(annotator, view.chosen, section), decisions)


def _next(desk: Desk, view: View, section: Section, decisions: Sequence[Decision]) -> Section:
    """Return the next undecided section, from the beginning again at the end."""
    wanted, queue = desk.page.undecided(view, decisions), desk.page.queue
    return queue.after(section, wanted) or queue.first(wanted) or section


def _labels(desk: Desk) -> str:
    labels = export_labels(desk.run, desk.sections, desk.store.decisions())
    return desk.page.render(
        "labels.html.j2",
        ratings=len(labels),
        issues=sum(len(label.issues) for label in labels),
        annotators=len({label.annotator for label in labels}),
        folder=desk.run.resolve() / FOLDER,
    )


def _train(desk: Desk) -> str:
    """Start a training (POST), or say where it stands."""
    if request.method == "POST":
        labels = export_labels(desk.run, desk.sections, desk.store.decisions())
        measure = partial(scores_of_proposals, desk.sections, labels, desk.codebook)
        desk.training.start(desk.run / FOLDER, measure)
    folder = desk.run.resolve() / MODEL
    return desk.page.render("train.html.j2", p=desk.training.progress(), folder=folder)


def _write_report(desk: Desk) -> str:
    (written,) = write_reports(
        [desk.run], desk.run / REPORT, formats=["html"], codebook=desk.codebook,
        options=ReportOptions(desk.page.lang), corrections=corrections,
    )  # fmt: skip
    return desk.page.render("report.html.j2", path=written.resolve())


def _report(desk: Desk) -> Response:
    """Serve the report that was written last, shut off from the page."""
    path = desk.run / REPORT / "index.html"
    if not path.is_file() or path.is_symlink():
        abort(404)
    return Response(path.read_bytes(), headers={"Content-Security-Policy": REPORT_POLICY})


def _file(name: str) -> Response:
    """Serve one of the page's own files."""
    known = css_and_script().get(name)
    if known is None:
        abort(404)
    package, path = known
    return Response(files(package).joinpath(path).read_bytes(), mimetype=TYPES[Path(name).suffix])


def _json() -> Mapping[str, Any]:
    asked = request.get_json()
    if not isinstance(asked, dict):
        raise ActionError("error_request")
    return asked


def _section(desk: Desk, asked: Mapping[str, Any]) -> Section:
    section = desk.page.queue.get((str(asked.get("fiche")), str(asked.get("dimension"))))
    return section if section is not None else abort(404)


def _filter(asked: Mapping[str, Any]) -> Filter:
    return Filter(str(asked.get("in", "")), str(asked.get("of", "")), asked.get("open") == "1")
