import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold, htmlText } from '../../../src/steps/compare-sides/html-text.ts'

const text = (html: string): string => htmlText(html).text

describe('visible text of a page', () => {
  test.each([
    ['<p>Hello,\n   <b>wor</b>ld!</p>', 'Hello, world!'],
    ['<h1>One</h1><p>Two</p>Three<br>Four', 'One Two Three Four'],
    ['<title>T</title><body>Text', 'Text'],
    ['a<!-- no > text -->b<!---->c<!-->d', 'abcd'],
    ['<!doctype html><?xml version="1.0"?>x', 'x'],
    ['<style>p > a { }</style>x<script>if (a < b) "</p>"</script >y', 'x y'],
    ['<noscript>Switch it on</noscript><template><p>Later</p></template>x', 'x'],
    ['<a title="1 > 0" href=x>link</a>', 'link'],
    [`<a title='"' data-x="'>">link</a>`, 'link'],
    ['<p class=it"s>x</p>', 'x'],
    ['1 < 2 && 3 > 2', '1 < 2 && 3 > 2'],
    [
      'Fish &amp; chips &lt;b&gt; &#8364;5 &#x20ac;5 &amp;amp; &nosuch; &#0; &#xD800;',
      'Fish & chips <b> €5 €5 &amp; &nosuch; &#0; &#xD800;',
    ],
    ['a&nbsp;&nbsp;b', 'a b'],
    ['', ''],
    ['<p title="never closed>x', ''],
    ['x<script>never closed', 'x'],
    ['x<!-- never closed', 'x'],
    ['x<', 'x<'],
  ])('%j reads %j', (html, expected) => {
    expect(text(html)).toBe(expected)
  })

  test('the title is kept apart', () => {
    expect(htmlText('<head><title>A &amp; <b></title></head><body>B')).toEqual({ title: 'A & <b>', text: 'B' })
  })

  const words = fc.stringMatching(/^[a-z ]*[a-z][a-z ]*$/)
  const unseen = fc.constantFrom(
    '<!-- x -->',
    '<script nonce="1">a<b</script>',
    '<style>p>a{}</style>',
    '<input type="hidden" value="a>b">',
    '\n  ',
  )

  test('property: what a visitor does not see makes no difference, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1 }), fc.array(unseen), (paragraphs, between) => {
        const page = paragraphs.map((each) => `<p>${each}</p>`)
        const noisy = page.flatMap((each, index) => [each, between[index] ?? ''])
        expect(text(noisy.join(''))).toBe(text(page.join('')))
        expect(text(page.join(''))).toBe(fold(paragraphs.join(' ')))
      }),
    )
  })

  test('property: whatever the page holds, it is read to its end, and text without markup is itself', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', '!', '-', '=', '"', "'", '&', ' ', 'a', ';'), maxLength: 60 }),
        (page) => typeof text(page) === 'string',
      ),
    )
    fc.assert(fc.property(fc.stringMatching(/^[^<&]*$/), (page) => text(page) === fold(page)))
  })
})
