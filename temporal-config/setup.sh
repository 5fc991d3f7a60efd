#!/bin/sh
# Brings Temporal's two databases to the schema of this version of its admin tools. Repeating it changes nothing.
set -eu
SQL_PASSWORD="${SQL_PASSWORD:-$(cat "$SQL_PASSWORD_FILE")}"
export SQL_PASSWORD

# bring_up_to_date DATABASE FOLDER
bring_up_to_date() {
  set -- "$2" --plugin postgres12 --ep "$SQL_HOST" -p "${SQL_PORT:-5432}" -u temporal --db "$1"
  folder="$1"
  shift
  temporal-sql-tool "$@" setup-schema -v 0.0
  temporal-sql-tool "$@" update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
}

bring_up_to_date temporal temporal
bring_up_to_date temporal_visibility visibility
