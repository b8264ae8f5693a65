/**
 * Keeps a connection open as long as our end of stdin is: when this process dies, however it dies, the connection ends with it. The
 * line it prints proves that authentication and forwards are done.
 */
export const HOLD = `printf '\\n%s\\theld\\n' "$2"; exec cat >/dev/null`
