"""A start and labels → a trained reader's folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tokenizers import Tokenizer

from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation
from assessor.language import sentences_of
from assessor.reader.reader import Reader, load_reader
from assessor.training.encoder.batches import Example, example_of
from assessor.training.encoder.export import export, write_about
from assessor.training.encoder.loop import Network, scores_of, train
from assessor.training.encoder.plan import Plan
from assessor.training.encoder.scores import Scores, nearest_level
from assessor.training.encoder.start import Start, names_of
from assessor.training.held_out import Division

CALIBRATION = 150  # texts by which int8 is scaled
Labels = Sequence[LabelledObservation]


@dataclass(frozen=True)
class Built:
    """A reader that was trained, and what it takes to check it.

    Parameters
    ----------
    about : dict
        What `reader.json` tells beside the format and the digest.
    before, reached : Scores
        On the labels held out, by the network as it began and by the epoch that was kept.
    """

    folder: Path
    network: Network
    tokenizer: Tokenizer
    about: dict[str, Any]
    before: Scores
    reached: Scores


def build(
    folder: Path,
    start: Start,
    division: Division,
    codebook: Codebook,
    plan: Plan,
    tell: Callable[[str], None],
    at_once: bool = False,
) -> Built:
    """Train a reader and write its folder, named as the folder is.

    Parameters
    ----------
    tell : callable
        Told a line per epoch and kind of weights.
    at_once : bool
        Write it with every epoch that is the best so far, too, which takes half a minute: what
        an hour has reached is not lost with the next one.
    """
    learn = examples_of(division.learn, start.tokenizer, codebook)
    choose = examples_of(division.choose, start.tokenizer, codebook)
    about = _about(folder.name, start, division, codebook)
    some = [example.tokens.ids for example in learn[:: len(learn) // CALIBRATION or 1]]

    def write(best: Network) -> None:
        export(folder, best.encoder, best.heads, start.tokenizer, about, some)

    network = start.network(plan)
    before = scores_of(network, choose, range(len(choose)))
    reached = train(network, learn, choose, plan, tell, write if at_once else lambda best: None)
    write(network)
    return Built(folder, network, start.tokenizer, about, before, reached)


def examples_of(labels: Labels, tokenizer: Tokenizer, codebook: Codebook) -> list[Example]:
    """Tokenize labelled observations and place their labels."""
    return [example_of(label, tokenizer, codebook) for label in labels]


def check_int8(
    built: Built, labels: Labels, codebook: Codebook, whole: Path | None = None
) -> dict[str, Any]:
    """Compare a reader with the same in single precision; note in it how far they agree.

    Parameters
    ----------
    whole : Path, optional
        A folder that keeps the reader in single precision.
    """
    with TemporaryDirectory() as scratch:
        other = whole or Path(scratch)
        export(other, built.network.encoder, built.network.heads, built.tokenizer, built.about)
        agreed = agreement(load_reader(built.folder), load_reader(other), labels, codebook)
    write_about(built.folder, built.about | {"int8": agreed})
    return agreed


def agreement(reader: Reader, whole: Reader, labels: Labels, codebook: Codebook) -> dict[str, Any]:
    """Return on how many sections two readers name the same level, and how near they are.

    Returns
    -------
    dict
        ``sections``; ``same_level``, their share; ``cosine``, the least of their vectors'.
    """
    same, cosines = 0, []
    for label in labels:
        spans = [sentence.span for sentence in sentences_of(label.text)]
        heading = codebook.dimension[label.dimension].es
        ours, theirs = (r.read(label.text, heading, spans) for r in (reader, whole))
        same += nearest_level(ours.levels) == nearest_level(theirs.levels)
        cosines.append(float(ours.embedding @ theirs.embedding))
    share = round(same / len(labels), 4)
    return {"sections": len(labels), "same_level": share, "cosine": round(min(cosines), 3)}


def _about(name: str, start: Start, division: Division, codebook: Codebook) -> dict[str, Any]:
    training = division.as_json()
    about = {"name": name, **names_of(codebook), "training": training}
    if start.base is None:
        return about
    # What it continues has seen these too: they must never weigh it.
    training["writers"] = sorted({*training["writers"], *start.base.writers})
    training["fiches"] = sorted({*training["fiches"], *start.base.fiches})
    return about | {"base": start.base.sha256}
