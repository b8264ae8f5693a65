import { expect, it } from 'vitest'
import { commandArguments } from '../../../src/policies/functions/arguments.ts'

const asked = (command: readonly string[], args: readonly string[] = []) =>
  commandArguments({ kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'app', command, args }] } })
const flags = (...words: readonly string[]) =>
  asked([], words)
    .filter(({ secret }) => secret)
    .map(({ flag }) => flag)

it.each([
  [['--smtp-password=correct-horse'], 'smtp-password'],
  [['--smtp-password', 'correct-horse'], 'smtp-password'],
  [['-Dspring.datasource.password=correct-horse'], 'Dspring.datasource.password'],
  [['sh', '-c', 'export DB_PASSWORD=correct-horse && exec app'], 'DB_PASSWORD'],
  [['sh', '-c', "exec app --jwt-secret 'correct-horse'"], 'jwt-secret'],
  [['redis-server', '--requirepass', 'correct-horse'], 'requirepass'],
  [['postgres://shop:correct-horse@db.example.org/shop'], ''],
  [['--dsn=postgres://shop:correct-horse@db.example.org/shop'], 'dsn'],
])('finds a secret in %j', (words, flag) => expect(flags(...words)).toEqual([flag]))

it.each([
  [['--smtp-password=$(SMTP_PASSWORD)']],
  [['--smtp-password', '$(SMTP_PASSWORD)']],
  [['sh', '-c', 'export DB_PASSWORD="$(cat /run/secrets/db)" && exec app --token $TOKEN --password="$PASSWORD"']],
  [['sh', '-c', 'pg_dump postgres://shop:$PGPASSWORD@db/shop']],
  [['--password-file=/run/secrets/db', '--token-ttl=15m', '--jwt-algorithm', 'HS256']],
  [['--password', '--verbose']],
  [['--password-stdin', 'registry.example.org']],
  [['--tls-secret=shop-tls', '--log-level=info', 'uvicorn', 'app:app', '--host', '0.0.0.0']],
  [['--smtp-password=placeholder-of-SMTP_PASSWORD']],
])('finds none in %j', (words) => expect(flags(...words)).toEqual([]))

it('names the place and never the text', () => {
  expect(asked(['app', '--token'], ['correct-horse'])).toEqual([
    { object: 'Pod/p', path: 'spec.containers[0].command[0]', container: 'app', flag: '', secret: false },
    { object: 'Pod/p', path: 'spec.containers[0].command[1]', container: 'app', flag: '', secret: false },
    { object: 'Pod/p', path: 'spec.containers[0].args[0]', container: 'app', flag: 'token', secret: true },
  ])
})
