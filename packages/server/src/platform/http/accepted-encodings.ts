/** What the client takes, best first (RFC 9110, 12.5.3). An encoding with the weight 0 is refused. */
export function acceptedEncodings(header: string | string[] | undefined): ('br' | 'gzip')[] {
  const refused = /;\s*q=0(?:\.0*)?$/;
  const names = String(header ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => !refused.test(each))
    .map((each) => each.split(';', 1)[0]?.trim().toLowerCase());
  return (['br', 'gzip'] as const).filter((encoding) => names.includes(encoding));
}
