"""The Spanish reader's encoder: from multilingual-e5-small to a small network of this field.

A maintainer's step (extra ``train``: PyTorch, onnx). Users of the reader need neither.
"""
