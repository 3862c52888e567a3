#!/bin/sh
# Install the heavy real peers once, into a cache outside the repository. Running it again changes nothing.
#   scripts/peers/install.sh            all peers
#   scripts/peers/install.sh bluesky    one of them
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache="${LIVINGROOM_CACHE:-$HOME/.cache/livingroom}/peers"

need() {
    command -v "$1" >/dev/null 2>&1 || { echo "$1 is missing. Install it: $2" >&2; exit 1; }
}

install_bluesky() {
    target="$cache/bluesky"
    wanted=$(cat "$here/bluesky/package.json" "$here/bluesky/package-lock.json" | sha256sum | cut -d' ' -f1)
    if [ "$(cat "$target/installed" 2>/dev/null || true)" = "$wanted" ]; then
        echo "bluesky: installed in $target"
        return
    fi
    need node "apt-get install -y nodejs npm"
    need npm "apt-get install -y nodejs npm"
    need make "apt-get install -y build-essential python3"
    need g++ "apt-get install -y build-essential python3"
    need redis-server "apt-get install -y redis-server"
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need initdb "apt-get install -y postgresql"
    echo "bluesky: installing into $target (about 400 MB, 3 to 5 minutes)"
    mkdir -p "$target"
    rm -f "$target/installed"
    cp "$here/bluesky/package.json" "$here/bluesky/package-lock.json" "$here/bluesky/.npmrc" "$target/"
    # With the headers that the distribution ships, node-gyp need not download any.
    if [ -e /usr/include/node/node.h ]; then export npm_config_nodedir=/usr; fi
    (cd "$target" && npm ci --no-progress --loglevel=error)
    # Its ready-made binary is downloaded from elsewhere; building takes a minute and needs nobody.
    (cd "$target" && npm_config_build_from_source=true npm rebuild better-sqlite3 --loglevel=error)
    test -n "$(find "$target/node_modules/better-sqlite3/build" -name better_sqlite3.node | head -n 1)"
    echo "$wanted" > "$target/installed"
    echo "bluesky: done"
}

for peer in "${@:-bluesky}"; do
    case "$peer" in
        bluesky) install_bluesky ;;
        *) echo "no peer is called $peer; there is: bluesky" >&2; exit 2 ;;
    esac
done
