/**
 * The heart: our file goes live by an exchange of names, and what came out is looked at. If it is not what must come out, a human
 * was faster: it goes back, and what comes out then is looked at again, until nothing unexpected comes out. The content that came out of
 * the live name last is the newest; it always ends there.
 */
export const TRANSACTION = `
put_live() { # TEMP, its HASH, the HASH that should come out: 0 settled ($rounds: 0 ours is live, 1 ours is back, more: an older edit is left in TEMP), 1 $error, 2 never quiet
  want=$3 put=$2 rounds=0 vanished=0
  while :; do
    if ! swap "$real" "$1" "$want"; then
      # An editor renames the file away before it makes the new one.
      if [ ! -e "$real" ] && [ "$vanished" -lt 20 ]; then vanished=$((vanished + 1)); pause; continue; fi
      [ "$rounds" -gt 0 ] || return 1
      [ -e "$real" ] || ln -- "$1" "$real"
      return 2
    fi
    : point swapped
    came_out "$1" "$want" && return 0
    : point looked
    rounds=$((rounds + 1))
    [ "$rounds" -lt 9 ] || return 2
    want=$put put=$hash
  done
}
keep() { # FILE: what may be someone's edit stays, beside the live file, under a name that no later run touches
  if [ "$1" -ef "$real" ]; then rm -f -- "$1"; return; fi
  kept=$dir/$base.$(date +%Y%m%dT%H%M%S)-$nonce.jmc-migrate.kept
  mv -- "$1" "$kept"
}
drop() { # FILE: removed unless somebody may still be writing to it
  [ "$1" -ef "$real" ] || { writers "$1"; [ $? -eq 0 ] || return 0; }
  rm -f -- "$1"
}
`

/**
 * What a killed write left: its name says which contents were ours. Only those are deleted. Anything else came out of the live file and
 * could not be given back: it goes back now if our bytes are still what is live; otherwise it is kept and named.
 */
export const RECOVERY = `
recover() {
  for each in "$dir/$base".*.jmc-migrate.tmp; do
    [ -f "$each" ] && [ ! -L "$each" ] || continue
    name=\${each#"$dir/$base."}
    case $name in
      *.part.jmc-migrate.tmp) [ -d "/proc/\${name%%-*}" ] || rm -f -- "$each"; continue ;;
      *.in-place.jmc-migrate.tmp) continue ;;
    esac
    was=\${name%%-*}; name=\${name#*-}; theirs=\${name%%-*}
    [ "\${#was}" = 32 ] && [ "\${#theirs}" = 32 ] || continue
    if [ "$each" -ef "$real" ]; then rm -f -- "$each"; continue; fi
    hash_of "$each"; content=$hash
    case $content in '') continue ;; "$was"* | "$theirs"*) drop "$each"; continue ;; esac
    hash_of "$real"
    case $hash in
      "$theirs"*)
        find_ways
        put_live "$each" "$content" "$hash"
        case $? in 0) [ "$rounds" -eq 0 ] && drop "$each" || keep "$each" ;; *) [ ! -e "$each" ] || keep "$each" ;; esac ;;
      *) keep "$each" ;;
    esac
  done
}
`
