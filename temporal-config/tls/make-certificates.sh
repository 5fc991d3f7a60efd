#!/bin/sh
# A sample: an authority of one's own and a certificate for the Temporal server, for a year.
set -eu
dir="${1:-secrets/temporal-tls}"
mkdir -p "$dir"
cd "$dir"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj '/CN=Millrace Temporal CA' \
  -keyout ca-key.pem -out ca.pem 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=temporal' -keyout server-key.pem -out server.csr 2>/dev/null
printf 'subjectAltName=DNS:temporal,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n' >extensions
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 365 -extfile extensions -out server.pem 2>/dev/null
rm server.csr extensions ca.srl
# The server's user reads its key; the authority's is nobody's but yours.
chmod 444 ca.pem server.pem server-key.pem
chmod 400 ca-key.pem
