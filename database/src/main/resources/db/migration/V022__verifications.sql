-- What `bin/transcripts verify --keep` found last. See docs/adr/041-the-set-up-page.md.
CREATE TABLE store.verifications (
    account_sid text PRIMARY KEY,
    verified_at timestamptz NOT NULL,
    -- names of settings, without what they are set to: an address of a webhook may hold a password
    differences text[]      NOT NULL CHECK (cardinality(differences) <= 1000)
);

GRANT SELECT ON store.verifications TO transcripts_archiver;
GRANT SELECT, INSERT, UPDATE ON store.verifications TO transcripts_operator;
