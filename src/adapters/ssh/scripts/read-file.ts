import { LOCK } from './lock.ts'
import { PRELUDE } from './prelude.ts'

/**
 * Whether the file itself is a mount point, here or for a process of a container: a mount whose root is this very file on this
 * very file system (a single-file bind mount keeps the old inode after a rename; facts: Traefik 4). Others' mounts are seen with root's eyes only.
 */
const MOUNTS = `
is_mounted() {
  { cat /proc/self/mountinfo; echo others; grep -hsF -- "\${base%%[ \\\\]*}" /proc/[0-9]*/mountinfo; } | FILE=$real awk '
    function plain(s) { gsub(/\\\\040/, " ", s); gsub(/\\\\011/, "\\t", s); return s }
    BEGIN { file = ENVIRON["FILE"] }
    $0 == "others" { inside = (root == "/" ? "" : root) substr(file, length(best == "/" ? "" : best) + 1); others = 1; next }
    !others {
      mount = plain($5)
      if (mount == file) found = 1
      if ((mount == "/" || mount == file || index(file, mount "/") == 1) && length(mount) >= length(best)) { best = mount; device = $3; root = plain($4) }
      next
    }
    $3 == device && (plain($4) == inside || plain($4) == inside "//deleted") { found = 1 }
    END { exit !found }'
}
`

/**
 * An edit of someone else that a killed write of ours took out of the live file and could not give back: the name of our temp
 * file says which two contents were ours.
 */
const UNFINISHED = `
unfinished() {
  for each in "$dir/$base".*.jmc-migrate.tmp; do
    [ -f "$each" ] && [ ! -L "$each" ] || continue
    name=\${each#"$dir/$base."}
    was=\${name%%-*}; rest=\${name#*-}; ours=\${rest%%-*}
    case $name in
      *.part.jmc-migrate.tmp) continue ;;
      # A write in place that was cut short shows in the live file.
      *.in-place.jmc-migrate.tmp) hash_of "$real" ;;
      *) hash_of "$each" ;;
    esac
    case $hash in "$was"* | "$ours"*) ;; *) printf '%s' "$each"; return ;; esac
  done
}
`

/** PATIENCE MAXIMUM PATH: the bytes between the line `NONCE begin` and the result, whose `sha` the caller compares with what arrived. */
export const READ_FILE = `${PRELUDE}${LOCK}${MOUNTS}${UNFINISHED}
patience=$1 maximum=$2 path=$3
needs readlink stat cat awk grep
locate "$path"
lock -s "$patience" || answer locked
access=$(stat -c '%s %a %U:%G' -- "$real") || answer missing "path=$real"
size=\${access%% *} access=\${access#* }
mode=\${access%% *} owner=\${access#* }
[ "$size" -le "$maximum" ] || answer too-large "size=$size"
mounted=no; is_mounted && mounted=yes
writable=no; [ -w "$real" ] && [ -w "$dir" ] && writable=yes
left=$(unfinished)
hash_of "$real"
printf '\\n%s begin\\n' "$nonce"
cat -- "$real"
answer ok "sha=$hash" "mode=$mode" "owner=$owner" "mounted=$mounted" "writable=$writable" "path=$real" "unfinished=$left"
`

/** PATIENCE PATH: the hash alone. */
export const HASH_FILE = `${PRELUDE}${LOCK}
patience=$1 path=$2
needs readlink stat
locate "$path"
lock -s "$patience" || answer locked
hash_of "$real"
[ -n "$hash" ] || answer missing "path=$real"
answer ok "sha=$hash"
`
