"""The issue: a coded problem that an observation reports."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Issue:
    """One code with one status in one section.

    Parameters
    ----------
    dimension, code, status : str
        Identifiers of the codebook; status is ``current``, ``resolved`` or ``potential``.
    severity : int
        1 (slight) to 3 (grave).
    evidence : Evidence
        The shortest proving run of words; its rule names the wording that found it.
    cues : tuple of Evidence
        The words that set the status, each with its cue's identifier.
    confidence : float
        0 to 1.
    """

    dimension: str
    code: str
    status: str
    severity: int
    evidence: Evidence
    cues: tuple[Evidence, ...]
    confidence: float

    @property
    def code_status(self) -> tuple[str, str]:
        """What tells one issue of a section from another."""
        return self.code, self.status

    @property
    def rule(self) -> str:
        """Wording and cues in one line, as `issues.csv` shows them."""
        return " + ".join([self.evidence.rule, *(cue.rule for cue in self.cues)])
