"""Evidence: the first tables, with their indexes, guards and the empty log's head.

The statements stand here as they were released, one database at a time.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TABLE head (
id INTEGER NOT NULL,
size INTEGER NOT NULL,
root BLOB NOT NULL,
frontier BLOB NOT NULL,
recorded_at TEXT NOT NULL,
clock TEXT NOT NULL,
PRIMARY KEY (id),
CONSTRAINT head_id CHECK (id = 1)
)
STRICT""",
    """CREATE TABLE seals (
first_index INTEGER NOT NULL,
count INTEGER NOT NULL,
act TEXT NOT NULL,
digest TEXT NOT NULL,
envelope BLOB NOT NULL,
actor TEXT NOT NULL,
"key" TEXT NOT NULL,
at TEXT NOT NULL,
PRIMARY KEY (first_index),
CONSTRAINT seals_act UNIQUE (act)
)
STRICT""",
    """CREATE TABLE events (
"index" INTEGER NOT NULL,
record TEXT NOT NULL,
version INTEGER NOT NULL,
kind TEXT NOT NULL,
event BLOB NOT NULL,
act TEXT NOT NULL,
recorded_at TEXT NOT NULL,
nodes BLOB NOT NULL,
PRIMARY KEY ("index"),
CONSTRAINT events_record_version UNIQUE (record, version),
CONSTRAINT events_act FOREIGN KEY(act) REFERENCES seals (act) DEFERRABLE INITIALLY DEFERRED
)
STRICT""",
    """CREATE TABLE content (
digest TEXT NOT NULL,
salt BLOB NOT NULL,
bytes BLOB NOT NULL,
PRIMARY KEY (digest)
)
STRICT""",
    """CREATE TABLE checkpoints (
size INTEGER NOT NULL,
note BLOB NOT NULL,
PRIMARY KEY (size)
)
STRICT""",
    """CREATE TABLE cosignatures (
size INTEGER NOT NULL,
witness TEXT NOT NULL,
cosignature BLOB NOT NULL,
CONSTRAINT cosignatures_size_witness UNIQUE (size, witness),
CONSTRAINT cosignatures_size FOREIGN KEY(size) REFERENCES checkpoints (size)
)
STRICT""",
    """CREATE TABLE timestamps (
digest TEXT NOT NULL,
size INTEGER NOT NULL,
token BLOB NOT NULL,
PRIMARY KEY (digest),
CONSTRAINT timestamps_size FOREIGN KEY(size) REFERENCES checkpoints (size)
)
STRICT""",
    """CREATE TABLE disclosures (
digest TEXT NOT NULL,
event_index INTEGER NOT NULL,
disclosure BLOB NOT NULL,
PRIMARY KEY (digest),
CONSTRAINT disclosures_event FOREIGN KEY(event_index) REFERENCES events ("index")
)
STRICT""",
    """CREATE INDEX events_first ON events (record) WHERE version = 1""",
    """INSERT INTO head (id, size, root, frontier, recorded_at, clock) VALUES
(1, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'', '', '')""",
    """CREATE TRIGGER head_forward BEFORE UPDATE ON head WHEN NEW.id IS NOT 1 OR NEW.size <= OLD.size OR NEW.size IS NOT coalesce((SELECT "index" FROM events ORDER BY "index" DESC LIMIT 1) + 1, 0)
BEGIN SELECT RAISE(ABORT, 'head: moves forward only, to the end of events'); END""",
    """CREATE TRIGGER head_one BEFORE INSERT ON head WHEN EXISTS (SELECT 1 FROM head)
BEGIN SELECT RAISE(ABORT, 'head: has one row'); END""",
    """CREATE TRIGGER events_next BEFORE INSERT ON events WHEN NEW."index" IS NOT coalesce((SELECT "index" FROM events ORDER BY "index" DESC LIMIT 1) + 1, 0) OR NEW.version IS NOT coalesce((SELECT version FROM events WHERE record = NEW.record ORDER BY version DESC LIMIT 1), 0) + 1
BEGIN SELECT RAISE(ROLLBACK, 'events: not the next index or not the next version'); END""",
    """CREATE TRIGGER seals_next BEFORE INSERT ON seals WHEN NEW.first_index IS NOT coalesce((SELECT first_index + count FROM seals ORDER BY first_index DESC LIMIT 1), 0) OR EXISTS (SELECT 1 FROM seals WHERE act = NEW.act)
BEGIN SELECT RAISE(ABORT, 'seals: not the next first index, or known already'); END""",
    """CREATE TRIGGER content_new BEFORE INSERT ON content WHEN EXISTS (SELECT 1 FROM content WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'content: known already'); END""",
    """CREATE TRIGGER checkpoints_new BEFORE INSERT ON checkpoints WHEN EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'checkpoints: known already'); END""",
    """CREATE TRIGGER cosignatures_new BEFORE INSERT ON cosignatures WHEN EXISTS (SELECT 1 FROM cosignatures WHERE size = NEW.size AND witness = NEW.witness)
BEGIN SELECT RAISE(ABORT, 'cosignatures: known already'); END""",
    """CREATE TRIGGER timestamps_new BEFORE INSERT ON timestamps WHEN EXISTS (SELECT 1 FROM timestamps WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'timestamps: known already'); END""",
    """CREATE TRIGGER disclosures_new BEFORE INSERT ON disclosures WHEN EXISTS (SELECT 1 FROM disclosures WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'disclosures: known already'); END""",
    """CREATE TRIGGER seals_unchanged BEFORE UPDATE ON seals
BEGIN SELECT RAISE(ABORT, 'seals: append-only'); END""",
    """CREATE TRIGGER events_unchanged BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events: append-only'); END""",
    """CREATE TRIGGER content_unchanged BEFORE UPDATE ON content
BEGIN SELECT RAISE(ABORT, 'content: append-only'); END""",
    """CREATE TRIGGER checkpoints_unchanged BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints: append-only'); END""",
    """CREATE TRIGGER cosignatures_unchanged BEFORE UPDATE ON cosignatures
BEGIN SELECT RAISE(ABORT, 'cosignatures: append-only'); END""",
    """CREATE TRIGGER timestamps_unchanged BEFORE UPDATE ON timestamps
BEGIN SELECT RAISE(ABORT, 'timestamps: append-only'); END""",
    """CREATE TRIGGER disclosures_unchanged BEFORE UPDATE ON disclosures
BEGIN SELECT RAISE(ABORT, 'disclosures: append-only'); END""",
    """CREATE TRIGGER head_undeleted BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'head: append-only'); END""",
    """CREATE TRIGGER seals_undeleted BEFORE DELETE ON seals
BEGIN SELECT RAISE(ABORT, 'seals: append-only'); END""",
    """CREATE TRIGGER events_undeleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events: append-only'); END""",
    """CREATE TRIGGER checkpoints_undeleted BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints: append-only'); END""",
    """CREATE TRIGGER cosignatures_undeleted BEFORE DELETE ON cosignatures
BEGIN SELECT RAISE(ABORT, 'cosignatures: append-only'); END""",
    """CREATE TRIGGER timestamps_undeleted BEFORE DELETE ON timestamps
BEGIN SELECT RAISE(ABORT, 'timestamps: append-only'); END""",
)

POSTGRESQL = (
    """CREATE TABLE head (
id INTEGER NOT NULL,
size BIGINT NOT NULL,
root BYTEA NOT NULL,
frontier BYTEA NOT NULL,
recorded_at TEXT COLLATE "C" NOT NULL,
clock TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (id),
CONSTRAINT head_id CHECK (id = 1)
)""",
    """CREATE TABLE seals (
first_index BIGINT NOT NULL,
count BIGINT NOT NULL,
act TEXT COLLATE "C" NOT NULL,
digest TEXT COLLATE "C" NOT NULL,
envelope BYTEA NOT NULL,
actor TEXT COLLATE "C" NOT NULL,
key TEXT COLLATE "C" NOT NULL,
at TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (first_index),
CONSTRAINT seals_act UNIQUE (act)
)""",
    """CREATE TABLE events (
index BIGINT NOT NULL,
record TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
kind TEXT COLLATE "C" NOT NULL,
event BYTEA NOT NULL,
act TEXT COLLATE "C" NOT NULL,
recorded_at TEXT COLLATE "C" NOT NULL,
nodes BYTEA NOT NULL,
PRIMARY KEY (index),
CONSTRAINT events_record_version UNIQUE (record, version),
CONSTRAINT events_act FOREIGN KEY(act) REFERENCES seals (act) DEFERRABLE INITIALLY DEFERRED
)""",
    """CREATE TABLE content (
digest TEXT COLLATE "C" NOT NULL,
salt BYTEA NOT NULL,
bytes BYTEA NOT NULL,
PRIMARY KEY (digest)
)""",
    """CREATE TABLE checkpoints (
size BIGINT NOT NULL,
note BYTEA NOT NULL,
PRIMARY KEY (size)
)""",
    """CREATE TABLE cosignatures (
size BIGINT NOT NULL,
witness TEXT COLLATE "C" NOT NULL,
cosignature BYTEA NOT NULL,
CONSTRAINT cosignatures_size_witness UNIQUE (size, witness),
CONSTRAINT cosignatures_size FOREIGN KEY(size) REFERENCES checkpoints (size)
)""",
    """CREATE TABLE timestamps (
digest TEXT COLLATE "C" NOT NULL,
size BIGINT NOT NULL,
token BYTEA NOT NULL,
PRIMARY KEY (digest),
CONSTRAINT timestamps_size FOREIGN KEY(size) REFERENCES checkpoints (size)
)""",
    """CREATE TABLE disclosures (
digest TEXT COLLATE "C" NOT NULL,
event_index BIGINT NOT NULL,
disclosure BYTEA NOT NULL,
PRIMARY KEY (digest),
CONSTRAINT disclosures_event FOREIGN KEY(event_index) REFERENCES events (index)
)""",
    """CREATE INDEX events_first ON events (record) WHERE version = 1""",
    """INSERT INTO head (id, size, root, frontier, recorded_at, clock) VALUES
(1, 0, '\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '\\x', '', '')""",
    """CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ': append-only', ERRCODE = '23000';
END$$""",
    """CREATE FUNCTION head_forward() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF NEW.id IS DISTINCT FROM 1 OR NEW.size <= OLD.size OR NEW.size IS DISTINCT FROM coalesce((SELECT "index" FROM events ORDER BY "index" DESC LIMIT 1) + 1, 0) THEN
RAISE EXCEPTION 'head: moves forward only, to the end of events' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION head_one() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF EXISTS (SELECT 1 FROM head) THEN
RAISE EXCEPTION 'head: has one row' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION events_next() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF NEW."index" IS DISTINCT FROM coalesce((SELECT "index" FROM events ORDER BY "index" DESC LIMIT 1) + 1, 0) OR NEW.version IS DISTINCT FROM coalesce((SELECT version FROM events WHERE record = NEW.record ORDER BY version DESC LIMIT 1), 0) + 1 THEN
RAISE EXCEPTION 'events: not the next index or not the next version' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION seals_next() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF NEW.first_index IS DISTINCT FROM coalesce((SELECT first_index + count FROM seals ORDER BY first_index DESC LIMIT 1), 0) OR EXISTS (SELECT 1 FROM seals WHERE act = NEW.act) THEN
RAISE EXCEPTION 'seals: not the next first index, or known already' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION content_new() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF EXISTS (SELECT 1 FROM content WHERE digest = NEW.digest) THEN
RAISE EXCEPTION 'content: known already' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION checkpoints_new() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size) THEN
RAISE EXCEPTION 'checkpoints: known already' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION cosignatures_new() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF EXISTS (SELECT 1 FROM cosignatures WHERE size = NEW.size AND witness = NEW.witness) THEN
RAISE EXCEPTION 'cosignatures: known already' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION timestamps_new() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF EXISTS (SELECT 1 FROM timestamps WHERE digest = NEW.digest) THEN
RAISE EXCEPTION 'timestamps: known already' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE FUNCTION disclosures_new() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
IF EXISTS (SELECT 1 FROM disclosures WHERE digest = NEW.digest) THEN
RAISE EXCEPTION 'disclosures: known already' USING ERRCODE = '23000';
END IF;
RETURN NEW;
END$$""",
    """CREATE TRIGGER head_forward BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION head_forward()""",
    """CREATE TRIGGER head_one BEFORE INSERT ON head FOR EACH ROW EXECUTE FUNCTION head_one()""",
    """CREATE TRIGGER events_next BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_next()""",
    """CREATE TRIGGER seals_next BEFORE INSERT ON seals FOR EACH ROW EXECUTE FUNCTION seals_next()""",
    """CREATE TRIGGER content_new BEFORE INSERT ON content FOR EACH ROW EXECUTE FUNCTION content_new()""",
    """CREATE TRIGGER checkpoints_new BEFORE INSERT ON checkpoints FOR EACH ROW EXECUTE FUNCTION checkpoints_new()""",
    """CREATE TRIGGER cosignatures_new BEFORE INSERT ON cosignatures FOR EACH ROW EXECUTE FUNCTION cosignatures_new()""",
    """CREATE TRIGGER timestamps_new BEFORE INSERT ON timestamps FOR EACH ROW EXECUTE FUNCTION timestamps_new()""",
    """CREATE TRIGGER disclosures_new BEFORE INSERT ON disclosures FOR EACH ROW EXECUTE FUNCTION disclosures_new()""",
    """CREATE TRIGGER seals_unchanged BEFORE UPDATE ON seals FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER events_unchanged BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER content_unchanged BEFORE UPDATE ON content FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER checkpoints_unchanged BEFORE UPDATE ON checkpoints FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER cosignatures_unchanged BEFORE UPDATE ON cosignatures FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER timestamps_unchanged BEFORE UPDATE ON timestamps FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER disclosures_unchanged BEFORE UPDATE ON disclosures FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER head_undeleted BEFORE DELETE ON head FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER seals_undeleted BEFORE DELETE ON seals FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER events_undeleted BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER checkpoints_undeleted BEFORE DELETE ON checkpoints FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER cosignatures_undeleted BEFORE DELETE ON cosignatures FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER timestamps_undeleted BEFORE DELETE ON timestamps FOR EACH ROW EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER head_kept_whole BEFORE TRUNCATE ON head FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER seals_kept_whole BEFORE TRUNCATE ON seals FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER events_kept_whole BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER content_kept_whole BEFORE TRUNCATE ON content FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER checkpoints_kept_whole BEFORE TRUNCATE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER cosignatures_kept_whole BEFORE TRUNCATE ON cosignatures FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER timestamps_kept_whole BEFORE TRUNCATE ON timestamps FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    """CREATE TRIGGER disclosures_kept_whole BEFORE TRUNCATE ON disclosures FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
)


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    statements = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    for statement in statements:
        connection.exec_driver_sql(statement)
