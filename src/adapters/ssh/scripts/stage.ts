/**
 * Puts what arrives on stdin into a file beside the live one. While it arrives it is called `PID-NONCE.part`; complete, checked and on disk it
 * gets the name `BEFORE-AFTER-NONCE`, by which a later run knows the two contents that are ours (32 digits of each hash).
 * Traefik loads neither (facts: Traefik 6).
 */
export const STAGE = `
sync_path() { sync -- "$1" || sync; }
temp_name() { # BEFORE AFTER: what both runs of a name need
  printf '%s/%s.%.32s-%.32s-%s' "$dir" "$base" "$1" "$2" "$nonce"
}
receive() { # HASH: sets part
  part=$dir/$base.$$-$nonce.part.jmc-migrate.tmp
  error=$({ cat >"$part"; } 2>&1) || refuse_write "$error"
  hash_of "$part"
  [ "$hash" = "$1" ] || { rm -f -- "$part"; answer torn-input; }
}
refuse_write() { # ERROR
  rm -f -- "$part"
  answer write-refused "detail=$(flat "$1")"
}
same_access() { # FROM TO: owner, mode, ACL and label
  [ "$(stat -c %u:%g -- "$1")" = "$(stat -c %u:%g -- "$2")" ] || error=$(chown -- "$(stat -c %u:%g -- "$1")" "$2" 2>&1) || return 1
  error=$(chmod -- "$(stat -c %a -- "$1")" "$2" 2>&1) || return 1
  case $(ls -ld -- "$1") in
    ??????????+*)
      error='getfacl or setfacl is missing'
      has getfacl && has setfacl || return 1
      error=$( { getfacl -cpE -- "$1" | setfacl --set-file=- -- "$2"; } 2>&1) || return 1 ;;
    ??????????.*) has chcon && chcon --reference="$1" -- "$2" ;;
  esac
  return 0
}
`
