#!/bin/sh
# Run by the image of PostgreSQL on an empty data folder: Temporal's own role, which owns Temporal's two databases and nothing else.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$(cat /run/secrets/temporal_db_password)" --username="$POSTGRES_USER" <<'SQL'
create role temporal login nosuperuser nocreatedb nocreaterole password :'password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
