import { PRELUDE } from './prelude.ts'

const SYSTEMD = `
has systemctl || answer missing-tool tool=systemctl
systemd() { systemctl --no-pager --no-ask-password "$@"; }
refuse() { answer refused "detail=$(flat "$1")"; }
`

/** Fields of `/proc/PID/stat` after the name, which may hold anything: the 20th says when the process began, in ticks since boot. */
const PROCESSES = `
began() { # PID: prints when it began; nothing where it is gone
  { line=$(cat "/proc/$1/stat") && set -- \${line##*) } && shift 19 && printf '%s' "$1"; }
}
listens() { # PORT, on any address of this host
  cat /proc/net/tcp /proc/net/tcp6 | grep -qi ":$(printf '%04X' "$1") [0-9A-F]*:[0-9A-F]* 0A "
}
`

/**
 * UNIT PROCESSES PORTS (lists with commas, each may be empty): what systemd shows of the unit, an empty line, and `systemctl cat`; which of the
 * processes (PID:BEGAN) live, and on which of the ports somebody listens. Writes nothing.
 */
export const READ_UNIT = `${PRELUDE}${SYSTEMD}${PROCESSES}
unit=$1 processes=$2 ports=$3
for tool in cat grep tr cut; do has "$tool" || answer missing-tool "tool=$tool"; done
[ -r /proc/self/stat ] && [ -r /proc/net/tcp ] || answer unseen 'detail=/proc cannot be read'
shown=$(systemd show --property=Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,FragmentPath,ExecStart -- "$unit" 2>&1) || refuse "$shown"
pid=$(printf '%s\\n' "$shown" | grep '^MainPID='); pid=\${pid#MainPID=}
process=; [ "\${pid:-0}" = 0 ] || { start=$(began "$pid"); [ -z "$start" ] || process=$pid:$start; }
IFS=,; living= listening=
for each in $processes; do [ "$(IFS=' '; began "\${each%%:*}")" != "\${each#*:}" ] || living=\${living:+$living,}$each; done
for each in $ports; do ! listens "$each" || listening=\${listening:+$listening,}$each; done
unset IFS
printf '\\n%s begin\\n%s\\n\\n' "$nonce" "$shown"
systemd cat -- "$unit"
answer ok "process=$process" "living=$living" "listening=$listening" "uid=$(id -u)" "host=$(uname -n)" \\
  "addresses=$(flat "$(hostname -I || ip -o addr | tr -s ' ' | cut -d' ' -f4 | cut -d/ -f1)")"
`

/** UNIT: resolves when systemd says that it has stopped. */
export const STOP_UNIT = `${PRELUDE}${SYSTEMD}
said=$(systemd stop -- "$1" 2>&1) || refuse "$said"
answer ok
`

/** UNIT: not started at boot any more. What was enabled below /run alone is only disabled there (seen with systemd 252). */
export const DISABLE_UNIT = `${PRELUDE}${SYSTEMD}
said=$(systemd disable -- "$1" 2>&1 && systemd disable --runtime -- "$1" 2>&1) || refuse "$said"
answer ok
`
