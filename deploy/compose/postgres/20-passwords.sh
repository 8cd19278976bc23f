#!/bin/bash
# Gives the roles the passwords that the services were given. The files are read by psql itself: no password is an
# argument of a process.
set -euo pipefail
for role in migrator archiver notifier; do
    psql -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --no-password --dbname "$POSTGRES_DB" \
        -v role="transcripts_$role" -v file="/run/secrets/$role" <<'SQL'
\set password `cat :'file'`
ALTER ROLE :"role" PASSWORD :'password';
SQL
done
