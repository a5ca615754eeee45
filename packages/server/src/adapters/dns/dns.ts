/** What DNS says about names. Names are without a dot at their end, in lower case; none is an empty list. */
export interface Dns {
  /** Canonical names, of this name only: chains are not followed. @throws AppError DNS_UNREACHABLE */
  cname(host: string, signal: AbortSignal): Promise<string[]>;
  /** @throws AppError DNS_UNREACHABLE */
  txt(host: string, signal: AbortSignal): Promise<string[]>;
  /** IPv4 and IPv6, through canonical names too. @throws AppError DNS_UNREACHABLE */
  addresses(host: string, signal: AbortSignal): Promise<string[]>;
}
