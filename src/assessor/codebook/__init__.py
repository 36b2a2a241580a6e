"""The codebook: what the analysis looks for, as validated data."""
