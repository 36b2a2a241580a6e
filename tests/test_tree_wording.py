from __future__ import annotations

import pytest

from assessor.errors import CodebookError
from assessor.folding import fold
from assessor.tree_wording import TreeNode, parse_tree
from assessor.wording import beginnings


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("faltar > coordinador", [TreeNode(("faltar",)), TreeNode(("coordinador",), head=0)]),
        (
            "Cubrir|nombr*[no] > nsubj|obj plaza",
            [
                TreeNode(("cubrir", "nombr*"), negated=True),
                TreeNode(("plaza",), head=0, relations=("nsubj", "obj")),
            ],
        ),
        (
            "seguir > puesto (> coordina* >> mes) >> cubrir[no]",
            [
                TreeNode(("seguir",)),
                TreeNode(("puesto",), head=0),
                TreeNode(("coordina*",), head=1),
                TreeNode(("mes",), head=1, deep=True),
                TreeNode(("cubrir",), negated=True, head=0, deep=True),
            ],
        ),
    ],
)
def test_notation(text, nodes):
    assert list(parse_tree(text).nodes) == nodes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a word"),
        ("faltar", "found the end"),
        ("faltar plan", "found 'plan'"),
        ("faltar > nsubj", "a word after the relation 'nsubj'"),
        ("faltar > sujeto plan", "relation 'sujeto' does not exist; one of acl"),
        ("faltar > nsubj plan meta", "found 'meta'"),
        ("faltar[sin] > plan", r"expected \[no\]; found '\[sin\]'"),
        ("faltar > plan|", "as 'plaza'"),
        ("faltar > plan (> meta", r"'\)'; found the end"),
        ("faltar > plan ()", r"expected '>'.*found '\)'"),
        ("faltar > plan)", r"found '\)'"),
    ],
)
def test_bad_notation_is_told_with_what_would_be_right(text, says):
    with pytest.raises(CodebookError, match=says) as error:
        parse_tree(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("text", "sentence", "may"),
    [
        ("contar > mes", "Lo cuentan por meses", True),
        ("seguir > plaza", "Que la plaza siga así", True),
        ("coordinador > nuevo", "Las coordinadoras nuevas", True),
        ("ser|fue > plan", "El plan fue bueno", True),
        ("existir[no] > plan", "Existe el plan", False),
        ("existir[no] > plan", "No existen planes", True),
        ("coordina* > nuevo", "Un cooperante nuevo", False),
    ],
)
def test_a_sentence_without_the_words_is_told_without_parsing_it(text, sentence, may):
    tree = parse_tree(text)
    folded = fold(sentence)
    assert tree.may_match(folded) == may
    if may:
        assert not any(map(beginnings(folded).isdisjoint, tree.needs))
