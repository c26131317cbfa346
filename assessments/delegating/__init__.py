"""Who scores what: plans' own words read, resolved to leaves, gaps and overlaps found. Plain Python, no Django."""
