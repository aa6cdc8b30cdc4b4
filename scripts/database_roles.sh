#!/bin/sh
# The roles of a database. Idempotent. Run by the postgres image, or manually:
#   PGUSER=postgres POSTGRES_DB=hemtjanst MIGRATOR_PASSWORD=… APP_PASSWORD=… sh scripts/database_roles.sh
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --quiet --username="${POSTGRES_USER:-${PGUSER:-postgres}}" \
    --dbname="$POSTGRES_DB" --set=db="$POSTGRES_DB" --set=migrator="$MIGRATOR_PASSWORD" --set=app="$APP_PASSWORD" <<'SQL'
SELECT 'CREATE ROLE ' || name FROM unnest(ARRAY['hemtjanst_owner', 'hemtjanst_migrator', 'hemtjanst', 'hemtjanst_figures']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE hemtjanst_owner NOLOGIN;
-- Reads published figures; for a login of the municipality's own statistics, which is made a member of it.
ALTER ROLE hemtjanst_figures NOLOGIN;
ALTER ROLE hemtjanst_migrator LOGIN PASSWORD :'migrator';
ALTER ROLE hemtjanst LOGIN PASSWORD :'app';
GRANT hemtjanst_owner TO hemtjanst_migrator;
-- What a migration makes belongs to the owner, whoever runs it.
ALTER ROLE hemtjanst_migrator IN DATABASE :"db" SET role = 'hemtjanst_owner';
ALTER DATABASE :"db" OWNER TO hemtjanst_owner;
ALTER SCHEMA public OWNER TO hemtjanst_owner;
REVOKE ALL ON DATABASE :"db" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"db" TO hemtjanst;
GRANT CONNECT ON DATABASE :"db" TO hemtjanst_figures;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
