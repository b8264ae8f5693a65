import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDockerfile } from '../../../src/policies/dockerfile/read.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

describe('a Dockerfile', () => {
  it('is its last stage', () => {
    const text = lines(
      '# syntax=docker/dockerfile:1',
      'FROM node:22 AS build',
      'USER root',
      'RUN npm ci \\',
      '  # a comment between',
      '',
      '  && npm run build',
      'FROM --platform=linux/amd64 node:22-slim',
      'COPY --from=build /app /app',
      'user 1001:1001',
      'HEALTHCHECK --interval=30s \\',
      '  CMD ["node", "/app/health.js"]',
    )
    expect(readDockerfile(text)).toEqual({ stages: 2, base: 'node:22-slim', user: '1001:1001', healthCheck: true })
  })

  it('has what the stage it builds on has, and takes it back', () => {
    const base = ['FROM python:3.13-slim AS Base', 'USER app', 'HEALTHCHECK CMD curl -f localhost']
    expect(readDockerfile(lines(...base, 'FROM base'))).toEqual({ stages: 2, base: 'python:3.13-slim', user: 'app', healthCheck: true })
    expect(readDockerfile(lines(...base, 'FROM base', 'USER root', 'HEALTHCHECK NONE'))).toMatchObject({ user: 'root', healthCheck: false })
    expect(readDockerfile(lines(...base, 'FROM python:3.13-slim'))).toMatchObject({ user: '', healthCheck: false })
  })

  it.each([
    ['ARG with a default', ['FROM a', 'ARG UID=1000', 'USER ${UID}'], '1000'],
    ['ARG without one', ['FROM a', 'ARG UID', 'USER $UID'], ''],
    ['a global ARG is not seen in a stage', ['ARG UID=1000', 'FROM a', 'USER $UID'], ''],
    ['unless the stage names it', ['ARG UID=1000', 'FROM a', 'ARG UID', 'USER $UID'], '1000'],
    ['a default where it is used', ['FROM a', 'USER ${UID:-1000}:${GID-1000}'], '1000:1000'],
    ['another where it is set', ['FROM a', 'ENV X=1', 'USER ${X:+app}'], 'app'],
    ['ENV', ['FROM a', 'ENV APP_USER=app OTHER="two words"', 'USER $APP_USER'], 'app'],
    ['ENV as it was once written', ['FROM a', 'ENV APP_USER app', 'USER $APP_USER'], 'app'],
    ['quotes', ['FROM a', 'USER "1000"'], '1000'],
    ['an escaped dollar is none', ['FROM a', 'USER \\$UID'], '$UID'],
    ['the last counts', ['FROM a', 'USER app', 'USER 0'], '0'],
    ['a comment is none', ['FROM a', '# USER app'], ''],
    ['a line that only looks like one', ['FROM a', 'RUN echo \\', 'USER app'], ''],
    ['Windows line ends', ['FROM a\r', 'RUN x \\\r', ' y\r', 'USER app\r'], 'app'],
  ])('names its user: %s', (_name, text, user) => {
    expect(readDockerfile(lines(...text)).user).toBe(user)
  })

  it('has its base by the arguments before it', () => {
    expect(readDockerfile(lines('ARG VERSION=22', 'FROM node:${VERSION}-slim')).base).toBe('node:22-slim')
  })

  it('another escape goes on and is in paths', () => {
    expect(readDockerfile(lines('# escape=`', 'FROM a', 'RUN dir C:\\', 'USER ContainerUser', 'RUN x `', 'USER root')).user).toBe(
      'ContainerUser',
    )
    expect(readDockerfile(lines('', '# escape=`', 'FROM a', 'RUN x \\', 'USER root')).user).toBe('')
  })

  it('does not read what stands in here-documents', () => {
    const text = lines(
      'FROM a',
      'USER app',
      'RUN <<EOF cat > /x && cat <<-"END"',
      'USER root',
      'FROM b',
      'EOF',
      'USER root',
      '\tEND',
      'COPY <<one.txt /etc/one',
      'HEALTHCHECK CMD x',
      'one.txt',
    )
    expect(readDockerfile(text)).toEqual({ stages: 1, base: 'a', user: 'app', healthCheck: false })
    expect(readDockerfile(lines('FROM a', 'RUN echo "x <<EOF y"', 'USER app')).user).toBe('app')
    expect(readDockerfile(lines('FROM a', 'RUN cat <<EOF', 'USER app')).user).toBe('')
  })

  it('is read whatever stands in it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'FROM',
        'from a AS b',
        'USER',
        'ARG',
        'ENV',
        'RUN <<',
        '<<EOF',
        'EOF',
        '\\',
        '`',
        '\n',
        '\r\n',
        '# escape=`',
        '"',
        "'",
        '$',
        '${',
        '}',
        ' ',
      ),
      fc.string({ maxLength: 6 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { stages, user, healthCheck } = readDockerfile(pieces.join(''))
        return stages >= 0 && typeof user === 'string' && (stages > 0 || (user === '' && !healthCheck))
      }),
      { numRuns: 300 },
    )
  })

  it('says the same after any number of comments, empty lines and heredocs around', () => {
    const noise = fc.array(fc.constantFrom('# USER root', '', 'RUN <<E\nUSER root\nE', 'LABEL a=b', 'ONBUILD USER root'), { maxLength: 5 })
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const text = lines('FROM a', ...before, 'USER app', ...after, 'HEALTHCHECK CMD x', ...before)
        expect(readDockerfile(text)).toEqual({ stages: 1, base: 'a', user: 'app', healthCheck: true })
      }),
      { numRuns: 200 },
    )
  })
})
