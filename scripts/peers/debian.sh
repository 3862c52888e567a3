#!/bin/sh
# Unpack packages of a Debian release, from the very archive this machine takes its own packages from; nothing is installed.
#   scripts/peers/debian.sh RELEASE FOLDER VERSION PACKAGE...        VERSION is part of the version wanted, "" for any
set -eu

release=$1
folder=$2
version=$3
shift 3

for program in apt-get dpkg-deb; do
    command -v "$program" >/dev/null 2>&1 || { echo "$program is missing: this needs a Debian system." >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
archive=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null \
    | sed -n -e 's/^URIs: *//p' -e 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' | grep -m1 '/debian/\{0,1\}$')
keys=$(ls /usr/share/keyrings/debian-archive-keyring.* | head -n 1)
echo "deb [signed-by=$keys] $archive $release main" > "$work/sources.list"
apt() {
    apt-get -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
(cd "$work" && apt download "$@")
rm -rf "$folder"
mkdir -p "$folder"
for package in "$@"; do
    found=$(dpkg-deb -f "$work/$package"_*.deb Version)
    case "$found" in
        *"$version"*) dpkg-deb -x "$work/$package"_*.deb "$folder" ;;
        *) echo "$package $version is wanted, and $release has $found." >&2; exit 1 ;;
    esac
done
