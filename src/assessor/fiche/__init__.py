"""Parsing a document into fiches: header fields, sections and warnings."""
