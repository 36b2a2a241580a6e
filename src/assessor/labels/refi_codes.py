"""The codebook as a tree of REFI-QDA codes, and the meaning of a code in such a tree."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from assessor.codebook.schema import Codebook
from assessor.errors import LabelError
from assessor.folding import fold
from assessor.labels.guide import word
from assessor.labels.guids import guid
from assessor.labels.vocabulary import Vocabulary

PROJECT = "urn:QDA-XML:project:1.0"
MAX_DEPTH = 50
CODEBOOK = "urn:QDA-XML:codebook:1.0"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for: an issue in a status, or a dimension."""

    code: str = ""
    status: str = ""
    dimension: str = ""

    @property
    def guid(self) -> str:
        """The identifier of its code."""
        return guid(f"code/{self.code}/{self.status}/{self.dimension}")


def codes_element(codebook: Codebook, lang: str) -> ET.Element:
    """Return the element ``Codes``: issues, each with a child per status but the first; sections.

    A passage coded with the issue itself has the codebook's first status.
    """
    names = Vocabulary(codebook, lang)
    first, *others = codebook.statuses
    root = ET.Element("Codes")
    issues = _code(root, word("codes", lang), guid("codes/issues"), codable=False)
    for issue in codebook.issues:
        own = Meaning(issue.id, first.id)
        code = _code(issues, names.shown("code", issue.id), own.guid, issue.means)
        for status in others:
            meaning = Meaning(issue.id, status.id)
            _code(code, names.shown("status", status.id), meaning.guid, status.means)
    sections = _code(root, word("dimensions", lang), guid("codes/sections"), codable=False)
    for dimension in codebook.dimensions:
        name = names.shown("dimension", dimension.id)
        _code(sections, name, Meaning(dimension=dimension.id).guid, dimension.heading)
    return root


def export_qdc(codebook: Codebook, lang: str, origin: str) -> bytes:
    """Write the codebook as `.qdc`."""
    root = ET.Element("CodeBook", xmlns=CODEBOOK, origin=origin)
    root.append(codes_element(codebook, lang))
    return xml_bytes(root)


def xml_bytes(root: ET.Element) -> bytes:
    """Write a document in UTF-8."""
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


@dataclass(frozen=True, slots=True)
class ReadCode:
    """A code of somebody's project.

    Parameters
    ----------
    path : tuple of str
        Names from the root down to its own.
    meaning : Meaning or None
        None where the codebook has nothing of the kind.
    """

    guid: str
    path: tuple[str, ...]
    description: str
    meaning: Meaning | None

    def record(self) -> dict[str, str]:
        """Return it as a row of `codes.csv`."""
        means = self.meaning or Meaning()
        return {"guid": self.guid, "path": " / ".join(self.path), "code": means.code,
                "status": means.status, "dimension": means.dimension,
                "description": self.description}  # fmt: skip


def read_codes(root: ET.Element, codebook: Codebook) -> Iterator[ReadCode]:
    """Yield all codes of a project or codebook, parents first.

    Raises
    ------
    LabelError
        If they are nested more than `MAX_DEPTH` deep.
    """
    known = _meanings(codebook)
    spelled = _spellings(codebook)
    top = [(child, ()) for child in root if local(child) == "Code"]
    stack: list[tuple[ET.Element, tuple[str, ...]]] = top[::-1]  # type: ignore[assignment]
    while stack:
        element, above = stack.pop()
        path = (*above, element.get("name", ""))
        if len(path) > MAX_DEPTH:
            raise LabelError(f"codes are nested more than {MAX_DEPTH} deep")
        name = element.get("guid", "").strip("{}").lower()
        folded = tuple(fold(part) for part in path)
        meaning = known.get(name) or spelled.get(folded[-2:]) or spelled.get(folded[-1:])
        yield ReadCode(name, path, text_of(element, "Description"), meaning)
        stack.extend((x, path) for x in reversed(element) if local(x) == "Code")


def local(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: ET.Element, name: str) -> str:
    """Return the text of a child; empty where there is none."""
    return next((x.text or "" for x in element if local(x) == name), "")


def _code(
    parent: ET.Element, name: str, identifier: str, means: str = "", *, codable: bool = True
) -> ET.Element:
    code = ET.SubElement(
        parent, "Code", guid=identifier, name=name, isCodable="true" if codable else "false"
    )
    if means:
        ET.SubElement(code, "Description").text = means
    return code


def _meanings(codebook: Codebook) -> dict[str, Meaning]:
    issues = [Meaning(i.id, s.id) for i in codebook.issues for s in codebook.statuses]
    sections = [Meaning(dimension=d.id) for d in codebook.dimensions]
    return {meaning.guid: meaning for meaning in (*issues, *sections)}


def _spellings(codebook: Codebook) -> dict[tuple[str, ...], Meaning]:
    """Return meanings by name, for programs that give codes identifiers of their own."""
    found: dict[tuple[str, ...], Meaning] = {}
    first = codebook.statuses[0].id
    for dimension in codebook.dimensions:
        for name in (dimension.id, dimension.es, dimension.en):
            found[(fold(name),)] = Meaning(dimension=dimension.id)
    for issue in codebook.issues:
        for name in (issue.id, issue.es, issue.en):
            found[(fold(name),)] = Meaning(issue.id, first)
            for status in codebook.statuses:
                for state in (status.id, status.es, status.en):
                    found[fold(name), fold(state)] = Meaning(issue.id, status.id)
    return found
