import { hostOf } from '../http/proxy.ts'

/** 127.0.0.0/8, `localhost` and ::1. A URL writes every form of an address in one way. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url)
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
