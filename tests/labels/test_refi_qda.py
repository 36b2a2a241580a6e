"""REFI-QDA: what other programs read, and what comes back from them."""

from __future__ import annotations

import io
import re
import uuid
import zipfile

import pytest

from assessor.errors import LabelError
from assessor.labels.archive import read_archive
from assessor.labels.batch import Batch, Proposal
from assessor.labels.formats import collect_labels, export_labels, read_rows

from .. import needs
from ..conftest import SHARED
from .conftest import TEXT, reading

REFI = SHARED / "refi-qda"
with_shared = pytest.mark.skipif(not REFI.exists(), reason=needs.OWN_REFI_QDA)
ISSUES = [
    ("no_baseline", "current", "No hay línea de base"),
    ("absence_of_coordinator", "resolved", "desde julio hay otra"),
]


@pytest.fixture
def project(tmp_path, codebook, labels):
    path = tmp_path / "proyecto.qdpx"
    facts = {"A_2011-1": {"country": "Perú", "period": "2011-1"}}
    export_labels(Batch(labels, facts=facts), codebook, "qdpx", path)
    return path


def changed(path, change, files=lambda files: files):
    """Rewrite a project as another program might."""
    with zipfile.ZipFile(path) as archive:
        found = {n: archive.read(n) for n in archive.namelist()}
    found["project.qde"] = change(found["project.qde"].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files(found).items():
            archive.writestr(name, data)
    return path


@pytest.fixture(scope="module")
def schema():
    etree = pytest.importorskip("lxml.etree", reason=needs.REFI_QDA)
    return etree.XMLSchema(etree.parse(REFI / "Project.xsd"))


def validate(schema, data):
    from lxml import etree

    schema.assertValid(etree.fromstring(data))


@with_shared
def test_a_project_validates_against_the_exchange_schema(schema, project, tmp_path, codebook):
    validate(schema, zipfile.ZipFile(project).read("project.qde"))
    label = reading(annotator="modelo", issues=ISSUES)
    export_labels(
        Batch(proposals=[Proposal(label, 0.5, (0.5, 0.6))]), codebook, "qdpx", tmp_path / "b.qdpx"
    )
    validate(schema, zipfile.ZipFile(tmp_path / "b.qdpx").read("project.qde"))
    export_labels(Batch([reading(annotator="")]), codebook, "qdpx", tmp_path / "c.qdpx")
    validate(schema, zipfile.ZipFile(tmp_path / "c.qdpx").read("project.qde"))


@with_shared
def test_a_codebook_s_codes_validate_as_those_of_a_project(schema, tmp_path, codebook):
    (path,) = export_labels(Batch(), codebook, "qdc", tmp_path / "libro.qdc")
    text = path.read_text().partition("?>")[2].replace("codebook:1.0", "project:1.0")
    inner = re.sub(r' origin="[^"]*"', "", text, count=1)
    validate(schema, f'<Project xmlns="urn:QDA-XML:project:1.0" name="x">{inner}</Project>')


def test_a_project_is_read_by_an_independent_reader(project, tmp_path, codebook, labels):
    pyrefiqda = pytest.importorskip("pyrefiqda", reason=needs.REFI_QDA)
    read = pyrefiqda.RefiProject.load(project, extract_dir=str(tmp_path / "out"))
    sources = read.sources.text_source
    assert {s.name for s in sources} == {"A_2011-1", "B_2011-1"}
    assert len(read.cases.case) == 3
    top = read.code_book.codes.code
    assert [c.is_codable for c in top] == [False, False]
    assert [len(c.code) for c in top] == [len(codebook.issues), len(codebook.dimensions)]
    selections = 0
    for source in sources:
        path = pyrefiqda.RefiProject.resolve_source_path(source.plain_text_path, tmp_path / "out")
        text = path.read_text(encoding="utf-8")
        for selection in source.plain_text_selection:
            selections += 1
            quote = text[selection.start_position : selection.end_position]
            assert quote.startswith(selection.name.removesuffix("…"))
    issues = sum(len(x.issues) for x in labels)
    assert selections == issues + len({(x.fiche_id, x.dimension) for x in labels if x.text})


def test_a_codebook_is_read_by_an_independent_reader(tmp_path, codebook):
    pyrefiqda = pytest.importorskip("pyrefiqda", reason=needs.REFI_QDA)
    (path,) = export_labels(Batch(), codebook, "qdc", tmp_path / "libro.qdc")
    issues, sections = pyrefiqda.RefiCodebook.load(path).codes.code
    assert [c.name for c in issues.code] == [i.es for i in codebook.issues]
    assert [c.name for c in sections.code] == [d.es for d in codebook.dimensions]
    codes = read_rows([path], codebook).others["codes"]
    assert len(codes) == 2 + len(codebook.issues) * len(codebook.statuses) + len(
        codebook.dimensions
    )


def test_archive_is_as_the_programs_want_it(project):
    with zipfile.ZipFile(project) as archive:
        names = archive.namelist()
        assert names[0] == "project.qde"
        assert all(re.fullmatch(r"sources/[0-9a-f-]{36}\.txt", name) for name in names[1:])
        for name in names[1:]:
            data = archive.read(name)
            assert not data.startswith(b"\xef\xbb\xbf")
            assert b"\r" not in data


@with_shared
@pytest.mark.parametrize("name", ["nvivo.qdpx", "atlas-ti.qdpx"])
def test_other_programs_projects_come_in_with_every_code_and_coding(name, codebook):
    xml = next(d for n, d in read_archive(REFI / name).items() if n.endswith(".qde")).decode()
    rows = read_rows([REFI / name], codebook)
    guids = [x.lower() for x in re.findall(r'<Code [^>]*?guid="([^"]+)"', xml)]
    assert [c["guid"] for c in rows.others["codes"]] == guids
    assert len(rows.others["codings"]) == len(re.findall(r"<Coding[ >]", xml))
    assert rows.rejected == []


def test_codings_beyond_the_codebook_are_kept_and_told(project, codebook):
    added = '<Code guid="AAAAAAAA-0000-4000-8000-000000000001" name="Cita bonita" isCodable="true"/></Codes>'

    def change(xml):
        xml = xml.replace("</Codes>", added)
        coding = ('<PlainTextSelection guid="{AAAAAAAA-0000-4000-8000-000000000002}" startPosition="7" endPosition="13">'
                  '<Coding guid="AAAAAAAA-0000-4000-8000-000000000003"><CodeRef targetGUID="aaaaaaaa-0000-4000-8000-000000000001"/>'
                  "</Coding></PlainTextSelection></TextSource>")  # fmt: skip
        return xml.replace("</TextSource>", coding, 1)

    changed(project, change)
    rows = read_rows([project], codebook)
    assert "Cita bonita" in {c["path"] for c in rows.others["codes"]}
    (kept,) = [c for c in rows.others["codings"] if c["code"] == "Cita bonita"]
    assert kept["quote"]
    assert [x.reason for x in rows.rejected] == ["the codebook has no such code; see codings.csv"]
    assert len(collect_labels([project], codebook).labels) == 4


def other_identifiers(xml):
    """Codes and variables under other identifiers, as some programs give them."""
    for old in re.findall(r'<(?:Code|Variable) guid="([^"]+)"', xml):
        xml = xml.replace(old, str(uuid.uuid5(uuid.NAMESPACE_URL, old)).upper())
    return xml


def shifted(xml):
    def move(match):
        return f'startPosition="{int(match[1]) + 1}" endPosition="{int(match[2]) + 1}"'

    return re.sub(r'startPosition="(\d+)" endPosition="(\d+)"', move, xml)


def windows_breaks(files):
    """A mark at the beginning and two characters a break, though positions count one."""
    texts = {
        n: b"\xef\xbb\xbf" + d.replace(b"\n", b"\r\n")
        for n, d in files.items()
        if n.endswith(".txt")
    }
    return files | texts


def capital_folder(files):
    return {name.replace("sources/", "Sources/"): data for name, data in files.items()}


@pytest.mark.parametrize(
    ("change", "files"),
    [(other_identifiers, dict), (shifted, dict), (str, windows_breaks), (str, capital_folder)],
    ids=["other identifiers", "shifted", "Windows breaks", "capital folder"],
)
def test_what_other_programs_change_loses_no_label(project, codebook, labels, change, files):
    table = collect_labels([changed(project, change, files)], codebook)
    assert table.rejected == ()
    assert {(x.key, x.rating, x.issues) for x in table.labels} == {
        (x.key, x.rating, x.issues) for x in labels
    }


def test_a_checked_project_of_proposals_becomes_the_checker_s_labels(tmp_path, codebook):
    label = reading(annotator="modelo", issues=ISSUES)
    path = tmp_path / "a.qdpx"
    export_labels(Batch(proposals=[Proposal(label, 0.5, (0.5, 0.6))]), codebook, "qdpx", path)
    unchecked = collect_labels([path], codebook)
    assert (unchecked.labels, len(unchecked.undecided)) == ((), 3)
    assert collect_labels([path], codebook, "ana").labels == (reading(issues=ISSUES),)


def archive_of(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


LOL = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Project name="&b;"/>'
XXE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Project name="x">&a;</Project>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "damaged"),
        (archive_of({"a.txt": b"x"}), "no project"),
        (archive_of({"project.qde": b"<Project"}), "XML is damaged"),
        (archive_of({"project.qde": LOL}), "entities"),
        (archive_of({"project.qde": XXE}), "entities"),
        (archive_of({"project.qde": b"<Project/>", "../../evil": b"x"}), "outside"),
        (archive_of({"project.qde": b"<Project/>", "/etc/evil": b"x"}), "outside"),
        (archive_of({"project.qde": b"<Project/>", "sources\\..\\evil": b"x"}), "outside"),
        (archive_of({"project.qde": b"<Project/>", "C:/evil": b"x"}), "outside"),
        (archive_of({"project.qde": b" " * 40_000_000}), "times its size"),
        (archive_of({f"{n}": b"" for n in range(20_001)}), "more than"),
        (archive_of({"project.qde": b"<Project/>"})[:-30], "damaged"),
    ],
)  # fmt: skip
def test_hostile_archives_are_refused(tmp_path, codebook, data, message):
    path = tmp_path / "x.qdpx"
    path.write_bytes(data)
    with pytest.raises(LabelError, match=message):
        collect_labels([path], codebook)


def test_a_source_outside_the_archive_is_not_read(project, tmp_path, codebook):
    (tmp_path / "secreto.txt").write_text(TEXT)
    changed(
        project,
        lambda xml: re.sub(r"internal://[0-9a-f-]+\.txt", f"file://{tmp_path}/secreto.txt", xml),
    )
    table = collect_labels([project], codebook)
    assert all(label.text == "" for label in table.labels)
    assert {x.reason for x in table.rejected} == {"the passage has no plain text; see codings.csv"}


def test_codes_nested_without_end_are_refused(tmp_path, codebook):
    code = '<Code guid="aaaaaaaa-0000-4000-8000-000000000001" name="x" isCodable="true">'
    xml = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{code * 5000}{"</Code>" * 5000}</Codes></CodeBook>'
    (tmp_path / "a.qdc").write_text(xml)
    with pytest.raises(LabelError, match="nested"):
        read_rows([tmp_path / "a.qdc"], codebook)
