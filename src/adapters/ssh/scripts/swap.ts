/**
 * The ways in which two names can change places, best first. 316 and 276 are renameat2's numbers on x86_64 and on arm64 and riscv64
 * (facts: SSH 6); a machine whose number we do not know gets the checked rename.
 */
export const WAYS = `
find_ways() { # sets ways, number
  case $(uname -m) in
    x86_64) number=316 ;; aarch64 | arm64 | riscv64) number=276 ;; armv[67]*) number=382 ;; i?86) number=353 ;; ppc64*) number=357 ;; s390x) number=347 ;; *) number= ;;
  esac
  ways=
  case $(mv --help) in *--exchange*) ways='mv' ;; esac
  [ -z "$number" ] || { has perl && ways="$ways perl"; has python3 && ways="$ways python3"; }
  ways="$ways rename"
}
`

/**
 * Exchanges the names of two files: at no instant is either name missing, and nothing that anyone wrote is overwritten. `rename` is the weaker
 * way of a host that cannot: a second name keeps what was live, so that only a human's *rename* between check and rename would be lost.
 */
export const SWAP = `${WAYS}
swap() { # LIVE TEMP, HASH that should be live (only the rename looks at it): 0 done ($by says how), 1 not done ($error)
  for by in $ways; do
    case $by in
      mv) error=$(mv -T --exchange -- "$1" "$2" 2>&1) ;;
      perl) error=$(perl -e 'my ($n, $a, $b) = @ARGV; $n += 0; exit 0 if syscall($n, -100, $a, -100, $b, 2) == 0; print "$!"; exit 1' -- "$number" "$1" "$2") ;;
      python3) error=$(python3 -c '
import ctypes, os, sys
n, a, b = int(sys.argv[1]), os.fsencode(sys.argv[2]), os.fsencode(sys.argv[3])
c = ctypes.CDLL(None, use_errno=True)
if c.syscall(ctypes.c_long(n), -100, a, -100, b, 2) != 0: sys.exit(print(os.strerror(ctypes.get_errno()), end="") or 1)' "$number" "$1" "$2") ;;
      rename) rename_checked "$1" "$2" "$3" ;;
    esac && return 0
    # Only a way that the host or its file system cannot go leads to the next one.
    case $error in *"nvalid argument"* | *"not implemented"* | *"not supported"*) ;; *) return 1 ;; esac
  done
  return 1
}
rename_checked() {
  second=\${2%.jmc-migrate.tmp}.second.jmc-migrate.tmp
  error=$(ln -- "$1" "$second" 2>&1) || return 1
  : point second-name
  hash_of "$second"
  error='changed just now'
  if [ "$hash" != "$3" ] || [ ! "$1" -ef "$second" ]; then rm -f -- "$second"; return 1; fi
  error=$(mv -f -- "$2" "$1" 2>&1) || { rm -f -- "$second"; return 1; }
  : point renamed
  mv -f -- "$second" "$2"
}
`
