#!/bin/sh
# Makes what docker-compose.yml keeps secret, each in a file of its own: ./secrets, or the folder that is named.
# What is there already stays as it is.
set -eu
dir="${1:-secrets}"
host="${DATABASE_HOST:-postgres:5432}"
# Others cannot enter the folder; the containers' users read the single files that are mounted.
mkdir -p "$dir"
chmod 700 "$dir"

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
# Of letters and digits, so that it needs no escaping in an address.
password() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
keep() {
  [ -e "$dir/$1" ] || printf '%s\n' "$2" >"$dir/$1"
  chmod 444 "$dir/$1"
}

keep postgres_password "$(password)"
keep temporal_db_password "$(password)"
keep secret_key "$(random 48)"
keep bootstrap_secret "$(password)"
keep metrics_token "$(password)"
keep mqtt_password "$(password)"
keep mqtt_broker_url "mqtt://millrace:$(cat "$dir/mqtt_password")@mosquitto:1883"
keep database_admin_url "postgresql://postgres:$(cat "$dir/postgres_password")@$host/postgres"
for role in owner:migration app: relay:relay ingest:ingest market:market; do
  name="${role#*:}"
  keep "database_${name:+${name}_}url" "postgresql://millrace_${role%%:*}:$(password)@$host/millrace"
done
