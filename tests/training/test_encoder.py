"""The encoder's training code on a network of two layers that knows nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tests import needs

torch = pytest.importorskip("torch", reason=needs.TRAIN)
pytest.importorskip("onnx", reason=needs.TRAIN)
pytest.importorskip("onnxruntime", reason=needs.TRAIN)

from assessor.evidence import Span  # noqa: E402
from assessor.labels.tables import IssueLabel, LabelledObservation  # noqa: E402
from assessor.language import sentences_of  # noqa: E402
from assessor.reader.heads import Heads as PlainHeads  # noqa: E402
from assessor.reader.reader import load_reader  # noqa: E402
from assessor.reader.tokens import windows  # noqa: E402
from assessor.training.encoder.batches import ELSEWHERE, batch_of, batches, example_of  # noqa: E402
from assessor.training.encoder.export import export  # noqa: E402
from assessor.training.encoder.loop import predict, train  # noqa: E402
from assessor.training.encoder.losses import loss_of  # noqa: E402
from assessor.training.encoder.plan import Plan  # noqa: E402
from tests.training.made import labels as plain_labels  # noqa: E402
from tests.training.tiny import about_tiny, network_of, tiny_tokenizer  # noqa: E402

PLAN = Plan(epochs=1, batch=4, layers=2, frozen=1)
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_tokenizer()


@pytest.fixture(scope="module")
def examples(tokenizer, codebook):
    return [example_of(x, tokenizer, codebook) for x in plain_labels(12)]


def test_labels_stand_at_their_sentences_and_tokens(tokenizer, codebook):
    text = "Todo bien. Nadie acude al comité. Fin."
    label = LabelledObservation(
        "f", "gender", text, "high",
        (IssueLabel("inactive_governance_body", "resolved", "Nadie acude"),), "a",
    )  # fmt: skip
    example = example_of(label, tokenizer, codebook)
    column = list(codebook.issue).index("inactive_governance_body")
    assert example.issues[:, column].tolist() == [0, 1, 0]
    assert example.weights[:, column] == pytest.approx([ELSEWHERE, 1, ELSEWHERE])
    assert example.statuses[1, column] == [s.id for s in codebook.statuses].index("resolved")
    assert (example.statuses >= 0).sum() == 1
    words = [example.tokens.spans[token] for token, *_ in example.proof]
    assert text[words[0][0] : words[-1][1]].strip() == "Nadie acude"
    assert {(place, code) for _, place, code in example.proof} == {(1, column)}


def test_a_batch_numbers_sentences_over_its_texts(examples):
    batch = batch_of(examples, (3, 0))
    own = [len(examples[k].issues) for k in (3, 0)]
    assert batch.count == sum(own)
    assert batch.text_of.tolist() == [0] * own[0] + [1] * own[1]
    assert set(batch.sentence[0].tolist()) == {-1, *range(own[0])}
    assert set(batch.sentence[1].tolist()) == {-1, *range(own[0], sum(own))}
    assert batch.mask.sum(1).tolist() == [len(examples[k].tokens.ids) for k in (3, 0)]


def test_batches_hold_every_example_once(examples):
    for random in (None, np.random.default_rng(1)):
        groups = list(batches(examples, range(2, 12), 4, random))
        assert sorted(k for group in groups for k in group) == list(range(2, 12))
        assert max(map(len, groups)) <= 4


def test_the_heads_of_training_and_of_reading_are_one(tokenizer, codebook, examples):
    network = network_of(tokenizer, codebook)
    network.encoder.eval()
    network.heads.eval()
    chosen = (0, 1, 2)
    batch = batch_of(examples, chosen)
    with torch.no_grad():
        tokens = network.encoder(batch.ids, batch.mask)
        told = network.heads(tokens, batch.mask, batch.sentence, batch.count)
    plain = PlainHeads({k: v.numpy() for k, v in network.heads.state_dict().items()})
    first = 0
    for row, k in enumerate(chosen):
        own = tokens[row, batch.mask[row]].numpy()
        places, count = np.array(examples[k].tokens.sentences), len(examples[k].issues)
        found = plain.findings(own, places, count)
        assert plain.levels(own) == pytest.approx(told.levels[row].numpy(), abs=1e-4)
        assert plain.nothing(own) == pytest.approx(float(told.nothing[row]), abs=1e-4)
        rows = slice(first, first + count)
        assert found.issues == pytest.approx(told.issues[rows].numpy(), abs=1e-4)
        assert found.statuses == pytest.approx(told.statuses[rows].numpy(), abs=1e-4)
        first += count


def test_one_epoch_moves_what_is_not_frozen(tokenizer, codebook, examples):
    network = network_of(tokenizer, codebook)
    before = {k: v.clone() for k, v in network.encoder.state_dict().items()}
    lines: list[str] = []
    reached = train(network, examples[:8], examples[8:], PLAN, lines.append)
    assert len(lines) == 3  # the epoch, then both kinds of weights
    assert np.isfinite(reached.total)
    moved = {k for k, v in network.encoder.state_dict().items() if (v != before[k]).any()}
    assert moved
    assert all(name.startswith("layers.1.") for name in moved)


def test_training_repeats(tokenizer, codebook, examples):
    found = []
    for _ in range(2):
        network = network_of(tokenizer, codebook)
        train(network, examples[:8], examples[8:], PLAN, lambda line: None)
        found.append(predict(network, examples, [0])[0]["issues"])
    assert (found[0] == found[1]).all()


def test_loss_falls_on_what_is_learnt(tokenizer, codebook, examples):
    network = network_of(tokenizer, codebook, frozen=0)
    batch = batch_of(examples, range(8))
    optimizer = torch.optim.Adam(network.trained(), lr=0.01)
    losses = []
    for _ in range(6):
        loss = loss_of(network.read(batch), batch, examples, PLAN)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(("int8", "least"), [(True, 0.999), (False, 0.99999)])
def test_an_exported_reader_says_what_the_network_says(
    tokenizer, codebook, examples, tmp_path, int8, least
):
    network = network_of(tokenizer, codebook)
    some = [x.tokens.ids for x in examples] if int8 else ()
    export(tmp_path / "tiny", network.encoder, network.heads, tokenizer, about_tiny(codebook), some)
    reader = load_reader(tmp_path / "tiny")
    text = "Nadie acude al comité.\nFalta todo; el timón no tiene manos."
    spans: list[Span] = [sentence.span for sentence in sentences_of(text)]
    reading = reader.read(text, "Género", spans)
    (part,) = windows(text, "Género", spans, tokenizer)
    ids = torch.tensor([part.ids])
    with torch.no_grad():
        tokens = network.encoder(ids, torch.ones_like(ids, dtype=torch.bool))[0].numpy()
    cosines = (reading.tokens * tokens).sum(1) / (
        np.linalg.norm(reading.tokens, axis=1) * np.linalg.norm(tokens, axis=1)
    )
    assert cosines.min() > least
    assert reading.findings.issues.shape == (2, len(codebook.issue))
    assert (tmp_path / "tiny" / "reader.json").exists()
    assert not (tmp_path / "tiny" / "encoder.fp32.onnx").exists()
