"""The Spanish reader: a small encoder of this field's language, run by ONNX Runtime."""
