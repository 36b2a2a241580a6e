"""`model.json` → the model's card, for the people who use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SHOWN = {
    "kappa": "rating: quadratic weighted kappa",
    "macro_f1": "rating: macro-F1",
    "exact": "rating: exact",
    "within_one": "rating: within one level",
    "mean_error": "rating: mean absolute error, in levels",
    "not_assessed_f1": "not assessed: F1",
    "calibration_error": "rating: expected calibration error",
    "issue_f1": "issues: F1 at (section, code)",
    "issue_precision": "issues: precision",
    "issue_recall": "issues: recall",
    "status_accuracy": "issues: status right, on matches",
}

ABOUT = """Linear models over the words of Spanish assessment fiches: one rates a section, one finds
issues in its sentences, one tells their status, one whether there is anything to judge. Word
beginnings and pairs of them, weighted by how rare they are; logistic regression. No text is kept
but the vocabulary."""

LIMITS = """**For** a first reading of monitoring fiches of development programmes, in Spanish, that
a person then checks. **Not for** decisions about people or funds without a person's reading, other
kinds of text, or other languages. It reads words, not the world: irony, figures that contradict
the text and what is left unsaid escape it."""


def card(about: Mapping[str, Any]) -> str:
    """Return the card as Markdown."""
    blocks = [
        "# Model card", ABOUT, _made_of(about), LIMITS, _review(about),
        *_reader(about.get("fine_tuned")), *_test(about.get("test")),
        *_curve(about.get("curve")), *_folds(about["scores"]),
    ]  # fmt: skip
    return "\n\n".join(blocks) + "\n"


def _made_of(about: Mapping[str, Any]) -> str:
    made, codebook = about["training"], about["codebook"]
    base = f"It continues `{about['base']}`, whose words it keeps. " if about["base"] else ""
    return (
        f"**Trained on** {made['observations']:,} labelled sections of {made['fiches']:,} fiches "
        f"or single observations by {made['writers']} writers ({made['issues']:,} issues); "
        f"training data `{made['sha256'][:12]}`, codebook `{codebook['id']}` "
        f"`{codebook['sha256'][:12]}`. {base}".strip()
    )


def _review(about: Mapping[str, Any]) -> str:
    joined = about.get("with_reader")
    review, unit = (joined or about)["review"], "fiche" if joined else "writer"
    if review["alpha"] is None:
        return (
            f"**Review.** {review['flagged']:.0%} of ratings, the most doubtful, are flagged. "
            f"{review['groups']} {unit}s are too few to guarantee anything by."
        )
    return (
        f"**Review.** Of a further {unit}'s sections, expected at most {review['alpha']:.0%} are "
        f"unflagged and two levels off or more, if that {unit} is drawn as the "
        f"{review['groups']} were that this was chosen on (conformal risk control; "
        f"`docs/model.md`). That flags {review['flagged']:.0%} of their ratings."
    )


def _reader(tuned: Mapping[str, Any] | None) -> Iterable[str]:
    if tuned:
        scores, before = tuned["scores"], tuned["before"]
        first = f" (before: {before['kappa']:.2f}, {before['issue_f1']:.2f})" if before else ""
        yield (
            f"**A reader of its own** stands in `reader/`: a small transformer that continues "
            f"`{tuned['continues']}` on {tuned['sections']:,} of the sections. On the other "
            f"{tuned['held_out_sections']:,} ({tuned['held_out']}), by which its epoch and its "
            f"weight were chosen, it reaches alone: kappa {scores['kappa']:.2f}, issues F1 "
            f"{scores['issue_f1']:.2f}{first}, status {scores['status']:.2f}. "
            "`reader/reader.json` names the writers or fiches that it learnt from."
        )


def _test(scores: Mapping[str, Any] | None) -> Iterable[str]:
    if scores:
        yield (
            f"**Scores on writers it did not see**: {scores['sections']:,} sections by "
            f"{scores['writers']} writers; 95 % intervals by bootstrap over fiches."
        )
        yield _table(
            ("score", "value"),
            [(SHOWN[name], _score(scores["scores"][name])) for name in SHOWN],
        )


def _score(score: Mapping[str, float]) -> str:
    return f"{score['value']:.2f} ({score['low']:.2f}–{score['high']:.2f})"


def _curve(points: Iterable[Mapping[str, Any]] | None) -> Iterable[str]:
    if points:
        yield "**Learning curve**: trained on fewer writers, scored on the same unseen ones."
        yield _table(
            ("writers", "fiches and observations", "sections", "kappa", "issues: F1"),
            [
                (p["writers"], p["fiches"], p["sections"], _score(p["kappa"]),
                 _score(p["issue_f1"]))
                for p in points
            ],
        )  # fmt: skip


def _folds(scores: Mapping[str, float]) -> Iterable[str]:
    yield "**On folds by writer** (by fiche where none is told), which the options were chosen on:"
    yield _table(("score", "value"), [(f"`{k}`", f"{v:.3f}") for k, v in scores.items()])


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
