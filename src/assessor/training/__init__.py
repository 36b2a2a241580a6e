"""Training and evaluation of models on labels."""
