"""YAML → `Codebook`, with errors that name file, entry, key, value and allowed values.

A codebook is one YAML file or a folder of them. A user's file may say ``extends: default``:
its entries are then laid over the shipped ones by id. A new id adds an entry; a known id
changes the keys that are given (``wording`` and ``aliases`` are added to); ``drop: true``
takes the entry out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml

from assessor.codebook.schema import (
    Codebook,
    Cue,
    CueCategory,
    CueDirection,
    Dimension,
    Form,
    FormField,
    IndexRule,
    IssueStatus,
    IssueType,
    Level,
    Lexicon,
    LexiconEntry,
    Wording,
)
from assessor.errors import CodebookError
from assessor.tree_wording import parse_tree

LISTS = (
    "rating_scale",
    "issue_status",
    "dimensions",
    "issues",
    "cues",
    "lexicon",
    "intensifiers",
    "forms",
)
INDEX = "index"
TEXT_LISTS = ("placeholders", "no_information")
ADDED_TO = ("wording", "aliases")
FIELD_KINDS = (
    "text", "list", "numbered", "money", "agency_money", "date", "contacts", "disbursements",
    "beneficiaries", "missions", "evaluation", "flag", "section", "group",
)  # fmt: skip

T = TypeVar("T")
Entry = dict[str, Any]


class _UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, which YAML would silently overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.YAMLError(f"key {key!r} is given twice {key_node.start_mark}")
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_codebook(path: Path | None = None) -> Codebook:
    """Read and validate a codebook.

    Parameters
    ----------
    path : Path, optional
        A YAML file or a folder of them; the shipped Spanish codebook when left out.

    Raises
    ------
    CodebookError
        If a file cannot be read or an entry is inconsistent.
    """
    if path is None:
        return shipped_codebook()
    raw = _read(path)
    if raw.pop("extends", None) is not None:
        raw = _overlay(_read_shipped(), raw)
    return _build(raw)


@cache
def shipped_codebook() -> Codebook:
    """Return the codebook that travels with the package."""
    return _build(_read_shipped())


def _read_shipped() -> dict[str, Any]:
    with resources.as_file(resources.files("assessor.codebook") / "es") as folder:
        return _read(folder)


def _read(path: Path) -> dict[str, Any]:
    """Read the YAML files of a codebook into one mapping of lists, each entry with its file."""
    if not path.exists():
        raise CodebookError(f"{path}: no such codebook")
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    merged: dict[str, Any] = {}
    for file in files:
        for key, value in _read_file(file).items():
            if key in LISTS or key in TEXT_LISTS:
                merged.setdefault(key, []).extend(_entries(file, key, value))
            elif key == INDEX:
                if not isinstance(value, dict):
                    raise CodebookError(f"{file.name}: index: expected keys, found {value!r}")
                merged[key] = {"id": INDEX, **value, "_file": file.name}
            elif key == "id" or (key == "extends" and value == "default"):
                merged[key] = value
            elif key == "extends":
                raise CodebookError(f"{file.name}: extends: {value!r}; only 'default' is known")
            else:
                known = ", ".join(("id", "extends", INDEX, *LISTS, *TEXT_LISTS))
                raise CodebookError(f"{file.name}: unknown key {key!r}; one of {known}")
    return merged


def _read_file(file: Path) -> dict[str, Any]:
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError) as error:
        raise CodebookError(f"{file}: cannot be read ({type(error).__name__})") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise CodebookError(f"{file.name}: not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise CodebookError(
            f"{file.name}: expected keys such as 'issues:', found {type(data).__name__}"
        )
    return data


def _entries(file: Path, key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise CodebookError(f"{file.name}: {key}: expected a list of entries")
    if key in TEXT_LISTS:
        return [str(item) for item in value]
    entries = []
    for number, item in enumerate(value, start=1):
        if not isinstance(item, dict):
            raise CodebookError(f"{file.name}: {key}: entry {number} has no keys")
        entries.append({"id": f"{key}-{number}", **item, "_file": file.name})
    return entries


def _overlay(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Lay a user's entries over the shipped ones, by id."""
    merged = dict(base)
    merged["id"] = extra.get("id", "custom")
    for key in LISTS:
        by_id = {entry["id"]: entry for entry in base.get(key, [])}
        for entry in extra.get(key, []):
            # Cues and lexicon entries seldom bear an id of their own: theirs is a number.
            name = entry["id"]
            if key in {"cues", "lexicon", "intensifiers"} and name.startswith(f"{key}-"):
                name = f"user-{name}"
            by_id[name] = _merge_entry(by_id.get(name, {}), {**entry, "id": name})
        merged[key] = [entry for entry in by_id.values() if not entry.pop("drop", False)]
    if INDEX in extra:
        merged[INDEX] = {**base.get(INDEX, {}), **extra[INDEX]}
    for key in TEXT_LISTS:
        merged[key] = [*base.get(key, []), *extra.get(key, [])]
    return merged


def _merge_entry(old: Entry, new: Entry) -> Entry:
    added = {key: [*old.get(key, []), *new[key]] for key in ADDED_TO if key in old and key in new}
    return {**old, **new, **added}


def _build(raw: Mapping[str, Any]) -> Codebook:
    dimensions = _typed(raw, "dimensions", Dimension, _dimension)
    names = [dimension.id for dimension in dimensions]
    statuses = _typed(raw, "issue_status", IssueStatus)
    status_names = [status.id for status in statuses]
    issues = _typed(raw, "issues", IssueType, lambda e: _issue(e, names, status_names))
    codes = [issue.id for issue in issues]
    lexicon = Lexicon(
        entries=_typed(raw, "lexicon", LexiconEntry, lambda e: _within(e, "dimensions", names)),
        intensifiers=_typed(raw, "intensifiers", LexiconEntry),
        placeholders=tuple(raw.get("placeholders", [])),
        no_information=tuple(raw.get("no_information", [])),
    )
    levels = _typed(raw, "rating_scale", Level)
    return Codebook(
        id=str(raw.get("id", "es-default")),
        levels=levels,
        statuses=statuses,
        dimensions=dimensions,
        issues=issues,
        cues=_typed(raw, "cues", Cue, lambda e: _cue(e, codes)),
        lexicon=lexicon,
        forms=_typed(raw, "forms", Form, lambda e: _form(e, names)),
        index=_index(raw.get(INDEX, {"id": INDEX}), levels),
        sha256=hashlib.sha256(_canonical(raw).encode()).hexdigest(),
    )


def _canonical(raw: Mapping[str, Any]) -> str:
    return json.dumps(_without_files(raw), sort_keys=True, ensure_ascii=False, default=str)


def _without_files(value: Any) -> Any:
    """Return entries without the names of their files: the content counts, not its place."""
    if isinstance(value, dict):
        return {key: _without_files(held) for key, held in value.items() if key != "_file"}
    return [_without_files(held) for held in value] if isinstance(value, list) else value


def _typed(
    raw: Mapping[str, Any],
    key: str,
    cls: type[T],
    prepare: Callable[[Entry], Entry] = lambda entry: entry,
) -> tuple[T, ...]:
    """Turn the entries under `key` into `cls`, checking keys and unique ids."""
    built: list[T] = []
    seen: set[str] = set()
    for entry in raw.get(key, []):
        if entry["id"] in seen:
            raise _bad(entry, f"{key}: id given twice")
        seen.add(entry["id"])
        built.append(_construct(prepare(entry), cls))
    if not built and key in {"rating_scale", "issue_status", "dimensions", "forms"}:
        raise CodebookError(f"codebook: no {key}; to add to the shipped one say 'extends: default'")
    return tuple(built)


def _construct(entry: Entry, cls: type[T]) -> T:
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    values = {key: value for key, value in entry.items() if key != "_file"}
    for key in values:
        if key not in known:
            raise _bad(entry, f"unknown key {key!r}; one of {', '.join(known)}")
    for name, f in known.items():
        if name not in values and f.default is MISSING and f.default_factory is MISSING:
            raise _bad(entry, f"key {name!r} is missing")
        if name in values:
            values[name] = _coerce(entry, name, str(f.type), values[name])
    return cls(**values)


def _coerce(entry: Entry, name: str, annotation: str, value: Any) -> Any:
    """Check one value against the dataclass annotation; lists become tuples."""
    if annotation.startswith("tuple"):
        if isinstance(value, str) or not isinstance(value, (list, tuple)):
            raise _bad(entry, f"{name}: expected a list, found {value!r}")
        return tuple(value)
    if value is None and "None" in annotation:
        return None
    expected: dict[str, tuple[type, ...]] = {
        "str": (str,), "int": (int,), "float": (int, float), "bool": (bool,),
    }  # fmt: skip
    kinds = expected.get(annotation.removesuffix(" | None"))
    if kinds and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
        raise _bad(entry, f"{name}: expected {annotation}, found {value!r}")
    return value


def _index(entry: Entry, levels: Sequence[Level]) -> IndexRule:
    """Check the rule of the index: points rise with risk, what is missing is never low."""
    rule = _construct({k: v for k, v in entry.items() if k != "id"}, IndexRule)
    ranked = sorted((x for x in levels if x.value is not None), key=lambda x: x.value or 0)
    if rule.not_assessed is not None:
        _one_of(entry, "not_assessed", [x.id for x in ranked[1:]])
    points = list(rule.points)
    numbers = all(isinstance(x, (int, float)) and 0 <= x <= 100 for x in points)
    if points and (not numbers or len(points) != len(ranked) or points != sorted(points)):
        names = ", ".join(x.id for x in ranked)
        raise _bad(entry, f"points {points!r}; one number of 0 to 100 for each of {names}, rising")
    return rule


def _dimension(entry: Entry) -> Entry:
    return {"en": entry.get("es"), "heading": entry.get("es"), **entry}


def _issue(entry: Entry, dimensions: list[str], statuses: list[str]) -> Entry:
    entry = {"en": entry.get("es"), "means": entry.get("es"), **entry}
    _one_of(entry, "usual", dimensions)
    if entry.get("severity", 2) not in (1, 2, 3):
        raise _bad(entry, f"severity {entry['severity']!r}; one of 1, 2, 3")
    wording = []
    for number, item in enumerate(entry.get("wording", []), start=1):
        pattern = {"text": item} if isinstance(item, str) else dict(item)
        pattern = {"id": f"{entry['id']}/{number}", **pattern, "_file": entry.get("_file")}
        _within(pattern, "dimensions", dimensions)
        if pattern.get("status") is not None:
            _one_of(pattern, "status", statuses)
        wording.append(_construct(_tree(pattern) if "tree" in pattern else pattern, Wording))
    return {**entry, "wording": wording}


def _tree(pattern: Entry) -> Entry:
    """Check a dependency pattern, which stands in the place of a text."""
    text = pattern["tree"]
    if "text" in pattern:
        raise _bad(pattern, f"text {pattern['text']!r} and tree {text!r}; one of the two")
    if not isinstance(text, str):
        raise _bad(pattern, f"tree: expected str, found {text!r}")
    try:
        parse_tree(text)
    except CodebookError as error:
        raise _bad(pattern, str(error)) from error
    return {**pattern, "text": text, "tree": True}


def _cue(entry: Entry, codes: list[str]) -> Entry:
    _within(entry, "issues", codes)
    _one_of(entry, "category", [str(c) for c in CueCategory])
    _one_of(entry, "direction", [str(d) for d in CueDirection])
    return {
        **entry,
        "category": CueCategory(entry["category"]),
        "direction": CueDirection(entry["direction"]),
    }


def _form(entry: Entry, dimensions: list[str]) -> Entry:
    form_fields = []
    for item in entry.get("fields", []):
        field = {**item, "_file": entry.get("_file")}
        _one_of(field, "kind", list(FIELD_KINDS))
        if field["kind"] == "section":
            _one_of(field, "id", [*dimensions, "status", "achievements"])
        form_fields.append(_construct(field, FormField))
    form_fields = [*form_fields, *_missing_sections(form_fields, dimensions)]
    return {"es": entry["id"], **entry, "fields": form_fields}


def _missing_sections(given: Iterable[FormField], dimensions: list[str]) -> list[FormField]:
    """Dimensions a form does not name are still looked for, by heading and aliases."""
    named = {field.id for field in given} | {"execution"}
    return [FormField(name, (), "section") for name in dimensions if name not in named]


def _one_of(entry: Entry, key: str, allowed: list[str]) -> None:
    if entry.get(key) not in allowed:
        raise _bad(entry, f"{key} {entry.get(key)!r} does not exist; one of {', '.join(allowed)}")


def _within(entry: Entry, key: str, allowed: list[str]) -> Entry:
    for value in entry.get(key, ()):
        if value not in allowed:
            raise _bad(entry, f"{key}: {value!r} does not exist; one of {', '.join(allowed)}")
    return entry


def _bad(entry: Entry, problem: str) -> CodebookError:
    return CodebookError(f"{entry.get('_file', 'codebook')}: {entry.get('id', '?')!r}: {problem}")
