"""The systems that a model is compared with in its evaluation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assessor.assess import Assessor, assessor_for
from assessor.codebook.schema import Codebook
from assessor.labels.tables import LabelledObservation, one_reading
from assessor.text_model import TextModel
from assessor.training.predictions import (
    System,
    analysed,
    majority,
    second_annotator,
    tfidf,
    usual_codes,
)


def compared(
    model: TextModel,
    codebook: Codebook,
    annotations: Sequence[LabelledObservation],
    train: Sequence[LabelledObservation],
    progress: Callable[[int], None] = lambda fiches: None,
) -> list[System]:
    """Return the predictions of the model, its ablation without the reader, and baselines.

    Parameters
    ----------
    annotations : sequence
        All labels of the sections, by all annotators; `one_reading` chooses the reference.
    train : sequence
        Labels that baselines are trained on; without any, the majority is that of the labels.
    """
    once = one_reading(annotations)
    systems = [
        analysed("model", assessor_for(codebook, model), once, progress),
        analysed("words", Assessor(codebook, model), once, progress),
        analysed("lexicon", Assessor(codebook, parses=False), once, progress),
        majority(train or once, once),
        usual_codes(codebook, once),
    ]
    if train:
        systems.append(tfidf(codebook, train, once))
    second = second_annotator(annotations, once)
    if any(prediction is not None for prediction in second.predictions):
        systems.append(second)
    return systems
