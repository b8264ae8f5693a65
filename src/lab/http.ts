/** The lab's HTTP plumbing: one handler, on a loopback socket or without any socket. */
export { handlerDispatcher } from './http/dispatcher.ts'
export { CLIENT_CERTIFICATE_HEADER, listen } from './http/listener.ts'
export type { ListenOptions } from './http/listener.ts'
