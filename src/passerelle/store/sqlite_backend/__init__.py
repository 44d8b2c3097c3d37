"""Django's SQLite, which waits at the gate; Django finds it by the name of this folder."""
