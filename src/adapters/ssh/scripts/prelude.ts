/**
 * How every script begins: `sh -c SCRIPT jmc-migrate OPERATION NONCE …`. Plain POSIX sh (dash, bash and busybox run it). A script is silent until
 * its last line, which alone carries the result and is tagged with the nonce (facts: SSH 1, 2); fields are separated by tabs.
 * Signals of a lost connection are ignored: every script is bounded and ends by itself.
 */
export const PRELUDE = `
set -u
LC_ALL=C; export LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
umask 077
trap '' HUP INT TERM PIPE
exec 2>/dev/null
operation=$1 nonce=$2; shift 2
kept='' lock_folder='' uncopied=''

answer() { # STATUS KEY=VALUE…
  [ -z "$lock_folder" ] || { rm -f -- "$lock_folder/holder"; rmdir -- "$lock_folder"; }
  [ -z "$kept" ] || set -- "$@" "kept=$kept"
  printf '\\n%s' "$nonce"; printf '\\t%s' "$@"; printf '\\n'
  exit 0
}
has() { command -v "$1" >/dev/null; }
flat() { printf '%s' "$1" | tr '\\t\\n\\r' '   ' | cut -c1-400; }
pause() { sleep 0.1 || sleep 1; }
clock() { date +%s; }

hasher() {
  if has sha256sum; then sha256sum; elif has shasum; then shasum -a 256; elif has openssl; then openssl dgst -sha256 -r; else return 127; fi
}
hash_of() { # FILE: sets hash; empty where it cannot be read
  hash=$(hasher <"$1") || hash=
  hash=\${hash%% *}
}
needs() { # TOOL…
  for tool in "$@"; do has "$tool" || answer missing-tool "tool=$tool"; done
  has sha256sum || has shasum || has openssl || answer missing-tool "tool=sha256sum"
}
locate() { # PATH: sets real, dir, base. An editor may have renamed the file away for a moment.
  for attempt in 1 2 3; do
    real=$(readlink -f -- "$1") || real=
    if [ -n "$real" ] && [ -e "$real" ]; then break; else pause; fi
  done
  if [ -z "$real" ] || [ ! -e "$real" ]; then
    why=$(ls -d -- "$1/." "$1" 2>&1 >/dev/null)
    case $why in *"ermission denied"*) answer not-reachable "detail=$(flat "$why")" ;; esac
    answer missing "path=$real"
  fi
  [ -f "$real" ] || answer not-a-file "type=$(stat -L -c %F -- "$real")"
  [ -r "$real" ] || answer not-readable "path=$real"
  dir=\${real%/*}; base=\${real##*/}
  [ -n "$dir" ] || dir=/
}
`
