"""What people see: static pages that open from disk, made from tables, scenes and facts; knows no store."""
