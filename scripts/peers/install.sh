#!/bin/sh
# Install the heavy real peers once, into a cache outside the repository. Running it again changes nothing.
#   scripts/peers/install.sh            all peers
#   scripts/peers/install.sh bluesky    one of them
#   scripts/peers/install.sh mam        marketing-attribution-models, which only the benchmark compares with
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

install_spark() {
    target="$cache/spark"
    wanted="pyspark==4.3.0"
    if [ "$(cat "$target/installed" 2>/dev/null || true)" = "$wanted" ]; then
        echo "spark: installed in $target"
        return
    fi
    need java "apt-get install -y openjdk-17-jre-headless"
    echo "spark: installing into $target (about 450 MB, a minute)"
    mkdir -p "$target"
    rm -f "$target/installed"
    "$here/../../.venv/bin/python" -m venv "$target/.venv"
    "$target/.venv/bin/pip" install -q --disable-pip-version-check "$wanted"
    echo "$wanted" > "$target/installed"
    echo "spark: done"
}

# A Python package in an environment of its own: install_python NAME REQUIREMENT...
install_python() {
    name=$1
    shift
    target="$cache/$name"
    if [ "$(cat "$target/installed" 2>/dev/null || true)" = "$*" ]; then
        echo "$name: installed in $target"
        return
    fi
    echo "$name: installing into $target (about 300 MB, a minute)"
    rm -rf "$target"
    mkdir -p "$cache"
    "$here/../../.venv/bin/python" -m venv "$target"
    "$target/bin/python" -m pip install -q --disable-pip-version-check "$@"
    echo "$*" > "$target/installed"
    echo "$name: done"
}

# It imports matplotlib without asking for it; pyarrow reads the benchmark's files.
install_channelattribution() {
    install_python channelattribution "ChannelAttribution==2.2.5" "pandas>=2.2" matplotlib pyarrow
}

install_mam() {
    install_python mam "marketing-attribution-models==2.1.1" pyarrow
}

# A Mastodon-compatible server in one package.
install_mastodon() {
    install_python mastodon "mastodon_mock==0.6.1"
}

# snac2 from Debian: fetched and unpacked, not installed. Backports have it for Debian 12; newer releases have it themselves.
install_snac() {
    target="$cache/snac"
    if [ -x "$target/usr/bin/snac" ] || command -v snac >/dev/null 2>&1; then
        echo "snac: installed"
        return
    fi
    echo "snac: fetching into $target (1 MB, some seconds)"
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    if [ "$release" = bookworm ]; then release=bookworm-backports; fi
    "$here/debian.sh" "$release" "$target" "" snac2
    test -x "$target/usr/bin/snac"
    echo "snac: done"
}

[ $# -gt 0 ] || set -- bluesky spark channelattribution wordpress mediawiki mastodon snac
for peer in "$@"; do
    case "$peer" in
        bluesky) install_bluesky ;;
        spark) install_spark ;;
        channelattribution) install_channelattribution ;;
        mam) install_mam ;;
        wordpress | mediawiki) "$here/sites.sh" "$peer" ;;
        mastodon) install_mastodon ;;
        snac) install_snac ;;
        *) echo "no peer is called $peer; there are: bluesky, spark, channelattribution, mam, wordpress, mediawiki, mastodon, snac" >&2; exit 2 ;;
    esac
done
