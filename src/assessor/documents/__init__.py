"""Files → documents and tables, one reader per format."""
