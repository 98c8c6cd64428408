"""How coalitions are stored: tables, mapping, repositories, migrations."""
