"""Labels whose words tell their level: what a model has to learn from them is plain."""

from __future__ import annotations

from assessor.labels.tables import IssueLabel, LabelledObservation

GOOD = "El comité se reúne cada mes y cumple."
BAD = "Nadie acude al comité. Falta todo."


def labels(count: int = 60, dimension: str = "accountability") -> list[LabelledObservation]:
    """Return labels by four writers, good and bad by turns."""
    made = []
    for k in range(count):
        text = f"{GOOD} Acta {k}." if k % 2 else f"{BAD} Acta {k}."
        status = "current" if k % 4 else "potential"
        issue = IssueLabel("inactive_governance_body", status, "Nadie acude al comité")
        made.append(
            LabelledObservation(
                f"f{k}", dimension, text, "low" if k % 2 else "high", () if k % 2 else (issue,),
                "a", f"w{k // 4 % 4}",
            )
        )  # fmt: skip
    return made
