/**
 * The heart: our file goes live by an exchange of names, and what came out is looked at. If it is not what must come out, a human
 * was faster: it goes back, and what comes out then is looked at again, until nothing unexpected comes out. The content that came out of
 * the live name last is the newest; it always ends there. A copy of it is kept all the same: someone may have opened our content while
 * it was live, and would save that over the edit without having seen it.
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
    copy_edit "$1"
    want=$put put=$hash
  done
}
kept_name() {
  copies=$((\${copies-0} + 1))
  name=$dir/$base.$(date +%Y%m%dT%H%M%S)-$nonce-$copies.jmc-migrate.kept
}
copy_edit() { # FILE: a copy that no later run touches, unless the content is one of the two that are ours; sets hash
  tries=10
  while writers "$1"; [ $? -eq 1 ] && [ "$tries" -gt 0 ]; do tries=$((tries - 1)); pause; done
  hash_of "$1"
  case $hash in "$was"* | "$theirs"*) return ;; esac
  kept_name
  if cp -p -- "$1" "$name" && sync_path "$name"; then kept=\${kept:+$kept, }$name; else uncopied=yes; fi
}
keep() { # FILE: the same, where it is not needed under its own name any more
  if [ "$1" -ef "$real" ]; then rm -f -- "$1"; return; fi
  kept_name
  mv -- "$1" "$name" && kept=\${kept:+$kept, }$name
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
    was=\${name%%-*}; name=\${name#*-}; theirs=\${name%%-*} uncopied=
    [ "\${#was}" = 32 ] && [ "\${#theirs}" = 32 ] || continue
    if [ "$each" -ef "$real" ]; then rm -f -- "$each"; continue; fi
    hash_of "$each"
    case $hash in '') continue ;; "$was"* | "$theirs"*) drop "$each"; continue ;; esac
    hash_of "$real"
    case $hash in
      "$theirs"*)
        find_ways
        ours=$hash
        copy_edit "$each"
        put_live "$each" "$hash" "$ours"
        if [ $? -eq 0 ] && { [ "$rounds" -eq 0 ] || [ -z "$uncopied" ]; }; then drop "$each"; else [ ! -e "$each" ] || keep "$each"; fi ;;
      *) keep "$each" ;;
    esac
  done
}
`
