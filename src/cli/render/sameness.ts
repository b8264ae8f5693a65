/** The same sentence with other durations or counts says nothing new; another status code does. */
export function withoutNumbers(text: string): string {
  return text.replace(/\d+(?:\.\d+)?\s?(?:ms|s|m|h|d)\b/g, '#').replace(/(?<![\d,.])\d[\d,]* of \d[\d,]*/g, '#')
}
