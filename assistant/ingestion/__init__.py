"""From files to indexes: load, split, catalog, embed, project."""
