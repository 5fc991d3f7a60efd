#!/bin/sh
# Makes what docker-compose.yml keeps secret, each in a file of its own: ./secrets, or the folder that is named.
# What is there already stays as it is.
set -eu
umask 077
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


# HMAC with SHA-256 of standard input, in hex, under a key in hex. Of the shell alone, since a program's arguments are seen by all.
sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
bytes() {
  rest="$1" count=0
  while [ "$count" -lt "$2" ]; do
    byte="${rest%"${rest#??}"}" rest="${rest#??}" count=$((count + 1))
    printf "\\$(printf %03o $((0x${byte:-0} ^ $3)))"
  done
}
hmac() {
  inner="$({ bytes "$1" 64 0x36 && cat; } | sha256)"
  { bytes "$1" 64 0x5c && bytes "$inner" 32 0; } | sha256
}

# The keys of a service, as `npm run keys` makes them: HKDF of secret_key (RFC 5869). Made anew each time, since a version may use
# others than the one before.
keys() {
  name="$1_keys"
  shift
  for purpose in "$@"; do
    printf '%s=%s\n' "$purpose" "$(printf '%s\001' "$purpose" | hmac "$extracted")"
  done >"$dir/$name.new"
  chmod 444 "$dir/$name.new"
  mv -f "$dir/$name.new" "$dir/$name"
}

keep postgres_password "$(password)"
keep temporal_db_password "$(password)"
keep secret_key "$(random 48)"
# Of no container: each is handed the keys that it uses, made from this one.
chmod 600 "$dir/secret_key"
extracted="$(printf %s "$(cat "$dir/secret_key")" | hmac "$(printf millrace | hex)")"
# Of those who start workflows of every kind: the types that the contracts name.
workflows="$(dirname "$0")/../../workflows"
started="$(sed -n "s/^export const [A-Za-z]*WorkflowType = '\([A-Za-z]*\)';$/\1/p" $(find "$workflows" -name '*.contract.ts') | sort)"
[ -n "$started" ] || { echo "no workflows are found in $workflows" >&2 && exit 1; }
starter_keys() {
  for type in $started; do set -- "$@" "starts of $type"; done
  keys "$@"
}
keys migrate 'audit entries' 'database context'
starter_keys api 'actors of updates' 'audit entries' 'claim codes' cursors 'database context' invites 'kept answers' 'one-time codes' 'push tokens' 'rate limits' 'second factors' 'signing keys' 'webhook secrets'
starter_keys workers 'actors of updates' 'audit entries' 'audit keys' 'database context' invites 'one-time codes' 'push tokens' 'signing keys'
starter_keys relay 'audit entries' 'database context' 'events to the gateway' 'webhook secrets'
keys gateway 'events to the gateway' 'starts of deviceWorkflow'
keys forwarder 'starts of deviceWorkflow'
keep bootstrap_secret "$(password)"
keep metrics_token "$(password)"
keep mqtt_password "$(password)"
keep mqtt_broker_url "mqtt://millrace:$(cat "$dir/mqtt_password")@mosquitto:1883"
keep database_admin_url "postgresql://postgres:$(cat "$dir/postgres_password")@$host/postgres"
for role in owner:migration app: relay:relay ingest:ingest market:market gateway:gateway; do
  name="${role#*:}"
  keep "database_${name:+${name}_}url" "postgresql://millrace_${role%%:*}:$(password)@$host/millrace"
done

# Temporal's port is as good as the database, so it takes nobody without a certificate of this authority. Its key is of no container.
command -v openssl >/dev/null || { echo 'openssl is needed to make certificates' >&2 && exit 1; }
new_key='openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'
if [ ! -e "$dir/temporal_ca" ]; then
  (umask 077 && $new_key -out "$dir/temporal_ca_key")
  openssl req -x509 -new -key "$dir/temporal_ca_key" -days 3650 -subj '/CN=Millrace Temporal CA' -out "$dir/temporal_ca"
fi
chmod 444 "$dir/temporal_ca"
# A certificate and its key, for two years; made again when it has less than three months left, or when it is not of this authority.
certificate() {
  cert="$dir/temporal_cert_$1" key="$dir/temporal_key_$1" made="$dir/temporal_new"
  if ! { openssl x509 -in "$cert" -noout -checkend 7776000 && openssl verify -CAfile "$dir/temporal_ca" "$cert"; } >/dev/null 2>&1; then
    (umask 077 && $new_key -out "$made.key")
    openssl req -new -key "$made.key" -subj "/CN=$1" -out "$made.csr"
    printf 'extendedKeyUsage=%s\nsubjectAltName=%s\n' "$2" "$3" >"$made.ext"
    openssl x509 -req -in "$made.csr" -CA "$dir/temporal_ca" -CAkey "$dir/temporal_ca_key" -set_serial "0x$(password | cut -c1-30)" \
      -days 730 -extfile "$made.ext" -out "$made.crt" 2>/dev/null
    mv -f "$made.key" "$key" && mv -f "$made.crt" "$cert"
    rm -f "$made.csr" "$made.ext"
  fi
  chmod 444 "$cert" "$key"
}
# Temporal speaks to itself as well, by the same certificate.
certificate server serverAuth,clientAuth DNS:temporal,DNS:localhost
for client in namespace ui api workers relay gateway forwarder; do
  certificate "$client" clientAuth "DNS:$client"
done
