#!/bin/sh
# Make sure the named programs are here: install them when we may, else stop with the command that would.
# usage: system_packages.sh program:package …
set -eu
missing=""
for pair in "$@"; do
  program=${pair%%:*}; package=${pair##*:}
  if ! command -v "$program" >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/"$program" >/dev/null 2>&1; then
    missing="$missing $package"
  fi
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing:$missing"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "These are missing:$missing" >&2
  echo "Install them with: sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
  exit 1
fi
