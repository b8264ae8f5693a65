/**
 * Writing into the same inode, for a file that is bind-mounted by itself (facts: Traefik 4). Weaker than the exchange, by nature: an edit that
 * a human makes between the last check and the write is overwritten, and a reader can see the moment between the two system calls.
 * One write call without truncating first, so that the file is never empty; both contents are beside it until it is done.
 */
export const IN_PLACE = `
overwrite() { # FROM TO
  size=$(stat -c %s -- "$1")
  if [ "$size" -gt 0 ]; then error=$(dd if="$1" of="$2" bs="$size" count=1 conv=notrunc 2>&1) || return 1; fi
  : point overwritten
  error=$(dd if=/dev/null of="$2" bs=1 seek="$size" count=0 2>&1) || return 1
  sync_path "$2"
}
write_in_place() { # PART: 0 done, 1 $error and nothing changed, 2 changed meanwhile, 3 $error and both contents are left beside it
  stem=$(temp_name "$before" "$after")
  cp -- "$real" "$stem.before.jmc-migrate.tmp" || { error='no copy could be made'; return 1; }
  mv -- "$1" "$stem.in-place.jmc-migrate.tmp"
  : point prepared
  hash_of "$stem.before.jmc-migrate.tmp"; copy=$hash
  hash_of "$real"
  if [ "$copy" != "$before" ] || [ "$hash" != "$before" ]; then rm -f -- "$stem.in-place.jmc-migrate.tmp" "$stem.before.jmc-migrate.tmp"; return 2; fi
  : point checked
  if ! overwrite "$stem.in-place.jmc-migrate.tmp" "$real"; then
    why=$error
    restored=1
    overwrite "$stem.before.jmc-migrate.tmp" "$real" || restored=3
    error=$why
    [ "$restored" = 3 ] || rm -f -- "$stem.in-place.jmc-migrate.tmp" "$stem.before.jmc-migrate.tmp"
    return "$restored"
  fi
  : point written
  rm -f -- "$stem.in-place.jmc-migrate.tmp" "$stem.before.jmc-migrate.tmp"
}
recover_in_place() {
  for each in "$dir/$base".*.in-place.jmc-migrate.tmp; do
    [ -f "$each" ] && [ ! -L "$each" ] || continue
    saved=\${each%.in-place.jmc-migrate.tmp}.before.jmc-migrate.tmp
    name=\${each#"$dir/$base."}
    was=\${name%%-*}; name=\${name#*-}; theirs=\${name%%-*}
    hash_of "$each"; case $hash in "$theirs"*) ;; *) continue ;; esac
    hash_of "$real"
    case $hash in "$was"* | "$theirs"*) ;; *) if is_cut_short "$real" "$each" "$saved"; then overwrite "$each" "$real" || continue; fi ;; esac
    rm -f -- "$each"
    hash_of "$saved"; case $hash in "$was"*) rm -f -- "$saved" ;; esac
  done
}
is_cut_short() { # LIVE NEW OLD: LIVE is the beginning of NEW and from there on OLD
  difference=$(cmp -- "$1" "$2")
  case $difference in
    *differ:*) at=\${difference##*differ: }; at=\${at#* }; at=\${at%%,*} ;;
    *) at=$(stat -c %s -- "$1"); size=$(stat -c %s -- "$2"); [ "$at" -lt "$size" ] || at=$size; at=$((at + 1)) ;;
  esac
  [ "$(tail -c "+$at" -- "$1" | hasher)" = "$(tail -c "+$at" -- "$3" | hasher)" ]
}
`
