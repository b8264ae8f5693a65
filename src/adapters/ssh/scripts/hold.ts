/**
 * Keeps a connection open as long as our end of stdin is: when this process dies, however it dies, the connection ends with it. The
 * line it prints proves that authentication and forwards are done.
 */
export const HOLD = `printf '\\n%s\\theld\\n' "$2"; exec cat >/dev/null`

/**
 * BECOME READ_FILE HASH_FILE: the same, and answers what only reads meanwhile, one after the other, without a process of ssh and a session for each. A request is a line of its
 * operation, nonce and arguments, separated by tabs, none of them empty (`TMOUT` of a login would end bash's `read`); after what its script says stands the line `NONCE end`, also where that said nothing.
 */
export const HOLD_AND_READ = `
printf '\\n%s\\theld\\n' "$2"
unset TMOUT
become=$3 read_file=$4 hash_file=$5 tab=$(printf '\\t')
while IFS=$tab read -r operation nonce first second third; do
  case $operation in
    read-file) $become sh -c "$read_file" jmc-migrate read-file "$nonce" "$first" "$second" "$third" </dev/null ;;
    hash-file) $become sh -c "$hash_file" jmc-migrate hash-file "$nonce" "$first" "$second" </dev/null ;;
  esac
  printf '\\n%s end\\n' "$nonce"
done
`

/** What HOLD_AND_READ answers. */
export const READS: readonly string[] = ['read-file', 'hash-file']
