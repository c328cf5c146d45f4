"""The tables of a gradebook, one step for each version of its form: an old file is brought up step by step.

A *delivery* is what one path of the command brought in; works and refusals belong to one. `turn` and `place` order a
student's attempts at a unit, `cells` are the grades of the last run, and `changes` how they came to be.
"""

MIGRATIONS = (
    """
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE sources (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE notebooks (sha256 TEXT PRIMARY KEY, module TEXT NOT NULL, lines TEXT NOT NULL, left_out TEXT NOT NULL)
        WITHOUT ROWID;
    CREATE TABLE students (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE works (student TEXT, unit TEXT, attempt INTEGER, data TEXT NOT NULL, key TEXT NOT NULL,
        PRIMARY KEY (student, unit, attempt)) WITHOUT ROWID;
    CREATE TABLE refusals (student TEXT, path TEXT, data TEXT NOT NULL, PRIMARY KEY (student, path)) WITHOUT ROWID;
    CREATE TABLE results (key TEXT, run INTEGER, unit TEXT NOT NULL, sha256 TEXT NOT NULL, outcome TEXT NOT NULL,
        tier TEXT NOT NULL, earned TEXT NOT NULL, possible TEXT NOT NULL, record TEXT NOT NULL, measured TEXT,
        PRIMARY KEY (key, run)) WITHOUT ROWID;
    CREATE TABLE memory (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE deliveries (number INTEGER PRIMARY KEY, name TEXT NOT NULL, student TEXT NOT NULL,
        fingerprint TEXT NOT NULL, taken TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO deliveries SELECT 1, 'earlier runs', '', '', '' WHERE EXISTS (SELECT 1 FROM works)
        OR EXISTS (SELECT 1 FROM refusals);
    ALTER TABLE works RENAME TO works_of_one_run;
    CREATE TABLE works (delivery INTEGER, student TEXT, unit TEXT, number INTEGER, turn INTEGER NOT NULL,
        place INTEGER NOT NULL, data TEXT NOT NULL, key TEXT NOT NULL,
        PRIMARY KEY (delivery, student, unit, number)) WITHOUT ROWID;
    INSERT INTO works SELECT 1, student, unit, attempt, 1, attempt, data, key FROM works_of_one_run;
    DROP TABLE works_of_one_run;
    ALTER TABLE refusals RENAME TO refusals_of_one_run;
    CREATE TABLE refusals (delivery INTEGER, student TEXT, path TEXT, data TEXT NOT NULL,
        PRIMARY KEY (delivery, student, path)) WITHOUT ROWID;
    INSERT INTO refusals SELECT 1, student, path, data FROM refusals_of_one_run;
    DROP TABLE refusals_of_one_run;
    CREATE TABLE runs (number INTEGER PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE cells (student TEXT, unit TEXT, data TEXT NOT NULL, PRIMARY KEY (student, unit)) WITHOUT ROWID;
    CREATE TABLE changes (run INTEGER, student TEXT, unit TEXT, data TEXT NOT NULL,
        PRIMARY KEY (run, student, unit)) WITHOUT ROWID;
    """,
)
