#!/bin/sh
# Makes the namespace of TEMPORAL_NAMESPACE and the search attributes that Millrace's workflows carry, where they are missing.
# The temporal command finds the server by TEMPORAL_ADDRESS, and by TEMPORAL_TLS and TEMPORAL_API_KEY where they are set.
set -eu
namespace="${TEMPORAL_NAMESPACE:-default}"

temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention "${RETENTION:-168h}"

# A namespace is known to every host of the server some seconds after it was made.
tries=30
until known="$(temporal operator search-attribute list --namespace "$namespace" 2>&1)"; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "$known" >&2 && exit 1; }
  sleep 1
done

for name in AccountId CounterpartId Domain OrderCode Status; do
  echo "$known" | grep -qw "$name" ||
    temporal operator search-attribute create --namespace "$namespace" --name "$name" --type Keyword
done
echo "The namespace $namespace is ready"
