"""Labels, scores and, where models are trained, their fitting."""
