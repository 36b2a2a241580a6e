"""The Spanish reader's encoder: from multilingual-e5-small to a small network of this field.

`make encoder` and `assessor train --fine-tune` need the extra ``train`` (PyTorch, onnx); users of
a reader need neither.
"""
