/**
 * Whether somebody has a file open for writing: an append that began before the names were exchanged ends in the old file. A read lease
 * (fcntl(2), F_SETLEASE) is granted only where nobody has; without perl and python3 root looks at all open files.
 */
export const WRITERS = `
writers() { # FILE: 0 nobody, 1 somebody, 2 cannot be told
  lease=2
  if has perl; then
    perl -e 'open(my $f, "<", $ARGV[0]) or exit 2; exit 0 if fcntl($f, 1024, 0); exit($! == 11 ? 1 : 2)' -- "$1"; lease=$?
  elif has python3; then
    python3 -c '
import fcntl, sys
f = open(sys.argv[1], "rb")
try: fcntl.fcntl(f, 1024, 0)
except BlockingIOError: sys.exit(1)
except OSError: sys.exit(2)' "$1"; lease=$?
  fi
  # Above 128: the kernel took the lease back, as somebody opened the file just then.
  [ "$lease" -le 128 ] || lease=1
  [ "$lease" -gt 1 ] || return "$lease"
  [ "$(id -u)" = 0 ] && [ -d /proc/self/fd ] || return 2
  for each in /proc/[0-9]*/fd/*; do
    [ "$each" -ef "$1" ] || continue
    while read -r key flags; do
      [ "$key" = flags: ] && case $flags in *[12]) return 1 ;; esac
    done <"\${each%/fd/*}/fdinfo/\${each##*/}"
  done
  return 0
}
came_out() { # FILE HASH: 0 it is HASH and will stay so; 1 something else ($hash)
  tries=20
  while :; do
    writers "$1"; writing=$?
    hash_of "$1"
    [ "$hash" = "$2" ] || return 1
    [ "$writing" = 1 ] || break
    tries=$((tries - 1)); [ "$tries" -gt 0 ] || return 1
    pause
  done
  [ "$writing" = 0 ] || unproven=yes
  return 0
}
`
