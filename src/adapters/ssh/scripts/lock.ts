/**
 * The lock on the host: `flock` of the folder itself (it leaves nothing behind), taken with flock(1), perl or python3; where none of
 * them is there, a folder made with mkdir, whose holder's pid tells when it is stale. Readers share it: what they see is never
 * the middle of a write. Waiting is bounded.
 */
export const LOCK = `
lock() { # -x (to write) or -s (to read), SECONDS: 0 when held
  [ -r "$dir" ] || { [ "$1" = -s ] && return 0; answer folder-not-writable "path=$dir"; }
  exec 9<"$dir"
  ! try_lock "$1" || return 0
  end=$(($(clock) + $2))
  while ! try_lock "$1"; do
    [ "$(clock)" -lt "$end" ] || return 1
    pause
  done
}
try_lock() {
  if has flock; then
    flock "$1" -n 9
  elif has perl; then
    perl -e 'open(my $f, "<&=9") or exit 2; exit(flock($f, $ARGV[0] eq "-x" ? 6 : 5) ? 0 : $! == 11 ? 1 : 2)' -- "$1"
  elif has python3; then
    python3 -c '
import fcntl, sys
try: fcntl.flock(9, fcntl.LOCK_NB | (fcntl.LOCK_EX if sys.argv[1] == "-x" else fcntl.LOCK_SH))
except BlockingIOError: sys.exit(1)
except OSError: sys.exit(2)' "$1"
  else
    (exit 2)
  fi
  case $? in 0) return 0 ;; 1) return 1 ;; esac
  try_lock_folder "$1"
}
try_lock_folder() {
  folder=$dir/$base.jmc-migrate.lock
  if [ "$1" = -s ]; then
    [ -d "$folder" ] || return 0
  elif mkdir -- "$folder"; then
    printf '%s\\n' "$$" >"$folder/holder"; lock_folder=$folder
    return 0
  fi
  holder=$(cat -- "$folder/holder")
  if [ -z "$holder" ]; then
    [ -n "$(find "$folder" -prune -mmin +1)" ] || return 1
  elif [ -d "/proc/$holder" ]; then
    return 1
  fi
  [ "$1" = -x ] || return 0
  # Whoever wins this rename removes the stale folder; a folder that turns out to be a live one is given back.
  mv -- "$folder" "$folder.$nonce" || return 1
  if [ "$(cat -- "$folder.$nonce/holder")" = "$holder" ]; then
    rm -f -- "$folder.$nonce/holder"; rmdir -- "$folder.$nonce"
  else
    [ -e "$folder" ] || mv -- "$folder.$nonce" "$folder"
  fi
  return 1
}
`
