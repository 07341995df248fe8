"""Models: weights to ONNX to running, for texts as vectors and for the spans that answer."""
