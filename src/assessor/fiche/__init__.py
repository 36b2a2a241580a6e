"""Document → fiche: fields, sections, warnings."""
