/** Adds what to change to a sentence on an end for lack of memory, whether the limit was the service's own or the default. */
export function withMemoryAdvice(sentence: string): string {
  return `${sentence.replace(/\.$/, '')}: raise memoryMb in the settings of the service, or make it use less.`;
}
