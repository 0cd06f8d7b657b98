"""Alembic migrations, oldest first.

To add one: change ``tables.py``, write ``versions/000N_what.py`` by hand or with Alembic's autogenerate, add its id
to ``REVISIONS``. A test upgrades a database and compares it with the tables.
"""

REVISIONS = ("0001", "0002", "0003", "0008", "0005", "0006", "0009", "0012", "0010", "0013", "0011", "0014")
HEAD = REVISIONS[-1]
